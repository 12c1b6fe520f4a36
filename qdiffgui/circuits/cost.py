"""What a circuit costs: gates, depth, parameters, counted on its PennyLane gates as ``pennylane.specs`` counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from qdiffgui.engine import GateProgram


@dataclass(frozen=True)
class Cost:
    """Counts of one circuit.

    depth : gates on the longest path, every gate one time step.     two_qubit_depth : the same, gates on two or more qubits only.
    by_name : gate name -> how many.      n_weights, n_inputs : trainable and data angles.
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

    def facts(self) -> dict[str, int]:
        """The short form for tables."""
        return {"gates": self.gates, "two_qubit_gates": self.two_qubit, "depth": self.depth}


def cost(program: GateProgram) -> Cost:
    """Count the gates of a program, before the engine fuses any."""
    gates = program.gates()
    sizes = Counter(min(len(gate["wires"]), 3) for gate in gates)
    wires = [tuple(gate["wires"]) for gate in gates]
    return Cost(
        n_qubits=program.n_qubits,
        gates=len(gates),
        one_qubit=sizes[1],
        two_qubit=sizes[2],
        larger=sizes[3],
        depth=_depth(wires, program.n_qubits),
        two_qubit_depth=_depth([w for w in wires if len(w) > 1], program.n_qubits),
        n_weights=program.n_weights,
        n_inputs=program.n_inputs,
        by_name=dict(Counter(gate["name"] for gate in gates)),
    )


def _depth(gates: list[tuple[int, ...]], n_qubits: int) -> int:
    """Length of the longest chain of gates that share wires; a gate on no wire (a global phase) takes no time."""
    front = [0] * n_qubits
    for wires in gates:
        if wires:
            level = 1 + max(front[w] for w in wires)
            for w in wires:
                front[w] = level
    return max(front)
