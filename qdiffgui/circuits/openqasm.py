"""A circuit with its present weights as OpenQASM 3 text (https://openqasm.com, version 3.0).

PennyLane's exporter writes OpenQASM 2 and needs numbers for all angles; here the data angles of an encoding circuit stay symbols
(``input float[64] x_3;``), and the ancillas of a measured circuit are reset first and measured last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import numpy as np
import pennylane as qml
from numpy.typing import NDArray

from qdiffgui.engine import GateProgram, trace
from qdiffgui.engine.program import AngleMap, Fixed, Rotation

Controls = Sequence[tuple[int, int]]
_ANGLES = "Wire k of the model is q[k]; the first wire is the most significant bit. Angles are in radians, trained ones put in as numbers."

_NAMES = {
    "PauliX": "x", "PauliY": "y", "PauliZ": "z", "X": "x", "Y": "y", "Z": "z", "Hadamard": "h", "S": "s", "T": "t", "SX": "sx",
    "Adjoint(S)": "sdg", "Adjoint(T)": "tdg", "CNOT": "cx", "CY": "cy", "CZ": "cz", "CH": "ch", "SWAP": "swap", "CSWAP": "cswap",
    "Toffoli": "ccx",
}  # fmt: skip
_TO_Z = {"X": ("h",), "Y": ("sdg", "h"), "Z": ()}  # V with V P V† = Z, as gates in the order they act
_FROM_Z = {"X": ("h",), "Y": ("h", "s"), "Z": ()}


class Drawable(Protocol):
    """What is written: the fields of ``models.base.CircuitInfo`` that matter here."""

    @property
    def name(self) -> str: ...
    @property
    def n_qubits(self) -> int: ...
    @property
    def n_inputs(self) -> int: ...
    @property
    def n_ancillas(self) -> int: ...
    @property
    def function(self) -> Any: ...
    @property
    def weights(self) -> Any: ...
    @property
    def series(self) -> Any: ...
    @property
    def repeated(self) -> int: ...
    @property
    def about(self) -> tuple[str, ...]: ...


def to_qasm3(info: Drawable) -> str:
    """A family's circuit with its present weights; a series of measured circuits becomes one program, step after step."""
    weights = np.asarray(info.weights).reshape(-1)
    program = trace(info.function, n_qubits=info.n_qubits, n_weights=len(weights), n_inputs=info.n_inputs)
    series = weights[None] if info.series is None else np.asarray(info.series)
    comments = [_ANGLES, *info.about]
    if info.repeated > 1 and info.series is None:
        comments.append(f"One use of the circuit: generating one sample uses it {info.repeated} times.")
    return program_qasm3(program, series, name=info.name, n_ancillas=info.n_ancillas, comments=comments)


def program_qasm3(
    program: GateProgram, weights: NDArray[np.floating], *, name: str = "", n_ancillas: int = 0, comments: Sequence[str] = ()
) -> str:
    """OpenQASM 3 of a gate program at ``weights``, (n_weights,) or (steps, n_weights) for one application after another, radians.

    Wire k is ``q[k]``. The gates are those of the engine, so their product is the same unitary, global phase included. With
    ``n_ancillas`` the last wires are reset before and measured after each application. ``comments`` stand at the top.
    """
    rows = np.atleast_2d(np.asarray(weights, np.float64))
    lines = ["OPENQASM 3.0;", 'include "stdgates.inc";', *([f"// {name}"] if name else [])]
    lines += [f"// {' '.join(text.split())}" for text in comments]
    lines += [f"input float[64] x_{k};" for k in range(program.n_inputs)]
    lines.append(f"qubit[{program.n_qubits}] q;")
    if n_ancillas:
        lines.append(f"bit[{n_ancillas * len(rows)}] outcome;")
    for k, row in enumerate(rows):
        lines += [f"// {k + 1} of {len(rows)}"] if len(rows) > 1 else []
        lines += _application(program, row, n_ancillas, k)
    return "\n".join(lines) + "\n"


def _application(program: GateProgram, weights: NDArray[np.float64], n_ancillas: int, k: int) -> Iterator[str]:
    angles = _Angles(program.angles, weights, program.n_weights)
    last = range(program.n_qubits - n_ancillas, program.n_qubits)
    yield from (f"reset q[{w}];" for w in last)
    for primitive in program.primitives:
        if isinstance(primitive, Rotation):
            yield from _rotation(primitive, *angles(primitive.row))
        else:
            yield from _fixed(primitive, program.constants[primitive.constant])
    yield from (f"outcome[{k * n_ancillas + j}] = measure q[{w}];" for j, w in enumerate(last))


