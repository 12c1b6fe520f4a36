"""What an ansatz is: a PennyLane template with its weights' shape, the same interface for all members of the registry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from qdiffgui.engine import GateProgram, trace
from qdiffgui.errors import ConfigError

Shape = Callable[[int, int], tuple[int, ...]]


@dataclass(frozen=True)
class Ansatz:
    """One family of circuits.

    key, label, paper : its name in the registry, for people, and its source.
    circuit(weights, wires) or, with ``takes_inputs``, circuit(weights, wires, inputs) : a PennyLane quantum function that queues
    gates; weights has ``shape(n_qubits, n_layers)``, angles in radians.
    takes_inputs : it encodes data: inputs (n_layers * n_qubits,) are angles of one sample in radians, layer by layer.
    """

    key: str
    label: str
    paper: str
    circuit: Callable[..., None]
    shape: Shape
    takes_inputs: bool = False

    def n_weights(self, n_qubits: int, n_layers: int) -> int:
        """How many trainable angles."""
        return prod(self.shape(n_qubits, n_layers))

    def n_inputs(self, n_qubits: int, n_layers: int) -> int:
        """How many data angles a sample; 0 for an ansatz that takes none."""
        return n_qubits * n_layers if self.takes_inputs else 0

    def bind(self, n_qubits: int, n_layers: int) -> Callable[[Any, Any], None]:
        """The quantum function ``f(weights, inputs)`` of flat vectors that ``engine.trace`` takes."""
        shape, wires = self.shape(n_qubits, n_layers), range(n_qubits)

        def circuit(weights: Any, inputs: Any) -> None:
            shaped = weights.reshape(shape)
            self.circuit(shaped, wires, inputs) if self.takes_inputs else self.circuit(shaped, wires)

        return circuit

    def trace(self, n_qubits: int, n_layers: int) -> GateProgram:
        """The gate program on ``n_qubits`` wires; raises ``ConfigError`` below one qubit or one layer."""
        if n_qubits < 1 or n_layers < 1:
            raise ConfigError(f"An ansatz needs at least 1 qubit and 1 layer, found {n_qubits} and {n_layers}: raise them.")
        sizes = {"n_weights": self.n_weights(n_qubits, n_layers), "n_inputs": self.n_inputs(n_qubits, n_layers)}
        return trace(self.bind(n_qubits, n_layers), n_qubits=n_qubits, **sizes)


def ring(wires: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbouring pairs of wires on a ring; a ring of two has one pair, a single wire none."""
    n = len(wires)
    if n < 3:
        return [(wires[0], wires[1])] if n == 2 else []
    return [(wires[i], wires[(i + 1) % n]) for i in range(n)]
