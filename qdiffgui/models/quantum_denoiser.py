"""Gaussian diffusion of a few observables whose only network is a data re-uploading circuit (after
arXiv:1907.02085, arXiv:2006.11239).
"""

from __future__ import annotations

import itertools
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor, nn

from qdiffgui import catalog
from qdiffgui.circuits.ansatz import Ansatz, ring
from qdiffgui.circuits.cost import cost
from qdiffgui.circuits.ends import expected
from qdiffgui.circuits.separable import chosen_ansatz
from qdiffgui.config import Training
from qdiffgui.config.models import QuantumDenoiser as Settings
from qdiffgui.data.types import Spec
from qdiffgui.engine import GateProgram, compile, trace
from qdiffgui.errors import ConfigError
from qdiffgui.models.base import CircuitInfo, gate_angles
from qdiffgui.models.circuit_use import (
    CircuitUse,
    measured_bases,
    symbols,
    uploaded_use,
    without_formulas,
)
from qdiffgui.models.gaussian import GaussianDiffusion

Readout = Literal["one", "all"]
Uploads = Literal["one", "mixed"]

# of the first angles and scales: small enough that gradients live, large enough that qubits differ
_SPREAD = 0.3
# Of mixed uploads every angle is a sum over all numbers, and a first answer near 0 is the Gaussian.
_MIXED_SPREAD, _MIXED_GAIN = 0.2, 0.3


class CircuitDenoiser(nn.Module):
    """x (batch, d) and condition (batch, c) to raw (batch, d), through one circuit and nothing else
    that could learn a function of x.

    In layer l the qubit q is turned by ``scale[l, q] * x[q % d] + rate[l, q] · condition``. With
    ``uploads="mixed"`` the first term is ``sum_k scale[l, q, k] * x[k]``. With ``readout="one"``
    output i is ``gain[i] * <P_i> + bias[i]`` with P_i of ``pauli_words``: Z on
    the first qubits, then X, Y and pairs where there are more numbers; with "all" it is the
    expectation of a trained observable, ``sum_j gain[i, j] <P_j> + bias[i]`` over all of
    ``pauli_words``. All of scale, rate, the circuit's angles, gain and bias are trained.
    """

    def __init__(
        self,
        n_data: int,
        n_condition: int,
        program: GateProgram,
        backend: str,
        threads: int,
        readout: Readout = "one",
        uploads: Uploads = "one",
    ) -> None:
        super().__init__()
        n = program.n_qubits
        n_layers = program.n_inputs // n
        self.n_data = n_data
        self.words = pauli_words(n)
        if len(self.words) < n_data:
            raise ConfigError(
                f"{n} qubits can be read out for at most {len(self.words)} numbers, and there "
                f"are {n_data}: add qubits."
            )
        self.readout = readout
        if readout == "one":
            self.words = self.words[:n_data]
        self.circuit = compile(program, backend=backend, threads=threads)
        self.mixes = uploads == "mixed"
        self.scale = nn.Parameter(
            torch.zeros(n_layers, n, n_data) if self.mixes else torch.zeros(n_layers, n)
        )
        self.rate = nn.Parameter(torch.zeros(n_layers, n, n_condition))
        self.angles = nn.Parameter(torch.zeros(program.n_weights))
        self.gain = nn.Parameter(
            torch.ones(n_data) if readout == "one" else torch.eye(n_data, len(self.words))
        )
        self.bias = nn.Parameter(torch.zeros(n_data))
        # Where the data do not fill the qubits evenly the first ones are uploaded more than once;
        # where they do not fit, layers alternate.
        index = (
            torch.arange(n_layers * n).reshape(n_layers, n)
            if n_data > n
            else torch.arange(n).expand(n_layers, n)
        )
        self.register_buffer("uploaded", index % n_data, persistent=False)

    def initialize(self, generator: torch.Generator) -> None:
        """Draw scales, rates and angles from N(0, ``_SPREAD``²)."""
        with torch.no_grad():
            for parameter in (self.scale, self.rate, self.angles):
                parameter.normal_(0, _SPREAD, generator=generator)
            if self.mixes:
                self.scale.mul_(_MIXED_SPREAD / _SPREAD)
                self.gain.mul_(_MIXED_GAIN)

    def inputs(self, x: Tensor, condition: Tensor) -> Tensor:
        """(batch, n_layers * n_qubits) data angles, radians."""
        context = torch.einsum("lqc,bc->blq", self.rate, condition)
        if self.mixes:
            return (torch.einsum("lqk,bk->blq", self.scale, x) + context).flatten(1)
        return (self.scale * x[:, self.uploaded] + context).flatten(1)  # type: ignore[index]

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        read = self.circuit.expval(self.words, self.angles, self.inputs(x, condition))
        return (self.gain * read if self.readout == "one" else read @ self.gain.T) + self.bias


def pauli_words(n_qubits: int) -> list[str]:
    """Z on each wire in turn, then X, then Y; then ZZ, XX and YY on neighbors in a ring."""
    places = [(q,) for q in range(n_qubits)], ring(range(n_qubits))
    chosen = [
        (letter, wires) for group in places for letter, wires in itertools.product("ZXY", group)
    ]
    return [
        "".join(letter if q in wires else "I" for q in range(n_qubits)) for letter, wires in chosen
    ]


