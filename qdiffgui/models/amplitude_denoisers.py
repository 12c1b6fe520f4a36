"""Denoisers of the quark/gluon model (arXiv:2412.21082): a U-Net or a circuit predicts the clean
image from a noisy state.

States are (batch, pieces, d): one piece for an image in the amplitudes of one register, several for
patches of qubits. ``encode`` and ``decode`` convert between them and images (batch, n_pixels) of
fractions that sum to 1.
"""

from __future__ import annotations

import math
from abc import abstractmethod

import torch
from torch import Tensor, nn

from qdiffgui import catalog
from qdiffgui.config.models import QGUNet as Settings
from qdiffgui.diffusion.blend import to_fractions
from qdiffgui.models import angle_patches
from qdiffgui.models.bottleneck_unet import BottleneckUNet, CircuitBottleneck, DenseBottleneck
from qdiffgui.models.networks import initialize
from qdiffgui.models.quantum_denoiser import pauli_words, re_uploading_function
from qdiffgui.models.quantum_layers import CircuitLayer

_SPREAD = 0.3  # standard deviation of the initial rates, as of circuit angles


class ConditionedCircuit(nn.Module):
    """A conditioned circuit: layer l also rotates qubit q by rate[l, q] · condition, in addition
    to its own angles.
    """

    def __init__(self, config: Settings, n_qubits: int, n_condition: int, threads: int) -> None:
        super().__init__()
        function, n_weights = re_uploading_function(
            catalog.ansatze[config.ansatz].load(), n_qubits, config.n_layers
        )
        n_inputs = n_qubits * config.n_layers
        self.layer = CircuitLayer(
            function, n_qubits, n_weights, n_inputs, config.circuit, config.backend, threads
        )
        self.rate = nn.Parameter(torch.zeros(config.n_layers, n_qubits, n_condition))

    def inputs(self, condition: Tensor) -> Tensor:
        """(batch, n_inputs) radians of conditions (batch, n_condition)."""
        return torch.einsum("lqc,bc->blq", self.rate, condition).flatten(1)

    def initialize(self, generator: torch.Generator) -> None:
        """Draw angles and rates."""
        self.layer.initialize(generator)
        with torch.no_grad():
            self.rate.normal_(0, _SPREAD, generator=generator)


class Denoiser(nn.Module):
    """forward(x, condition, t) : the mean |x_0> of x (batch, pieces, d) at steps t (batch,), given
    condition (batch, n_condition).
    """

    n_qubits: int
    pieces: tuple[int, int]
    """Number of pieces of an image, and their dimension."""

    @property
    def layer(self) -> CircuitLayer | None:
        """The circuit; None for a classical denoiser."""
        return None

    @abstractmethod
    def encode(self, fractions: Tensor) -> Tensor:
        """States (batch, pieces, d) complex64 of images."""

    @abstractmethod
    def decode(self, psi: Tensor) -> Tensor:
        """Images of states of any norm."""

    @abstractmethod
    def loss(self, x: Tensor, psi: Tensor, condition: Tensor, t: Tensor) -> Tensor:
        """Distance of the prediction at x from the clean states psi."""

    @abstractmethod
    def initialize(self, generator: torch.Generator) -> None:
        """Draw all weights."""


