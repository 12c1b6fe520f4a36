"""IQP circuits: H^n D H^n |0>, where D is a product of exp(-i φ/2 Z...Z) on groups of qubits.

Two fast Walsh-Hadamard transforms give all probabilities: one sums the phases of D from its
angles, one is the last layer of Hadamards. The mean of a Pauli-Z word needs no state at all
(Van den Nest, arXiv:0911.1624; arXiv:2503.02934, eq. 6): over uniformly random strings z,

    <Z_a> = E_z cos( Σ_j φ_j (-1)^{g_j·z} ),

where j runs over the gates whose group g_j shares an odd number of qubits with the word a.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pennylane as qml
import torch
from torch import Tensor, nn

from qdiffgui.models.iqp_chain import chain_draw, chain_log_p
from qdiffgui.models.string_model import (
    MAX_ENUMERATED,
    MAX_STATE,
    Moments,
    StringModel,
    first_angles,
    supports,
    terms,
)

SPREAD = 0.1  # standard deviation of random first angles, radians


def walsh_hadamard(x: Tensor) -> Tensor:
    """y[k] = Σ_z (-1)^{k·z} x[z] along the last axis of x (..., 2^n), in n 2^n additions.

    Examples
    --------
    >>> walsh_hadamard(torch.tensor([1.0, 0, 0, 2]))
    tensor([ 3., -1., -1.,  3.])
    """
    shape, n = x.shape, x.shape[-1].bit_length() - 1
    for k in range(n):
        a, b = x.reshape(*shape[:-1], 2**k, 2, -1).unbind(-2)
        x = torch.stack([a + b, a - b], dim=-2).reshape(shape)
    return x


def iqp_state(angles: Tensor, codes: Tensor, n: int) -> Tensor:
    """The state (..., 2^n), complex, of an IQP circuit with angles (..., P) of gates on the groups
    with codes (P,): bit n - 1 - q of a code is 1 if qubit q is in the group.
    """
    sparse = torch.zeros(*angles.shape[:-1], 2**n, dtype=angles.dtype)
    phase = walsh_hadamard(sparse.index_add(-1, codes, angles))
    return walsh_hadamard(torch.polar(torch.full_like(phase, 2.0**-n), -phase / 2))


def iqp_function(groups: list[tuple[int, ...]], n: int) -> Callable[[Any, Any], None]:
    """The circuit as a PennyLane quantum function of its angles."""

    def circuit(weights: Any, inputs: Any) -> None:
        for wire in range(n):
            qml.Hadamard(wires=wire)
        for angle, group in zip(weights, groups, strict=True):
            if len(group) == 1:
                qml.RZ(angle, wires=group)
            elif len(group) == 2:
                qml.IsingZZ(angle, wires=group)
            else:
                qml.MultiRZ(angle, wires=group)
        for wire in range(n):
            qml.Hadamard(wires=wire)

    return circuit


class IQP(StringModel):
    """One IQP circuit per class on n_bits + n_hidden qubits; the hidden ones, the last wires, are
    dropped. ``simulated`` is called with the number of states whenever a state is computed.
    """

    def __init__(
        self,
        n_bits: int,
        n_hidden: int,
        n_classes: int,
        body: int,
        reach: int,
        simulated: Callable[[int], None] = lambda states: None,
    ) -> None:
        super().__init__(n_bits, n_classes)
        self.n_qubits, self.reach, self.simulated = n_bits + n_hidden, reach, simulated
        self.groups = terms(self.n_qubits, body, reach)
        self.angles = nn.Parameter(torch.zeros(n_classes, len(self.groups)))
        self.support = supports(self.groups, self.n_qubits)
        self.window = min(reach or self.n_qubits, self.n_qubits - 1)

    def initialize(self, generator: torch.Generator) -> None:
        with torch.no_grad():
            self.angles.normal_(0, SPREAD, generator=generator)

    def start(self, moments: Moments) -> None:
        with torch.no_grad():
            self.angles.add_(first_angles(self.groups, moments))

    @property
    def enumerates(self) -> bool:
        return self.n_qubits <= MAX_ENUMERATED

    @property
    def has_likelihood(self) -> bool:
        return bool(self.reach) and self.n_qubits == self.n_bits

    @property
    def draws(self) -> bool:
        """Whether this computer can sample the circuit."""
        return self.n_qubits <= MAX_STATE or bool(self.reach)

    def probabilities(self) -> Tensor:
        self.simulated(self.n_classes)
        codes = (self.support.long() << torch.arange(self.n_qubits - 1, -1, -1)).sum(1)
        state = iqp_state(self.angles.double(), codes, self.n_qubits)
        p: Tensor = state.real.square() + state.imag.square()
        return p.reshape(self.n_classes, 2**self.n_bits, -1).sum(2)

    def phases(self) -> Tensor:
        """(n_classes, n, 2^(window + 1)): the phase that the gates with first qubit k add to the
        strings of qubits k, k + 1, ..., k + window.
        """
        width = self.window + 1
        table = torch.zeros(self.n_classes, self.n_qubits, 2**width)
        first = torch.tensor([group[0] for group in self.groups])
        code = torch.tensor([sum(1 << (width - 1 - q + g[0]) for q in g) for g in self.groups])
        flat = table.flatten(1).index_add(1, first * 2**width + code, self.angles)
        return walsh_hadamard(flat.reshape(table.shape))

    def log_p(self, bits: Tensor, place: Tensor) -> Tensor:
        if not self.has_likelihood:
            return super().log_p(bits, place)
        return chain_log_p(self.phases(), bits, place)

    def word_means(
        self, words: Tensor, n_strings: int, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        odd = (words @ self.support[:, : self.n_bits].T).remainder(2)
        z = torch.randint(2, (n_strings, self.n_qubits), generator=generator).float()
        signs = 1 - 2 * (z @ self.support.T).remainder(2)
        value = torch.einsum("wp,kp,sp->kws", odd, self.angles, signs).cos()
        return unbiased(value)

    @torch.no_grad()
    def draw(self, place: Tensor, generator: torch.Generator) -> Tensor:
        if self.n_qubits <= MAX_STATE:
            return super().draw(place, generator)
        return chain_draw(self.phases(), place, generator)[:, : self.n_bits]


def unbiased(values: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and unbiased square of the mean over the last axis of values (..., S), S > 1."""
    n, mean = values.shape[-1], values.mean(-1)
    return mean, (n * mean.square() - values.square().mean(-1)) / (n - 1)
