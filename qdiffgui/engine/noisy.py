"""Exact simulation of noisy circuits: density matrices are Pauli vectors, gates and channels are
real matrices on them (Pauli transfer matrices; see Greenbaum, arXiv:1509.02921).

A density matrix of n qubits is 4**n real numbers r_P = Tr(ρ P). After every gate a channel acts on
each wire of the gate. Everything that acts on one wire between two multi-qubit gates is merged into
one 4x4 matrix, and that matrix into the next multi-qubit gate. A layer therefore costs one product
per two-qubit gate, however many rotations and channels it has.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from qdiffgui.engine.backend import NO_STATE_VECTOR
from qdiffgui.engine.program import Fixed, GateProgram, Primitive, Rotation
from qdiffgui.errors import UserError

MAX_QUBITS = 9
_MAX_NUMBERS = 1 << 21  # of the Pauli vectors in memory at once
_LETTERS = "IXYZ"
# a rotation about P turns the first of these axes toward the second
_TURNED_AXES = {"X": (2, 3), "Y": (3, 1), "Z": (1, 2)}
_PAULIS = np.array(
    [[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]], np.complex128
)


def channel(kind: str, strength: float) -> np.ndarray:
    """Pauli transfer matrix of a one-qubit channel.

    Parameters
    ----------
    kind : str
        "depolarizing", "amplitude_damping", "phase_damping", "bit_flip" or "phase_flip", as
        PennyLane defines them.
    strength : float
        The channel's parameter, in [0, 1].

    Returns
    -------
    array, shape (4, 4)
        The matrix, in the order I, X, Y, Z.

    Raises
    ------
    UserError
        If the kind is unknown.

    Examples
    --------
    >>> from qdiffgui.engine.noisy import channel
    >>> channel("bit_flip", 0.25).diagonal()
    array([1. , 1. , 0.5, 0.5])
    """
    kept, root = 1 - 2 * strength, math.sqrt(1 - strength)
    if kind == "amplitude_damping":
        return np.array(
            [[1, 0, 0, 0], [0, root, 0, 0], [0, 0, root, 0], [strength, 0, 0, 1 - strength]]
        )
    diagonals = {
        "depolarizing": (1 - 4 * strength / 3,) * 3,
        "phase_damping": (root, root, 1.0),
        "bit_flip": (1.0, kept, kept),
        "phase_flip": (kept, kept, 1.0),
    }
    if kind not in diagonals:
        raise UserError(
            f"There is no noise '{kind}': choose from amplitude_damping, {', '.join(diagonals)}, "
            "readout."
        )
    return np.diag([1.0, *diagonals[kind]])


class NoisyBackend:
    """Runs a program with noise channels after each gate.

    Parameters
    ----------
    program : GateProgram
        The circuit, with at most 9 qubits.
    dtype : torch.dtype
        Complex type that sets the precision.
    noise : mapping of str to float
        Strengths of the kinds of ``channel``, and of "readout": the probability that a measured bit
        is read wrong.
    scale : int
        Odd noise scale. The circuit U is folded to U(U†U)**((scale-1)/2), which equals U without
        noise.

    Raises
    ------
    UserError
        If there are too many qubits or a kind is unknown, or if the state vector is requested.
    """

    def __init__(
        self, program: GateProgram, dtype: torch.dtype, noise: Mapping[str, float], scale: int = 1
    ) -> None:
        if program.n_qubits > MAX_QUBITS:
            raise UserError(
                f"Noisy circuits can have at most {MAX_QUBITS} qubits; found {program.n_qubits}: "
                "use a smaller model."
            )
        self.program, self.dtype, self.scale = program, dtype, scale
        self.real = torch.float64 if dtype == torch.complex128 else torch.float32
        gates = {kind: strength for kind, strength in noise.items() if kind != "readout"}
        product = functools.reduce(
            lambda whole, kind: channel(kind, gates[kind]) @ whole, gates, np.eye(4)
        )
        self.after = torch.from_numpy(product).to(self.real)[None]
        self.read = 1 - 2 * noise.get("readout", 0.0)
        self._fixed: dict[tuple[Primitive, bool], Tensor] = {}
        self.rows = program.sample_rows()
        self.place = np.where(self.rows, np.cumsum(self.rows) - 1, np.cumsum(~self.rows) - 1)

    # ---- results

    def state(
        self, shared: Tensor, sample: Tensor | None, psi: Tensor | None, batch: int
    ) -> Tensor:
        raise UserError(NO_STATE_VECTOR)

    def expval(
        self,
        words: Sequence[str],
        shared: Tensor,
        sample: Tensor | None,
        psi: Tensor | None,
        batch: int,
    ) -> Tensor:
        places = torch.tensor(
            [int("".join(str(_LETTERS.index(letter)) for letter in word), 4) for word in words]
        )
        factors = torch.tensor(
            [self.read ** sum(letter != "I" for letter in word) for word in words], dtype=self.real
        )
        return self._each(lambda r: r.flatten(1)[:, places] * factors, shared, sample, psi, batch)

    def probabilities(
        self,
        wires: Sequence[int],
        shared: Tensor,
        sample: Tensor | None,
        psi: Tensor | None,
        batch: int,
    ) -> Tensor:
        def read(r: Tensor) -> Tensor:
            z = self._of(r, wires)
            for axis in range(1, len(wires) + 1):
                z = z.index_select(axis, torch.tensor([0, 3]))  # I and Z
            to_p = torch.tensor([[1, self.read], [1, -self.read]], dtype=self.real) / 2
            for axis in range(1, len(wires) + 1):
                z = torch.movedim(torch.movedim(z, axis, -1) @ to_p.T, -1, axis)
            return z.flatten(1).clamp_min(0)

        return self._each(read, shared, sample, psi, batch)

    def density_matrix(
        self,
        wires: Sequence[int],
        shared: Tensor,
        sample: Tensor | None,
        psi: Tensor | None,
        batch: int,
    ) -> Tensor:
        words = torch.from_numpy(_words(len(wires))).to(self.dtype) / 2 ** len(wires)
        return self._each(
            lambda r: torch.einsum(
                "bp,pij->bij", self._of(r, wires).flatten(1).to(self.dtype), words
            ),
            shared,
            sample,
            psi,
            batch,
        )

    def _of(self, r: Tensor, wires: Sequence[int]) -> Tensor:
        """Pauli vectors (B, 4, ..., 4) of ``wires`` in that order, the others traced out."""
        r = r.reshape(len(r), *[4] * self.program.n_qubits)
        rest = [w for w in range(self.program.n_qubits) if w not in wires]
        moved = r.permute(0, *(w + 1 for w in wires), *(w + 1 for w in rest))
        return moved.reshape(*moved.shape[: len(wires) + 1], -1)[..., 0]

    def _each(
        self,
        read: Callable[[Tensor], Tensor],
        shared: Tensor,
        sample: Tensor | None,
        psi: Tensor | None,
        batch: int,
    ) -> Tensor:
        """Apply ``read`` to the final Pauli vectors, slice by slice of the batch."""
        size = max(1, _MAX_NUMBERS // 4**self.program.n_qubits)
        parts = []
        for k in range(0, batch, size):
            one = slice(k, k + size)
            n = min(size, batch - k)
            parts.append(
                read(
                    self._run(
                        shared,
                        None if sample is None else sample[one],
                        None if psi is None else psi[one],
                        n,
                    )
                )
            )
        return torch.cat(parts)

    # ---- the circuit

    def _run(self, shared: Tensor, sample: Tensor | None, psi: Tensor | None, batch: int) -> Tensor:
        """The Pauli vectors after the circuit, shape (B, 4**n)."""
        n = self.program.n_qubits
        r = _Vectors(self._start(psi, batch), n)
        pending: dict[int, Tensor] = {}
        for primitive, inverse in self._gates():
            wires = (*(wire for wire, _ in primitive.controls), *primitive.wires)
            if not wires:
                continue  # a global phase
            matrix = self._matrix(primitive, inverse, shared, sample)
            if len(wires) == 1:
                whole = self.after @ matrix
                pending[wires[0]] = whole @ pending[wires[0]] if wires[0] in pending else whole
                continue
            before = [pending.pop(wire, torch.eye(4, dtype=self.real)[None]) for wire in wires]
            r.apply(matrix @ functools.reduce(_kron, before), wires)
            pending.update(dict.fromkeys(wires, self.after))
        for wire, matrix in pending.items():
            r.apply(matrix, (wire,))
        return r.vectors()

    def _gates(self) -> Iterator[tuple[Primitive, bool]]:
        """The primitives in the order in which they act, and whether each is inverted."""
        forward = [(primitive, False) for primitive in self.program.primitives]
        back = [(primitive, True) for primitive in reversed(self.program.primitives)]
        yield from forward
        for _ in range((self.scale - 1) // 2):
            yield from back
            yield from forward

    def _start(self, psi: Tensor | None, batch: int) -> Tensor:
        """Pauli vectors (B, 4, ..., 4) of |0…0>, of states psi (B, 2**n), or of density matrices
        (B, 2**n, 2**n).
        """
        n = self.program.n_qubits
        if psi is None:
            one = torch.tensor([1, 0, 0, 1], dtype=self.real)
            whole = functools.reduce(lambda a, b: (a[:, None] * b[None, :]).flatten(), [one] * n)
            return whole.reshape(1, *[4] * n).expand(batch, *[4] * n)
        psi = psi.to(self.dtype)
        rho = psi if psi.ndim == 3 else psi[:, :, None] * psi.conj()[:, None, :]
        pairs = itertools.chain.from_iterable((1 + w, 1 + n + w) for w in range(n))
        rho = rho.reshape(len(psi), *[2] * (2 * n)).permute(0, *pairs).reshape(len(psi), *[4] * n)
        to_pauli = torch.from_numpy(_PAULIS.transpose(0, 2, 1).reshape(4, 4)).to(self.dtype)
        for axis in range(1, n + 1):
            rho = torch.movedim(torch.movedim(rho, axis, -1) @ to_pauli.T, -1, axis)
        return rho.real

    def _matrix(self, p: Primitive, inverse: bool, shared: Tensor, sample: Tensor | None) -> Tensor:
        """Transfer matrix (1 or B, 4**k, 4**k) of a gate; computed once for a fixed gate."""
        if isinstance(p, Fixed):
            if (p, inverse) not in self._fixed:
                self._fixed[p, inverse] = _transfer(
                    self._unitary(p, inverse, shared, sample), self.real
                )
            return self._fixed[p, inverse]
        if len(p.pauli) != 1 or p.controls:
            return _transfer(self._unitary(p, inverse, shared, sample), self.real)
        theta = self._angle(p, shared, sample) * (-1 if inverse else 1)
        a, b = _TURNED_AXES[p.pauli]
        matrix = torch.eye(4, dtype=self.real).repeat(len(theta), 1, 1)
        cosine, sine = torch.cos(theta).to(self.real), torch.sin(theta).to(self.real)
        matrix[:, a, a], matrix[:, b, b], matrix[:, b, a], matrix[:, a, b] = (
            cosine,
            cosine,
            sine,
            -sine,
        )
        return matrix

    def _unitary(
        self, p: Primitive, inverse: bool, shared: Tensor, sample: Tensor | None
    ) -> Tensor:
        """Matrix (1 or B, 2**k, 2**k), complex128, of a gate, controls first."""
        if isinstance(p, Fixed):
            u = torch.from_numpy(np.ascontiguousarray(self.program.constants[p.constant]))[None]
            u = u.mH if inverse else u
        else:
            theta = self._angle(p, shared, sample) * (-0.5 if inverse else 0.5)
            word = np.eye(1, dtype=np.complex128)
            for letter in p.pauli:
                word = np.kron(word, _PAULIS[_LETTERS.index(letter)])
            eye = torch.eye(len(word), dtype=torch.complex128)
            u = torch.cos(theta)[:, None, None] * eye - 1j * torch.sin(theta)[
                :, None, None
            ] * torch.from_numpy(word)
        for _, value in reversed(p.controls):
            wide = torch.zeros(len(u), 2 * u.shape[1], 2 * u.shape[1], dtype=torch.complex128)
            held, free = (
                (slice(u.shape[1], None), slice(0, u.shape[1]))
                if value
                else (slice(0, u.shape[1]), slice(u.shape[1], None))
            )
            wide[:, held, held], wide[:, free, free] = (
                u,
                torch.eye(u.shape[1], dtype=torch.complex128),
            )
            u = wide
        return u

    def _angle(self, p: Rotation, shared: Tensor, sample: Tensor | None) -> Tensor:
        """Angle of a rotation in radians, shape (1,) or (B,), float64."""
        if self.rows[p.row]:
            assert sample is not None
            return sample[:, self.place[p.row]].to(torch.float64)
        return shared[self.place[p.row]].reshape(1).to(torch.float64)


class _Vectors:
    """Pauli vectors whose axes are in the order of their last use, which saves transpositions."""

    def __init__(self, r: Tensor, n: int) -> None:
        self.r, self.order = r, list(range(n))

    def apply(self, matrix: Tensor, wires: Sequence[int]) -> None:
        """Apply a matrix (1 or B, 4**k, 4**k) to ``wires``, which become the last axes."""
        rest = [wire for wire in self.order if wire not in wires]
        moved = self.r.permute(0, *(self.order.index(wire) + 1 for wire in (*rest, *wires)))
        flat = moved.reshape(len(moved), -1, 4 ** len(wires))
        self.r = (flat @ matrix.mT).reshape(moved.shape)
        self.order = [*rest, *wires]

    def vectors(self) -> Tensor:
        """The vectors with wire 0 first, shape (B, 4**n)."""
        return self.r.permute(
            0, *(self.order.index(wire) + 1 for wire in range(len(self.order)))
        ).flatten(1)


@functools.cache
def _words(k: int) -> np.ndarray:
    """All Pauli words of k wires, shape (4**k, 2**k, 2**k)."""
    words = [
        functools.reduce(np.kron, [_PAULIS[i] for i in letters])
        for letters in itertools.product(range(4), repeat=k)
    ]
    return np.array(words)


def _transfer(u: Tensor, real: torch.dtype) -> Tensor:
    """Transfer matrices R_ij = Tr(P_i U P_j U†) / 2**k, shape (b, 4**k, 4**k), of unitaries u
    (b, 2**k, 2**k).
    """
    d = u.shape[1]
    words = torch.from_numpy(_words(d.bit_length() - 1))
    turned = u[:, None] @ words @ u[:, None].mH
    return (torch.einsum("iab,njba->nij", words, turned).real / d).to(real)


def _kron(a: Tensor, b: Tensor) -> Tensor:
    """Kronecker products of each pair of matrices (1 or B, m, m) and (1 or B, n, n)."""
    batch = max(len(a), len(b))
    product = a[:, :, None, :, None] * b[:, None, :, None, :]
    return product.reshape(batch, a.shape[1] * b.shape[1], -1)
