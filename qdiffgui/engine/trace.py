"""Trace a PennyLane quantum function once and write it as a gate program.

The function runs at two random points. The list of gates must be the same at both, and every gate
parameter must be a polynomial of degree ≤ 2 in (weights, inputs). A parameter that *is* one of them
is recognized by its value; this is the usual case. For any other parameter autograd computes the
Jacobian, and if necessary the Hessian, at the first point; the polynomial is checked at the second.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from qdiffgui.engine.lower import Lowered, LoweredFixed, lower
from qdiffgui.engine.program import AngleMap, Fixed, FloatArray, GateProgram, Primitive, Rotation
from qdiffgui.errors import UserError

QuantumFunction = Callable[[Tensor, Tensor], Any]
_TOLERANCE = 1e-9
_OUTSIDE = (
    "compute it with torch outside the circuit and pass the result as an input, or a state as psi"
)


class _Polynomial(NamedTuple):
    """offset + Σ linear[c] p_c + Σ quadratic[i, j] p_i p_j with i ≤ j."""

    offset: float
    linear: dict[int, float]
    quadratic: dict[tuple[int, int], float]


class _Gate(NamedTuple):
    op: Any
    primitives: list[Lowered]


class _Point(NamedTuple):
    weights: Tensor
    inputs: Tensor
    values: FloatArray


def trace(
    circuit: QuantumFunction, *, n_qubits: int, n_weights: int = 0, n_inputs: int = 0
) -> GateProgram:
    """Write a PennyLane quantum function as a gate program.

    Gates that the engine does not know are decomposed by PennyLane.

    Parameters
    ----------
    circuit : callable
        ``circuit(weights, inputs)`` queues gates on the wires 0 … n_qubits - 1 (wire 0 is the most
        significant bit) and returns nothing. While tracing, weights (n_weights,) and the inputs of
        one sample (n_inputs,) are float64 tensors, in radians if they are angles.
    n_qubits : int
        Number of wires.
    n_weights : int
        Number of trainable parameters, shared by the batch.
    n_inputs : int
        Number of inputs per sample.

    Returns
    -------
    GateProgram
        The program, which ``compile`` accepts.

    Raises
    ------
    UserError
        If a wire is out of range, a gate has no decomposition, the circuit contains a measurement,
        or a gate parameter is not a polynomial of degree ≤ 2 in weights and inputs.

    Examples
    --------
    >>> import pennylane as qml
    >>> from qdiffgui import engine
    >>> def upload(weights, inputs):
    ...     qml.RX(weights[0] * inputs[0], wires=0)
    ...     qml.CZ(wires=[0, 1])
    >>> program = engine.trace(upload, n_qubits=2, n_weights=1, n_inputs=1)
    >>> [(gate["name"], gate["angle"]) for gate in program.gates()]
    [('RX', 'w0·x0'), ('CZ', None)]
    """
    if n_qubits < 1 or n_weights < 0 or n_inputs < 0:
        raise UserError(
            "A circuit needs at least one qubit, and numbers of weights and inputs that are not "
            f"negative; found {n_qubits}, {n_weights} and {n_inputs}."
        )
    rng = np.random.default_rng(20231109)
    first, second = (_run(circuit, _point(rng, n_weights, n_inputs), n_qubits) for _ in range(2))
    (ops, point), (again, check) = first, second
    if [(g.op.name, tuple(g.op.wires)) for g in ops] != [
        (g.op.name, tuple(g.op.wires)) for g in again
    ]:
        raise UserError(
            "The circuit queues different gates for different parameter values, but the engine "
            "traces it only once: remove Python branches that depend on parameter values."
        )
    return _Builder(n_qubits, point, check).build(ops, again)


def _point(rng: np.random.Generator, n_weights: int, n_inputs: int) -> _Point:
    values = rng.uniform(0.3, 1.4, n_weights + n_inputs)
    weights, inputs = (torch.tensor(v, requires_grad=True) for v in np.split(values, [n_weights]))
    return _Point(weights, inputs, values)


def _run(circuit: QuantumFunction, point: _Point, n_qubits: int) -> tuple[list[_Gate], _Point]:
    import pennylane as qml  # two seconds, which classical models do without

    wire_of = {w: w for w in range(n_qubits)}
    with qml.queuing.AnnotatedQueue() as queue:
        try:
            circuit(point.weights, point.inputs)
        except (ValueError, IndexError, TypeError) as error:
            raise UserError(
                f"The circuit could not be traced with {len(point.weights)} weights and "
                f"{len(point.inputs)} inputs. PennyLane says: {error}"
            ) from error
    ops: list[_Gate] = []
    for op in qml.tape.QuantumScript.from_queue(queue):
        _expand(op, wire_of, ops, 0)
    return ops, point


def _expand(op: Any, wire_of: dict[int, int], out: list[_Gate], depth: int) -> None:
    """Append ``op``, or its decomposition (recursively) if the engine has no primitive for it."""
    import pennylane as qml

    if isinstance(op, qml.measurements.MeasurementProcess) or "Measure" in op.name:
        raise UserError(
            f"A circuit may contain gates only; found the measurement "
            f"{op.name if hasattr(op, 'name') else op!r}: remove it, and call expval, "
            "probabilities or state of the compiled circuit (for ancillas, "
            "qdiffgui.engine.ancillas)."
        )
    for wire in op.wires:
        if wire not in wire_of:
            raise UserError(
                f"The gate {op.name} acts on wire {wire!r}, but the circuit has the wires 0 to "
                f"{len(wire_of) - 1}: increase n_qubits."
            )
    if op.batch_size is not None:
        raise UserError(
            f"The gate {op.name} got a batch of {op.batch_size} parameters: write the circuit for "
            "one sample, with inputs of shape (n_inputs,)."
        )
    primitives = lower(op, wire_of)
    if primitives is not None:
        out.append(_Gate(op, primitives))
        return
    if depth > 20 or not op.has_decomposition:
        raise UserError(
            f"The engine does not know the gate {op.name!r}, and PennyLane has no decomposition of "
            "it: use rotations, controlled rotations, Ising couplings or a constant QubitUnitary."
        )
    with qml.QueuingManager.stop_recording():
        try:
            parts = op.decomposition()
        except (RuntimeError, ValueError, TypeError, NotImplementedError) as error:
            raise UserError(
                f"The gate {op.name!r} cannot be decomposed for variable parameters: {_OUTSIDE}."
            ) from error
    for part in parts:
        _expand(part, wire_of, out, depth + 1)


def _number(value: Any) -> float:
    return float(value.detach()) if isinstance(value, Tensor) else float(value)


class _Builder:
    """Collects primitives, angle rows and constants while walking over the traced gates."""

    def __init__(self, n_qubits: int, point: _Point, check: _Point) -> None:
        self.n_qubits, self.point, self.check = n_qubits, point, check
        self.index = {value: k for k, value in enumerate(point.values.tolist())}
        self.rows: list[_Polynomial] = []
        self.constants: list[np.ndarray] = []
        self.primitives: list[Primitive] = []
        self.source: list[dict[str, Any]] = []

    def build(self, ops: list[_Gate], again: list[_Gate]) -> GateProgram:
        for gate, other in zip(ops, again, strict=True):
            self._gate(gate.op, other.op, gate.primitives)
        n_weights = len(self.point.weights)
        return GateProgram(
            n_qubits=self.n_qubits,
            n_weights=n_weights,
            n_inputs=len(self.point.inputs),
            primitives=tuple(self.primitives),
            angles=_angle_map(self.rows),
            constants=tuple(self.constants),
            source=tuple(self.source),
            sizes=tuple(len(gate.primitives) for gate in ops),
        )

    def _gate(self, op: Any, other: Any, primitives: list[Lowered]) -> None:
        polynomials: dict[int, _Polynomial] = {}
        for p in primitives:
            if isinstance(p, LoweredFixed):
                self._check_constant(op, other)
                self.primitives.append(Fixed(p.name, p.wires, p.controls, len(self.constants)))
                self.constants.append(p.matrix)
                continue
            if p.parameter not in polynomials:
                a, b = op.data[p.parameter], other.data[p.parameter]
                polynomials[p.parameter] = self._polynomial(a, b, op.name)
            self.primitives.append(Rotation(p.pauli, p.wires, p.controls, len(self.rows)))
            self.rows.append(_scaled(polynomials[p.parameter], p.scale))
        self.source.append(self._describe(op, [polynomials[k] for k in sorted(polynomials)]))

    def _check_constant(self, op: Any, other: Any) -> None:
        import pennylane as qml

        for a, b in zip(op.data, other.data, strict=True):
            if (isinstance(a, Tensor) and a.requires_grad) or not qml.math.allclose(a, b):
                raise UserError(
                    f"The matrix of {op.name} depends on the circuit's parameters: {_OUTSIDE}."
                )

    def _describe(self, op: Any, polynomials: list[_Polynomial]) -> dict[str, Any]:
        used = {c for p in polynomials for c in (*p.linear, *(k for ij in p.quadratic for k in ij))}
        n_weights = len(self.point.weights)
        return {
            "name": op.name,
            "wires": [int(w) for w in op.wires],
            "angle": ", ".join(_label(p, n_weights) for p in polynomials) if polynomials else None,
            "weights": sorted(c for c in used if c < n_weights),
            "inputs": sorted(c - n_weights for c in used if c >= n_weights),
        }

    def _polynomial(self, a: Any, b: Any, name: str) -> _Polynomial:
        value, target = _number(a), _number(b)
        column = self.index.get(value)
        if column is not None and self.check.values[column] == target:
            return _Polynomial(0.0, {column: 1.0}, {})
        if not (isinstance(a, Tensor) and a.requires_grad):
            if value != target:
                raise UserError(
                    f"A parameter of {name} changes with the circuit's parameters without a "
                    f"gradient: {_OUTSIDE}."
                )
            return _Polynomial(value, {}, {})
        g, p = self._gradient(a).numpy(), self.point.values
        if abs(value + g @ (self.check.values - p) - target) <= _TOLERANCE * max(1.0, abs(target)):
            return _Polynomial(_clean(float(value - g @ p)), _sparse(g), {})
        return self._quadratic(value, target, self._gradient(a, create_graph=True), name)

    def _quadratic(self, value: float, target: float, gradient: Tensor, name: str) -> _Polynomial:
        p, g = self.point.values, gradient.detach().numpy()
        if gradient.requires_grad:
            columns = [
                self._gradient(entry) if entry.requires_grad else torch.zeros_like(gradient)
                for entry in gradient
            ]
            hessian = torch.stack(columns).detach().numpy()
        else:
            hessian = np.zeros((len(p), len(p)))
        step = self.check.values - p
        if abs(value + g @ step + 0.5 * step @ hessian @ step - target) > _TOLERANCE * max(
            1.0, abs(target)
        ):
            raise UserError(
                f"A parameter of {name} is not a polynomial of degree ≤ 2 of the circuit's "
                f"weights and inputs: {_OUTSIDE}."
            )
        quadratic = {}
        for i, j in zip(*np.nonzero(np.triu(np.abs(hessian) > 1e-12)), strict=True):
            quadratic[int(i), int(j)] = _clean(float(hessian[i, j]) * (0.5 if i == j else 1.0))
        return _Polynomial(
            _clean(float(value - g @ p + 0.5 * p @ hessian @ p)),
            _sparse(g - hessian @ p),
            quadratic,
        )

    def _gradient(self, value: Tensor, create_graph: bool = False) -> Tensor:
        wanted = (self.point.weights, self.point.inputs)
        grads = torch.autograd.grad(
            value, wanted, retain_graph=True, create_graph=create_graph, allow_unused=True
        )
        return torch.cat(
            [torch.zeros_like(w) if g is None else g for g, w in zip(grads, wanted, strict=True)]
        )


def _clean(value: float) -> float:
    """Round away the last bits of an autograd result: 0.9999999999999998 becomes 1."""
    return float(round(float(value), 12))


def _sparse(row: FloatArray) -> dict[int, float]:
    return {int(c): _clean(row[c]) for c in np.flatnonzero(np.abs(row) > 1e-12)}


def _scaled(p: _Polynomial, scale: float) -> _Polynomial:
    return _Polynomial(
        scale * p.offset,
        {c: scale * v for c, v in p.linear.items()},
        {ij: scale * v for ij, v in p.quadratic.items()},
    )


def _angle_map(rows: list[_Polynomial]) -> AngleMap:
    linear = [(r, c, v) for r, row in enumerate(rows) for c, v in row.linear.items()]
    quadratic = [(r, i, j, v) for r, row in enumerate(rows) for (i, j), v in row.quadratic.items()]
    return AngleMap(
        np.array([row.offset for row in rows], np.float64),
        np.array([t[0] for t in linear], np.int64),
        np.array([t[1] for t in linear], np.int64),
        np.array([t[2] for t in linear], np.float64),
        np.array([t[0] for t in quadratic], np.int64),
        np.array([t[1] for t in quadratic], np.int64),
        np.array([t[2] for t in quadratic], np.int64),
        np.array([t[3] for t in quadratic], np.float64),
    )


def _label(p: _Polynomial, n_weights: int) -> str:
    def name(c: int) -> str:
        return f"w{c}" if c < n_weights else f"x{c - n_weights}"

    terms = [(v, name(c)) for c, v in p.linear.items()]
    terms += [(v, f"{name(i)}·{name(j)}") for (i, j), v in p.quadratic.items()]
    text = ""
    for v, what in terms:
        factor = "" if abs(v) == 1 else f"{abs(v):.4g}·"
        text += ("-" if v < 0 else "+") + factor + what
    if p.offset or not text:
        text += f"{p.offset:+.4g}"
    return text.removeprefix("+")
