"""Linear frames: CNOT, SWAP, X and all other affine permutations of basis states cost nothing.

The kernel never moves amplitudes for a gate that only relabels basis states. In addition to the
stored ("physical") state it keeps the map  k_physical = A k_logical ⊕ b  over GF(2). A gate on
logical wire q then pairs the physical indices k and k ^ columns[q], and the value of that wire in
physical index k is parity((k ^ b) & rows[q]). Diagonal gates stay diagonal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qdiffgui.engine.program import bit


class Monomial(NamedTuple):
    """A matrix M = P · diag(phases) with an affine permutation P|k> = |C k ⊕ d>."""

    phases: NDArray[np.float64]
    rows: tuple[int, ...]
    inverse_columns: tuple[int, ...]
    shift: int


@dataclass
class Frame:
    """The map between logical and physical basis indices; bits are numbered as in a basis index."""

    n_qubits: int
    columns: list[int] = field(init=False)
    rows: list[int] = field(init=False)
    offset: int = 0

    def __post_init__(self) -> None:
        self.columns = [bit(q, self.n_qubits) for q in range(self.n_qubits)]
        self.rows = list(self.columns)

    def word(self, x: int, z: int) -> tuple[int, int, int]:
        """Physical (x, z) masks of a logical Pauli word, and the parity of the sign that the offset
        gives it.
        """
        px = pz = 0
        for q in range(self.n_qubits):
            b = bit(q, self.n_qubits)
            if x & b:
                px ^= self.columns[q]
            if z & b:
                pz ^= self.rows[q]
        return px, pz, odd(pz & self.offset)

    def permute(self, wires: tuple[int, ...], move: Monomial) -> None:
        """Apply the affine permutation of ``move`` on ``wires``, without its diagonal."""
        k = len(wires)
        rows = [self._combine(self.rows, wires, mask, k) for mask in move.rows]
        columns = [self._combine(self.columns, wires, mask, k) for mask in move.inverse_columns]
        for w, row, column in zip(wires, rows, columns, strict=True):
            self.rows[w], self.columns[w] = row, column
        self.offset ^= self._combine(self.columns, wires, move.shift, k)

    @staticmethod
    def _combine(masks: list[int], wires: tuple[int, ...], select: int, k: int) -> int:
        out = 0
        for position, w in enumerate(wires):
            if select >> (k - 1 - position) & 1:
                out ^= masks[w]
        return out

    def physical_index(self) -> NDArray[np.int64]:
        """Physical index of every logical basis state, shape (2**n,)."""
        index = np.full(1, self.offset, np.int64)
        for q in range(self.n_qubits):  # from the most significant bit down
            index = np.stack([index, index ^ self.columns[q]], 1).reshape(-1)
        return index


def odd(value: int) -> int:
    """Parity of the number of set bits."""
    return value.bit_count() & 1


@lru_cache(maxsize=512)
def monomial(data: bytes, size: int) -> Monomial | None:
    """The matrix (size × size, complex128 bytes ``data``) as an affine permutation times phases, or
    None if it has no such form.
    """
    matrix = np.frombuffer(data, np.complex128).reshape(size, size)
    target = np.abs(matrix).argmax(0)
    entries = matrix[target, np.arange(size)]
    clean = np.zeros_like(matrix)
    clean[target, np.arange(size)] = entries
    if not (
        np.allclose(clean, matrix, rtol=0, atol=1e-14)
        and np.allclose(np.abs(entries), 1, rtol=0, atol=1e-12)
    ):
        return None
    k, shift = size.bit_length() - 1, int(target[0])
    images = [int(target[1 << (k - 1 - q)]) ^ shift for q in range(k)]  # columns of C
    linear = np.full(1, shift)
    for image in images:
        linear = np.stack([linear, linear ^ image], 1).reshape(-1)
    if not np.array_equal(linear, target):
        return None
    source = np.argsort(target)
    rows = tuple(
        sum(((image >> (k - 1 - i)) & 1) << (k - 1 - j) for j, image in enumerate(images))
        for i in range(k)
    )
    inverse = tuple(int(source[(1 << (k - 1 - i)) ^ shift]) for i in range(k))
    return Monomial(np.angle(entries), rows, inverse, shift)