class _Angles:
    """The angle of a row of the angle map as (number, symbolic rest): weights are put in, inputs stay ``x_k``."""

    def __init__(self, angles: AngleMap, weights: NDArray[np.float64], n_weights: int) -> None:
        self.constant = angles.offset.copy()
        self.terms: list[dict[str, float]] = [{} for _ in range(len(angles))]
        for row, column, value in zip(angles.linear_row, angles.linear_col, angles.linear_val):
            self._add(row, value, [column], weights, n_weights)
        for row, i, j, value in zip(angles.quadratic_row, angles.quadratic_left, angles.quadratic_right, angles.quadratic_val):
            self._add(row, value, [i, j], weights, n_weights)

    def _add(self, row: int, value: float, columns: list[int], weights: NDArray[np.float64], n_weights: int) -> None:
        factors = []
        for column in columns:
            if column < n_weights:
                value = value * weights[column]
            else:
                factors.append(f"x_{column - n_weights}")
        if factors:
            key = "*".join(factors)
            self.terms[row][key] = self.terms[row].get(key, 0.0) + value
        else:
            self.constant[row] += value

    def __call__(self, row: int) -> tuple[float, dict[str, float]]:
        return float(self.constant[row]), self.terms[row]


def _expression(constant: float, terms: dict[str, float], factor: float = 1.0) -> str:
    """``factor`` times the angle, such as ``0.5 + 2*x_1``."""
    parts = [_number(factor * constant)] if constant or not terms else []
    parts += [name if factor * value == 1 else f"{_number(factor * value)}*{name}" for name, value in terms.items()]
    return " + ".join(parts).replace("+ -", "- ")


def _number(value: float) -> str:
    text = f"{value:.12g}"
    return text if any(c in text for c in ".en") else text + ".0"


def _on(wires: Sequence[int]) -> str:
    return ", ".join(f"q[{w}]" for w in wires)


def _controlled(gate: str, controls: Controls, wires: Sequence[int]) -> str:
    modifiers = "".join("ctrl @ " if value else "negctrl @ " for _, value in controls)
    return f"{modifiers}{gate} {_on([w for w, _ in controls] + list(wires))}".rstrip() + ";"


def _rotation(p: Rotation, constant: float, terms: dict[str, float]) -> Iterator[str]:
    """exp(-i θ/2 · Π_controls ⊗ P): a basis change to Z…Z, the parity on the last wire, RZ there, and back."""
    if not p.pauli:
        yield _controlled(f"gphase({_expression(constant, terms, -0.5)})", p.controls, ())
        return
    angle = _expression(constant, terms)
    if len(p.pauli) == 1:
        yield _controlled(f"r{p.pauli.lower()}({angle})", p.controls, p.wires)
        return
    chain = [f"cx q[{a}], q[{b}];" for a, b in zip(p.wires, p.wires[1:])]
    yield from (f"{gate} q[{w}];" for letter, w in zip(p.pauli, p.wires) for gate in _TO_Z[letter])
    yield from chain
    yield _controlled(f"rz({angle})", p.controls, p.wires[-1:])
    yield from reversed(chain)
    yield from (f"{gate} q[{w}];" for letter, w in zip(p.pauli, p.wires) for gate in _FROM_Z[letter])


def _fixed(p: Fixed, matrix: NDArray[np.complex128]) -> Iterator[str]:
    if p.name in _NAMES:
        yield _controlled(_NAMES[p.name], p.controls, p.wires)
        return
    parts = trace(_decomposed(matrix), n_qubits=len(p.wires))
    for part in parts.primitives:
        controls = (*p.controls, *((p.wires[w], value) for w, value in part.controls))
        wires = tuple(p.wires[w] for w in part.wires)
        if isinstance(part, Rotation):
            yield from _rotation(part._replace(wires=wires, controls=controls), float(parts.angles.offset[part.row]), {})
        else:
            yield from _fixed(part._replace(wires=wires, controls=controls), parts.constants[part.constant])


def _decomposed(matrix: NDArray[np.complex128]) -> Callable[[Any, Any], None]:
    """A quantum function with PennyLane's decomposition of a constant unitary."""
    wires = range(matrix.shape[0].bit_length() - 1)
    ops = qml.QubitUnitary.compute_decomposition(matrix, wires=wires)

    def circuit(weights: Any, inputs: Any) -> None:
        for op in ops:
            qml.apply(op)

    return circuit
