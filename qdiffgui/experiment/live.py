"""Figures of merit cheap enough to follow a training: a few milliseconds each, on small samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qdiffgui.data.types import Array, Encoded

N = 512
N_STATES = 200
N_ENTRIES = 4_000_000
N_FIT = 4000
SPLITS = 8


@dataclass(frozen=True)
class References:
    """What a live figure of merit stands against, all at the same number of samples ``n``.

    ``floor``: training against held-out samples, the mean over ``SPLITS`` draws of training samples, with their standard deviation
    ``spread``. ``trivial``: the trivial generators, by label, fitted on at most ``N_FIT`` training samples.
    """

    n: int
    floor: dict[str, float]
    spread: dict[str, float]
    trivial: dict[str, dict[str, float]]


def live_metrics(x: Array, test: Encoded) -> dict[str, float]:
    """Figures of merit by name, of generated x (n, *shape) against held-out samples.

    Vectors and maps: ``w1``, the mean over components of W1 in units of the held-out standard deviation. States: ``wasserstein``,
    exact optimal transport with cost 1 - fidelity, or 1 - superfidelity for density matrices. Both grow as samples become fewer: a
    value stands only beside others of the same number, ``references``.
    """
    if test.spec.kind in ("state", "density"):
        return {"wasserstein": _states(x, test.x)}
    n = min(N, len(x), len(test))
    return {"w1": _components(x[:n], test.x[:n])}


def references(test: Encoded, train: Encoded, seed: int) -> References:
    """See ``References``; reproducible from ``seed``."""
    from qdiffgui.evaluation import baselines

    n = count(test, len(train))
    rng = np.random.default_rng(seed)
    draws = [live_metrics(train.x[rng.choice(len(train), n, replace=False)], test) for _ in range(SPLITS)]
    few = Encoded(train.x[:N_FIT], train.label[:N_FIT], train.spec)
    wanted = {key: make for key, make in baselines.for_kind(train.spec.kind).items() if key != "bootstrap"}
    trivial = {
        baselines.label_of(key, train.spec.kind): live_metrics(make(few, n, seed), test) for key, make in wanted.items()
    }  # fmt: skip
    names = list(draws[0])
    return References(
        n, {name: float(np.mean([draw[name] for draw in draws])) for name in names},
        {name: float(np.std([draw[name] for draw in draws], ddof=1)) for name in names}, trivial,
    )  # fmt: skip


def count(test: Encoded, others: int) -> int:
    """How many samples a live figure of merit looks at, of ``others`` and as many held-out ones."""
    most = N
    if test.spec.kind == "state":
        most = N_STATES
    elif test.spec.kind == "density":
        most = max(2, min(N_STATES, N_ENTRIES // test.x[0].size))
    return min(most, others, len(test))


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
