"""Turn a program into a schedule: the few passes over the state that the kernel makes.

* Affine permutations (CNOT, SWAP, X, …) become a change of frame (see ``frame``) and disappear.
* Diagonal gates with shared angles are collected. A ``Diagonal`` is one phase table, stored as
  coefficients of Z words.
* Everything that acts on one (possibly virtual) qubit is a ``Pair`` step. Neighboring factors on
  the same qubit are fused into one SU(2) matrix. A Pauli rotation, controlled or not, is a pair
  step on index pairs k, k ^ x.
* The rest (constant matrices on several wires) is ``Dense``.

A primitive moves to the earliest step that it can join, past steps with which it commutes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray

from qdiffgui.engine.frame import Frame, Monomial, monomial, odd
from qdiffgui.engine.program import Fixed, GateProgram, Rotation, bit, word_masks

Pauli = tuple[int, int]  # physical (x, z) masks; commutation does not depend on the sign
Control = tuple[int, int]  # physical Z mask and the required parity
MAX_WALK = 256  # steps that a primitive moves at most
AXES = {"X": 0, "Y": 1, "Z": 2}


@dataclass(frozen=True)
class Geometry:
    """Which amplitudes a pair step couples: k with k ^ x, if every control parity holds.

    The role of k is parity(k & z) ^ flip; the sign of the off-diagonal elements is
    parity(k & s) ^ negate.
    """

    x: int
    z: int
    flip: int
    s: int
    negate: int
    controls: tuple[Control, ...]


@dataclass
class Pair:
    """Product of factors of a virtual qubit, in order: rotations (axis 0, 1 or 2, row) and constant
    matrices (3, constant).
    """

    geometry: Geometry
    factors: list[tuple[int, int]]

    def generators(self) -> list[Pauli]:
        g = self.geometry
        axes = {axis for axis, _ in self.factors}
        each = {0: [(g.x, g.s)], 1: [(g.x, g.s ^ g.z)], 2: [(0, g.z)], 3: [(g.x, g.s), (0, g.z)]}
        return [p for axis in sorted(axes) for p in each[axis]] + [
            (0, mask) for mask, _ in g.controls
        ]


@dataclass
class Diagonal:
    """exp(i Σ_w angle_w (-1)^{parity(k & w)}), with variable terms (word, row, scale) and constant
    terms (word → angle).
    """

    terms: list[tuple[int, int, float]] = field(default_factory=list)
    constant: dict[int, float] = field(default_factory=dict)

    def generators(self) -> list[Pauli]:
        return [(0, w) for w in {w for w, _, _ in self.terms} | set(self.constant) if w]


@dataclass
class Dense:
    """A constant matrix on wires with physical masks (x_j, z_j, flip_j); the first wire is the most
    significant.
    """

    wires: tuple[tuple[int, int, int], ...]
    controls: tuple[Control, ...]
    matrix: NDArray[np.complex128]

    def generators(self) -> list[Pauli]:
        return [p for x, z, _ in self.wires for p in ((x, 0), (0, z))] + [
            (0, mask) for mask, _ in self.controls
        ]


Step = Pair | Diagonal | Dense


@dataclass
class Schedule:
    """Steps in order, the final frame, a constant global phase in radians, and the SU(2) constants
    (a, b) of pair factors.
    """

    steps: list[Step]
    frame: Frame
    phase: float
    constants: list[tuple[complex, complex]]


def fuse(program: GateProgram) -> Schedule:
    """The schedule of a program, for any batch, precision and parameter values."""
    return _Fuser(program).run()


class _Fuser:
    def __init__(self, program: GateProgram) -> None:
        self.program = program
        self.n = program.n_qubits
        self.per_sample = program.sample_rows()
        self.out = Schedule([], Frame(self.n), 0.0, [])
        self.paulis: list[list[Pauli]] = []

    def run(self) -> Schedule:
        for p in self.program.primitives:
            if isinstance(p, Fixed):
                self._fixed(p)
            else:
                self._rotation(p)
        for step in self.out.steps:
            if isinstance(step, Diagonal) and step.constant:
                # basis state 0 gets phase 1, so that CZ rings are real signs
                at_zero = sum(step.constant.values())
                step.constant[0] = step.constant.get(0, 0.0) - at_zero
                self.out.phase += at_zero
        return self.out

    # ---- primitives

    def _rotation(self, p: Rotation) -> None:
        x, z, phase = word_masks(p.pauli, p.wires, self.n)
        if x == 0 and not self.per_sample[p.row]:
            self._diagonal([(w, -0.5 * c) for w, c in self._projected({z: 1.0}, p.controls)], p.row)
            return
        controls = self._controls(p.controls)
        if len(p.pauli) == 1:
            self._pair(self._wire(p.wires[0], controls), (AXES[p.pauli], p.row))
            return
        px, pz, parity = self.out.frame.word(x, z)
        if px == 0:
            self._pair(Geometry(0, pz, parity, 0, 0, controls), (2, p.row))
        elif odd(px & pz):  # an odd number of Y: like Y of the virtual qubit with roles by pz
            self._pair(Geometry(px, pz, parity ^ int(phase.imag > 0), 0, 0, controls), (1, p.row))
        else:
            self._pair(
                Geometry(px, px & -px, 0, pz, parity ^ int(phase.real < 0), controls), (0, p.row)
            )

    def _fixed(self, p: Fixed) -> None:
        matrix = self.program.constants[p.constant]
        wires = (*(w for w, _ in p.controls), *p.wires)
        if len(wires) <= 6:
            full = matrix if not p.controls else _with_controls(matrix, [v for _, v in p.controls])
            move = monomial(np.ascontiguousarray(full).tobytes(), len(full))
            if move is not None:
                self._monomial(move, wires)
                return
        controls = self._controls(p.controls)
        if len(p.wires) > 1:
            frame = self.out.frame
            masks = tuple(
                (frame.columns[w], frame.rows[w], odd(frame.rows[w] & frame.offset))
                for w in p.wires
            )
            self._append(Dense(masks, controls, matrix))
            return
        phase = float(np.angle(np.linalg.det(matrix))) / 2
        special = matrix * np.exp(-1j * phase)
        self._constant_angle({0: phase}, p.controls)
        self.out.constants.append((complex(special[0, 0]), complex(special[1, 0])))
        self._pair(self._wire(p.wires[0], controls), (3, len(self.out.constants) - 1))

    def _monomial(self, move: Monomial, wires: tuple[int, ...]) -> None:
        """Put the diagonal part into the tables, as Z words, and the permutation into the frame."""
        k = len(wires)
        if move.phases.any():
            words: dict[int, float] = {}
            index = np.arange(2**k)
            for select in range(2**k):
                sign = np.where(np.bitwise_count(index & select) & 1, -1.0, 1.0)
                mask = sum(bit(w, self.n) for q, w in enumerate(wires) if select >> (k - 1 - q) & 1)
                words[mask] = float(sign @ move.phases) / 2**k
            self._constant_angle(words, ())
        self.out.frame.permute(wires, move)

    # ---- frames

    def _wire(self, wire: int, controls: tuple[Control, ...]) -> Geometry:
        frame = self.out.frame
        return Geometry(
            frame.columns[wire],
            frame.rows[wire],
            odd(frame.rows[wire] & frame.offset),
            0,
            0,
            controls,
        )

    def _controls(self, controls: tuple[tuple[int, int], ...]) -> tuple[Control, ...]:
        frame = self.out.frame
        return tuple((frame.rows[w], v ^ odd(frame.rows[w] & frame.offset)) for w, v in controls)

    def _projected(
        self, words: dict[int, float], controls: tuple[tuple[int, int], ...]
    ) -> list[tuple[int, float]]:
        """Σ coefficient · (logical Z word), times the projector on the controls, in physical
        words.
        """
        out = []
        for word, value in words.items():
            for chosen in product((False, True), repeat=len(controls)):
                mask, factor = word, value / 2 ** len(controls)
                for take, (w, v) in zip(chosen, controls, strict=True):
                    if take:
                        mask ^= bit(w, self.n)
                        factor *= -1 if v else 1
                _, physical, parity = self.out.frame.word(0, mask)
                out.append((physical, -factor if parity else factor))
        return out

    # ---- placing steps

    def _constant_angle(
        self, words: dict[int, float], controls: tuple[tuple[int, int], ...]
    ) -> None:
        kept = [(w, c) for w, c in self._projected(words, controls) if abs(c) > 1e-15]
        self.out.phase += sum(c for w, c in kept if w == 0)
        kept = [(w, c) for w, c in kept if w]
        if kept:
            step = self._diagonal_step([w for w, _ in kept])
            for w, c in kept:
                step.constant[w] = step.constant.get(w, 0.0) + c

    def _diagonal(self, words: list[tuple[int, float]], row: int) -> None:
        step = self._diagonal_step([w for w, _ in words])
        step.terms += [(w, row, c) for w, c in words]

    def _diagonal_step(self, words: list[int]) -> Diagonal:
        """The earliest diagonal step these words can join, or a new one."""
        found = None
        for back in range(1, min(len(self.out.steps), MAX_WALK) + 1):
            step = self.out.steps[-back]
            if isinstance(step, Diagonal):
                found = back
            elif any(odd(x & w) for x, _ in self.paulis[-back] for w in words):
                break
        if found is None:
            self._append(Diagonal())
            found = 1
        step = self.out.steps[-found]
        assert isinstance(step, Diagonal)
        self.paulis[-found] += [(0, w) for w in words if w and (0, w) not in self.paulis[-found]]
        return step

    def _pair(self, geometry: Geometry, factor: tuple[int, int]) -> None:
        """Join the step on the same virtual qubit, or go in front of the diagonals that it commutes
        with, so that later diagonal gates can join these.
        """
        new = Pair(geometry, [factor])
        mine = new.generators()
        place = len(self.out.steps)
        for back in range(1, min(len(self.out.steps), MAX_WALK) + 1):
            step = self.out.steps[-back]
            if isinstance(step, Pair) and step.geometry == geometry:
                step.factors.append(factor)
                self.paulis[-back] = step.generators()
                return
            if any(odd(x & w) ^ odd(z & v) for v, w in mine for x, z in self.paulis[-back]):
                break
            if isinstance(step, Diagonal):
                place = len(self.out.steps) - back
        self.out.steps.insert(place, new)
        self.paulis.insert(place, mine)

    def _append(self, step: Step) -> None:
        self.out.steps.append(step)
        self.paulis.append(step.generators())


def _with_controls(matrix: NDArray[np.complex128], values: list[int]) -> NDArray[np.complex128]:
    """The matrix of the controlled gate, controls first."""
    size = len(matrix)
    full = np.eye(size * 2 ** len(values), dtype=np.complex128)
    start = size * int("".join(str(int(v)) for v in values), 2)
    full[start : start + size, start : start + size] = matrix
    return full
