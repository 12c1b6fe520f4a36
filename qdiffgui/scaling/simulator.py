"""What simulating a circuit costs: multiply-adds after fusion, gate by gate as a bound, bytes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qdiffgui.circuits.cost import Cost
from qdiffgui.engine import GateProgram, trace
from qdiffgui.engine.plan import make_plan
from qdiffgui.experiment.memory import AMPLITUDE_BYTES, VECTORS
from qdiffgui.models.base import CircuitInfo

PASSES = 4
"""Forward passes that a forward and backward pass are worth: one ahead, state and adjoint back through every gate, inner products."""
_ONE, _TWO = 14, 30  # floating-point operations an amplitude of a dense complex 2x2 and 4x4 product


@dataclass(frozen=True)
class Simulation:
    """Of one state through one circuit.

    flops : floating-point operations of a forward pass as the engine does it, neighbouring gates fused.
    by_gates : the same, every gate a dense product.
    traffic : bytes read and written by a forward pass (in cache while a block of states fits).
    state_bytes : of the ``VECTORS`` vectors that training holds.
    """

    flops: int
    by_gates: int
    traffic: int
    state_bytes: int


def simulation(info: CircuitInfo, counted: Cost) -> Simulation:
    """What one state through the circuit costs the simulator."""
    plan = make_plan(program_of(info), np.float32)
    size = 2**info.n_qubits
    return Simulation(
        flops=2 * plan.flops, by_gates=size * (_ONE * counted.one_qubit + _TWO * (counted.two_qubit + counted.larger)),
        traffic=2 * AMPLITUDE_BYTES * size * len(plan.program[0]), state_bytes=VECTORS * AMPLITUDE_BYTES * size,
    )  # fmt: skip


def program_of(info: CircuitInfo) -> GateProgram:
    """The gate program of a family's circuit."""
    return trace(info.function, n_qubits=info.n_qubits, n_weights=len(info.weights), n_inputs=info.n_inputs)
