"""A circuit with its current weights as OpenQASM 3 text (https://openqasm.com, version 3.0).

PennyLane's exporter writes OpenQASM 2 and needs numbers for all angles. Here the data angles of an
encoding circuit stay symbols (``input float[64] x_3;``). The ancillas of a measured circuit are
reset first and measured last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qdiffgui.engine import GateProgram, trace
from qdiffgui.engine.program import AngleMap, Fixed, Rotation

Controls = Sequence[tuple[int, int]]
_ANGLES = (
    "Wire k of the model is q[k]; the first wire is the most significant bit. Angles are "
    "in radians; trained angles are numbers."
)

_NAMES = {
    "PauliX": "x",
    "PauliY": "y",
    "PauliZ": "z",
    "X": "x",
    "Y": "y",
    "Z": "z",
    "Hadamard": "h",
    "S": "s",
    "T": "t",
    "SX": "sx",
    "Adjoint(S)": "sdg",
    "Adjoint(T)": "tdg",
    "CNOT": "cx",
    "CY": "cy",
    "CZ": "cz",
    "CH": "ch",
    "SWAP": "swap",
    "CSWAP": "cswap",
    "Toffoli": "ccx",
}
# V with V P V† = Z, as gates in the order in which they act
_TO_Z = {"X": ("h",), "Y": ("sdg", "h"), "Z": ()}
_FROM_Z = {"X": ("h",), "Y": ("h", "s"), "Z": ()}


class Drawable(Protocol):
    """The fields of ``CircuitInfo`` that are exported."""

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
    """Export a model's circuit with its current weights.

    Parameters
    ----------
    info : CircuitInfo
        A circuit of a model. A series of measured circuits becomes one program, step after step.

    Returns
    -------
    str
        The OpenQASM 3 program.

    Examples
    --------
    >>> import qdiffgui
    >>> model = qdiffgui.load("runs/finished/model.h5")
    >>> text = to_qasm3(model.diffusion_model.circuits()[0])
    >>> text.splitlines()[0]
    'OPENQASM 3.0;'
    """
    weights = np.asarray(info.weights).reshape(-1)
    program = trace(
        info.function, n_qubits=info.n_qubits, n_weights=len(weights), n_inputs=info.n_inputs
    )
    series = weights[None] if info.series is None else np.asarray(info.series)
    comments = [_ANGLES, *info.about]
    if info.repeated > 1 and info.series is None:
        comments.append(
            f"This is one run of the circuit; generating one sample runs it {info.repeated} times."
        )
    return program_qasm3(
        program, series, name=info.name, n_ancillas=info.n_ancillas, comments=comments
    )


def program_qasm3(
    program: GateProgram,
    weights: NDArray[np.floating],
    *,
    name: str = "",
    n_ancillas: int = 0,
    comments: Sequence[str] = (),
) -> str:
    """Write a gate program as OpenQASM 3.

    Wire k is ``q[k]``. The gates are those of the engine, so their product is the same unitary,
    global phase included.

    Parameters
    ----------
    program : GateProgram
        The circuit.
    weights : array, shape (n_weights,) or (n_steps, n_weights)
        Trained angles in radians, or those of several applications one after another.
    name : str
        Name, written as a comment.
    n_ancillas : int
        Number of last wires that are reset before and measured after each application.
    comments : sequence of str
        Comments at the top.

    Returns
    -------
    str
        The OpenQASM 3 program.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui import catalog
    >>> ansatz = catalog.ansatze["basic-entangler"].load()
    >>> print(program_qasm3(ansatz.trace(2, 1), np.array([0.5, 1.0])))
    OPENQASM 3.0;
    include "stdgates.inc";
    qubit[2] q;
    rx(0.5) q[0];
    rx(1.0) q[1];
    cx q[0], q[1];
    <BLANKLINE>
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


def _application(
    program: GateProgram, weights: NDArray[np.float64], n_ancillas: int, k: int
) -> Iterator[str]:
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
    """The angle of a row of the angle map, as a number (from the weights) and terms in the inputs
    ``x_k``.
    """

    def __init__(self, angles: AngleMap, weights: NDArray[np.float64], n_weights: int) -> None:
        self.constant = angles.offset.copy()
        self.terms: list[dict[str, float]] = [{} for _ in range(len(angles))]
        for row, column, value in zip(angles.linear_row, angles.linear_col, angles.linear_val):
            self._add(row, value, [column], weights, n_weights)
        for row, i, j, value in zip(
            angles.quadratic_row,
            angles.quadratic_left,
            angles.quadratic_right,
            angles.quadratic_val,
        ):
            self._add(row, value, [i, j], weights, n_weights)

    def _add(
        self,
        row: int,
        value: float,
        columns: list[int],
        weights: NDArray[np.float64],
        n_weights: int,
    ) -> None:
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
    parts += [
        name if factor * value == 1 else f"{_number(factor * value)}*{name}"
        for name, value in terms.items()
    ]
    return " + ".join(parts).replace("+ -", "- ")


def _number(value: float) -> str:
    text = f"{value:.12g}"
    return text if any(c in text for c in ".en") else text + ".0"


_SHORT = {
    **{(gate, 1): f"c{gate}" for gate in ("x", "y", "z", "h", "p", "rx", "ry", "rz", "swap")},
    ("x", 2): "ccx",
}
"""Controlled gates of stdgates.inc, by gate and number of controls."""


def _on(wires: Sequence[int]) -> str:
    return ", ".join(f"q[{w}]" for w in wires)


def _controlled(gate: str, controls: Controls, wires: Sequence[int]) -> str:
    on = _on([w for w, _ in controls] + list(wires))
    bare, _, angle = gate.partition("(")
    short = _SHORT.get((bare, len(controls))) if all(value for _, value in controls) else None
    if short is not None:  # not all importers know the modifiers
        return f"{short}({angle} {on};" if angle else f"{short} {on};"
    modifiers = "".join("ctrl @ " if value else "negctrl @ " for _, value in controls)
    return f"{modifiers}{gate} {on}".rstrip() + ";"


def _rotation(p: Rotation, constant: float, terms: dict[str, float]) -> Iterator[str]:
    """exp(-i θ/2 · Π_controls ⊗ P): a basis change to Z…Z, the parity on the last wire, RZ there,
    and back.
    """
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
    yield from (
        f"{gate} q[{w}];" for letter, w in zip(p.pauli, p.wires) for gate in _FROM_Z[letter]
    )


def _fixed(p: Fixed, matrix: NDArray[np.complex128]) -> Iterator[str]:
    if p.name in _NAMES:
        yield _controlled(_NAMES[p.name], p.controls, p.wires)
        return
    parts = trace(_decomposed(matrix), n_qubits=len(p.wires))
    for part in parts.primitives:
        controls = (*p.controls, *((p.wires[w], value) for w, value in part.controls))
        wires = tuple(p.wires[w] for w in part.wires)
        if isinstance(part, Rotation):
            yield from _rotation(
                part._replace(wires=wires, controls=controls),
                float(parts.angles.offset[part.row]),
                {},
            )
        else:
            yield from _fixed(
                part._replace(wires=wires, controls=controls), parts.constants[part.constant]
            )


def _decomposed(matrix: NDArray[np.complex128]) -> Callable[[Any, Any], None]:
    """A quantum function with PennyLane's decomposition of a constant unitary."""
    import pennylane as qml

    wires = range(matrix.shape[0].bit_length() - 1)
    ops = qml.QubitUnitary.compute_decomposition(matrix, wires=wires)

    def circuit(weights: Any, inputs: Any) -> None:
        for op in ops:
            qml.apply(op)

    return circuit
