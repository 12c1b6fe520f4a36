"""QD3PM: discrete diffusion of jets as bit strings, denoised by one measured circuit (arXiv:2505.05151).

In layer l the qubit q is turned by RX of ``scale[l, q] * pi * bit[q] + rate[l, q] · (t/T, class)``, then comes a layer of the ansatz; all
qubits are measured in the end, and the outcome is x_0. At the start of training the first layer writes |x_t> and the others ignore it.
x_t is a measured string, so the rotations that it controls are classical control: every shot is a jet. One set of weights serves all t.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from qdiffgui import catalog
from qdiffgui.circuits.cost import cost
from qdiffgui.config import Training
from qdiffgui.config.models import QD3PM as Settings
from qdiffgui.data.types import Spec
from qdiffgui.engine import GateProgram, compile, trace
from qdiffgui.models.base import CircuitInfo, gate_angles
from qdiffgui.models.bit_diffusion import BitDiffusion
from qdiffgui.models.quantum_denoiser import re_uploading_function

_SPREAD = 0.1  # of the first angles, radians
_LEAST = 1e-9  # keeps the logarithm of a vanishing probability finite


class BitCircuit(nn.Module):
    """bits (B, n) and condition (B, c) to log p (B, 2^n) by Born's rule; ancillas, the last wires, are measured and forgotten."""

    def __init__(self, n_bits: int, n_condition: int, program: GateProgram, backend: str, threads: int) -> None:
        super().__init__()
        n = program.n_qubits
        self.n_bits, n_layers = n_bits, program.n_inputs // n
        self.circuit = compile(program, backend=backend, threads=threads)
        self.scale = nn.Parameter(torch.zeros(n_layers, n))
        self.rate = nn.Parameter(torch.zeros(n_layers, n, n_condition))
        self.angles = nn.Parameter(torch.zeros(program.n_weights))
        self.register_buffer("uploaded", torch.arange(n) % n_bits, persistent=False)

    def initialise(self, generator: torch.Generator) -> None:
        """Basis encoding in the first layer; everything else from N(0, ``_SPREAD``²)."""
        with torch.no_grad():
            for parameter in (self.scale, self.rate, self.angles):
                parameter.normal_(0, _SPREAD, generator=generator)
            self.scale[0, : self.n_bits] += 1

    def inputs(self, bits: Tensor, condition: Tensor) -> Tensor:
        """(B, n_layers * n_qubits) angles of RX, radians."""
        told = torch.einsum("lqc,bc->blq", self.rate, condition)
        return (math.pi * self.scale * bits[:, None, self.uploaded] + told).flatten(1)  # type: ignore[index]

    def forward(self, bits: Tensor, condition: Tensor) -> Tensor:
        p = self.circuit.probabilities(self.angles, self.inputs(bits, condition), wires=range(self.n_bits))
        return ((p + _LEAST) / (1 + _LEAST * p.shape[1])).log()


class QD3PM(BitDiffusion):
    """At the defaults (10 bits, 10 layers, no ancillas, two classes) 300 angles of the ansatz, 100 scales and 200 rates."""

    kind: ClassVar[str] = "qd3pm"
    config: Settings
    network: BitCircuit

    def __init__(self, config: Settings, spec: Spec, training: Training, seed: int) -> None:
        self.n_qubits = config.n_bits + config.n_ancillas
        self.ansatz = catalog.ansatze[config.ansatz].load()
        self._function, n_weights = re_uploading_function(self.ansatz, self.n_qubits, config.n_layers)
        n_inputs = self.n_qubits * config.n_layers
        self._program = trace(self._function, n_qubits=self.n_qubits, n_weights=n_weights, n_inputs=n_inputs)
        super().__init__(config, spec, training, seed)

    def _build(self, generator: torch.Generator) -> nn.Module:
        n_condition = 1 + self.labels.n_features
        network = BitCircuit(self.config.n_bits, n_condition, self._program, self.config.backend, self.training.threads)
        network.initialise(generator)
        return network

    def circuits(self) -> list[CircuitInfo]:
        gates = self._program.gates()
        weights = self.network.angles.detach().numpy().copy()
        angles = gate_angles(gates, weights)
        return [
            CircuitInfo(
                "denoiser", self.n_qubits, gates, angles, self._function, weights, n_inputs=self._program.n_inputs,
                n_ancillas=self.config.n_ancillas, repeated=len(self.visited()) - 1, facts=cost(self._program).facts(),
                about=self._about(),
            )
        ]  # fmt: skip

    def _about(self) -> tuple[str, ...]:
        n = self.n_qubits
        return (
            "All wires start in |0>.",
            f"Input x_k, radians, is that of layer l = k div {n} and qubit q = k mod {n}:",
            f"pi * scale[l,q] * (bit q mod {self.network.n_bits} of the noisy string) + sum_c rate[l,q,c] * condition[c],",
            "the condition being the diffusion step and the class; scale and rate are weights in the model file.",
            f"Read out: one shot of wires 0 to {self.network.n_bits - 1} is the bit string x_0; ancillas are measured and forgotten.",
        )

    def facts(self) -> dict[str, Any]:
        return {
            **super().facts(), "n_qubits": self.n_qubits, "n_layers": self.config.n_layers, "ansatz": self.ansatz.label,
            "circuit_parameters": self._program.n_weights, **cost(self._program).facts(),
        }  # fmt: skip
