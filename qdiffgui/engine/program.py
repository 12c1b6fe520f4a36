"""The gate program: a circuit as plain frozen data, without torch or PennyLane.

A program has two kinds of primitives. Every gate is expressed in them exactly, global phase
included:

* a *rotation*  exp(-i θ/2 · Π_c ⊗ P):  P a Pauli word on the target wires, Π_c the projector on the
    control values;
* a *fixed* unitary on a few target wires, under optional controls.

Every angle θ is a polynomial of degree at most two in the parameters p = (weights, inputs of one
sample): θ_r = offset_r + Σ linear_rc p_c + Σ quadratic_rij p_i p_j. Degree one is the rule; degree
two covers data re-uploading with a trainable scale (w·x) and the IQP embedding (x_i x_j).
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
    """exp(-i θ/2 · Π_controls ⊗ P), where θ is the angle of row ``row``.

    ``pauli`` names P wire by wire; "" is P = 1.
    """

    pauli: str
    wires: tuple[int, ...]
    controls: tuple[tuple[int, int], ...]
    row: int


class Fixed(NamedTuple):
    """The unitary ``constants[constant]`` on ``wires``, applied if every (wire, value) of
    ``controls`` holds.
    """

    name: str
    wires: tuple[int, ...]
    controls: tuple[tuple[int, int], ...]
    constant: int


Primitive = Rotation | Fixed


@dataclass(frozen=True)
class AngleMap:
    """The angles of all rotations as sparse polynomials of the parameters.

    Attributes
    ----------
    offset : array, shape (n_angles,)
        Constant terms in radians.
    linear_row, linear_col, linear_val : array
        Coordinates and values of the non-zero linear coefficients.
    quadratic_row, quadratic_left, quadratic_right, quadratic_val : array
        The same for the quadratic coefficients.
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
        """Angles (..., n_angles) in radians from parameters (..., n_weights + n_inputs)."""
        flat = parameters.reshape(-1, parameters.shape[-1]).T
        angles = np.repeat(self.offset[:, None], flat.shape[1], 1)
        np.add.at(angles, self.linear_row, self.linear_val[:, None] * flat[self.linear_col])
        pairs = flat[self.quadratic_left] * flat[self.quadratic_right]
        np.add.at(angles, self.quadratic_row, self.quadratic_val[:, None] * pairs)
        return angles.T.reshape(*parameters.shape[:-1], len(self))


@dataclass(frozen=True)
class GateProgram:
    """A circuit traced once, independent of parameter values, batch size, precision and back-end.

    Made by ``trace``. Wire 0 is the most significant bit of a basis index.

    Attributes
    ----------
    n_qubits, n_weights, n_inputs : int
        Number of wires, of trainable angles, and of data angles per sample.
    primitives : tuple of Rotation or Fixed
        The gates in order.
    angles : AngleMap
        Angle of every rotation, in radians, as a polynomial of weights and inputs.
    constants : tuple of array, shape (2**k, 2**k)
        Matrices of the fixed gates.
    source : tuple of dict
        The PennyLane gates that the program was traced from; see ``gates``.
    sizes : tuple of int
        How many of the primitives each of these gates became, in order.

    Examples
    --------
    >>> import pennylane as qml
    >>> from qdiffgui import engine
    >>> program = engine.trace(
    ...     lambda weights, inputs: qml.CRX(weights[0], wires=[0, 1]), n_qubits=2, n_weights=1
    ... )
    >>> program.primitives
    (Rotation(pauli='X', wires=(1,), controls=((0, 1),), row=0),)
    >>> program.gates()
    [{'name': 'CRX', 'wires': [0, 1], 'angle': 'w0', 'weights': [0], 'inputs': []}]
    """

    n_qubits: int
    n_weights: int
    n_inputs: int
    primitives: tuple[Primitive, ...]
    angles: AngleMap
    constants: tuple[NDArray[np.complex128], ...]
    source: tuple[dict[str, Any], ...] = field(repr=False)
    sizes: tuple[int, ...] = field(default=(), repr=False)

    def gates(self) -> list[dict[str, Any]]:
        """List the PennyLane gates of the circuit, before any fusion, for drawing and counting.

        Returns
        -------
        list of dict
            For each gate "name" (str), "wires" (list of int), "angle" (label such as "w3" or
            "2·x0·w1+0.5"; None for a fixed gate; comma-separated for several parameters), and
            "weights" and "inputs" (indices of the parameters that the angles depend on).
        """
        return [dict(gate) for gate in self.source]

    def sample_rows(self) -> NDArray[np.bool_]:
        """Which angles depend on the sample.

        Returns
        -------
        array of bool, shape (n_angles,)
            True for an angle that depends on the inputs, False for one that the whole batch shares.
        """
        per_sample = np.zeros(len(self.angles), bool)
        a = self.angles
        per_sample[a.linear_row[a.linear_col >= self.n_weights]] = True
        of_inputs = (a.quadratic_left >= self.n_weights) | (a.quadratic_right >= self.n_weights)
        per_sample[a.quadratic_row[of_inputs]] = True
        return per_sample


def z_sign(mask: int, n_qubits: int) -> NDArray[np.int8]:
    """Eigenvalues ±1, shape (2**n_qubits,), of the product of Z over the bits of ``mask``."""
    index = np.arange(2**n_qubits, dtype=np.uint64)
    odd = np.bitwise_count(index & np.uint64(mask)) & 1
    return np.where(odd, np.int8(-1), np.int8(1))


def bit(wire: int, n_qubits: int) -> int:
    """The bit of a basis index that stands for a wire; wire 0 is the most significant one."""
    return 1 << (n_qubits - 1 - wire)


def word_masks(pauli: str, wires: tuple[int, ...], n_qubits: int) -> tuple[int, int, complex]:
    """(x, z, phase) with  (Pψ)[k] = phase · (-1)^{parity(k & z)} · ψ[k ^ x]  for the Pauli word P
    on ``wires``.
    """
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
    """Masks of a Pauli word with one letter per wire, such as "ZIX"; see ``word_masks``.

    Raises ``UserError`` if the word is malformed.
    """
    if len(word) != n_qubits or set(word) - set("IXYZ"):
        raise UserError(
            f"A Pauli word needs one letter I, X, Y or Z for each of the {n_qubits} wires, such as "
            f"{'Z' + 'I' * (n_qubits - 1)!r}; found {word!r}."
        )
    return word_masks(word, tuple(range(n_qubits)), n_qubits)
