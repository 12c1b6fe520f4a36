"""Readout error alone: the gates are exact, so that the circuit's own back-end answers and only what is read is changed."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from qdiffgui.engine.backend import Backend
from qdiffgui.errors import UserError


class MisreadBackend:
    """``own``, each measured bit read wrong with probability ``strength``: as ``NoisyBackend``, for any number of qubits."""

    def __init__(self, own: Backend, strength: float) -> None:
        self.own, self.strength = own, strength

    def state(self, shared: Tensor, sample: Tensor | None, psi: Tensor | None, batch: int) -> Tensor:
        raise UserError("A noisy circuit has no state vector: ask for density_matrix, probabilities or expval.")

    def expval(self, words: Sequence[str], shared: Tensor, sample: Tensor | None, psi: Tensor | None, batch: int) -> Tensor:
        exact = self.own.expval(words, shared, sample, psi, batch)
        kept = [(1 - 2 * self.strength) ** sum(letter != "I" for letter in word) for word in words]
        return exact * torch.tensor(kept, dtype=exact.dtype)

    def probabilities(
        self, wires: Sequence[int], shared: Tensor, sample: Tensor | None, psi: Tensor | None, batch: int
    ) -> Tensor:
        p = self.own.probabilities(wires, shared, sample, psi, batch).reshape(-1, *[2] * len(wires))
        for axis in range(1, len(wires) + 1):
            p = (1 - self.strength) * p + self.strength * p.flip(axis)
        return p.flatten(1)

    def density_matrix(
        self, wires: Sequence[int], shared: Tensor, sample: Tensor | None, psi: Tensor | None, batch: int
    ) -> Tensor:
        return self.own.density_matrix(wires, shared, sample, psi, batch)
