"""One circuit per diffusion step, trained greedily (arXiv:2310.05866): the circuit of the last step
first, each later one on inputs from the frozen circuits before it. The base of QuDDPM and MSQuDDPM.
"""

from __future__ import annotations

import itertools
from abc import abstractmethod
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from qdiffgui.models.base import Array, DiffusionModel, below, rng_state, set_rng_state
from qdiffgui.models.optimiser import Optimiser


class Stepwise(DiffusionModel):
    """Optimizer step i trains diffusion step T-1 - i·T//iterations. Each diffusion step has its own
    Adam state and learning-rate decay.

    A subclass defines ``theta`` (T, n_weights), the angles of all circuits, and ``_begin``.
    ``reached`` is the diffusion step now trained, T before the first; ``_weights`` are its angles.
    """

    n_diffusion_steps: int

    @property
    def n_greedy(self) -> int:
        """Optimizer steps of the greedy pass: all of them, by default."""
        return self.training.iterations

    def _untrained(self, theta: Tensor) -> None:
        """Reset to the state before the first step, with these angles."""
        self.theta = theta
        self.reached = self.n_diffusion_steps
        self._inputs = self._targets = torch.empty(0, dtype=torch.complex64)
        self._optimiser: Optimiser | None = None
        self._weights = theta[0]

    @abstractmethod
    def _begin(self, t: int) -> None:
        """Start diffusion step t: push the inputs through the circuit just frozen, draw new
        targets, set ``reached`` and call ``_start(t)``.
        """

    def _at(self, i: int) -> tuple[int, int]:
        """(t, j): optimizer step i is the j-th of diffusion step t, which is started if
        necessary.
        """
        k = i * self.n_diffusion_steps // self.n_greedy
        t = self.n_diffusion_steps - 1 - k
        if t != self.reached:
            self._begin(t)
        return t, i - self._first(k)

    def _learn(self, t: int, j: int, loss: Tensor) -> tuple[float, float, float, str]:
        """Take the j-th optimizer step of diffusion step t; returns the fields of a ``Step``."""
        assert self._optimiser is not None
        value, norm, rate = self._optimiser.step(j, loss)
        self.theta[t] = self._weights.detach()
        return value, norm, rate, f"step {self.n_diffusion_steps - t} of {self.n_diffusion_steps}"

    def phases(self) -> tuple[range, ...]:
        """One phase per circuit; its first step sets up inputs and targets."""
        ends = [self._first(k) for k in range(self.n_diffusion_steps + 1)]
        return tuple(range(begin, end) for begin, end in itertools.pairwise(ends))

    def _first(self, k: int) -> int:
        """The first iteration that trains the k-th circuit in order of training."""
        return -(-k * self.n_greedy // self.n_diffusion_steps)

    def _rate(self, k: int) -> float:
        """The initial learning rate of the k-th circuit in order of training."""
        return self.training.learning_rate

    def _start(self, t: int) -> None:
        """Create the optimizer for diffusion step t."""
        k = self.n_diffusion_steps - 1 - t
        self._weights = self.theta[t].clone().requires_grad_()
        iterations = self._first(k + 1) - self._first(k)
        self._optimiser = Optimiser(
            {"theta": self._weights}, self._rate(k), iterations, self.training.decay
        )

    def state(self) -> dict[str, Array]:
        state = {
            "theta": self.theta.numpy().copy(),
            "reached": np.array(self.reached),
            "generator": rng_state(self.generator),
            "inputs": self._inputs.numpy().copy(),
            "targets": self._targets.numpy().copy(),
        }
        if self._optimiser is not None:
            state.update(
                {f"optimiser/{name}": array for name, array in self._optimiser.state().items()}
            )
        return state

    def load_state(self, state: Mapping[str, Array]) -> None:
        self.theta = torch.from_numpy(np.array(state["theta"]))
        self.reached = int(state["reached"])
        self._inputs, self._targets = (
            torch.from_numpy(np.array(state[k])) for k in ("inputs", "targets")
        )
        set_rng_state(self.generator, state["generator"])
        if self.reached < self.n_diffusion_steps:
            self._start(self.reached)
            assert self._optimiser is not None
            self._optimiser.load_state(below(state, "optimiser"))

    @property
    def n_parameters(self) -> int:
        return self.theta.numel()
