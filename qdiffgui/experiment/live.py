"""Metrics that are cheap enough to follow a training: a few milliseconds each, on small samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qdiffgui.data.resolution import unit_scales
from qdiffgui.data.types import Array, Encoded

N = 512
N_STATES = 200
N_ENTRIES = 4_000_000
N_FIT = 4000
SPLITS = 8
AUC = "cheap-auc"
"""Key of ``live_auc``. It is another quantity than the AUCs of a report: it has fewer samples and a
smaller classifier."""
FLOOR_AUC = 0.5
N_TREES = 40
LEAST_AUC = 200  # samples on each side


@dataclass(frozen=True)
class References:
    """Reference values of the live metrics, all computed from the same number of samples.

    Attributes
    ----------
    n : int
        Number of samples.
    floor, spread : dict
        Metrics of training samples against held-out samples: mean and standard deviation over
        ``SPLITS`` draws of training samples.
    trivial : dict
        Metrics of the trivial generators, by label. They are fitted to at most ``N_FIT`` training
        samples.
    """

    n: int
    floor: dict[str, float]
    spread: dict[str, float]
    trivial: dict[str, dict[str, float]]


def live_metrics(x: Array, test: Encoded) -> dict[str, float]:
    """Metrics of generated samples against held-out samples, by name.

    For vectors and maps: ``w1``, the mean over components of the W1 distance in units of the
    held-out standard deviation. For quantum states: ``wasserstein``, exact optimal transport with
    cost 1 - fidelity (1 - superfidelity for density matrices). Both grow as the number of samples
    falls, so compare them only with values from equally many samples; see ``references``.

    Parameters
    ----------
    x : array, shape (n, *spec.shape)
        Encoded generated samples.
    test : Encoded
        Held-out samples.
    """
    if test.spec.kind in ("state", "density"):
        return {"wasserstein": _states(x, test.x)}
    n = min(N, len(x), len(test))
    return {"w1": _components(x[:n], test.x[:n])}


def live_auc(x: Array, test: Encoded, seed: int) -> tuple[float, float] | None:
    """AUC of a small classifier of generated and held-out samples, and the spread of its floor.

    The floor is 0.5 by definition: training and held-out samples have one distribution. With the
    same ``seed``, and samples generated from the same random numbers, two checkpoints of a training
    differ by their models only. It takes some tenths of a CPU second, on one thread.

    Parameters
    ----------
    x : array, shape (n, *spec.shape)
        Encoded generated samples; as many are used as by ``live_metrics``.
    test : Encoded
        Held-out samples.
    seed : int
        Seed of the classifier and its folds.

    Returns
    -------
    tuple of float, or None
        The AUC, and the standard error of an AUC of 0.5 with so many samples. None for quantum
        states, and with too few finite samples for a classifier.
    """
    n = min(N, len(x), len(test))
    x = x[:n]
    if test.spec.kind in ("state", "density") or n < LEAST_AUC or not np.isfinite(x).all():
        return None
    from qdiffgui.evaluation.classifier import FOLD_SCATTER, auc_error, classifier_auc

    found = classifier_auc(x, test.x[:n], seed=seed, n_trees=N_TREES)
    return found.value, FOLD_SCATTER * auc_error(FLOOR_AUC, n, n)


def references(test: Encoded, train: Encoded, seed: int) -> References:
    """Reference values of the live metrics; see ``References``. Reproducible from ``seed``."""
    from qdiffgui.evaluation import baselines

    n = count(test, len(train))
    rng = np.random.default_rng(seed)
    draws = [
        live_metrics(train.x[rng.choice(len(train), n, replace=False)], test) for _ in range(SPLITS)
    ]
    few = Encoded(train.x[:N_FIT], train.label[:N_FIT], train.spec)
    wanted = {
        key: make
        for key, make in baselines.baselines_for(train.spec.kind).items()
        if key != "bootstrap"
    }
    trivial = {
        baselines.baseline_label(key, train.spec.kind): live_metrics(make(few, n, seed), test)
        for key, make in wanted.items()
    }
    names = list(draws[0])
    return References(
        n,
        {name: float(np.mean([draw[name] for draw in draws])) for name in names},
        {name: float(np.std([draw[name] for draw in draws], ddof=1)) for name in names},
        trivial,
    )


def count(test: Encoded, others: int) -> int:
    """Number of samples that a live metric uses, given ``others`` samples to compare."""
    most = N
    if test.spec.kind == "state":
        most = N_STATES
    elif test.spec.kind == "density":
        most = max(2, min(N_STATES, N_ENTRIES // test.x[0].size))
    return min(most, others, len(test))


def _components(a: Array, b: Array) -> float:
    """Mean over components of W1, in units of the standard deviation of ``b``.

    For equally many samples W1 is the mean distance of the sorted values. Importing scipy.stats for
    it would take a second.
    """
    left, right = np.sort(a.reshape(len(a), -1), axis=0), np.sort(b.reshape(len(b), -1), axis=0)
    return float(np.mean(np.abs(left - right).mean(axis=0) / unit_scales(right)))


def _states(a: Array, b: Array) -> float:
    from qdiffgui.evaluation import quantum

    if b.ndim == 2:
        n = min(N_STATES, len(a), len(b))
        return float(quantum.wasserstein(a[:n], b[:n]))
    n = max(2, min(N_STATES, len(a), len(b), N_ENTRIES // b[0].size))
    return float(quantum.transport(1 - quantum.superfidelity(a[:n], b[:n])))
