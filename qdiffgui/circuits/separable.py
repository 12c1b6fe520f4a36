"""The ablation without entanglement: a circuit's one-qubit gates, everything on two qubits or more left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pennylane as qml
from pennylane.queuing import AnnotatedQueue, QueuingManager

from qdiffgui.engine import GateProgram, trace
from qdiffgui.engine.lower import lower

QuantumFunction = Callable[[Any, Any], Any]


def separable(
    function: QuantumFunction, *, n_qubits: int, n_weights: int, n_inputs: int = 0
) -> tuple[QuantumFunction, GateProgram]:
    """``function(weights, inputs)`` without its gates on several qubits, and its program; only the weights that are left count.

    The new function takes those weights alone, in their old order.
    """

    def bare(weights: Any, inputs: Any) -> None:
        with AnnotatedQueue() as queue:
            function(weights, inputs)
        for op in qml.tape.QuantumScript.from_queue(queue):
            for part in _single(op):
                qml.apply(part)

    whole = trace(bare, n_qubits=n_qubits, n_weights=n_weights, n_inputs=n_inputs)
    left = sorted({k for gate in whole.gates() for k in gate["weights"]})
    place = [left.index(k) if k in left else 0 for k in range(n_weights)]  # those not left are read by no gate

    def circuit(weights: Any, inputs: Any) -> None:
        bare(weights[place], inputs)

    return circuit, trace(circuit, n_qubits=n_qubits, n_weights=len(left), n_inputs=n_inputs)


def _single(op: Any) -> Iterator[Any]:
    """The one-qubit gates of ``op``: itself, or those of its decomposition where it is a template and not a gate."""
    if len(op.wires) == 1:
        yield op
    elif lower(op, {wire: wire for wire in op.wires}) is None and op.has_decomposition:
        with QueuingManager.stop_recording():
            parts = op.decomposition()
        for part in parts:
            yield from _single(part)
