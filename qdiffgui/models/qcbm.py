"""Circuits without inputs whose measured bits are the sample (arXiv:1804.04168): the distribution,
and how such circuits are shown and counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from qdiffgui.circuits import readout
from qdiffgui.circuits.ansatz_cost import AnsatzCost
from qdiffgui.circuits.cost import cost
from qdiffgui.circuits.ends import measured
from qdiffgui.circuits.formula import Formula
from qdiffgui.engine import Circuit, GateProgram
from qdiffgui.models.base import Array, CircuitInfo, gate_angles
from qdiffgui.models.circuit_use import CircuitUse
from qdiffgui.models.string_model import StringModel


class QCBM(StringModel):
    """Angles (n_classes, n_weights) of an ansatz; hidden qubits, the last wires, are dropped."""

    def __init__(self, n_bits: int, n_classes: int, circuit: Circuit) -> None:
        super().__init__(n_bits, n_classes)
        self.circuit = circuit
        self.angles = nn.Parameter(torch.zeros(n_classes, circuit.program.n_weights))

    def initialize(self, generator: torch.Generator, spread: float) -> None:
        """Draw the angles from N(0, ``spread``²), radians."""
        with torch.no_grad():
            self.angles.normal_(0, spread, generator=generator)

    def probabilities(self) -> Tensor:
        wires = range(self.n_bits)
        return torch.cat(
            [self.circuit.probabilities(angles, wires=wires) for angles in self.angles]
        )


def measured_circuits(
    title: str,
    names: Sequence[str],
    program: GateProgram,
    function: Any,
    angles: Array,
    about: tuple[str, ...],
    n_ancillas: int = 0,
) -> list[CircuitInfo]:
    """The circuit of each class: ``names`` are those of the classes, ``angles`` (n_classes, P)."""
    gates, facts = program.gates(), cost(program).facts()
    return [
        CircuitInfo(
            f"{title}, {name}" if name else title,
            program.n_qubits,
            gates,
            gate_angles(gates, weights),
            function,
            weights,
            n_ancillas=n_ancillas,
            facts=facts,
            about=about,
            ends=measured(
                range(program.n_qubits - n_ancillas),
                "0/1",
                "sample",
                "One shot is one sample.",
                n_qubits=program.n_qubits,
            ),
        )
        for name, weights in zip(names, angles)
    ]


def measured_use(
    states_per_step: str,
    symbols: Mapping[str, float],
    cost: AnsatzCost | None,
    notes: tuple[str, ...],
) -> CircuitUse:
    """The use of a circuit of which one measured string is one sample."""
    return CircuitUse(
        states_per_step=Formula(states_per_step),
        settings_per_step=Formula(states_per_step),
        runs_per_sample=Formula("1"),
        readout_per_step=readout.PROBABILITIES,
        readout_per_sample=readout.OUTCOME,
        preparation=readout.ZERO,
        symbols=symbols,
        cost=cost,
        notes=notes,
    )
