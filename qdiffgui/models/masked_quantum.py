"""Masked quantum diffusion: jet maps as shares in levels, each drawn by one shot of a circuit.

The circuit of share k has n qubits; its 2^n outcomes are the levels of the share. Layer l rotates
qubit q by angles that are linear in the features of the known shares, ``W s + c``, and then applies
a layer of the ansatz. Each share has its own W, c and angles of the ansatz. Known shares are
measured outcomes, so their rotations are classically controlled: a sample is one shot of each
circuit, without copies and without expectation values.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from qdiffgui.circuits import readout
from qdiffgui.circuits.ansatz import Ansatz
from qdiffgui.circuits.composed_cost import cost_with_rotations, reuploading_cost
from qdiffgui.circuits.cost import cost
from qdiffgui.circuits.ends import measured
from qdiffgui.circuits.formula import Formula
from qdiffgui.circuits.separable import chosen_ansatz
from qdiffgui.config import Training
from qdiffgui.config.models import MaskedQuantum as Settings
from qdiffgui.data.types import Spec
from qdiffgui.engine import GateProgram, compile, trace
from qdiffgui.errors import ConfigError
from qdiffgui.models.base import CircuitInfo, gate_angles
from qdiffgui.models.circuit_use import CircuitUse, symbols, uploaded_use, without_formulas
from qdiffgui.models.masked import MaskedDiffusion, Predictors, offsets
from qdiffgui.models.optimiser import Optimiser
from qdiffgui.models.quantum_denoiser import re_uploading_function

# Standard deviation of the initial angles, radians. An angle is a sum over many features: larger
# weights make it random at the start and cost half a nat per jet at the end.
_SPREAD, _UPLOAD_SPREAD = 0.3, 0.02
_FIT_RATE, _FIT_STEPS = 0.05, 200  # of the start at the marginals
_LEAST = 1e-9  # keeps the logarithm of a zero probability finite
_GATES = ("RX", "RY", "RZ")


class ShareCircuits(Predictors):
    """One circuit per share: ``forward(k, inputs)`` gives log p (B, 2^n) by Born's rule. Ancillas,
    the last wires, are measured and discarded.

    ``program`` takes the angles of the ansatz as weights and data angles as inputs; ``all_angles``
    takes both as inputs, in this order, so that each sample can be another share's circuit.
    With ``mixed`` every data angle of share k is a linear function of its inputs; otherwise it
    takes one of them, the latest first, in turn.
    """

    def __init__(
        self,
        n_measured: int,
        n_inputs: tuple[int, ...],
        mixed: bool,
        program: GateProgram,
        all_angles: GateProgram,
        backend: str,
        threads: int,
    ) -> None:
        super().__init__()
        self.n_measured, self.mixed = n_measured, mixed
        self.n_angles = program.n_inputs
        self.circuit = compile(program, backend=backend, threads=threads)
        self._all = compile(all_angles, backend=backend, threads=threads)
        sizes = tuple(self.n_angles * (n if mixed else min(n, 1)) for n in n_inputs)
        self._at = offsets(sizes)
        self.scale = nn.Parameter(torch.zeros(self._at[-1]))
        self.offset = nn.Parameter(torch.zeros(len(n_inputs), self.n_angles))
        self.angles = nn.Parameter(torch.zeros(len(n_inputs), program.n_weights))

    def initialize(self, generator: torch.Generator) -> None:
        """Draw angles and offsets from N(0, ``_SPREAD``²), weights from N(0,
        ``_UPLOAD_SPREAD``²).
        """
        with torch.no_grad():
            for parameter in (self.offset, self.angles):
                parameter.normal_(0, _SPREAD, generator=generator)
            self.scale.normal_(0, _UPLOAD_SPREAD, generator=generator)

    def start_at(self, frequencies: Tensor) -> None:
        """Fit offsets and angles, with all features 0, to the frequencies by Adam; frozen angles
        stay.
        """
        free = {"offset": self.offset, "angles": self.angles}
        adam = Optimiser({k: v for k, v in free.items() if v.requires_grad}, _FIT_RATE, _FIT_STEPS)
        for i in range(_FIT_STEPS):
            angles = torch.cat([self.angles, self.offset], dim=1)
            p = self._all.probabilities(torch.zeros(0), angles, wires=range(self.n_measured))
            adam.step(i, -(frequencies * _log(p)).sum())

    def data_angles(self, scale: Tensor, offset: Tensor, inputs: Tensor) -> Tensor:
        """(B, n_angles) data angles of a share, radians, from its weights, offsets and inputs."""
        n = inputs.shape[1]
        if not n:
            return offset.expand(len(inputs), -1)
        if self.mixed:
            return offset + inputs @ scale.reshape(n, self.n_angles)
        return offset + scale * inputs[:, n - 1 - torch.arange(self.n_angles) % n]

    def forward(self, k: int, inputs: Tensor) -> Tensor:
        scale = self.scale[self._at[k] : self._at[k + 1]]
        return self._log_p(scale, self.offset[k], self.angles[k], inputs)

    def every(self, inputs: Iterable[Tensor]) -> Iterator[Tensor]:
        # cut once: the gradient of a slice is as large as the whole, for each of many shares
        sizes = [end - begin for begin, end in itertools.pairwise(self._at)]
        parts = zip(torch.split(self.scale, sizes), self.offset.unbind(), self.angles.unbind())
        return (self._log_p(*own, x) for own, x in zip(parts, inputs))

    def _log_p(self, scale: Tensor, offset: Tensor, angles: Tensor, inputs: Tensor) -> Tensor:
        p = self.circuit.probabilities(
            angles, self.data_angles(scale, offset, inputs), wires=range(self.n_measured)
        )
        return _log(p)


def _log(p: Tensor) -> Tensor:
    """Logarithm of probabilities (B, n), finite where one is 0."""
    return ((p + _LEAST) / (1 + _LEAST * p.shape[1])).log()


class MaskedQuantum(MaskedDiffusion):
    """Masked diffusion of shares in levels with one measured circuit per share.

    With the defaults a circuit has 4 qubits and 72 angles of the ansatz; each of its 24 data angles
    has an offset and, for each known share, two weights.

    Parameters
    ----------
    config : config.models.MaskedQuantum
        Settings of the model.
    spec : Spec
        Encoded data: "map" (height, width).
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    References
    ----------
    arXiv:2107.03006 (absorbing diffusion); arXiv:2110.02037 (random orders).

    Examples
    --------
    >>> from qdiffgui.config.models import MaskedQuantum as Settings
    >>> MaskedQuantum.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "masked-quantum"
    config: Settings
    network: ShareCircuits

    def __init__(self, config: Settings, spec: Spec, training: Training, seed: int) -> None:
        self.n_qubits = config.n_qubits + config.n_ancillas
        self.ansatz = chosen_ansatz(config.ansatz, config.circuit)
        self.n_gates = 3 if config.uploads == "every" else 1
        self._function, n_weights = uploading_function(
            self.ansatz, self.n_qubits, config.n_layers, self.n_gates
        )
        n_inputs = self.n_gates * self.n_qubits * config.n_layers
        self._program = trace(
            self._function, n_qubits=self.n_qubits, n_weights=n_weights, n_inputs=n_inputs
        )
        self._all_angles = trace(
            lambda _, angles: self._function(angles[:n_weights], angles[n_weights:]),
            n_qubits=self.n_qubits,
            n_weights=0,
            n_inputs=n_weights + n_inputs,
        )
        super().__init__(config, spec, training, seed)

    def _build(self, generator: torch.Generator) -> Predictors:
        network = ShareCircuits(
            self.config.n_qubits,
            self.n_inputs,
            self.config.uploads != "one",
            self._program,
            self._all_angles,
            self.config.backend,
            self.training.threads,
        )
        network.initialize(generator)
        return network

    def _frozen(self) -> tuple[str, ...]:
        return ("angles",) if self.config.circuit == "frozen" else ()

    def circuits(self) -> list[CircuitInfo]:
        """The circuit of the last share; ``series`` has the angles of all shares."""
        gates = self._program.gates()
        series = self.network.angles.detach().numpy().copy()
        return [
            CircuitInfo(
                "circuit of a share",
                self.n_qubits,
                gates,
                gate_angles(gates, series[-1]),
                self._function,
                series[-1].copy(),
                n_inputs=self._program.n_inputs,
                n_ancillas=self.config.n_ancillas,
                repeated=len(series),
                facts=cost(self._program).facts(),
                series=series,
                about=self._about(),
                ends=measured(
                    range(self.config.n_qubits),
                    "0/1",
                    "next share",
                    "One shot is the level of the share, which sets the inputs of the circuits of "
                    "later shares.",
                    n_qubits=self.n_qubits,
                ),
            )
        ]

    def circuit_uses(self) -> list[CircuitUse]:
        """One circuit per share, whose measured outcome is the level of the share."""
        width, ansatz = "n + a", self.config.ansatz
        n_angles = f"{self.n_gates}*({width})*L"
        use = uploaded_use(
            ansatz,
            symbols(self, n=self.config.n_qubits, M=1),
            width=width,
            inputs="B*T",
            runs="T",
            read=readout.PROBABILITIES,
            read_sample=readout.OUTCOME,
            bases="",
            weight_sets=Formula("T"),
            cost=reuploading_cost(ansatz, width)
            if self.n_gates == 1
            else cost_with_rotations(ansatz, width, n_angles, f"{self.n_gates}*L", n_angles),
            notes=(
                "Known shares are measured outcomes, so classical control sets the angles: a "
                "sample is one shot of each circuit.",
            ),
        )
        return without_formulas(self.config, [use])

    def _about(self) -> tuple[str, ...]:
        n, measured = self.n_qubits, self.config.n_qubits
        gates = " ".join(_GATES[: self.n_gates])
        return (
            "All wires start in |0>. Each share has its own circuit, in the order of the cells.",
            f"Input x_k, radians, is that of layer l = k div {self.n_gates * n}: on each qubit in "
            f"turn {gates};",
            "it is linear in the features of the known shares; its weights and its offset are in "
            "the model file.",
            f"Read out: one shot of wires 0 to {measured - 1} is the level of the share; ancillas "
            "are measured and discarded.",
        )

    def facts(self) -> dict[str, Any]:
        return {
            **super().facts(),
            "n_qubits": self.n_qubits,
            "n_ancillas": self.config.n_ancillas,
            "n_layers": self.config.n_layers,
            "ansatz": self.ansatz.label,
            "circuit_parameters": self.network.angles.numel() + self.network.offset.numel(),
            "upload_weights": self.network.scale.numel(),
            **cost(self._program).facts(),
        }


def uploading_function(
    ansatz: Ansatz, n_qubits: int, n_layers: int, n_gates: int
) -> tuple[Any, int]:
    """The quantum function ``f(weights, inputs)`` with the first ``n_gates`` of RX, RY and RZ on
    every qubit before each layer of the ansatz, and its number of weights.
    """
    if n_gates == 1:
        return re_uploading_function(ansatz, n_qubits, n_layers)
    if ansatz.takes_inputs:
        raise ConfigError(
            f"The ansatz '{ansatz.label}' uploads data itself, by one gate per qubit: choose "
            "model.uploads=mixed or another ansatz."
        )
    import pennylane as qml

    a_layer, bound = ansatz.n_weights(n_qubits, 1), ansatz.bind(n_qubits, 1)

    def circuit(weights: Any, inputs: Any) -> None:
        for layer in range(n_layers):
            for q in range(n_qubits):
                for g, gate in enumerate(_GATES[:n_gates]):
                    getattr(qml, gate)(inputs[(layer * n_qubits + q) * n_gates + g], wires=q)
            bound(weights[layer * a_layer : (layer + 1) * a_layer], None)

    return circuit, n_layers * a_layer
