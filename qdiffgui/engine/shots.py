"""Finite shots: estimate a circuit's results from counts, as a device would.

Inside ``finite_shots`` every probability and every expectation value of a ``Circuit`` is estimated
from that many shots. Probabilities are the histogram of the measured bit strings. Each Pauli word
gets shots of its own, so the errors of several words are independent. (A device can measure
commuting words in the same shots; their errors are then correlated.) State vectors, density
matrices and unitaries cannot be measured directly and stay exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import torch
from torch import Tensor

from qdiffgui.errors import UserError


@dataclass(frozen=True)
class _Shots:
    n: int
    generator: torch.Generator | None


_ACTIVE: ContextVar[_Shots | None] = ContextVar("qdiffgui-shots", default=None)


@contextmanager
def finite_shots(shots: int, generator: torch.Generator | None = None) -> Iterator[None]:
    """Estimate all measured values of a ``with`` block from a finite number of shots.

    Estimates have no gradient.

    Parameters
    ----------
    shots : int
        Shots of each circuit and Pauli word; 0 for exact values.
    generator : torch.Generator, optional
        Source of randomness.

    Raises
    ------
    UserError
        If the number of shots is negative.

    Examples
    --------
    >>> import pennylane as qml
    >>> import torch
    >>> from qdiffgui import engine
    >>> circuit = engine.compile(lambda weights, inputs: qml.Hadamard(0), n_qubits=1)
    >>> with engine.finite_shots(8, torch.Generator().manual_seed(0)):
    ...     p = circuit.probabilities(torch.zeros(0))
    >>> bool((p * 8 == (p * 8).round()).all())
    True
    """
    if shots < 0:
        raise UserError(
            f"The number of shots must be at least 1, or 0 for exact values; found {shots}."
        )
    token = _ACTIVE.set(_Shots(shots, generator) if shots else None)
    try:
        yield
    finally:
        _ACTIVE.reset(token)


def measured_probabilities(p: Tensor) -> Tensor:
    """Replace probabilities by measured frequencies inside ``finite_shots``.

    Models call it on probabilities that they compute from a state themselves.

    Parameters
    ----------
    p : Tensor, shape (..., k)
        Probabilities; every row sums to 1.

    Returns
    -------
    Tensor, shape (..., k)
        Frequencies of the outcomes; ``p`` itself outside ``finite_shots``.

    Examples
    --------
    >>> import torch
    >>> from qdiffgui import engine
    >>> p = torch.tensor([0.0, 1.0])
    >>> with engine.finite_shots(100):
    ...     engine.measured_probabilities(p)
    tensor([0., 1.])
    >>> engine.measured_probabilities(p) is p
    True
    """
    active = _ACTIVE.get()
    if active is None:
        return p
    exact = p.detach().to(torch.float64).clamp(min=0)
    exact = exact / exact.sum(-1, keepdim=True).clamp(min=1e-30)
    return (_multinomial(exact, active) / active.n).to(p.dtype)


def measured_values(expectation: Tensor) -> Tensor:
    """Means of measured outcomes ±1 for expectation values (...) in [-1, 1]; the exact values
    outside ``finite_shots``.
    """
    active = _ACTIVE.get()
    if active is None:
        return expectation
    up = ((1 + expectation.detach().to(torch.float64)) / 2).clamp(0, 1)
    count = torch.binomial(torch.full_like(up, active.n), up, generator=active.generator)
    return (2 * count / active.n - 1).to(expectation.dtype)


def _multinomial(p: Tensor, shots: _Shots) -> Tensor:
    """Counts (..., k), one category after the other: each gets a binomial share of what is left."""
    left, mass = (
        torch.full(p.shape[:-1], float(shots.n), dtype=p.dtype),
        torch.ones(p.shape[:-1], dtype=p.dtype),
    )
    counts = torch.zeros_like(p)
    for k in range(p.shape[-1] - 1):
        share = (p[..., k] / mass.clamp(min=1e-300)).clamp(0, 1)
        counts[..., k] = torch.binomial(left, share, generator=shots.generator)
        left, mass = left - counts[..., k], mass - p[..., k]
    counts[..., -1] = left
    return counts
