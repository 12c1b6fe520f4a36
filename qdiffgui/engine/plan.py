"""Encode a schedule as the integer and real tables that the kernel interprets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.engine import passes
from qdiffgui.engine.fuse import Dense, Diagonal, Geometry, Pair, Schedule, fuse
from qdiffgui.engine.kernel import CONSTANT, SAMPLE, SHARED
from qdiffgui.engine.program import GateProgram, check_word

_PAULIS = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])


@dataclass(frozen=True)
class Plan:
    """The tables of one circuit in one real precision.

    Attributes
    ----------
    program : tuple of array
        Operations, factors, controls, constants, wires and matrices.
    words, scales : array
        How phase tables depend on shared angles; see ``trigonometry.phase_tables``.
    constant_angles : array, shape (n_tables, 2**n_qubits)
        Coefficients of the constant Z words, in radians.
    index, straight : array, shape (2**n_qubits,)
        Physical row of every logical basis state, and 0 … 2**n_qubits - 1.
    phase, one : array, shape (2,)
        Cosine and sine of the constant global phase, and (1, 0).
    n_shared, n_sample : int
        Numbers of shared and of per-sample angles.
    schedule : Schedule
        What the tables encode.
    flops : int
        Multiply-adds of one forward pass per sample.
    """

    n_qubits: int
    program: tuple[NDArray[Any], ...]
    words: NDArray[np.int64]
    scales: NDArray[np.float64]
    constant_angles: NDArray[np.float64]
    index: NDArray[np.int64]
    straight: NDArray[np.int64]
    phase: NDArray[Any]
    one: NDArray[Any]
    n_shared: int
    n_sample: int
    schedule: Schedule
    flops: int

    def pauli_words(self, words: tuple[str, ...]) -> NDArray[np.int64]:
        """Physical x, z, sign flip and power of -i of m logical Pauli words, shape (m, 4)."""
        out = np.empty((len(words), 4), np.int64)
        for m, word in enumerate(words):
            x, z, _ = check_word(word, self.n_qubits)
            out[m] = (*self.schedule.frame.word(x, z), word.count("Y") % 4)
        return out


def make_plan(program: GateProgram, real: type[np.floating[Any]]) -> Plan:
    """Fuse a program and encode it, with real values in float32 or float64."""
    return _Encoder(program).run(fuse(program), real)


class _Encoder:
    def __init__(self, program: GateProgram) -> None:
        self.n = program.n_qubits
        rows = program.sample_rows()
        self.source = np.where(rows, SAMPLE, SHARED)
        self.place = np.where(rows, np.cumsum(rows) - 1, np.cumsum(~rows) - 1)
        self.n_sample, self.n_shared = int(rows.sum()), int((~rows).sum())
        self.ops: list[list[int]] = []
        self.factors: list[tuple[int, int, int]] = []
        self.controls: list[tuple[int, int]] = []
        self.wires: list[tuple[int, int, int]] = []
        self.matrices: list[NDArray[np.float64]] = []
        self.words: list[tuple[int, int, int]] = []
        self.scales: list[float] = []
        self.tables: list[dict[int, float]] = []

    def run(self, schedule: Schedule, real: type[np.floating[Any]]) -> Plan:
        for step in schedule.steps:
            if isinstance(step, Pair):
                self._pair(step)
            elif isinstance(step, Diagonal):
                self._diagonal(step)
            else:
                self._dense(step)
        self._twins()
        constants = np.array([_constant(1, 0), *(_constant(a, b) for a, b in schedule.constants)])
        program = (
            np.array(self.ops, np.int64).reshape(-1, passes.COLUMNS),
            np.array(self.factors, np.int64).reshape(-1, 3),
            np.array(self.controls, np.int64).reshape(-1, 2),
            constants.astype(real),
            np.array(self.wires, np.int64).reshape(-1, 3),
            np.concatenate([np.zeros(0), *self.matrices]).astype(real),
        )
        angles = np.zeros((len(self.tables), 2**self.n))
        for t, table in enumerate(self.tables):
            for word, value in table.items():
                angles[t, word] = value
        return Plan(
            self.n,
            program,
            np.array(self.words, np.int64).reshape(-1, 3),
            np.array(self.scales, np.float64),
            angles,
            schedule.frame.physical_index(),
            np.arange(2**self.n),
            np.array([np.cos(schedule.phase), np.sin(schedule.phase)]).astype(real),
            np.array([1, 0], real),
            self.n_shared,
            self.n_sample,
            schedule,
            self._flops(),
        )

    def _row(self, kind: int, controls: tuple[tuple[int, int], ...] = ()) -> list[int]:
        row = [0] * passes.COLUMNS
        row[passes.KIND] = kind
        row[passes.CONTROL0] = len(self.controls)
        self.controls += controls
        row[passes.CONTROL1] = len(self.controls)
        self.ops.append(row)
        return row

    def _pair(self, step: Pair) -> None:
        g: Geometry = step.geometry
        axes = {axis for axis, _ in step.factors}
        only_constant = axes == {3}
        kind = (
            passes.SU2
            if len(axes) > 1
            else (passes.IMAG, passes.REAL, passes.PHASE, passes.SU2)[axes.pop()]
        )
        if kind == passes.SU2 and g.s | g.negate:
            raise AssertionError(
                "a signed pair step has one axis: only the X-like kind supports signs"
            )
        row = self._row(kind, g.controls)
        row[passes.X], row[passes.Z], row[passes.FLIP] = g.x, g.z, g.flip
        row[passes.S], row[passes.NEGATE], row[passes.HIGH] = (
            g.s,
            g.negate,
            max(g.x.bit_length() - 1, 0),
        )
        row[passes.FACTOR0] = len(self.factors)
        for axis, k in step.factors:
            entry = (
                (axis, CONSTANT, k + 1)
                if axis == 3
                else (axis, int(self.source[k]), int(self.place[k]))
            )
            self.factors.append(entry)
        row[passes.FACTOR1] = len(self.factors)
        row[passes.GRADIENT] = int(not only_constant)

    def _diagonal(self, step: Diagonal) -> None:
        t = len(self.tables)
        self.tables.append(step.constant)
        for word, row_number, scale in step.terms:
            self.words.append((t, word, int(self.place[row_number])))
            self.scales.append(scale)
        row = self._row(
            passes.DIAGONAL if step.terms or not self._only_signs(step) else passes.SIGN
        )
        row[passes.TABLE], row[passes.GRADIENT] = t, int(bool(step.terms))

    def _only_signs(self, step: Diagonal) -> bool:
        """Whether all constant phases are ±1."""
        angle = np.zeros(2**self.n)
        index = np.arange(2**self.n)
        for word, value in step.constant.items():
            angle += value * np.where(np.bitwise_count(index & word) & 1, -1.0, 1.0)
        return bool(np.abs(np.sin(angle)).max() < 1e-12)

    def _twins(self) -> None:
        """Mark pairs of real steps on different virtual qubits, without controls, for one pass."""
        o = 0
        while o + 1 < len(self.ops):
            one, two = self.ops[o], self.ops[o + 1]
            if self._can_twin(one, two):
                x1 = one[passes.X]
                high = x1.bit_length() - 1
                x2 = two[passes.X] ^ (x1 if two[passes.X] >> high & 1 else 0)
                low = x2.bit_length() - 1
                one[passes.KIND], one[passes.HIGH], one[passes.LOW] = (
                    passes.TWIN,
                    max(high, low),
                    min(high, low),
                )
                o += 1
            o += 1

    @staticmethod
    def _can_twin(one: list[int], two: list[int]) -> bool:
        plain = all(
            r[passes.KIND] == passes.REAL
            and r[passes.CONTROL0] == r[passes.CONTROL1]
            and r[passes.GRADIENT]
            for r in (one, two)
        )
        crossed = (one[passes.X] & two[passes.Z]).bit_count() | (
            two[passes.X] & one[passes.Z]
        ).bit_count()
        return plain and not crossed & 1 and one[passes.X] != two[passes.X]

    def _dense(self, step: Dense) -> None:
        row = self._row(passes.DENSE, step.controls)
        row[passes.FACTOR0] = len(self.wires)
        self.wires += step.wires
        row[passes.FACTOR1] = len(self.wires)
        row[passes.TABLE] = sum(map(len, self.matrices))
        self.matrices.append(np.ascontiguousarray(step.matrix).view(np.float64).reshape(-1))

    def _flops(self) -> int:
        """Multiply-adds of one forward pass per sample, for the cost model."""
        each = {
            passes.REAL: 4,
            passes.TWIN: 4,
            passes.IMAG: 4,
            passes.SU2: 8,
            passes.PHASE: 4,
            passes.DIAGONAL: 4,
            passes.SIGN: 1,
        }
        total: int = 2**self.n * sum(each.get(row[passes.KIND], 64) for row in self.ops)
        return total


def _constant(a: complex, b: complex) -> list[float]:
    """A row of the constants: U = [[a, -b*], [b, a*]], one half, and the rotation of tangents back
    through U (row by row).
    """
    u = np.array([[a, -np.conj(b)], [b, np.conj(a)]])
    turn = [
        [0.5 * np.trace(_PAULIS[i] @ u @ _PAULIS[j] @ u.conj().T).real for i in range(3)]
        for j in range(3)
    ]
    return [a.real, a.imag, b.real, b.imag, 0.5, *(v for r in turn for v in r)]
