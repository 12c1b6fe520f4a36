"""What circuits are given when a piece of work first runs them: to look at the states inside."""

from __future__ import annotations

from types import TracebackType
from typing import Any, NamedTuple

from torch import Tensor

from qdiffgui.engine.observer import Observer
from qdiffgui.engine.program import GateProgram


class Given(NamedTuple):
    """The arguments of one circuit evaluation.

    Attributes
    ----------
    program : GateProgram
        The circuit.
    weights : ndarray, shape (n_weights,), float64
        Trained angles, radians.
    inputs : ndarray, shape (B, n_inputs), float64, or None
        Data angles of each sample, radians.
    psi : ndarray, shape (B, 2**n_qubits), complex128, or None
        Input states; None for |0...0>.
    """

    program: GateProgram
    weights: Any
    inputs: Any
    psi: Any


class _EnoughError(Exception):
    """Ends the work once every expected program has run; ``FirstInputs`` swallows it."""


class FirstInputs(Observer):
    """Keeps what each program is given at its first evaluation in a ``with`` block.

    The block ends early, without an error, once ``expected`` programs have run.

    Parameters
    ----------
    expected : int
        Number of different programs.

    Attributes
    ----------
    given : list of Given
        One for each program, in the order of their first runs.

    Examples
    --------
    >>> import pennylane as qml
    >>> import torch
    >>> from qdiffgui import engine
    >>> circuit = engine.compile(
    ...     lambda weights, inputs: qml.RX(inputs[0], 0), n_qubits=1, n_inputs=1, backend="torch"
    ... )
    >>> with engine.FirstInputs(expected=1) as first:
    ...     for x in (0.5, 0.7):
    ...         _ = circuit.state(torch.zeros(0), torch.tensor([[x]], dtype=torch.float64))
    >>> [given.inputs.tolist() for given in first.given]
    [[[0.5]]]
    """

    def __init__(self, expected: int) -> None:
        self.given: list[Given] = []
        self._expected = expected

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        super().__exit__(kind, error, traceback)
        return kind is _EnoughError

    def add(
        self, program: GateProgram, weights: Tensor, inputs: Tensor | None, psi: Tensor | None
    ) -> None:
        """Keep these arguments if they are the first of their program."""
        if any(known.program is program for known in self.given):
            return
        plain = (None if x is None else x.detach().cpu().numpy().copy() for x in (inputs, psi))
        self.given.append(Given(program, weights.detach().cpu().double().numpy().copy(), *plain))
        if len(self.given) >= self._expected:
            raise _EnoughError


def keep_first(
    program: GateProgram, weights: Tensor, inputs: Tensor | None, psi: Tensor | None
) -> None:
    """Tell the active ``FirstInputs``, if any, what a program is given."""
    active = FirstInputs.active()
    if active is not None:
        active.add(program, weights, inputs, psi)
