"""The cost of simulating a circuit: multiply-adds after fusion, a bound without fusion, bytes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qdiffgui.circuits.cost import Cost
from qdiffgui.engine import GateProgram, trace
from qdiffgui.engine.plan import make_plan
from qdiffgui.experiment.memory import AMPLITUDE_BYTES, VECTORS
from qdiffgui.models.base import CircuitInfo

PASSES = 4
"""Cost of a forward and backward pass in forward passes: one forward, state and adjoint backward
through every gate, inner products.
"""
WIDEST = 30
"""Largest number of qubits whose state vector is worth counting; more do not fit a computer."""
_ONE, _TWO = 14, 30  # operations per amplitude of a dense complex 2x2 and 4x4 product


@dataclass(frozen=True)
class Simulation:
    """The cost of sending one state through one circuit.

    Attributes
    ----------
    flops : int
        Floating-point operations of a forward pass in the engine, with neighboring gates fused.
    by_gates : int
        The same with every gate as a dense product.
    traffic : int
        Bytes read and written by a forward pass (in cache while a block of states fits).
    state_bytes : int
        Bytes of the ``VECTORS`` vectors that training holds.
    """

    flops: int
    by_gates: int
    traffic: int
    state_bytes: int


def simulation(info: CircuitInfo, counted: Cost) -> Simulation:
    """The cost of sending one state through the circuit."""
    plan = make_plan(program_of(info), np.float32)
    size = 2**info.n_qubits
    return Simulation(
        flops=2 * plan.flops,
        by_gates=size * (_ONE * counted.one_qubit + _TWO * (counted.two_qubit + counted.larger)),
        traffic=2 * AMPLITUDE_BYTES * size * len(plan.program[0]),
        state_bytes=VECTORS * AMPLITUDE_BYTES * size,
    )


def program_of(info: CircuitInfo) -> GateProgram:
    """The gate program of a model's circuit."""
    return trace(
        info.function, n_qubits=info.n_qubits, n_weights=len(info.weights), n_inputs=info.n_inputs
    )
