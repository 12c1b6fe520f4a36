"""USS, unitary single sampling: one unitary per diffusion step, and all steps are one matrix
(arXiv:2401.07049, section III).

U is trained on state vectors, U|x_t> ≈ |x_{t-1}> for every t of the blend process, and nothing is
measured between steps. So τ steps are U^τ, one matrix of 2^n x 2^n numbers that is computed once.
Images are read out only at the end, as the probabilities of U^τ|x_τ>.

What to expect: U rotates states by about the same amount at every step, so it needs a schedule of
power 1 rather than the paper's cubic one. A unitary preserves overlaps, so the generated states are
exactly as similar as their noise images. U must map the mean noise image close to the mean image,
so a sample is the mean image plus a rotated remainder of the noise. The matrix is free in
simulation; on hardware U^τ needs τ times the layers, or a circuit of general depth (about 4^n
gates).
"""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor

from qdiffgui.circuits import readout
from qdiffgui.circuits.composed_cost import ansatz_cost
from qdiffgui.circuits.cost import cost
from qdiffgui.circuits.encoding import qubits_of_amplitudes
from qdiffgui.circuits.encodings.amplitude import padded_states
from qdiffgui.circuits.ends import kept
from qdiffgui.circuits.formula import Formula
from qdiffgui.circuits.separable import chosen_ansatz
from qdiffgui.config.models import USS as Settings
from qdiffgui.data.types import Array
from qdiffgui.diffusion import blend as process
from qdiffgui.engine import compile, measured_probabilities
from qdiffgui.errors import ConfigError
from qdiffgui.models.base import CircuitInfo, gate_angles
from qdiffgui.models.blend import BlendDiffusion, embedded
from qdiffgui.models.circuit_use import CircuitUse, symbols, without_formulas
from qdiffgui.models.conditioning import label_states

_SPREAD = 0.1  # standard deviation of the initial angles, radians


