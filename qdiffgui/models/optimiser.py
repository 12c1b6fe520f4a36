"""Adam with a decaying learning rate, whose whole state goes to plain arrays and back, exact to the bit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qdiffgui.errors import UserError

Array = NDArray[Any]


def decayed(learning_rate: float, i: int, total: int, decay: str = "cosine") -> float:
    """Learning rate at step ``i`` (from 0) of ``total``: constant, or half a cosine from ``learning_rate`` towards 0."""
    if decay == "constant":
        return learning_rate
    return 0.5 * learning_rate * (1 + math.cos(math.pi * min(i, total) / max(total, 1)))


class Optimiser:
    """Adam (arXiv:1412.6980) over named parameters.

    Parameters
    ----------
    parameters : name -> leaf tensor that requires a gradient; names become keys of ``state()``.
    learning_rate : at the first step.      total : steps over which it decays.     decay : "cosine" or "constant".
    max_norm : gradients longer than this are shortened to it; None: never.
    """

    def __init__(
        self,
        parameters: Mapping[str, Tensor],
        learning_rate: float,
        total: int,
        decay: str = "cosine",
        max_norm: float | None = None,
    ) -> None:
        self.parameters = dict(parameters)
        self.learning_rate, self.total, self.decay, self.max_norm = learning_rate, total, decay, max_norm
        self._adam = torch.optim.Adam(list(self.parameters.values()), lr=learning_rate)

    def step(self, i: int, loss: Tensor) -> tuple[float, float, float]:
        """Back-propagate ``loss`` and take step ``i`` (from 0): (loss, norm of the gradient, learning rate).

        Raises
        ------
        UserError
            if the loss or its gradient is not a finite number; the parameters are then as before.
        """
        value = float(loss.detach())
        rate = decayed(self.learning_rate, i, self.total, self.decay)
        self._adam.param_groups[0]["lr"] = rate
        self._adam.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        gradients = [p.grad for p in self.parameters.values() if p.grad is not None]
        norm = (
            float(torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(g) for g in gradients]))) if gradients else 0.0
        )
        if not (math.isfinite(value) and math.isfinite(norm)):
            raise UserError(f"Training broke at step {i + 1}: the loss is {value:g}. Lower the learning rate (now {rate:.2g}).")
        if self.max_norm is not None and norm > self.max_norm:
            for gradient in gradients:
                gradient.mul_(self.max_norm / norm)
        self._adam.step()
        return value, norm, rate

    def state(self) -> dict[str, Array]:
        """Parameters, first and second moments and step counts as arrays, by "parameter/name", "mean/name", ..."""
        arrays: dict[str, Array] = {}
        for name, parameter in self.parameters.items():
            arrays[f"parameter/{name}"] = parameter.detach().cpu().numpy().copy()
            kept = self._adam.state.get(parameter)
            if kept:
                arrays[f"mean/{name}"] = kept["exp_avg"].cpu().numpy().copy()
                arrays[f"square/{name}"] = kept["exp_avg_sq"].cpu().numpy().copy()
                arrays[f"count/{name}"] = kept["step"].cpu().numpy().copy()
        return arrays

    def load_state(self, arrays: Mapping[str, Array]) -> None:
        """Take back what ``state()`` gave; raises ``KeyError`` if a parameter is missing."""
        for name, parameter in self.parameters.items():
            with torch.no_grad():
                parameter.copy_(_tensor(arrays[f"parameter/{name}"], parameter))
            if f"count/{name}" not in arrays:
                self._adam.state.pop(parameter, None)
                continue
            self._adam.state[parameter] = {
                "step": torch.as_tensor(np.asarray(arrays[f"count/{name}"]).copy()),
                "exp_avg": _tensor(arrays[f"mean/{name}"], parameter),
                "exp_avg_sq": _tensor(arrays[f"square/{name}"], parameter),
            }


def _tensor(array: Array, like: Tensor) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array).copy()).to(like.device, like.dtype).reshape(like.shape)
