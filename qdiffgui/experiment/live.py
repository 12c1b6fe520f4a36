"""Figures of merit cheap enough to follow a training: a few milliseconds each, on small samples."""

from __future__ import annotations

import numpy as np

from qdiffgui.data.types import Array, Encoded

N = 512
N_STATES = 200
N_ENTRIES = 4_000_000


def live_metrics(x: Array, test: Encoded, train: Encoded) -> tuple[dict[str, float], dict[str, float]]:
    """(values, floor) by name, for generated x (n, *shape) against held-out samples; the floor is training against held-out samples.

    Vectors and maps: ``w1``, the mean over components of W1 in units of the held-out standard deviation. States: ``wasserstein``,
    exact optimal transport with cost 1 - fidelity, or 1 - superfidelity for density matrices. Sample sizes are equal, so that value
    and floor can be compared.
    """
    if test.spec.kind in ("state", "density"):
        return {"wasserstein": _states(x, test.x)}, {"wasserstein": _states(train.x, test.x)}
    n = min(N, len(x), len(test), len(train))
    return {"w1": _components(x[:n], test.x[:n])}, {"w1": _components(train.x[:n], test.x[:n])}


def _components(a: Array, b: Array) -> float:
    """Of equally many samples W1 is the mean distance of the sorted values ; importing scipy.stats would take a second."""
    left, right = np.sort(a.reshape(len(a), -1), axis=0), np.sort(b.reshape(len(b), -1), axis=0)
    spread = right.std(axis=0)
    lit = spread > 0
    return float(np.mean(np.abs(left - right).mean(axis=0)[lit] / spread[lit])) if lit.any() else 0.0


def _states(a: Array, b: Array) -> float:
    from qdiffgui.evaluation import quantum

    if b.ndim == 2:
        n = min(N_STATES, len(a), len(b))
        return float(quantum.wasserstein(a[:n], b[:n]))
    n = max(2, min(N_STATES, len(a), len(b), N_ENTRIES // b[0].size))
    return float(quantum.transport(1 - quantum.superfidelity(a[:n], b[:n])))
