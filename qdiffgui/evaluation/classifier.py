"""Classifier two-sample test: can a gradient-boosted classifier tell generated samples from real ones?

Lopez-Paz and Oquab, arXiv:1610.06545. AUC .5: it cannot; 1: it always can. Scores come from cross-validation only, so that an
over-fitted classifier does not count; below .5 is a fluctuation and is shown as it is, not folded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from qdiffgui.evaluation.measured import Measured

Array = NDArray[Any]
N_FOLDS = 3
N_TREES = 100
N_LEAVES = 15
MANY_FEATURES = 8
FOLD_SCATTER = 1.2
MAX_SAMPLES = 10_000
_ROC_POINTS = 100


def measure(generated: Array, real: Array, *, seed: int = 0) -> Measured:
    """Cross-validated AUC of generated (n, d) against real (m, d), mean over the folds, with its error.

    Two folds instead of three above 8 features, to keep the time in hand. The error is that of Hanley and McNeil (Radiology 143
    (1982) 29) for a test as large as all folds together, times 1.2 for the scatter from folds and training (measured on real against
    real jets, 4000 a side). Of a generator that gives one and the same sample the AUC is exact. At most
    10 000 samples a side are used. One thread.
    """
    generated, real = _at_most(generated, seed), _at_most(real, seed + 1)
    constant = _against_constant(generated.reshape(len(generated), -1), real.reshape(len(real), -1))
    if constant is not None:
        return constant
    from sklearn.metrics import roc_auc_score

    values = [float(roc_auc_score(truth, score)) for truth, score in _scores(generated, real, seed)]
    auc = float(np.mean(values))
    return Measured(auc, FOLD_SCATTER * auc_error(auc, len(generated), len(real)))


def roc(generated: Array, real: Array, *, seed: int = 0) -> tuple[Array, Array]:
    """The ROC curve of the test on its first fold: shares of generated and of real samples taken for real, ascending, each (k,) with k at
    most 100. Samples as for ``measure``."""
    from sklearn.metrics import roc_curve

    truth, score = next(_scores(_at_most(generated, seed), _at_most(real, seed + 1), seed))
    false, true, _ = roc_curve(truth, score)
    keep = np.unique(np.linspace(0, len(false) - 1, min(len(false), _ROC_POINTS)).round().astype(int))
    return false[keep], true[keep]


def _scores(generated: Array, real: Array, seed: int) -> Iterator[tuple[Array, Array]]:
    """Truth (1: real) and score of each fold's test part."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import StratifiedKFold

    x = np.concatenate([generated.reshape(len(generated), -1), real.reshape(len(real), -1)]).astype(np.float32)
    y = np.concatenate([np.zeros(len(generated)), np.ones(len(real))])
    folds = StratifiedKFold(2 if x.shape[1] > MANY_FEATURES else N_FOLDS, shuffle=True, random_state=seed)
    with threadpool_limits(1):
        for train, test in folds.split(x, y):
            model = HistGradientBoostingClassifier(
                max_iter=N_TREES, max_leaf_nodes=N_LEAVES, early_stopping=False, random_state=seed
            )
            model.fit(x[train], y[train])
            yield y[test], model.decision_function(x[test])


def _at_most(x: Array, seed: int) -> Array:
    if len(x) <= MAX_SAMPLES:
        return x
    return x[np.random.default_rng([seed, 7]).choice(len(x), MAX_SAMPLES, replace=False)]


def _against_constant(generated: Array, real: Array) -> Measured | None:
    """AUC of the best classifier where all generated samples are equal, ``None`` where they are not: is it that sample or not?"""
    if (generated != generated[0]).any():
        return None
    share = float((real == generated[0]).all(axis=1).mean())
    return Measured(1 - share / 2, float(np.sqrt(share * (1 - share) / len(real)) / 2))


def auc_error(auc: float, n: int, m: int) -> float:
    """Standard error of an AUC measured on n against m samples (Hanley and McNeil 1982, eq. 2)."""
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + (n - 1) * (q1 - auc**2) + (m - 1) * (q2 - auc**2)
    return float(np.sqrt(max(variance, 0.0) / (n * m)))
