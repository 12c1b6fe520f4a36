"""USS, unitary single sampling: one unitary a diffusion step, all steps one matrix (arXiv:2401.07049, section III).

U is trained on state vectors, U|x_t> ≈ |x_{t-1}> for every t of the blend process, and nothing is measured between steps; so τ steps are
U^τ, one matrix of 2^n x 2^n numbers that is computed once. Images are read at the end only, as the probabilities of U^τ|x_τ>.

What to expect: one U turns states about as far at every step, so a schedule of power 1 suits it, not the paper's cubic one. A unitary
keeps the overlap of any two states: the generated states are exactly as much alike as the noise images they come from, and as U must
map the mean noise image near the mean image, samples are that mean image and a turned remainder of the noise. The matrix is free in
simulation; on hardware U^τ needs τ times the layers, or a circuit of general depth (about 4^n gates).
"""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor

from qdiffgui import catalog
from qdiffgui.circuits.cost import cost
from qdiffgui.circuits.encoding import qubits_of_amplitudes
from qdiffgui.circuits.encodings.amplitude import held
from qdiffgui.config.models import USS as Settings
from qdiffgui.data.types import Array
from qdiffgui.diffusion import blend as process
from qdiffgui.engine import compile, measured_probabilities
from qdiffgui.errors import ConfigError
from qdiffgui.models.base import CircuitInfo, gate_angles
from qdiffgui.models.blend_family import BlendDiffusion, embedded
from qdiffgui.models.conditioning import label_states

_SPREAD = 0.1  # of the first angles, radians


class USS(BlendDiffusion):
    """One unitary on ⌈log2 pixels⌉ qubits (and a label qubit where there are classes)."""

    kind: ClassVar[str] = "uss"
    config: Settings

    def _build(self, generator: torch.Generator) -> dict[str, Tensor]:
        self.n_data_qubits = qubits_of_amplitudes(self.spec.size)
        self.has_label = self.config.label_qubit and self.labels.conditional
        self.n_qubits = self.n_data_qubits + self.has_label
        self.ansatz = catalog.ansatze[self.config.ansatz].load()
        if self.ansatz.takes_inputs:
            raise ConfigError(f"The ansatz '{self.config.ansatz}' takes data as angles, and USS as amplitudes: choose another.")
        self.program = self.ansatz.trace(self.n_qubits, self.config.n_layers)
        self.circuit = compile(self.program, backend=self.config.backend, threads=self.training.threads)
        self.theta = (torch.randn(self.program.n_weights, generator=generator) * _SPREAD).requires_grad_()
        return {"theta": self.theta}

    def tell(self, label: Array) -> Tensor:
        return self.labels.angles(label).to(torch.float32)

    def states(self, pixels: Tensor, told: Tensor) -> Tensor:
        """State vectors (n, 2**n_qubits) complex64 of images (n, n_pixels), the label qubit last."""
        psi = held(embedded(pixels, self.config.encoding))
        return (psi[:, :, None] * label_states(told)[:, None, :]).flatten(1) if self.has_label else psi

    def images(self, psi: Tensor) -> Tensor:
        """Pixels (n, n_pixels) of states: what measuring the data qubits gives, the label qubit and unused amplitudes left out."""
        probabilities = psi.real.square() + psi.imag.square()
        data = measured_probabilities(probabilities.reshape(len(psi), 2**self.n_data_qubits, -1).sum(dim=2))
        return process.to_pixels(process.to_fractions(data[:, : self.spec.size]))

    def _loss(self, x: Tensor, target: Tensor, told: Tensor) -> Tensor:
        overlap = (self.states(target, told).conj() * self.circuit.state(self.theta, psi=self.states(x, told))).sum(dim=1)
        if self.config.loss == "distance":
            return (2 - 2 * overlap.real).mean()
        return (1 - overlap.real.square() - overlap.imag.square()).mean()

    def predict(self, pixels: Tensor, told: Tensor) -> Tensor:
        return self.images(self.circuit.state(self.theta, psi=self.states(pixels, told)))

    @torch.no_grad()
    def matrix(self, n_steps: int | None = None) -> Tensor:
        """U to the power ``n_steps`` (all steps where None), (2**n_qubits, 2**n_qubits) complex64: what one application does to states."""
        steps = self.n_diffusion_steps if n_steps is None else n_steps
        power: Tensor = torch.linalg.matrix_power(self.circuit.unitary(self.theta), steps)
        return power

    def _walk(self, x: Tensor, told: Tensor, every: bool) -> list[Tensor]:
        psi, last = self.states(x, told), self.n_diffusion_steps
        return [self.images(psi @ self.matrix(k).T) for k in (range(last + 1) if every else (last,))]

    def circuits(self) -> list[CircuitInfo]:
        gates, weights = self.program.gates(), self.theta.detach().numpy().copy()
        angles = gate_angles(gates, weights)
        function = self.ansatz.bind(self.n_qubits, self.config.n_layers)
        return [
            CircuitInfo(
                "one step", self.n_qubits, gates, angles, function, weights, repeated=self.n_diffusion_steps,
                facts=cost(self.program).facts(),
                about=(
                    "The wires start in the amplitudes of a noise image, pixels row by row"
                    + ("; the last in RX(2 pi k / K)|0> for class k of K." if self.has_label else "."),
                    f"One diffusion step: sampling applies it {self.n_diffusion_steps} times in a row and measures nothing between.",
                    "Read out: the probabilities in the end, the fractions of the pixels.",
                ),
            )
        ]  # fmt: skip

    def facts(self) -> dict[str, Any]:
        return {
            "n_parameters": self.n_parameters, "n_qubits": self.n_qubits, "n_layers": self.config.n_layers,
            "n_diffusion_steps": self.n_diffusion_steps, "sampling": "one matrix", "label_qubit": self.has_label,
            "encoding": self.config.encoding, "loss": self.config.loss, "ansatz": self.ansatz.label,
            "conditional": self.has_label, **cost(self.program).facts(),
        }  # fmt: skip
