"""Circuits as torch modules: trained, frozen or separable circuits (for ablations), and a
convolution whose kernel is a circuit.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import torch
from torch import Tensor, nn

from qdiffgui import catalog
from qdiffgui.circuits.separable import separable
from qdiffgui.engine import compile, trace
from qdiffgui.errors import ConfigError
from qdiffgui.models.quantum_denoiser import pauli_words

Ablation = Literal["trained", "frozen", "separable"]
# of the first angles, radians: small enough that gradients live, large enough that qubits differ
_SPREAD = 0.3


class CircuitLayer(nn.Module):
    """A circuit with its own angles. ``circuit`` is "trained", "frozen" (random angles that are not
    trained) or "separable" (without entangling gates).

    ``angles`` is a parameter, or a buffer if frozen.
    """

    angles: Tensor

    def __init__(
        self,
        function: Any,
        n_qubits: int,
        n_weights: int,
        n_inputs: int,
        circuit: Ablation,
        backend: str,
        threads: int,
    ) -> None:
        super().__init__()
        self.function, self.frozen = function, circuit == "frozen"
        if circuit == "separable":
            self.function, self.program = separable(
                function, n_qubits=n_qubits, n_weights=n_weights, n_inputs=n_inputs
            )
        else:
            self.program = trace(
                function, n_qubits=n_qubits, n_weights=n_weights, n_inputs=n_inputs
            )
        self.circuit = compile(self.program, backend=backend, threads=threads)
        zero = torch.zeros(self.program.n_weights)
        if self.frozen:
            self.register_buffer("angles", zero)
        else:
            self.angles = nn.Parameter(zero)

    def initialize(self, generator: torch.Generator) -> None:
        """Draw angles from N(0, 0.3²), or from the whole circle if they are frozen."""
        with torch.no_grad():
            if self.frozen:
                self.angles.uniform_(-math.pi, math.pi, generator=generator)
            else:
                self.angles.normal_(0, _SPREAD, generator=generator)


class QuantumConv2d(nn.Module):
    """A convolution whose kernel is a circuit (arXiv:2401.07049, Fig. 2).

    The c_in·k·k entries of a patch and its context (with a constant 1, so that the scale of a
    patch is not lost) are the amplitudes of ⌈log2⌉ qubits, over their norm r.
    Channel j of the answer is gain_j · r · <P_j> + bias_j with P_j = Z on the qubits in turn, then
    X, then Y. All patches of a batch are one batch of the engine. Stride 1, zero padding.
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        kernel: int,
        n_context: int,
        ansatz: str,
        n_layers: int,
        circuit: Ablation,
        backend: str,
        threads: int,
    ) -> None:
        super().__init__()
        self.kernel, self.n_amplitudes = kernel, n_in * kernel * kernel + n_context
        n_qubits = max(math.ceil(math.log2(self.n_amplitudes)), math.ceil(n_out / 3), 1)
        chosen = catalog.ansatze[ansatz].load()
        if chosen.takes_inputs:
            raise ConfigError(
                f"The ansatz '{ansatz}' takes data as angles, but a quantum convolution "
                "takes amplitudes: choose another ansatz."
            )
        self.n_qubits, self.words = n_qubits, pauli_words(n_qubits)[:n_out]
        self.layer = CircuitLayer(
            chosen.bind(n_qubits, n_layers),
            n_qubits,
            chosen.n_weights(n_qubits, n_layers),
            0,
            circuit,
            backend,
            threads,
        )
        self.gain = nn.Parameter(torch.ones(n_out))
        self.bias = nn.Parameter(torch.zeros(n_out))

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        """x (batch, n_in, height, width), context (batch, n_context, height, width) with a channel
        of ones: (batch, n_out, height, width).
        """
        n, _, height, width = x.shape
        patches = nn.functional.unfold(x, self.kernel, padding=self.kernel // 2)
        amplitudes = (
            torch.cat([patches, context.flatten(2)], dim=1)
            .transpose(1, 2)
            .reshape(-1, self.n_amplitudes)
        )
        norm = torch.linalg.vector_norm(amplitudes, dim=1, keepdim=True)
        psi = nn.functional.pad(amplitudes / norm, (0, 2**self.n_qubits - self.n_amplitudes)).to(
            torch.complex64
        )
        measured = self.layer.circuit.expval(self.words, self.layer.angles, psi=psi)
        answer = self.gain * norm * measured + self.bias
        image: Tensor = (
            answer.reshape(n, height * width, -1).transpose(1, 2).reshape(n, -1, height, width)
        )
        return image
