"""Q-Dense: one strongly entangling circuit denoises amplitude-embedded images (arXiv:2401.07049,
section III).

The paper leaves some choices open. Here the circuit's probabilities are the pixel fractions of the
output, and a label qubit is traced out. The network is the circuit alone, without classical
weights. With ``label_reuploading`` the label qubit is rotated by RX(2π k / K) again before every
layer after the first; with ``remap`` "tanh" the angles are π tanh(θ) (arXiv:2212.14807).

A circuit maps similar noise images to similar outputs, so samples vary little; they vary more with
the encoding "amplitude" than with "sqrt".
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import torch
from torch import Tensor

from qdiffgui.circuits import readout
from qdiffgui.circuits.ansatz import Ansatz
from qdiffgui.circuits.composed_cost import ansatz_cost, cost_with_rotations
from qdiffgui.circuits.cost import cost
from qdiffgui.circuits.encoding import qubits_of_amplitudes
from qdiffgui.circuits.encodings.amplitude import padded_states
from qdiffgui.circuits.ends import measured
from qdiffgui.circuits.formula import Formula
from qdiffgui.circuits.separable import chosen_ansatz
from qdiffgui.config.models import QDense as Settings
from qdiffgui.data.types import Array
from qdiffgui.diffusion import blend as process
from qdiffgui.engine import compile, trace
from qdiffgui.errors import ConfigError
from qdiffgui.models.base import CircuitInfo, gate_angles
from qdiffgui.models.blend import BlendDiffusion, embedded
from qdiffgui.models.circuit_use import CircuitUse, symbols, without_formulas
from qdiffgui.models.conditioning import label_states

_SPREAD = 0.1  # standard deviation of the initial angles, radians


class QDense(BlendDiffusion):
    """Q-Dense: a circuit that denoises amplitude-embedded images.

    With 47 layers on 6 data qubits and the label qubit there are 987 parameters for 8x8 pixels.

    Parameters
    ----------
    config : config.models.QDense
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
    >>> from qdiffgui.config.models import QDense as Settings
    >>> QDense.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "q-dense"
    config: Settings

    def _build(self, generator: torch.Generator) -> dict[str, Tensor]:
        config = self.config
        self.n_data_qubits = qubits_of_amplitudes(self.spec.size)
        self.has_label = config.label_qubit and self.labels.conditional
        self.uploads = self.has_label and config.label_reuploading
        self.n_qubits = self.n_data_qubits + self.has_label
        self.ansatz = chosen_ansatz(config.ansatz, config.circuit)
        if self.ansatz.takes_inputs:
            raise ConfigError(
                f"The ansatz '{config.ansatz}' takes data as angles, but Q-Dense takes "
                "amplitudes: choose another ansatz."
            )
        if self.uploads:
            self.function = label_uploading(self.ansatz, self.n_qubits, config.n_layers)
            n_weights = config.n_layers * self.ansatz.n_weights(self.n_qubits, 1)
        else:
            self.function = self.ansatz.bind(self.n_qubits, config.n_layers)
            n_weights = self.ansatz.n_weights(self.n_qubits, config.n_layers)
        self.program = trace(
            self.function, n_qubits=self.n_qubits, n_weights=n_weights, n_inputs=int(self.uploads)
        )
        self.circuit = compile(self.program, backend=config.backend, threads=self.training.threads)
        self.theta = (torch.randn(n_weights, generator=generator) * _SPREAD).requires_grad_()
        return {"theta": self.theta}

    @property
    def angles(self) -> Tensor:
        """(n_weights,) angles of the circuit, radians."""
        return math.pi * self.theta.tanh() if self.config.remap == "tanh" else self.theta

    def predict(self, pixels: Tensor, context: Tensor) -> Tensor:
        psi = padded_states(embedded(pixels, self.config.encoding))
        if self.has_label:
            psi = (psi[:, :, None] * label_states(context)[:, None, :]).flatten(1)
        inputs = context[:, None] if self.uploads else None
        probabilities = self.circuit.probabilities(
            self.angles, inputs, psi, range(self.n_data_qubits)
        )
        return process.to_pixels(process.to_fractions(probabilities[:, : self.spec.size]))

    def tell(self, label: Array) -> Tensor:
        return self.labels.angles(label).to(torch.float32)

    def circuits(self) -> list[CircuitInfo]:
        gates, weights = self.program.gates(), self.angles.detach().numpy().copy()
        angles = gate_angles(gates, weights)
        return [
            CircuitInfo(
                "denoiser",
                self.n_qubits,
                gates,
                angles,
                self.function,
                weights,
                n_inputs=self.program.n_inputs,
                repeated=self.n_diffusion_steps,
                facts=cost(self.program).facts(),
                about=self._about(),
                ends=measured(
                    range(self.n_qubits - self.has_label),
                    "P",
                    "next step",
                    "Probabilities: the fractions of the answer's pixels, from which the next "
                    "step's input follows.",
                    n_qubits=self.n_qubits,
                ),
            )
        ]

    def circuit_uses(self) -> list[CircuitUse]:
        """One circuit for all diffusion steps, read out as probabilities."""
        width = "n + 1" if self.has_label else "n"
        cost = (
            cost_with_rotations(self.config.ansatz, width, "L - 1", "L - 1", "1")
            if self.uploads
            else ansatz_cost(self.config.ansatz, width)
        )
        use = CircuitUse(
            states_per_step=Formula("B"),
            settings_per_step=Formula("B"),
            runs_per_sample=Formula("T"),
            readout_per_step=readout.PROBABILITIES,
            readout_per_sample=readout.PROBABILITIES,
            preparation=readout.REAL,
            symbols=symbols(self, n=self.n_data_qubits),
            cost=cost,
        )
        return without_formulas(self.config, [use])

    def _about(self) -> tuple[str, ...]:
        n_data = self.n_qubits - self.has_label
        said = [
            (
                f"Wires 0 to {n_data - 1} start in the amplitudes of the noisy image, row by row, "
                f"encoding '{self.config.encoding}'."
            )
        ]
        said += (
            [f"Wire {n_data} starts in RX(2 pi k / K)|0> for class k of K, and is traced out."]
            if self.has_label
            else []
        )
        said += (
            ["Input x_0 is that angle again, before every layer after the first."]
            if self.program.n_inputs
            else []
        )
        return (
            *said,
            (
                f"Read out: the probabilities of wires 0 to {n_data - 1}, the fractions of the "
                "answer's pixels."
            ),
        )

    def facts(self) -> dict[str, Any]:
        return {
            "n_parameters": self.n_parameters,
            "n_qubits": self.n_qubits,
            "n_layers": self.config.n_layers,
            "n_diffusion_steps": self.n_diffusion_steps,
            "label_qubit": self.has_label,
            "label_reuploading": self.uploads,
            "encoding": self.config.encoding,
            "target": self.config.target,
            "ansatz": self.ansatz.label,
            "conditional": self.has_label,
            **cost(self.program).facts(),
        }


def label_uploading(ansatz: Ansatz, n_qubits: int, n_layers: int) -> Any:
    """The quantum function ``f(weights, inputs)`` of an ansatz, layer by layer, with RX(inputs[0])
    on the last wire between the layers.
    """
    import pennylane as qml

    a_layer, bound = ansatz.n_weights(n_qubits, 1), ansatz.bind(n_qubits, 1)

    def circuit(weights: Any, inputs: Any) -> None:
        for layer in range(n_layers):
            if layer > 0:
                qml.RX(inputs[0], wires=n_qubits - 1)
            bound(weights[layer * a_layer : (layer + 1) * a_layer], None)

    return circuit
