"""Costs of a circuit: gates, depth and parameters, counted as ``pennylane.specs`` counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qdiffgui.engine import GateProgram


@dataclass(frozen=True)
class Cost:
    """Counts of one circuit.

    Attributes
    ----------
    n_qubits : int
        Number of qubits.
    gates, one_qubit, two_qubit, larger : int
        Number of gates: all, on one qubit, on two, on more.
    depth : int
        Gates on the longest path; every gate takes one time step.
    two_qubit_depth : int
        The same for gates on two or more qubits.
    n_weights, n_inputs : int
        Number of trainable angles and of data angles.
    by_name : mapping of str to int
        Number of gates by name.
    weight_shifts, input_shifts : int
        Circuit evaluations that the parameter-shift rule needs for the derivatives of one
        expectation value by all angles with a trainable part, and by those with only a data part:
        two per angle, four for a controlled rotation (arXiv:1811.11184).
    """

    n_qubits: int
    gates: int
    one_qubit: int
    two_qubit: int
    larger: int
    depth: int
    two_qubit_depth: int
    n_weights: int
    n_inputs: int
    by_name: Mapping[str, int] = field(default_factory=dict)
    weight_shifts: int = 0
    input_shifts: int = 0

    def facts(self) -> dict[str, int]:
        """The main counts, for tables."""
        return {"gates": self.gates, "two_qubit_gates": self.two_qubit, "depth": self.depth}


_FOUR_TERMS = frozenset({"CRX", "CRY", "CRZ", "CRot"})  # generators with eigenvalues -1/2, 0, 1/2


def cost(program: GateProgram) -> Cost:
    """Count the gates of a program, before the engine fuses them.

    Parameters
    ----------
    program : GateProgram
        The circuit.

    Returns
    -------
    Cost
        The counts.

    Examples
    --------
    >>> from qdiffgui import catalog
    >>> ansatz = catalog.ansatze["hardware-efficient"].load()
    >>> cost(ansatz.trace(n_qubits=4, n_layers=2)).facts()
    {'gates': 22, 'two_qubit_gates': 6, 'depth': 8}
    """
    return count(program.gates(), program.n_qubits, program.n_weights, program.n_inputs)


def count(
    gates: Sequence[Mapping[str, Any]], n_qubits: int, n_weights: int, n_inputs: int = 0
) -> Cost:
    """Count gates given as plain rows.

    Parameters
    ----------
    gates : sequence of mapping
        Rows of ``engine.GateProgram.gates``.
    n_qubits, n_weights, n_inputs : int
        Number of qubits, trainable angles and data angles.

    Returns
    -------
    Cost
        The counts.

    Examples
    --------
    >>> count([{"name": "H", "wires": [0], "angle": None}], n_qubits=1, n_weights=0).depth
    1
    """
    sizes = Counter(min(len(gate["wires"]), 3) for gate in gates)
    wires = [tuple(gate["wires"]) for gate in gates]
    return Cost(
        n_qubits=n_qubits,
        gates=len(gates),
        one_qubit=sizes[1],
        two_qubit=sizes[2],
        larger=sizes[3],
        depth=_depth(wires, n_qubits),
        two_qubit_depth=_depth([w for w in wires if len(w) > 1], n_qubits),
        n_weights=n_weights,
        n_inputs=n_inputs,
        by_name=dict(Counter(gate["name"] for gate in gates)),
        weight_shifts=sum(_shifts(gate, "w") for gate in gates),
        input_shifts=sum(_shifts(gate, "x") for gate in gates),
    )


def _shifts(gate: Mapping[str, Any], letter: str) -> int:
    """Shifted evaluations for the angles of one gate that contain a weight ("w"), or only inputs
    ("x").
    """
    angles = (gate["angle"] or "").split(",")
    parts = ["w" if "w" in angle else "x" if "x" in angle else "" for angle in angles]
    return (4 if gate["name"] in _FOUR_TERMS else 2) * parts.count(letter)


def _depth(gates: list[tuple[int, ...]], n_qubits: int) -> int:
    """Length of the longest chain of gates that share wires; a gate without wires (a global phase)
    takes no time.
    """
    front = [0] * n_qubits
    for wires in gates:
        if wires:
            level = 1 + max(front[w] for w in wires)
            for w in wires:
                front[w] = level
    return max(front)