class AmplitudeDenoiser(Denoiser):
    """One register holds the image: amplitudes are the square roots of the fractions, and unused
    amplitudes are 0.
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        super().__init__()
        self.shape, self.size = shape, shape[0] * shape[1]
        self.n_qubits = max(math.ceil(math.log2(self.size)), 1)
        self.pieces = (1, 2**self.n_qubits)

    def encode(self, fractions: Tensor) -> Tensor:
        padded = nn.functional.pad(fractions.clamp(min=0).sqrt(), (0, self.pieces[1] - self.size))
        return padded.to(torch.complex64)[:, None]

    def decode(self, psi: Tensor) -> Tensor:
        return to_fractions((psi.real.square() + psi.imag.square())[:, 0, : self.size])


class UNetDenoiser(AmplitudeDenoiser):
    """The classical and the hybrid variant. With alpha_bar, x_0 = √ᾱ Re x - √(1-ᾱ) F with the
    network's output F (see ``diffusion.gaussian``).
    """

    def __init__(
        self,
        config: Settings,
        shape: tuple[int, int],
        n_condition: int,
        alpha_bar: Tensor | None,
        threads: int,
    ) -> None:
        super().__init__(shape)
        n = config.n_qubits
        ansatz = catalog.ansatze[config.ansatz].load()
        bottleneck: nn.Module
        if config.variant == "hybrid":
            bottleneck = CircuitBottleneck(
                ansatz, n, config.n_layers, config.circuit, config.backend, threads
            )
        else:
            bottleneck = DenseBottleneck(
                n, re_uploading_function(ansatz, n, config.n_layers)[1] + n * config.n_layers
            )
        self.network = BottleneckUNet(shape, n_condition, config.width, n, bottleneck)
        self._alpha_bar = alpha_bar

    @property
    def layer(self) -> CircuitLayer | None:
        inner = self.network.bottleneck
        return inner.layer if isinstance(inner, CircuitBottleneck) else None

    def forward(self, x: Tensor, condition: Tensor, t: Tensor) -> Tensor:
        mean = self._mean(x, condition, t).clamp(min=0)  # amplitudes are never negative
        return nn.functional.pad(mean, (0, self.pieces[1] - self.size)).to(torch.complex64)[:, None]

    def loss(self, x: Tensor, psi: Tensor, condition: Tensor, t: Tensor) -> Tensor:
        return (
            (self._mean(x, condition, t) - psi.real[:, 0, : self.size]).square().sum(dim=1).mean()
        )

    def _mean(self, x: Tensor, condition: Tensor, t: Tensor) -> Tensor:
        """(batch, n_pixels) real amplitudes."""
        unit = math.sqrt(self.size)
        parts = (
            torch.view_as_real(x[:, 0, : self.size]).transpose(1, 2).reshape(len(x), 2, *self.shape)
            * unit
        )
        raw = self.network(parts, condition).flatten(1) / unit
        if self._alpha_bar is not None:
            share = self._alpha_bar[t].float()[:, None]
            raw = share.sqrt() * x.real[:, 0, : self.size] - (1 - share).sqrt() * raw
        mean: Tensor = raw
        return mean

    def initialize(self, generator: torch.Generator) -> None:
        initialize(self.network, generator)
        if self.layer is not None:
            self.layer.initialize(generator)


class StateDenoiser(AmplitudeDenoiser):
    """The quantum variant: a circuit on |x_t>⊗|0> that rotates qubit q in layer l by rate[l, q] ·
    condition. Its probabilities are the image.
    """

    def __init__(
        self, config: Settings, shape: tuple[int, int], n_condition: int, n_steps: int, threads: int
    ) -> None:
        super().__init__(shape)
        self.n_ancillas = config.n_ancillas
        self.circuit = ConditionedCircuit(
            config, self.n_qubits + self.n_ancillas, n_condition, threads
        )
        self.scale = nn.Parameter(torch.full((n_steps,), 1.0))

    @property
    def layer(self) -> CircuitLayer:
        return self.circuit.layer

    def forward(self, x: Tensor, condition: Tensor, t: Tensor) -> Tensor:
        psi = nn.functional.pad(x[:, 0, :, None], (0, 2**self.n_ancillas - 1)).flatten(1)
        angles, circuit = self.layer.angles, self.layer.circuit
        probabilities = circuit.probabilities(
            angles, self.circuit.inputs(condition), psi, range(self.n_qubits)
        )
        amplitudes = (
            self.scale[t - 1, None] * (to_fractions(probabilities[:, : self.size]) + 1e-9).sqrt()
        )
        return nn.functional.pad(amplitudes, (0, self.pieces[1] - self.size)).to(torch.complex64)[
            :, None
        ]

    def loss(self, x: Tensor, psi: Tensor, condition: Tensor, t: Tensor) -> Tensor:
        distance: Tensor = (self(x, condition, t) - psi).abs().square().sum(dim=(1, 2))
        return distance.mean()

    def initialize(self, generator: torch.Generator) -> None:
        self.circuit.initialize(generator)


class AngleDenoiser(Denoiser):
    """The quantum variant on patches: a circuit on the qubits of one patch and an ancilla,
    conditioned on time, class and the position of the patch.

    Its output is <Z> of each qubit; arccos(<Z>)/π is a pixel. All patches share the circuit, and no
    patch sees another. So it cannot learn correlations between patches, except those due to
    position and class.
    """

    def __init__(
        self, config: Settings, shape: tuple[int, int], n_condition: int, n_steps: int, threads: int
    ) -> None:
        super().__init__()
        self.shape, self.n_ancillas = shape, config.n_ancillas
        self._places = angle_patches.places(shape)
        self.n_qubits = angle_patches.PATCH**2
        self.pieces = (len(self._places), 2**self.n_qubits)
        self.circuit = ConditionedCircuit(
            config, self.n_qubits + self.n_ancillas, n_condition + 2, threads
        )
        self.words = pauli_words(self.n_qubits + self.n_ancillas)[: self.n_qubits]

    @property
    def layer(self) -> CircuitLayer:
        return self.circuit.layer

    def encode(self, fractions: Tensor) -> Tensor:
        values = angle_patches.split(fractions.clamp(0, 1).sqrt(), self.shape)
        return angle_patches.encode(values.flatten(0, 1)).reshape(len(values), *self.pieces)

    def decode(self, psi: Tensor) -> Tensor:
        values = angle_patches.decode(angle_patches.z_values(psi.flatten(0, 1))).reshape(
            len(psi), self.pieces[0], -1
        )
        return to_fractions(angle_patches.join(values, self.shape).square())

    def measured(self, x: Tensor, condition: Tensor) -> Tensor:
        """<Z> (batch, pieces, n_qubits) of the data qubits after the circuit."""
        n, pieces, d = x.shape
        psi = nn.functional.pad(x.reshape(n * pieces, d, 1), (0, 2**self.n_ancillas - 1)).flatten(1)
        context = torch.cat(
            [condition[:, None].expand(-1, pieces, -1), self._places.expand(n, -1, -1)], dim=2
        )
        inputs = self.circuit.inputs(context.flatten(0, 1))
        z = self.layer.circuit.expval(self.words, self.layer.angles, inputs, psi)
        by_piece: Tensor = z.reshape(n, pieces, -1)
        return by_piece

    def forward(self, x: Tensor, condition: Tensor, t: Tensor) -> Tensor:
        values = angle_patches.decode(self.measured(x, condition))
        return angle_patches.encode(values.flatten(0, 1)).reshape(x.shape)

    def loss(self, x: Tensor, psi: Tensor, condition: Tensor, t: Tensor) -> Tensor:
        truth = angle_patches.z_values(psi.flatten(0, 1)).reshape(len(psi), self.pieces[0], -1)
        return (self.measured(x, condition) - truth).square().mean()

    def initialize(self, generator: torch.Generator) -> None:
        self.circuit.initialize(generator)