def re_uploading_function(ansatz: Ansatz, n_qubits: int, n_layers: int) -> tuple[Any, int]:
    """The quantum function ``f(weights, inputs)`` and its number of weights.

    An ansatz that takes no inputs becomes a re-uploading circuit by RX(input) on every qubit before
    each of its layers.
    """
    import pennylane as qml

    if ansatz.takes_inputs:
        return ansatz.bind(n_qubits, n_layers), ansatz.n_weights(n_qubits, n_layers)
    a_layer, bound = ansatz.n_weights(n_qubits, 1), ansatz.bind(n_qubits, 1)

    def circuit(weights: Any, inputs: Any) -> None:
        for layer in range(n_layers):
            for q in range(n_qubits):
                qml.RX(inputs[layer * n_qubits + q], wires=q)
            bound(weights[layer * a_layer : (layer + 1) * a_layer], None)

    return circuit, n_layers * a_layer


class QuantumDenoiser(GaussianDiffusion):
    """Gaussian diffusion with a data re-uploading circuit as denoiser.

    The defaults (4 observables, 6 qubits, 8 layers, no classes) have 248 parameters: 144 circuit
    angles, 48 scales, 48 rates of time, 4 gains and 4 biases. Quark/gluon labels add 48 rates.

    Parameters
    ----------
    config : config.models.QuantumDenoiser
        Settings of the model.
    spec : Spec
        Encoded data: "vector" (d,).
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    References
    ----------
    arXiv:2006.11239

    Examples
    --------
    >>> from qdiffgui.config.models import QuantumDenoiser as Settings
    >>> QuantumDenoiser.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "quantum-denoiser"
    config: Settings
    network: CircuitDenoiser

    def __init__(self, config: Settings, spec: Spec, training: Training, seed: int) -> None:
        if spec.kind != "vector":
            raise ConfigError(
                "The quantum denoiser needs vectors of a few numbers, but the data are of kind "
                f"'{spec.kind}'."
            )
        self._function, n_weights = re_uploading_function(
            chosen_ansatz(config.ansatz, config.circuit), config.n_qubits, config.n_layers
        )
        n_inputs = config.n_qubits * config.n_layers
        self._program = trace(
            self._function, n_qubits=config.n_qubits, n_weights=n_weights, n_inputs=n_inputs
        )
        super().__init__(config, spec, training, seed)

    def _build(self, generator: torch.Generator) -> nn.Module:
        n_condition = 1 + self._n_before_context
        config = self.config
        network = CircuitDenoiser(
            self.spec.size,
            n_condition,
            self._program,
            config.backend,
            self.training.threads,
            config.readout,
            config.uploads,
        )
        network.initialize(generator)
        return network

    def _frozen(self) -> tuple[str, ...]:
        return ("angles",) if self.config.circuit == "frozen" else ()

    def _time(self, t: Tensor) -> Tensor:
        return (2 * t.to(torch.float32) / self.n_diffusion_steps - 1)[:, None]

    def circuits(self) -> list[CircuitInfo]:
        gates = self._program.gates()
        weights = self.network.angles.detach().numpy().copy()
        angles = gate_angles(gates, weights)
        return [
            CircuitInfo(
                "denoiser",
                self.config.n_qubits,
                gates,
                angles,
                self._function,
                weights,
                n_inputs=self._program.n_inputs,
                repeated=len(self._visited()) - 1,
                facts=cost(self._program).facts(),
                about=self._about(),
                ends=expected(
                    self.network.words,
                    self.config.n_qubits,
                    "next step",
                    "Expectation values: the answer of the network follows from them and sets the "
                    "inputs of the next step.",
                ),
            )
        ]

    def circuit_uses(self) -> list[CircuitUse]:
        """One circuit for all diffusion steps, read out as expectation values."""
        values = symbols(
            self,
            n=self.config.n_qubits,
            S=self.facts()["denoiser_calls_a_sample"],
            M=measured_bases(self.network.words),
        )
        return without_formulas(self.config, [uploaded_use(self.config.ansatz, values)])

    def _about(self) -> tuple[str, ...]:
        n, read = self.config.n_qubits, self.network.readout
        words = ", ".join(self.network.words)
        answer = "gain[i] <P_i> + bias[i]" if read == "one" else "sum_j gain[i,j] <P_j> + bias[i]"
        return (
            "All wires start in |0>.",
            f"Input x_k, radians, is that of layer l = k div {n} and qubit q = k mod {n}:",
            (
                "sum_k scale[l,q,k] * (number k of the noisy sample)"
                if self.network.mixes
                else "scale[l,q] * (number uploaded[l,q] of the noisy sample)"
            )
            + " + sum_c rate[l,q,c] * condition[c],",
            (
                "the condition being the features of the diffusion step and of the class; scale "
                "and rate are weights in the model file."
            ),
            (
                f"Read out: expectation values of the Pauli words {words} (letter i acts on wire "
                "i); "
                f"answer i of the network is {answer}."
            ),
        )

    def facts(self) -> dict[str, Any]:
        return {
            **super().facts(),
            "n_qubits": self.config.n_qubits,
            "n_layers": self.config.n_layers,
            "ansatz": catalog.ansatze[self.config.ansatz].label,
            "circuit": self.config.circuit,
            "circuit_parameters": self._program.n_weights,
            "readout": self.config.readout,
            **cost(self._program).facts(),
            "preconditioning": "fixed: epsilon = s x + a F, x0 = a x - s F (no parameters)",
        }