class USS(BlendDiffusion):
    """Unitary single sampling: the power of one unitary takes noise to images.

    The unitary acts on ⌈log2 pixels⌉ qubits, and on a label qubit if there are classes.

    Parameters
    ----------
    config : config.models.USS
        Settings of the model.
    spec : Spec
        Encoded data: "map" (height, width).
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    References
    ----------
    arXiv:2401.07049

    Examples
    --------
    >>> from qdiffgui.config.models import USS as Settings
    >>> USS.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "uss"
    config: Settings

    def _build(self, generator: torch.Generator) -> dict[str, Tensor]:
        self.n_data_qubits = qubits_of_amplitudes(self.spec.size)
        self.has_label = self.config.label_qubit and self.labels.conditional
        self.n_qubits = self.n_data_qubits + self.has_label
        self.ansatz = chosen_ansatz(self.config.ansatz, self.config.circuit)
        if self.ansatz.takes_inputs:
            raise ConfigError(
                f"The ansatz '{self.config.ansatz}' takes data as angles, but USS takes "
                "amplitudes: choose another ansatz."
            )
        self.program = self.ansatz.trace(self.n_qubits, self.config.n_layers)
        self.circuit = compile(
            self.program, backend=self.config.backend, threads=self.training.threads
        )
        self.theta = (
            torch.randn(self.program.n_weights, generator=generator) * _SPREAD
        ).requires_grad_()
        return {"theta": self.theta}

    def tell(self, label: Array) -> Tensor:
        return self.labels.angles(label).to(torch.float32)

    def states(self, pixels: Tensor, context: Tensor) -> Tensor:
        """State vectors (n, 2**n_qubits) complex64 of images (n, n_pixels); the label qubit is the
        last qubit.
        """
        psi = padded_states(embedded(pixels, self.config.encoding))
        return (
            (psi[:, :, None] * label_states(context)[:, None, :]).flatten(1)
            if self.has_label
            else psi
        )

    def images(self, psi: Tensor) -> Tensor:
        """Pixels (n, n_pixels) of states: the probabilities of the data qubits, without the label
        qubit and unused amplitudes.
        """
        probabilities = psi.real.square() + psi.imag.square()
        data = measured_probabilities(
            probabilities.reshape(len(psi), 2**self.n_data_qubits, -1).sum(dim=2)
        )
        return process.to_pixels(process.to_fractions(data[:, : self.spec.size]))

    def _loss(self, x: Tensor, target: Tensor, context: Tensor) -> Tensor:
        overlap = (
            self.states(target, context).conj()
            * self.circuit.state(self.theta, psi=self.states(x, context))
        ).sum(dim=1)
        if self.config.loss == "distance":
            return (2 - 2 * overlap.real).mean()
        return (1 - overlap.real.square() - overlap.imag.square()).mean()

    def predict(self, pixels: Tensor, context: Tensor) -> Tensor:
        return self.images(self.circuit.state(self.theta, psi=self.states(pixels, context)))

    @torch.no_grad()
    def matrix(self, n_steps: int | None = None) -> Tensor:
        """U to the power ``n_steps`` (None: all steps), (2**n_qubits, 2**n_qubits) complex64."""
        steps = self.n_diffusion_steps if n_steps is None else n_steps
        power: Tensor = torch.linalg.matrix_power(self.circuit.unitary(self.theta), steps)
        return power

    def _walk(self, x: Tensor, context: Tensor, every: bool) -> list[Tensor]:
        psi, last = self.states(x, context), self.n_diffusion_steps
        return [
            self.images(psi @ self.matrix(k).T) for k in (range(last + 1) if every else (last,))
        ]

    def circuits(self) -> list[CircuitInfo]:
        gates, weights = self.program.gates(), self.theta.detach().numpy().copy()
        angles = gate_angles(gates, weights)
        function = self.ansatz.bind(self.n_qubits, self.config.n_layers)
        return [
            CircuitInfo(
                "one step",
                self.n_qubits,
                gates,
                angles,
                function,
                weights,
                repeated=self.n_diffusion_steps,
                facts=cost(self.program).facts(),
                about=(
                    "The wires start in the amplitudes of a noise image, pixels row by row"
                    + (
                        "; the last in RX(2 pi k / K)|0> for class k of K."
                        if self.has_label
                        else "."
                    ),
                    (
                        f"One diffusion step: sampling applies it {self.n_diffusion_steps} times "
                        "in a row, without measurements in between."
                    ),
                    "Read out: the probabilities at the end, the fractions of the pixels.",
                ),
                ends=kept(
                    self.n_qubits,
                    "next step",
                    "The state goes on to the next step without a measurement; after the last the "
                    "probabilities are the fractions of the pixels.",
                ),
            )
        ]

    def circuit_uses(self) -> list[CircuitUse]:
        """One circuit for all diffusion steps, without measurements between them."""
        use = CircuitUse(
            states_per_step=Formula("B"),
            settings_per_step=Formula("B"),
            runs_per_sample=Formula("T"),
            readout_per_step=readout.OVERLAP,
            readout_per_sample=readout.PROBABILITIES,
            preparation=readout.REAL,
            symbols=symbols(self, n=self.n_data_qubits),
            cost=ansatz_cost(self.config.ansatz, "n + 1" if self.has_label else "n"),
            notes=(
                "The simulator multiplies all steps into one matrix; on hardware the T uses "
                "follow each other without a measurement.",
            ),
        )
        return without_formulas(self.config, [use])

    def facts(self) -> dict[str, Any]:
        return {
            "n_parameters": self.n_parameters,
            "n_qubits": self.n_qubits,
            "n_layers": self.config.n_layers,
            "n_diffusion_steps": self.n_diffusion_steps,
            "sampling": "one matrix",
            "label_qubit": self.has_label,
            "encoding": self.config.encoding,
            "loss": self.config.loss,
            "ansatz": self.ansatz.label,
            "conditional": self.has_label,
            **cost(self.program).facts(),
        }
