"""Translate PennyLane gates to the primitives of a gate program. PennyLane decomposes the gates
that are missing here.

A lowered rotation is (pauli, wires, controls, parameter, scale): its angle is ``scale`` times
parameter number ``parameter`` of the gate. Definitions follow the PennyLane documentation, global
phases included.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Controls = tuple[tuple[int, int], ...]
MAX_DENSE_WIRES = 4


class LoweredRotation(NamedTuple):
    """exp(-i θ/2 · Π_controls ⊗ P), where θ (radians) is ``scale`` times parameter number
    ``parameter`` of the gate.

    ``pauli`` names P for each of ``wires`` ("" is P = 1); ``controls`` are (wire, value). Wires are
    those of the program.
    """

    pauli: str
    wires: tuple[int, ...]
    controls: Controls
    parameter: int
    scale: float


class LoweredFixed(NamedTuple):
    """The unitary ``matrix`` (2**k, 2**k) on k ``wires``, the first one the most significant bit,
    applied if every (wire, value) of ``controls`` holds.
    """

    name: str
    wires: tuple[int, ...]
    controls: Controls
    matrix: NDArray[np.complex128]


Lowered = LoweredRotation | LoweredFixed

# name: [(pauli word, wires by position, controls by position, parameter, scale)]
_Row = tuple[str, tuple[int, ...], tuple[int, ...], int, float]
_TABLE: dict[str, list[_Row]] = {
    "RX": [("X", (0,), (), 0, 1.0)],
    "RY": [("Y", (0,), (), 0, 1.0)],
    "RZ": [("Z", (0,), (), 0, 1.0)],
    "Rot": [("Z", (0,), (), 0, 1.0), ("Y", (0,), (), 1, 1.0), ("Z", (0,), (), 2, 1.0)],
    "PhaseShift": [("", (), (0,), 0, -2.0)],
    "U1": [("", (), (0,), 0, -2.0)],
    "ControlledPhaseShift": [("", (), (0, 1), 0, -2.0)],
    "CRX": [("X", (1,), (0,), 0, 1.0)],
    "CRY": [("Y", (1,), (0,), 0, 1.0)],
    "CRZ": [("Z", (1,), (0,), 0, 1.0)],
    "CRot": [("Z", (1,), (0,), 0, 1.0), ("Y", (1,), (0,), 1, 1.0), ("Z", (1,), (0,), 2, 1.0)],
    "IsingXX": [("XX", (0, 1), (), 0, 1.0)],
    "IsingYY": [("YY", (0, 1), (), 0, 1.0)],
    "IsingZZ": [("ZZ", (0, 1), (), 0, 1.0)],
    "IsingXY": [("XX", (0, 1), (), 0, -0.5), ("YY", (0, 1), (), 0, -0.5)],
    "GlobalPhase": [("", (), (), 0, 2.0)],
}
_NO_GATES = {"Identity", "Barrier", "Snapshot", "WireCut"}


def lower(op: Any, wire_of: dict[Any, int]) -> list[Lowered] | None:
    """Primitives of a PennyLane operator in the order in which they act, or None if PennyLane must
    decompose it.
    """
    wires = tuple(wire_of[w] for w in op.wires)
    if op.name in _NO_GATES:
        return []
    if op.name in _TABLE:
        return [
            LoweredRotation(
                pauli,
                tuple(wires[t] for t in targets),
                tuple((wires[c], 1) for c in controls),
                k,
                scale,
            )
            for pauli, targets, controls, k, scale in _TABLE[op.name]
        ]
    if op.name == "MultiRZ":
        return [LoweredRotation("Z" * len(wires), wires, (), 0, 1.0)]
    if op.name == "PauliRot":
        letters = [
            (p, w) for p, w in zip(op.hyperparameters["pauli_word"], wires, strict=True) if p != "I"
        ]
        word, on = "".join(p for p, _ in letters), tuple(w for _, w in letters)
        return [LoweredRotation(word, on, (), 0, 1.0)]
    import pennylane as qml

    if isinstance(op, qml.ops.Controlled):
        return _controlled(op, wire_of) or _matrix(op, wires)
    if isinstance(op, qml.ops.Adjoint):
        base = lower(op.base, wire_of)
        return None if base is None else [_adjoint(p) for p in reversed(base)]
    return _matrix(op, wires)


def _controlled(op: Any, wire_of: dict[Any, int]) -> list[Lowered] | None:
    base = lower(op.base, wire_of)
    if base is None:
        return None
    values = op.control_values
    extra = tuple((wire_of[w], int(v)) for w, v in zip(op.control_wires, values, strict=True))
    return [p._replace(controls=extra + p.controls) for p in base]


def _adjoint(p: Lowered) -> Lowered:
    if isinstance(p, LoweredRotation):
        return p._replace(scale=-p.scale)
    return p._replace(matrix=p.matrix.conj().T.copy(), name=f"Adjoint({p.name})")


def _matrix(op: Any, wires: tuple[int, ...]) -> list[Lowered] | None:
    """The matrix of a gate without parameters on few wires (or of ``QubitUnitary``, whose parameter
    is the matrix).
    """
    free = op.num_params == 0 or op.name in ("QubitUnitary", "DiagonalQubitUnitary")
    if not free or not op.has_matrix or not 0 < len(wires) <= MAX_DENSE_WIRES:
        return None
    import pennylane as qml

    matrix = np.asarray(qml.math.toarray(qml.math.unwrap([op.matrix()])[0]), np.complex128)
    return [LoweredFixed(op.name, wires, (), matrix)]
