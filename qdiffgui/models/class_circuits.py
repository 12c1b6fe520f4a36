"""Measured circuits on pure states that may depend on the class.

With ``conditioning="label-qubit"`` every circuit has one more qubit between data and ancillas. It
starts in RX(2πk/K)|0> for class k of K and is measured with the ancillas. With "class-angle" no
qubit is added: class c runs the same circuits at the angles θ_t + Σ_j f_j(c) φ_tj, with f = ±1 for
two classes and one-hot for more, θ and φ trained together.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qdiffgui import catalog, engine
from qdiffgui.circuits import readout
from qdiffgui.circuits.composed_cost import ansatz_cost
from qdiffgui.circuits.cost import cost
from qdiffgui.circuits.ends import WireEnd, discarded, kept
from qdiffgui.circuits.formula import Formula
from qdiffgui.config import Training
from qdiffgui.config.models.quddpm import QDT, QuDDPM
from qdiffgui.data.types import Spec
from qdiffgui.models.base import Array, CircuitInfo
from qdiffgui.models.circuit_use import (
    COPIES,
    PAIRED_LOSSES,
    CircuitUse,
    state_readout,
    symbols,
    without_formulas,
)
from qdiffgui.models.conditioning import Labels
from qdiffgui.models.pure_states import (
    check_width,
    circuit_info,
    load_ansatz,
    measurement_of,
    n_qubits_of,
    widened,
)
from qdiffgui.models.whole_chain import WholeChain


class ClassCircuits(WholeChain):
    """The circuit of a denoising step, how the class enters it, and how it is shown. The base of
    QuDDPM.
    """

    config: QDT | QuDDPM

    @property
    @abstractmethod
    def start(self) -> str:
        """What sampling starts from, as text."""

    def _build_circuits(self, config: QDT | QuDDPM, spec: Spec, training: Training) -> None:
        self.n_qubits = n_qubits_of(spec)
        self.n_ancillas = config.n_ancillas
        self.labels = Labels(spec.classes)
        self.label = -1
        self.conditional = config.conditional and self.labels.conditional
        self.n_groups = len(self.labels.known) if self.conditional else 1
        self.ansatz = load_ansatz(config, catalog.models[self.kind].label)
        self.by_angle = self.conditional and config.conditioning == "class-angle"
        self.by_qubit = self.conditional and not self.by_angle
        self.n_measured = self.n_ancillas + self.by_qubit
        width = check_width(self.n_qubits, self.n_measured)
        self.program = self.ansatz.trace(width, config.n_layers)
        self.circuit = engine.compile(
            self.program, backend=config.backend, threads=training.threads
        )
        self.measurement = measurement_of(config, self.n_measured)
        # parts of a row: θ_t, then φ_t of each feature of the class
        self.n_parts = 1 + self.labels.n_features if self.by_angle else 1

    def _run(self, weights: Tensor, psi: Tensor, label: Array) -> Tensor:
        """Run the circuit with these weights on states psi (B, 2**n) of labels (B,): (B, 2**width),
        before the measurement.
        """
        wide = self._widened(psi, self._label_states(label))
        if not self.by_angle:
            state: Tensor = self.circuit.state(weights, psi=wide)
            return state
        present = [known for known in self.labels.known if (label == known).any()]
        states = [
            self.circuit.state(
                self._angles(weights, known), psi=wide[torch.from_numpy(label == known)]
            )
            for known in present
        ]
        place = np.argsort(
            np.argsort(label, kind="stable")
        )  # classes are in the order of their labels
        return torch.cat(states)[torch.from_numpy(place)]

    def _angles(self, weights: Tensor, label: int) -> Tensor:
        """The circuit's angles (..., n_weights) for a class, of rows (..., parts * n_weights) of
        ``theta``.
        """
        if not self.by_angle:
            return weights
        parts = weights.reshape(*weights.shape[:-1], -1, self.program.n_weights)
        feature = self.labels.features(np.array([label]))[0]
        turned: Tensor = parts[..., 0, :] + (feature[:, None] * parts[..., 1:, :]).sum(-2)
        return turned

    def _widened(self, psi: Tensor, label_states: Tensor) -> Tensor:
        """psi ⊗ label ⊗ |0...0>; label_states (B, 2), or (B, 1) of ones if there is no label
        qubit.
        """
        return widened((psi[:, :, None] * label_states[:, None, :]).flatten(1), self.n_ancillas)

    def _label_states(self, label: Array) -> Tensor:
        """The label qubit of labels (n,): (n, 2), or (n, 1) of ones if there is no label qubit."""
        return (
            self.labels.qubit(label)
            if self.by_qubit
            else torch.ones(len(label), 1, dtype=torch.complex64)
        )

    def _group_labels(self, size: int) -> Array:
        """(n_groups * size,) labels of a batch, class by class."""
        known = self.labels.known if self.conditional else np.array([self.label], np.int8)
        return np.repeat(known, size)

    def circuits(self) -> list[CircuitInfo]:
        """The circuit of a diffusion step, with the angles of the step trained last; ``series`` has
        the angles of all steps. There is one circuit per class if classes have their own angles.
        """
        now = min(self.reached, self.n_diffusion_steps - 1)
        shown = [
            (f"denoising circuit, {name}", label) for label, name in self.labels.classes.items()
        ]
        found = []
        for name, label in shown if self.by_angle else [("denoising circuit", self.label)]:
            series = self._angles(self.theta, label).numpy().copy()
            info = circuit_info(
                name,
                self.ansatz,
                self.program,
                series[now],
                self.config.n_layers,
                self.n_measured,
                self._about(),
                self._ends(),
            )
            found.append(replace(info, repeated=self.n_diffusion_steps, series=series[::-1].copy()))
        return found

    def circuit_uses(self) -> list[CircuitUse]:
        """One circuit per diffusion step, and per class if classes have their own angles."""
        is_map = self.spec.kind == "map"
        pairs = "B**2 + B*(B - 1)/2" if self.config.loss in PAIRED_LOSSES else "B**2"
        states = "max(B//K, 2)" if self.by_angle else "K*max(B//K, 2)"
        if self.n_joint:  # the last iterations run whole chains
            states += "*T"
        own = "2" if self.shared else "T"
        use = CircuitUse(
            states_per_step=Formula(states),
            weight_sets=Formula(f"{self.n_parts}*{own}" if self.by_angle else own),
            settings_per_step=Formula("B" if is_map else pairs),
            runs_per_sample=Formula("T"),
            readout_per_step=readout.PROBABILITIES if is_map else readout.OVERLAP,
            readout_per_sample=state_readout(is_map),
            preparation=readout.COMPLEX,
            symbols=symbols(self, K=self.n_groups),
            cost=ansatz_cost(self.config.ansatz, "n + a + 1" if self.by_qubit else "n + a"),
            notes=(COPIES,),
        )
        return without_formulas(self.config, [use] * (self.n_groups if self.by_angle else 1))

    def _ends(self) -> tuple[WireEnd, ...]:
        width = self.program.n_qubits
        sample = " Its probabilities are the map." if self.spec.kind == "map" else ""
        return (
            *kept(
                width - self.n_measured,
                "next step",
                f"The state goes on to the next step; after the last it is the sample.{sample}",
            ),
            *discarded(
                range(width - self.n_measured, width),
                reset=True,
                about="Measured: the outcome decides which state is left on the other wires.",
            ),
        )

    def _about(self) -> tuple[str, ...]:
        said = [f"Wires 0 to {self.n_qubits - 1} start in the noise: {self.start}."]
        if self.n_measured > self.n_ancillas:
            said.append(
                f"Wire {self.n_qubits} starts each step in RX(2 pi k / K)|0> for class k of K, "
                "after the reset; the others in |0>."
            )
        said.append(
            "Steps are in the order of sampling; the state of the data wires after the last "
            "is the sample."
        )
        return (
            (*said, "The probabilities of that state are the map.")
            if self.spec.kind == "map"
            else tuple(said)
        )

    def facts(self) -> dict[str, Any]:
        facts = {
            "n_parameters": self.n_parameters,
            "n_qubits": self.n_qubits,
            "n_ancillas": self.n_ancillas,
            "n_steps": self.n_diffusion_steps,
            "n_layers": self.config.n_layers,
            "ansatz": self.ansatz.label,
            "loss": self.config.loss,
            "measurement": self.measurement,
            "start": self.start,
            "conditional": self.conditional,
            **cost(self.program).facts(),
        }
        return {**facts, "reading": COPIES} if self.spec.kind == "map" else facts
