"""The interface of a back-end, and what follows from the final state alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from qdiffgui.engine.program import GateProgram, check_word, z_sign

NO_STATE_VECTOR = (
    "A noisy circuit has no state vector: call density_matrix, probabilities or expval instead."
)


class Backend(Protocol):
    """What evaluates a gate program for ``Circuit``.

    Every method takes the angles in radians, shared (n_shared,) and per sample (B, n_sample) or
    None, the input states psi (B, 2**n) or None for |0…0>, and the batch size B.
    """

    def state(
        self, shared: Tensor, sample: Tensor | None, psi: Tensor | None, batch: int
    ) -> Tensor: ...

    def expval(
        self,
        words: Sequence[str],
        shared: Tensor,
        sample: Tensor | None,
        psi: Tensor | None,
        batch: int,
    ) -> Tensor: ...

    def probabilities(
        self,
        wires: Sequence[int],
        shared: Tensor,
        sample: Tensor | None,
        psi: Tensor | None,
        batch: int,
    ) -> Tensor: ...

    def density_matrix(
        self,
        wires: Sequence[int],
        shared: Tensor,
        sample: Tensor | None,
        psi: Tensor | None,
        batch: int,
    ) -> Tensor: ...


def zero_state(batch: int, n_qubits: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    """The state |0…0>, shape (batch, 2**n_qubits)."""
    psi = torch.zeros(batch, 2**n_qubits, dtype=dtype, device=device)
    psi[:, 0] = 1
    return psi


class PureStateBackend:
    """Base of the state-vector simulators: a subclass defines ``state``, from which all observables
    follow.
    """

    def __init__(self, program: GateProgram, dtype: torch.dtype) -> None:
        self.program, self.dtype = program, dtype
        self.real = torch.float64 if dtype == torch.complex128 else torch.float32
        self._words: dict[tuple[object, ...], Tensor] = {}

    def state(
        self, shared: Tensor, sample: Tensor | None, psi: Tensor | None, batch: int
    ) -> Tensor:
        raise NotImplementedError

    def expval(
        self,
        words: Sequence[str],
        shared: Tensor,
        sample: Tensor | None,
        psi: Tensor | None,
        batch: int,
    ) -> Tensor:
        state = self.state(shared, sample, psi, batch)
        masks = [check_word(word, self.program.n_qubits) for word in words]
        diagonal = [m for m, (x, _, _) in enumerate(masks) if x == 0]
        columns: dict[int, Tensor] = {}
        if diagonal:  # all words of I and Z in one matrix product
            probability = state.real.square() + state.imag.square()
            values = probability @ self._signs(tuple(masks[m][1] for m in diagonal), state)
            if len(diagonal) == len(masks):
                return values
            columns.update(zip(diagonal, values.unbind(1), strict=True))
        for m, (x, z, phase) in enumerate(masks):
            if x:
                moved = state.index_select(1, self._index(x, state)) * (
                    phase * self._signs((z,), state)[:, 0]
                )
                columns[m] = (state.real * moved.real + state.imag * moved.imag).sum(1)
        return torch.stack([columns[m] for m in range(len(masks))], 1)

    def probabilities(
        self,
        wires: Sequence[int],
        shared: Tensor,
        sample: Tensor | None,
        psi: Tensor | None,
        batch: int,
    ) -> Tensor:
        state = self.state(shared, sample, psi, batch)
        return marginal(state.real.square() + state.imag.square(), wires, self.program.n_qubits)

    def density_matrix(
        self,
        wires: Sequence[int],
        shared: Tensor,
        sample: Tensor | None,
        psi: Tensor | None,
        batch: int,
    ) -> Tensor:
        return reduced(self.state(shared, sample, psi, batch), wires, self.program.n_qubits)

    def _signs(self, words: tuple[int, ...], like: Tensor) -> Tensor:
        """Eigenvalues of Z words, shape (2**n, len(words))."""
        key = (words, like.device)
        if key not in self._words:
            signs = np.stack([z_sign(z, self.program.n_qubits) for z in words], 1)
            self._words[key] = torch.as_tensor(signs).to(self.real).to(like.device)
        return self._words[key]

    def _index(self, x: int, like: Tensor) -> Tensor:
        key = ("x", x, like.device)
        if key not in self._words:
            self._words[key] = torch.arange(2**self.program.n_qubits, device=like.device) ^ x
        return self._words[key]


def marginal(probability: Tensor, wires: Sequence[int], n_qubits: int) -> Tensor:
    """Probabilities (B, 2**k) of k ``wires`` (in that order) from those of all wires (B, 2**n)."""
    if tuple(wires) == tuple(range(n_qubits)):
        return probability
    cube = probability.reshape(len(probability), *[2] * n_qubits)
    rest = [w for w in range(n_qubits) if w not in wires]
    cube = cube.permute(0, *(w + 1 for w in wires), *(w + 1 for w in rest))
    return cube.reshape(len(probability), 2 ** len(wires), -1).sum(2)


def reduced(psi: Tensor, wires: Sequence[int], n_qubits: int) -> Tensor:
    """Reduced density matrices (B, 2**k, 2**k) of k ``wires`` (in that order) from states
    (B, 2**n).
    """
    rest = [w for w in range(n_qubits) if w not in wires]
    cube = psi.reshape(len(psi), *[2] * n_qubits).permute(
        0, *(w + 1 for w in wires), *(w + 1 for w in rest)
    )
    matrix = cube.reshape(len(psi), 2 ** len(wires), 2 ** len(rest))
    return matrix @ matrix.conj().transpose(1, 2)
