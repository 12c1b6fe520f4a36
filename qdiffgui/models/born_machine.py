"""Born machines: a circuit without inputs is measured once, and the outcome is the sample.

IQP: exp(-i φ/2 Z...Z) on groups of qubits between two layers of Hadamards (arXiv:2503.02934). Its
parities are known classically at any size, so it can be trained without a quantum computer. QCBM:
layers of an ansatz (arXiv:1804.04168). Each class has angles of its own. Up to 12 qubits are
simulated by the engine when sampling, and so also with noise or on a device.
"""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor

from qdiffgui import catalog, engine
from qdiffgui.circuits.ansatz_cost import AnsatzCost
from qdiffgui.circuits.composed_cost import ansatz_cost as cost_of_ansatz
from qdiffgui.circuits.cost import cost
from qdiffgui.circuits.formula import Formula
from qdiffgui.config.models import BornMachine as Settings
from qdiffgui.engine.tracker import record
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.models.base import CircuitInfo
from qdiffgui.models.born import BornModel
from qdiffgui.models.circuit_use import CircuitUse, symbols
from qdiffgui.models.iqp import IQP, iqp_function
from qdiffgui.models.qcbm import QCBM, measured_circuits, measured_use
from qdiffgui.models.string_model import MAX_ENUMERATED, MAX_STATE, StringModel, draw_codes

_ENGINE = 12  # largest number of qubits that the engine simulates when sampling
_SPREAD = 0.3  # standard deviation of the first angles of a QCBM, radians


class BornMachine(BornModel):
    """A measured IQP circuit or QCBM as generator of bit strings; there is no diffusion.

    The defaults (IQP, 8 bits, gates on one and two qubits) have 36 angles per class.

    Parameters
    ----------
    config : config.models.BornMachine
        Settings of the model.
    spec : Spec
        Encoded data: "vector" (d,) or "map" (height, width), of which the occupancy is modeled.
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    Raises
    ------
    ConfigError
        If the circuit cannot be sampled or trained here because it has too many qubits.

    References
    ----------
    arXiv:2503.02934

    Examples
    --------
    >>> from qdiffgui.config.models import BornMachine as Settings
    >>> BornMachine.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "born-machine"
    config: Settings

    def _build(self, generator: torch.Generator) -> StringModel:
        config = self.config
        self.n_qubits = self.n_bits + config.n_hidden
        if config.circuit == "qcbm":
            qcbm = self._qcbm()
            qcbm.initialize(generator, _SPREAD)
            return qcbm
        iqp = self._iqp()
        iqp.initialize(generator)
        return iqp

    def _iqp(self) -> IQP:
        config = self.config
        found = IQP(
            self.n_bits,
            config.n_hidden,
            self.n_classes,
            config.body,
            config.reach,
            lambda states: record(self._program, states),
        )
        if not found.draws:
            raise ConfigError(
                f"An IQP circuit of {self.n_qubits} qubits with gates on all of them cannot be "
                f"sampled here: set model.reach to 1 to 12, or use at most {MAX_STATE} qubits."
            )
        self._function = iqp_function(found.groups, self.n_qubits)
        self._program = engine.trace(
            self._function, n_qubits=self.n_qubits, n_weights=len(found.groups)
        )
        return found

    def _qcbm(self) -> QCBM:
        config, ansatz = self.config, catalog.ansatze[self.config.ansatz].load()
        if ansatz.takes_inputs:
            raise ConfigError(
                f"The ansatz '{config.ansatz}' takes data as angles, but a QCBM has no inputs: "
                "choose another ansatz."
            )
        if self.n_qubits > MAX_ENUMERATED:
            raise ConfigError(
                f"A QCBM of {self.n_qubits} qubits is too large to train here: use at most "
                f"{MAX_ENUMERATED}, or model.circuit=iqp with a reach."
            )
        self._function = ansatz.bind(self.n_qubits, config.n_layers)
        self._program = ansatz.trace(self.n_qubits, config.n_layers)
        circuit = self._compiled()
        return QCBM(self.n_bits, self.n_classes, circuit)

    def _compiled(self) -> engine.Circuit:
        return engine.compile(
            self._program, backend=self.config.backend, threads=self.training.threads
        )

    def draw(self, place: Tensor, generator: torch.Generator) -> Tensor:
        """One shot each. Noise and devices act on the circuit itself, up to 12 qubits."""
        if self.n_qubits > _ENGINE:
            if engine.is_on_device():
                raise UserError(
                    f"Devices and noise are simulated for Born machines of up to {_ENGINE} qubits; "
                    f"found {self.n_qubits}."
                )
            return self.strings.draw(place, generator)
        circuit, wires = self._sampler(), range(self.n_bits)
        with torch.no_grad():
            p = torch.cat([circuit.probabilities(angles, wires=wires) for angles in self._angles()])
        return draw_codes(p.clamp(min=0), self.n_bits, place, generator)

    def _sampler(self) -> engine.Circuit:
        if isinstance(self.strings, QCBM):
            return self.strings.circuit
        if not hasattr(self, "_engine_circuit"):
            self._engine_circuit = self._compiled()
        return self._engine_circuit

    def _angles(self) -> Tensor:
        return self.strings.get_parameter("angles").detach()

    def circuits(self) -> list[CircuitInfo]:
        return measured_circuits(
            "Born machine",
            list(self.labels.classes.values()) if self.labels.conditional else [""],
            self._program,
            self._function,
            self._angles().numpy().copy(),
            self._about(),
            self.config.n_hidden,
        )

    def _about(self) -> tuple[str, ...]:
        return (
            "All wires start in |0>. There are no inputs.",
            f"Read out: one shot of wires 0 to {self.n_bits - 1} is one sample, as bits"
            + (" of its observables" if self.spec.kind == "vector" else ", one per cell of the map")
            + ("; hidden qubits are measured and dropped." if self.config.n_hidden else "."),
        )

    def circuit_uses(self) -> list[CircuitUse]:
        """One circuit per class, whose measured string is the sample."""
        states = "1" if self.loss == "likelihood" and self._exact else "0"
        notes: tuple[str, ...] = (
            "Every shot is a sample.",
            "Training computes all probabilities of the circuit."
            if states == "1"
            else "Training is classical: it runs no circuit.",
        )
        if self.n_qubits > MAX_STATE:
            notes += (
                f"The reach of {self.config.reach} lets {self.config.reach + 1} qubits, measured "
                "and reset, run the circuit, and lets this computer sample it.",
            )
        use = measured_use(states, self._symbols(), self._cost(), notes)
        return [use] * self.n_classes

    @property
    def _exact(self) -> bool:
        return self.strings.enumerates

    def _symbols(self) -> dict[str, float]:
        n, config = self.n_bits, self.config
        found = symbols(self, n=n, a=config.n_hidden, T=1)
        if isinstance(self.strings, IQP):
            sizes = [len(group) for group in self.strings.groups]
            found |= {"P": len(sizes), "P2": sizes.count(2)}
        return found

    def _cost(self) -> AnsatzCost | None:
        if self.config.circuit == "qcbm":
            return cost_of_ansatz(self.config.ansatz, "n + a")
        return AnsatzCost(
            Formula("P"),
            Formula("3*(n + a)"),
            Formula("P2"),
            Formula("P + 2", exact=False),
            Formula("2*P"),
            Formula("0"),
        )

    def facts(self) -> dict[str, Any]:
        return {
            **super().facts(),
            "n_qubits": self.n_qubits,
            "circuit_parameters": self._program.n_weights,
            **cost(self._program).facts(),
        }
