"""QD3PM: discrete diffusion of jets as bit strings, denoised by one measured circuit
(arXiv:2505.05151).

Layer l rotates qubit q by RX of ``scale[l, q] * pi * bit[q] + rate[l, q] · (t/T, class)`` and then
applies a layer of the ansatz. At the end all qubits are measured, and the outcome is x_0. At the
start of training the first layer prepares |x_t> and the others ignore it. x_t is a measured string,
so its rotations are classically controlled: every shot is a jet. All steps t share one set of
weights.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from qdiffgui.circuits import readout
from qdiffgui.circuits.cost import cost
from qdiffgui.circuits.ends import measured
from qdiffgui.circuits.separable import chosen_ansatz
from qdiffgui.config import Training
from qdiffgui.config.models import QD3PM as Settings
from qdiffgui.data.types import Spec
from qdiffgui.engine import GateProgram, compile, trace
from qdiffgui.models.base import CircuitInfo, gate_angles
from qdiffgui.models.bit_diffusion import BitDiffusion
from qdiffgui.models.circuit_use import CircuitUse, symbols, uploaded_use, without_formulas
from qdiffgui.models.quantum_denoiser import re_uploading_function

_SPREAD = 0.1  # standard deviation of the initial angles, radians
_LEAST = 1e-9  # keeps the logarithm of a zero probability finite


class BitCircuit(nn.Module):
    """bits (B, n) and condition (B, c) to log p (B, 2^n) by Born's rule. The ancillas, the last
    wires, are measured and discarded.
    """

    def __init__(
        self, n_bits: int, n_condition: int, program: GateProgram, backend: str, threads: int
    ) -> None:
        super().__init__()
        n = program.n_qubits
        self.n_bits, n_layers = n_bits, program.n_inputs // n
        self.circuit = compile(program, backend=backend, threads=threads)
        self.scale = nn.Parameter(torch.zeros(n_layers, n))
        self.rate = nn.Parameter(torch.zeros(n_layers, n, n_condition))
        self.angles = nn.Parameter(torch.zeros(program.n_weights))
        self.register_buffer("uploaded", torch.arange(n) % n_bits, persistent=False)

    def initialize(self, generator: torch.Generator) -> None:
        """Basis encoding in the first layer; everything else from N(0, ``_SPREAD``²)."""
        with torch.no_grad():
            for parameter in (self.scale, self.rate, self.angles):
                parameter.normal_(0, _SPREAD, generator=generator)
            self.scale[0, : self.n_bits] += 1

    def inputs(self, bits: Tensor, condition: Tensor) -> Tensor:
        """(B, n_layers * n_qubits) angles of RX, radians."""
        context = torch.einsum("lqc,bc->blq", self.rate, condition)
        return (math.pi * self.scale * bits[:, None, self.uploaded] + context).flatten(1)  # type: ignore[index]

    def forward(self, bits: Tensor, condition: Tensor) -> Tensor:
        p = self.circuit.probabilities(
            self.angles, self.inputs(bits, condition), wires=range(self.n_bits)
        )
        return ((p + _LEAST) / (1 + _LEAST * p.shape[1])).log()


class QD3PM(BitDiffusion):
    """Discrete diffusion of bit strings, denoised by a measured circuit.

    The defaults (10 bits, 10 layers, no ancillas, two classes) have 300 angles of the ansatz, 100
    scales and 200 rates.

    Parameters
    ----------
    config : config.models.QD3PM
        Settings of the model.
    spec : Spec
        Encoded data: "vector" (d,) or "map" (height, width).
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    References
    ----------
    arXiv:2505.05151

    Examples
    --------
    >>> from qdiffgui.config.models import QD3PM as Settings
    >>> QD3PM.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "qd3pm"
    config: Settings
    network: BitCircuit

    def __init__(self, config: Settings, spec: Spec, training: Training, seed: int) -> None:
        self.n_qubits = config.n_bits + config.n_ancillas
        self.ansatz = chosen_ansatz(config.ansatz, config.circuit)
        self._function, n_weights = re_uploading_function(
            self.ansatz, self.n_qubits, config.n_layers
        )
        n_inputs = self.n_qubits * config.n_layers
        self._program = trace(
            self._function, n_qubits=self.n_qubits, n_weights=n_weights, n_inputs=n_inputs
        )
        super().__init__(config, spec, training, seed)

    def _build(self, generator: torch.Generator) -> nn.Module:
        n_condition = 1 + self.labels.n_features
        network = BitCircuit(
            self.config.n_bits,
            n_condition,
            self._program,
            self.config.backend,
            self.training.threads,
        )
        network.initialize(generator)
        return network

    def _frozen(self) -> tuple[str, ...]:
        return ("angles",) if self.config.circuit == "frozen" else ()

    def circuits(self) -> list[CircuitInfo]:
        gates = self._program.gates()
        weights = self.network.angles.detach().numpy().copy()
        angles = gate_angles(gates, weights)
        return [
            CircuitInfo(
                "denoiser",
                self.n_qubits,
                gates,
                angles,
                self._function,
                weights,
                n_inputs=self._program.n_inputs,
                n_ancillas=self.config.n_ancillas,
                repeated=len(self.visited()) - 1,
                facts=cost(self._program).facts(),
                about=self._about(),
                ends=measured(
                    range(self.network.n_bits),
                    "0/1",
                    "next step",
                    "One shot is a bit string, which sets the inputs of the next step; the last "
                    "one is the sample.",
                    n_qubits=self.n_qubits,
                ),
            )
        ]

    def circuit_uses(self) -> list[CircuitUse]:
        """One circuit for all diffusion steps, whose measured string is the sample."""
        values = symbols(
            self,
            n=self.config.n_bits,
            S=self.facts()["denoiser_calls_a_sample"],
            M=1,
            K=self.n_classes,
        )
        use = uploaded_use(
            self.config.ansatz,
            values,
            width="n + a",
            inputs="K*2**n" if self.enumerates else "B",
            read=readout.PROBABILITIES,
            read_sample=readout.OUTCOME,
            bases="",
            notes=(
                "x_t is a measured string, so classical control sets its angles: every shot is "
                "a jet.",
            ),
        )
        return without_formulas(self.config, [use])

    def _about(self) -> tuple[str, ...]:
        n = self.n_qubits
        return (
            "All wires start in |0>.",
            f"Input x_k, radians, is that of layer l = k div {n} and qubit q = k mod {n}:",
            (
                f"pi * scale[l,q] * (bit q mod {self.network.n_bits} of the noisy string) + sum_c "
                "rate[l,q,c] * condition[c],"
            ),
            (
                "the condition being the diffusion step and the class; scale and rate are "
                "weights in "
                "the model file."
            ),
            (
                f"Read out: one shot of wires 0 to {self.network.n_bits - 1} is the bit string "
                "x_0; ancillas are measured and discarded."
            ),
        )

    def facts(self) -> dict[str, Any]:
        return {
            **super().facts(),
            "n_qubits": self.n_qubits,
            "n_layers": self.config.n_layers,
            "ansatz": self.ansatz.label,
            "circuit": self.config.circuit,
            "circuit_parameters": self._program.n_weights,
            **cost(self._program).facts(),
        }
