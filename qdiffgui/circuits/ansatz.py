"""The interface of an ansatz: a PennyLane template and the shape of its weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from qdiffgui.circuits.ansatz_cost import AnsatzCost
from qdiffgui.engine import GateProgram, trace
from qdiffgui.errors import ConfigError

Shape = Callable[[int, int], tuple[int, ...]]


@dataclass(frozen=True)
class Ansatz:
    """A circuit template for any number of qubits and layers.

    Parameters
    ----------
    key : str
        Its key in the registry.
    label : str
        Its name on the page.
    paper : str
        Its source.
    circuit : callable
        PennyLane quantum function ``circuit(weights, wires)``, or ``circuit(weights, wires,
        inputs)`` with ``takes_inputs``. Weights are angles in radians.
    shape : callable
        ``shape(n_qubits, n_layers)`` returns the shape of the weights.
    takes_inputs : bool
        Whether it encodes data: inputs (n_layers * n_qubits,) are the angles of one sample in
        radians, layer by layer.
    cost : AnsatzCost, optional
        Formulas for gates, depth and parameters; see ``ansatz_cost``.

    Examples
    --------
    >>> from qdiffgui import catalog
    >>> ansatz = catalog.ansatze["hardware-efficient"].load()
    >>> ansatz.shape(4, 3), ansatz.n_weights(4, 3)
    ((3, 4, 2), 24)
    >>> program = ansatz.trace(n_qubits=2, n_layers=1)
    >>> [gate["name"] for gate in program.gates()]
    ['RX', 'RY', 'RX', 'RY', 'CZ']
    """

    key: str
    label: str
    paper: str
    circuit: Callable[..., None]
    shape: Shape
    takes_inputs: bool = False
    cost: AnsatzCost | None = None

    def n_weights(self, n_qubits: int, n_layers: int) -> int:
        """Number of trainable angles."""
        return prod(self.shape(n_qubits, n_layers))

    def n_inputs(self, n_qubits: int, n_layers: int) -> int:
        """Number of data angles per sample; 0 if the ansatz takes no inputs."""
        return n_qubits * n_layers if self.takes_inputs else 0

    def bind(self, n_qubits: int, n_layers: int) -> Callable[[Any, Any], None]:
        """The quantum function ``f(weights, inputs)`` of flat vectors, for ``engine.trace``."""
        shape, wires = self.shape(n_qubits, n_layers), range(n_qubits)

        def circuit(weights: Any, inputs: Any) -> None:
            shaped = weights.reshape(shape)
            self.circuit(shaped, wires, inputs) if self.takes_inputs else self.circuit(
                shaped, wires
            )

        return circuit

    def trace(self, n_qubits: int, n_layers: int) -> GateProgram:
        """Trace the ansatz as a gate program.

        Parameters
        ----------
        n_qubits, n_layers : int
            The size.

        Returns
        -------
        GateProgram
            The program.

        Raises
        ------
        ConfigError
            If there is no qubit or no layer.
        """
        if n_qubits < 1 or n_layers < 1:
            raise ConfigError(
                f"An ansatz needs at least 1 qubit and 1 layer; found {n_qubits} and {n_layers}."
            )
        sizes = {
            "n_weights": self.n_weights(n_qubits, n_layers),
            "n_inputs": self.n_inputs(n_qubits, n_layers),
        }
        return trace(self.bind(n_qubits, n_layers), n_qubits=n_qubits, **sizes)


def ring(wires: Sequence[int]) -> list[tuple[int, int]]:
    """List the neighboring pairs of wires on a ring.

    Parameters
    ----------
    wires : sequence of int
        The wires in order.

    Returns
    -------
    list of (int, int)
        The pairs; two wires have one pair, a single wire has none.

    Examples
    --------
    >>> ring(range(3)), ring(range(2))
    ([(0, 1), (1, 2), (2, 0)], [(0, 1)])
    """
    n = len(wires)
    if n < 3:
        return [(wires[0], wires[1])] if n == 2 else []
    return [(wires[i], wires[(i + 1) % n]) for i in range(n)]
