"""Readout error alone. The gates are exact, so the circuit's own back-end simulates them, and only
the measured values change.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from qdiffgui.engine.backend import NO_STATE_VECTOR, Backend
from qdiffgui.errors import UserError


class ReadoutErrorBackend:
    """A back-end whose measured bits are each read wrong with probability ``strength``.

    Gives the same values as ``NoisyBackend`` with only readout error, for any number of qubits.
    """

    def __init__(self, exact: Backend, strength: float) -> None:
        self.exact, self.strength = exact, strength

    def state(
        self, shared: Tensor, sample: Tensor | None, psi: Tensor | None, batch: int
    ) -> Tensor:
        raise UserError(NO_STATE_VECTOR)

    def expval(
        self,
        words: Sequence[str],
        shared: Tensor,
        sample: Tensor | None,
        psi: Tensor | None,
        batch: int,
    ) -> Tensor:
        values = self.exact.expval(words, shared, sample, psi, batch)
        kept = [(1 - 2 * self.strength) ** sum(letter != "I" for letter in word) for word in words]
        return values * torch.tensor(kept, dtype=values.dtype)

    def probabilities(
        self,
        wires: Sequence[int],
        shared: Tensor,
        sample: Tensor | None,
        psi: Tensor | None,
        batch: int,
    ) -> Tensor:
        p = self.exact.probabilities(wires, shared, sample, psi, batch)
        p = p.reshape(-1, *[2] * len(wires))
        for axis in range(1, len(wires) + 1):
            p = (1 - self.strength) * p + self.strength * p.flip(axis)
        return p.flatten(1)

    def density_matrix(
        self,
        wires: Sequence[int],
        shared: Tensor,
        sample: Tensor | None,
        psi: Tensor | None,
        batch: int,
    ) -> Tensor:
        return self.exact.density_matrix(wires, shared, sample, psi, batch)
