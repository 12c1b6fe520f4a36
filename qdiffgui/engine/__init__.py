"""Simulation engine: a PennyLane circuit, traced once, runs batched and differentiable in torch.

>>> import pennylane as qml
>>> import torch
>>> from qdiffgui import engine
>>> circuit = engine.compile(
...     lambda weights, inputs: qml.RY(weights[0], wires=0), n_qubits=1, n_weights=1
... )
>>> weights = torch.tensor([0.0], requires_grad=True)
>>> circuit.expval(["Z", "X"], weights).detach()
tensor([[1., 0.]])
"""

from qdiffgui.engine.circuit import Circuit, compile
from qdiffgui.engine.device import is_on_device, on_device
from qdiffgui.engine.first_inputs import FirstInputs
from qdiffgui.engine.measure import ancillas, haar_states, haar_unitary
from qdiffgui.engine.program import GateProgram
from qdiffgui.engine.select import STATE_BACKENDS, backends
from qdiffgui.engine.shots import finite_shots, measured_probabilities
from qdiffgui.engine.trace import trace
from qdiffgui.engine.tracker import Tracker
from qdiffgui.engine.warm_up import warm_up

__all__ = [
    "STATE_BACKENDS",
    "Circuit",
    "FirstInputs",
    "GateProgram",
    "Tracker",
    "ancillas",
    "backends",
    "compile",
    "finite_shots",
    "haar_states",
    "haar_unitary",
    "is_on_device",
    "measured_probabilities",
    "on_device",
    "trace",
    "warm_up",
]
