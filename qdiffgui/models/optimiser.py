"""Adam with a decaying learning rate. Its whole state converts to plain arrays and back, bit for
bit.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qdiffgui.errors import UserError

Array = NDArray[Any]
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


def decayed(learning_rate: float, i: int, total: int, decay: str = "cosine") -> float:
    """Learning rate at step ``i`` (from 0) of ``total``: constant, or half a cosine from
    ``learning_rate`` toward 0.
    """
    if decay == "constant":
        return learning_rate
    return 0.5 * learning_rate * (1 + math.cos(math.pi * min(i, total) / max(total, 1)))


class Optimiser:
    """Adam (arXiv:1412.6980) over named parameters.

    The same numbers as the class ``AdamW`` of torch, bit for bit. That class spends as much on
    checks as on the numbers of a small circuit, and first imports torch's compiler: three seconds
    of CPU time.

    Parameters
    ----------
    parameters : name -> leaf tensor that requires a gradient; names become keys of ``state()``.
    learning_rate : at the first step.      total : steps over which it decays.     decay : "cosine"
        or "constant".
    max_norm : gradients with a larger norm are scaled down to it; None: never.
    weight_decay : every step shrinks the parameters by the learning rate times this (AdamW,
        arXiv:1711.05101).
    no_decay : names of parameters that weight decay leaves alone.
    frozen : names of parameters that keep their first values: circuit angles, in an ablation.
    """

    def __init__(
        self,
        parameters: Mapping[str, Tensor],
        learning_rate: float,
        total: int,
        decay: str = "cosine",
        max_norm: float | None = None,
        weight_decay: float = 0.0,
        no_decay: Collection[str] = (),
        frozen: Collection[str] = (),
    ) -> None:
        self.parameters = dict(parameters)
        self.trained = {k: v for k, v in self.parameters.items() if k not in frozen}
        for name in frozen:
            self.parameters[name].requires_grad_(False)
        self.learning_rate, self.total, self.decay, self.max_norm = (
            learning_rate,
            total,
            decay,
            max_norm,
        )
        self._groups = (
            ([name for name in self.trained if name not in no_decay], weight_decay),
            ([name for name in self.trained if name in no_decay], 0.0),
        )
        self._moments: dict[str, _Moments] = {}

    @property
    def n_trained(self) -> int:
        """How many numbers are trained."""
        return sum(parameter.numel() for parameter in self.trained.values())

    def step(self, i: int, loss: Tensor) -> tuple[float, float, float]:
        """Back-propagate ``loss`` and take step ``i`` (from 0): (loss, norm of the gradient,
        learning rate).

        Raises
        ------
        UserError
            If the loss or its gradient is not finite; the parameters are then unchanged.
        """
        value = float(loss.detach())
        rate = decayed(self.learning_rate, i, self.total, self.decay)
        for parameter in self.trained.values():
            parameter.grad = None
        loss.backward()  # type: ignore[no-untyped-call]
        gradients = [p.grad for p in self.parameters.values() if p.grad is not None]
        norm = _norm(gradients)
        if not (math.isfinite(value) and math.isfinite(norm)):
            raise UserError(
                f"Training broke at step {i + 1}: the loss is {value:g}. Lower the learning "
                f"rate (now {rate:.2g})."
            )
        if self.max_norm is not None and norm > self.max_norm:
            for gradient in gradients:
                gradient.mul_(self.max_norm / norm)
        self._adam(rate)
        return value, norm, rate

    @torch.no_grad()
    def _adam(self, rate: float) -> None:
        for names, weight_decay in self._groups:
            for name in names:
                parameter = self.parameters[name]
                if parameter.grad is None:
                    continue
                if name not in self._moments:
                    self._moments[name] = _Moments.zero(parameter)
                if weight_decay:
                    parameter.mul_(1 - rate * weight_decay)
                self._moments[name].move(parameter, parameter.grad, rate)

    def state(self) -> dict[str, Array]:
        """Parameters, first and second moments and step counts as arrays, with keys
        "parameter/name", "mean/name", ...
        """
        arrays: dict[str, Array] = {}
        for name, parameter in self.parameters.items():
            arrays[f"parameter/{name}"] = parameter.detach().cpu().numpy().copy()
            kept = self._moments.get(name)
            if kept is not None:
                arrays[f"mean/{name}"] = kept.mean.cpu().numpy().copy()
                arrays[f"square/{name}"] = kept.square.cpu().numpy().copy()
                arrays[f"count/{name}"] = np.array(kept.steps, np.float32)
        return arrays

    def load_state(self, arrays: Mapping[str, Array]) -> None:
        """Restore what ``state()`` returned; raises ``KeyError`` if a parameter is missing."""
        for name, parameter in self.parameters.items():
            with torch.no_grad():
                parameter.copy_(_tensor(arrays[f"parameter/{name}"], parameter))
            if f"count/{name}" not in arrays:
                self._moments.pop(name, None)
                continue
            self._moments[name] = _Moments(
                float(np.asarray(arrays[f"count/{name}"])),
                _tensor(arrays[f"mean/{name}"], parameter),
                _tensor(arrays[f"square/{name}"], parameter),
            )


@dataclass
class _Moments:
    """What Adam remembers of one parameter: number of steps, mean of the gradient and of its
    square.
    """

    steps: float
    mean: Tensor
    square: Tensor

    @classmethod
    def zero(cls, parameter: Tensor) -> _Moments:
        return cls(0.0, torch.zeros_like(parameter), torch.zeros_like(parameter))

    def move(self, parameter: Tensor, gradient: Tensor, rate: float) -> None:
        """Move the parameter against its gradient, in the operations and the order of torch."""
        self.steps += 1
        parameter, gradient, mean, square = map(
            _real, (parameter, gradient, self.mean, self.square)
        )
        mean.lerp_(gradient, 1 - BETA1)
        square.mul_(BETA2).addcmul_(gradient, gradient, value=1 - BETA2)
        step_size = rate / (1 - BETA1**self.steps)
        root = (1 - BETA2**self.steps) ** 0.5
        parameter.addcdiv_(mean, (square.sqrt() / root).add_(EPSILON), value=-step_size)


def _real(x: Tensor) -> Tensor:
    return torch.view_as_real(x) if x.is_complex() else x


def _norm(gradients: list[Tensor]) -> float:
    """Euclidean norm of all gradients together."""
    norms = [torch.linalg.vector_norm(gradient) for gradient in gradients]
    if len(norms) > 1:
        return float(torch.linalg.vector_norm(torch.stack(norms)))
    return float(norms[0]) if norms else 0.0


def _tensor(array: Array, like: Tensor) -> Tensor:
    return (
        torch.from_numpy(np.ascontiguousarray(array).copy())
        .to(like.device, like.dtype)
        .reshape(like.shape)
    )
