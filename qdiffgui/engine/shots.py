"""Finite shots: what a circuit says, as a device would, from counts.

Within ``finite_shots`` every probability and every expectation value that a ``Circuit`` gives is estimated from that many runs of it.
Probabilities are the histogram of the measured strings. Each Pauli word has runs of its own, so that errors of several words are
independent: where words commute a device may measure them in the same runs, and their errors hang together then. State vectors, density
matrices and unitaries are what the simulator knows and no device says: they stay as they are.
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
class _Measuring:
    shots: int
    generator: torch.Generator | None


_NOW: ContextVar[_Measuring | None] = ContextVar("qdiffgui-shots", default=None)


@contextmanager
def finite_shots(shots: int, generator: torch.Generator | None = None) -> Iterator[None]:
    """Estimate from ``shots`` runs whatever is measured inside the block; 0 is exact. What comes out carries no gradient.

    Raises ``UserError`` for fewer than 0 shots.
    """
    if shots < 0:
        raise UserError(f"Expected at least one shot, or 0 for exact probabilities; found {shots}.")
    token = _NOW.set(_Measuring(shots, generator) if shots else None)
    try:
        yield
    finally:
        _NOW.reset(token)


def measured_probabilities(p: Tensor) -> Tensor:
    """Shares of counts (..., k) of probabilities p (..., k), rows that sum to 1; p itself outside ``finite_shots``."""
    now = _NOW.get()
    if now is None:
        return p
    exact = p.detach().to(torch.float64).clamp(min=0)
    exact = exact / exact.sum(-1, keepdim=True).clamp(min=1e-30)
    return (_multinomial(exact, now) / now.shots).to(p.dtype)


def measured_values(expectation: Tensor) -> Tensor:
    """Means of outcomes ±1 (...) of expectation values (...) in [-1, 1]; the values themselves outside ``finite_shots``."""
    now = _NOW.get()
    if now is None:
        return expectation
    up = ((1 + expectation.detach().to(torch.float64)) / 2).clamp(0, 1)
    count = torch.binomial(torch.full_like(up, now.shots), up, generator=now.generator)
    return (2 * count / now.shots - 1).to(expectation.dtype)


def _multinomial(p: Tensor, now: _Measuring) -> Tensor:
    """Counts (..., k): of what is left after each category, the next takes a binomial share."""
    left, mass = torch.full(p.shape[:-1], float(now.shots), dtype=p.dtype), torch.ones(p.shape[:-1], dtype=p.dtype)
    counts = torch.zeros_like(p)
    for k in range(p.shape[-1] - 1):
        share = (p[..., k] / mass.clamp(min=1e-300)).clamp(0, 1)
        counts[..., k] = torch.binomial(left, share, generator=now.generator)
        left, mass = left - counts[..., k], mass - p[..., k]
    counts[..., -1] = left
    return counts
