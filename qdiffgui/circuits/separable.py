"""The ablation without entanglement: only the one-qubit gates of a circuit, or of an ansatz."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pennylane as qml
from pennylane.queuing import AnnotatedQueue, QueuingManager

from qdiffgui import catalog
from qdiffgui.circuits.ansatz import Ansatz
from qdiffgui.engine import GateProgram, trace
from qdiffgui.engine.lower import lower

QuantumFunction = Callable[[Any, Any], Any]


def separable(
    function: QuantumFunction, *, n_qubits: int, n_weights: int, n_inputs: int = 0
) -> tuple[QuantumFunction, GateProgram]:
    """Remove all gates on several qubits from a circuit.

    Parameters
    ----------
    function : callable
        PennyLane quantum function ``function(weights, inputs)``.
    n_qubits, n_weights, n_inputs : int
        Number of wires, of weights and of inputs.

    Returns
    -------
    function : callable
        The quantum function without these gates. It takes only the weights of the remaining gates,
        in their old order.
    program : GateProgram
        The same as a program.

    Examples
    --------
    >>> import pennylane as qml
    >>> def circuit(weights, inputs):
    ...     qml.CRX(weights[0], wires=[0, 1])
    ...     qml.RY(weights[1], wires=0)
    >>> function, program = separable(circuit, n_qubits=2, n_weights=2)
    >>> program.n_weights, [gate["name"] for gate in program.gates()]
    (1, ['RY'])
    """

    def bare(weights: Any, inputs: Any) -> None:
        with AnnotatedQueue() as queue:
            function(weights, inputs)
        for op in qml.tape.QuantumScript.from_queue(queue):
            for part in _single(op):
                qml.apply(part)

    whole = trace(bare, n_qubits=n_qubits, n_weights=n_weights, n_inputs=n_inputs)
    left = sorted({k for gate in whole.gates() for k in gate["weights"]})
    # no gate reads the removed weights
    place = [left.index(k) if k in left else 0 for k in range(n_weights)]

    def circuit(weights: Any, inputs: Any) -> None:
        bare(weights[place], inputs)

    return circuit, trace(circuit, n_qubits=n_qubits, n_weights=len(left), n_inputs=n_inputs)


@dataclass(frozen=True, kw_only=True)
class SeparableAnsatz(Ansatz):
    """An ansatz without the gates on several qubits; ``without_entanglers`` makes one.

    Its weights are those of the remaining gates, in their old order, as a flat vector. Use
    ``bind``: ``circuit`` is that of ``base``.
    """

    base: Ansatz

    def bind(self, n_qubits: int, n_layers: int) -> QuantumFunction:
        return _remaining(self.base, n_qubits, n_layers)[0]


def without_entanglers(ansatz: Ansatz) -> Ansatz:
    """Remove all gates on several qubits from an ansatz.

    Parameters
    ----------
    ansatz : Ansatz
        The ansatz.

    Returns
    -------
    Ansatz
        The same one-qubit gates in the same order. There are no formulas of its cost.

    Examples
    --------
    >>> from qdiffgui import catalog
    >>> bare = without_entanglers(catalog.ansatze["hardware-efficient"].load())
    >>> [gate["name"] for gate in bare.trace(n_qubits=2, n_layers=1).gates()]
    ['RX', 'RY', 'RX', 'RY']
    """
    if isinstance(ansatz, SeparableAnsatz):
        return ansatz
    return SeparableAnsatz(
        ansatz.key,
        f"{ansatz.label}, no entangling gates",
        ansatz.paper,
        ansatz.circuit,
        lambda n_qubits, n_layers: (_remaining(ansatz, n_qubits, n_layers)[1].n_weights,),
        ansatz.takes_inputs,
        base=ansatz,
    )


def chosen_ansatz(key: str, circuit: str = "trained") -> Ansatz:
    """The ansatz that a model asks for.

    Parameters
    ----------
    key : str
        Its key in the registry, the setting ``ansatz``.
    circuit : str
        The setting ``circuit``: the ansatz has no entangling gates if it is "separable".

    Returns
    -------
    Ansatz
        The ansatz.

    Raises
    ------
    ConfigError
        If there is no ansatz of that key.

    Examples
    --------
    >>> chosen_ansatz("rx-ry-rx-zz").n_weights(n_qubits=3, n_layers=2)
    24
    >>> chosen_ansatz("rx-ry-rx-zz", "separable").n_weights(n_qubits=3, n_layers=2)
    18
    """
    ansatz: Ansatz = catalog.ansatze[key].load()
    return without_entanglers(ansatz) if circuit == "separable" else ansatz


@cache
def _remaining(ansatz: Ansatz, n_qubits: int, n_layers: int) -> tuple[QuantumFunction, GateProgram]:
    return separable(
        ansatz.bind(n_qubits, n_layers),
        n_qubits=n_qubits,
        n_weights=ansatz.n_weights(n_qubits, n_layers),
        n_inputs=ansatz.n_inputs(n_qubits, n_layers),
    )


def _single(op: Any) -> Iterator[Any]:
    """The one-qubit gates of ``op``: itself, or those of its decomposition if it is a template."""
    if len(op.wires) == 1:
        yield op
    elif lower(op, {wire: wire for wire in op.wires}) is None and op.has_decomposition:
        with QueuingManager.stop_recording():
            parts = op.decomposition()
        for part in parts:
            yield from _single(part)
