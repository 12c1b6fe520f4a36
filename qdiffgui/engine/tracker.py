"""Count the circuit evaluations of a piece of work, exactly, whichever back-end runs them."""

from __future__ import annotations

from qdiffgui.engine.observer import Observer
from qdiffgui.engine.program import GateProgram


class Tracker(Observer):
    """Counts the circuit evaluations of a ``with`` block.

    Every ``Circuit`` evaluation of this thread counts; a batch of B states counts B. Derivatives by
    the adjoint method are not evaluations. Blocks may be nested: the inner tracker counts alone.

    Attributes
    ----------
    calls : list of (GateProgram, int)
        Each evaluation: the program and the number of states in its batch.

    Examples
    --------
    >>> import pennylane as qml
    >>> import torch
    >>> from qdiffgui import engine
    >>> circuit = engine.compile(
    ...     lambda weights, inputs: qml.RX(weights[0], 0), n_qubits=1, n_weights=1, backend="torch"
    ... )
    >>> with engine.Tracker() as tracker:
    ...     _ = circuit.state(torch.zeros(1), psi=torch.eye(2))
    ...     _ = circuit.expval(["Z"], torch.zeros(1))
    >>> tracker.n_states
    3
    """

    def __init__(self) -> None:
        self.calls: list[tuple[GateProgram, int]] = []

    @property
    def n_states(self) -> int:
        """Input states of all circuits together."""
        return sum(batch for _, batch in self.calls)

    def n_states_of(self, program: GateProgram) -> int:
        """Input states of one program.

        Parameters
        ----------
        program : GateProgram
            The very object that the circuit was compiled from; an equal copy does not count.

        Returns
        -------
        int
            The number of states.
        """
        return sum(batch for other, batch in self.calls if other is program)


def record(program: GateProgram, batch: int) -> None:
    """Tell the active tracker, if any, that a program runs on ``batch`` states."""
    tracker = Tracker.active()
    if tracker is not None:
        tracker.calls.append((program, batch))
