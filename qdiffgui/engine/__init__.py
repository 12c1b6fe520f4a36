"""Simulation engine: PennyLane circuits, traced once, run batched and differentiable inside torch."""

from qdiffgui.engine.circuit import Circuit, compile
from qdiffgui.engine.compiled import warm_up
from qdiffgui.engine.device import on_device
from qdiffgui.engine.measure import ancillas, haar_states, haar_unitary
from qdiffgui.engine.program import GateProgram
from qdiffgui.engine.select import STATE_BACKENDS, backends
from qdiffgui.engine.shots import finite_shots, measured_probabilities
from qdiffgui.engine.tally import Tally, tally
from qdiffgui.engine.trace import trace

__all__ = [
    "STATE_BACKENDS",
    "Circuit",
    "GateProgram",
    "Tally",
    "ancillas",
    "backends",
    "compile",
    "finite_shots",
    "haar_states",
    "haar_unitary",
    "measured_probabilities",
    "on_device",
    "tally",
    "trace",
    "warm_up",
]
