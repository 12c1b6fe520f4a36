"""The gate program: what the engine knows of a circuit, as plain frozen data (no torch, no PennyLane).

A program has two kinds of primitive, and every gate is written in them exactly, global phase included:

* a *rotation*  exp(-i θ/2 · Π_c ⊗ P):  P a Pauli word on the target wires, Π_c the projector on the control values;
* a *fixed* unitary on a few target wires, under optional controls.

Every angle θ is a polynomial of degree at most two in the parameters p = (weights, inputs of one sample):
θ_r = offset_r + Σ linear_rc p_c + Σ quadratic_rij p_i p_j. Degree one is the rule; degree two covers data
re-uploading with a trainable scale (w·x) and the IQP embedding (x_i x_j).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qdiffgui.errors import UserError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Rotation(NamedTuple):
    """exp(-i θ/2 · Π_controls ⊗ P), with θ the angle of row ``row``; ``pauli`` names P wire by wire ("" is P = 1)."""

    pauli: str
    wires: tuple[int, ...]
    controls: tuple[tuple[int, int], ...]
    row: int


class Fixed(NamedTuple):
    """The unitary ``constants[constant]`` on ``wires`` where every (wire, value) of ``controls`` holds."""

    name: str
    wires: tuple[int, ...]
    controls: tuple[tuple[int, int], ...]
    constant: int


Primitive = Rotation | Fixed


@dataclass(frozen=True)
class AngleMap:
    """Angles of all rotations as a sparse polynomial of the parameters (see the module docstring).

    offset : (n_angles,) radians. linear_* and quadratic_* : coordinate lists of the non-zero coefficients.
    """

    offset: FloatArray
    linear_row: IntArray
    linear_col: IntArray
    linear_val: FloatArray
    quadratic_row: IntArray
    quadratic_left: IntArray
    quadratic_right: IntArray
    quadratic_val: FloatArray

    def __len__(self) -> int:
        return len(self.offset)

    def __call__(self, parameters: FloatArray) -> FloatArray:
        """Angles (..., n_angles) in radians of parameters (..., n_weights + n_inputs)."""
        flat = parameters.reshape(-1, parameters.shape[-1]).T
        angles = np.repeat(self.offset[:, None], flat.shape[1], 1)
        np.add.at(angles, self.linear_row, self.linear_val[:, None] * flat[self.linear_col])
        pairs = flat[self.quadratic_left] * flat[self.quadratic_right]
        np.add.at(angles, self.quadratic_row, self.quadratic_val[:, None] * pairs)
        return angles.T.reshape(*parameters.shape[:-1], len(self))


@dataclass(frozen=True)
class GateProgram:
    """A circuit traced once, independent of parameter values, batch, precision and back-end.

    Wire 0 is the most significant bit of a basis index. ``source`` keeps the PennyLane-level gates.
    """

    n_qubits: int
    n_weights: int
    n_inputs: int
    primitives: tuple[Primitive, ...]
    angles: AngleMap
    constants: tuple[NDArray[np.complex128], ...]
    source: tuple[dict[str, Any], ...] = field(repr=False)

    def gates(self) -> list[dict[str, Any]]:
        """The circuit's PennyLane-level gates (before any fusion), for drawing and counting.

        Each is {"name": str, "wires": [int], "angle": label such as "w3" or "2·x0·w1+0.5" (None for a fixed gate; comma
        separated for several parameters), "weights": indices used, "inputs": indices used}.
        """
        return [dict(gate) for gate in self.source]

    def sample_rows(self) -> NDArray[np.bool_]:
        """(n_angles,) True where an angle depends on the inputs of a sample, False where the whole batch shares it."""
        per_sample = np.zeros(len(self.angles), bool)
        a = self.angles
        per_sample[a.linear_row[a.linear_col >= self.n_weights]] = True
        of_inputs = (a.quadratic_left >= self.n_weights) | (a.quadratic_right >= self.n_weights)
        per_sample[a.quadratic_row[of_inputs]] = True
        return per_sample


def z_sign(mask: int, n_qubits: int) -> NDArray[np.int8]:
    """(2**n,) the eigenvalues ±1 of the product of Z over the bits of ``mask``."""
    index = np.arange(2**n_qubits, dtype=np.uint64)
    odd = np.bitwise_count(index & np.uint64(mask)) & 1
    return np.where(odd, np.int8(-1), np.int8(1))


def bit(wire: int, n_qubits: int) -> int:
    """The bit of a basis index that wire ``wire`` is (wire 0 the most significant)."""
    return 1 << (n_qubits - 1 - wire)


def word_masks(pauli: str, wires: tuple[int, ...], n_qubits: int) -> tuple[int, int, complex]:
    """(x, z, phase) with  (Pψ)[k] = phase · (-1)^{parity(k & z)} · ψ[k ^ x]  for the Pauli word P on ``wires``."""
    x = z = 0
    phase = 1 + 0j
    for letter, wire in zip(pauli, wires, strict=True):
        b = bit(wire, n_qubits)
        if letter in "XY":
            x |= b
        if letter in "YZ":
            z |= b
        if letter == "Y":  # (Yψ)[0] = -i ψ[1], (Yψ)[1] = i ψ[0]
            phase *= -1j
    return x, z, phase


def check_word(word: str, n_qubits: int) -> tuple[int, int, complex]:
    """Masks of a Pauli word of one letter per wire, such as "ZIX". UserError for a malformed word."""
    if len(word) != n_qubits or set(word) - set("IXYZ"):
        raise UserError(
            f"A Pauli word needs one letter of I, X, Y, Z for each of the {n_qubits} wires, found {word!r}: "
            f"write for example {'Z' + 'I' * (n_qubits - 1)!r}."
        )
    return word_masks(word, tuple(range(n_qubits)), n_qubits)
