"""What is left after generated samples get the classifier's weights: AUC, W1 and tails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from qdiffgui.evaluation.calibration import weights
from qdiffgui.evaluation.classifier import FOLD_SCATTER, auc_error
from qdiffgui.evaluation.features import describe_observable
from qdiffgui.evaluation.metric_value import MetricValue
from qdiffgui.evaluation.strong_classifier import out_of_fold_scores, tuned_classifier
from qdiffgui.evaluation.wasserstein import w1

Array = NDArray[Any]
MAX_WEIGHT = 20.0
_TAILS = (0.001, 0.01, 0.99, 0.999)
_LEAST_IN_TAIL = 5
_N_BINS = 63


@dataclass(frozen=True)
class WeightedHalf:
    """Half of the samples, weighted by a classifier that was trained on the other half.

    ``generated`` and ``real`` are indices; ``weights`` has one weight for each generated sample,
    limited to 20, with mean 1.
    """

    generated: Array
    real: Array
    weights: Array


def weighted_halves(generated: Array, real: Array, *, seed: int = 0) -> list[WeightedHalf]:
    """Weights of the generated samples that no real sample of the same half has influenced.

    Weights that were fitted to the very samples they are compared with would overcorrect: the AUC
    after reweighting would be below 0.5.

    Parameters
    ----------
    generated, real : ndarray, shapes (n, d) and (m, d)
        Features, as for ``strong_classifier_auc``.
    seed : int
        Seed of the halves and of the classifier.

    Returns
    -------
    list of WeightedHalf
        Both halves.
    """
    rng = np.random.default_rng([seed, 8])
    made, held = (np.array_split(rng.permutation(len(x)), 2) for x in (generated, real))
    halves = []
    for own, other in ((0, 1), (1, 0)):
        x = np.concatenate([generated[made[other]], real[held[other]]]).astype(np.float32)
        y = np.repeat([0, 1], [len(made[other]), len(held[other])])
        with threadpool_limits(1):
            model = tuned_classifier(seed).fit(x, y)
            scores = model.decision_function(generated[made[own]].astype(np.float32))
        halves.append(WeightedHalf(made[own], held[own], limited_weights(scores)))
    return halves


def limited_weights(scores: Array) -> Array:
    """Weights of generated samples from their log-odds, at most 20 and with mean 1.

    >>> limited_weights(np.zeros(3)).tolist()
    [1.0, 1.0, 1.0]
    """
    w = np.minimum(weights(scores), MAX_WEIGHT)
    return np.asarray(w / w.mean())


def reweighted_auc(
    generated: Array, real: Array, halves: list[WeightedHalf], *, seed: int = 0
) -> MetricValue:
    """AUC of a second classifier, trained and tested with the weights of the first one.

    It is 0.5 if the weights repair the generated sample. A value well above 0.5 means that they
    miss a difference, or that the generated sample has no events where the data have some.

    Parameters
    ----------
    generated, real : ndarray, shapes (n, d) and (m, d)
        Features, as for ``strong_classifier_auc``.
    halves : list of WeightedHalf
        As from ``weighted_halves`` for the same samples.
    seed : int
        Seed of the folds and of the second classifier.

    Returns
    -------
    MetricValue
        The AUC, cross-validated in each half, and its standard error for the effective number of
        samples.

    Examples
    --------
    >>> import numpy as np
    >>> x, y = np.random.default_rng(1).normal(size=(2, 2000, 1))
    >>> halves = weighted_halves(x, y + 0.5)
    >>> round(reweighted_auc(x, y + 0.5, halves).value, 1)
    0.5
    """
    from sklearn.metrics import roc_auc_score

    # scikit-learn looks for weighted quantiles of each feature, slowly, unless it has few values
    first, second = _binned(generated, real)
    values, sizes = [], []
    for half in halves:
        w = half.weights
        made, held = out_of_fold_scores(
            first[half.generated], second[half.real], weights=w, seed=seed
        )
        truth = np.repeat([0, 1], [len(made), len(held)])
        both = np.concatenate([w, np.ones(len(held))])
        scores = np.concatenate([made, held])
        values.append(float(roc_auc_score(truth, scores, sample_weight=both)))
        sizes.append(w.sum() ** 2 / (w**2).sum())
    auc = float(np.mean(values))
    error = auc_error(auc, max(int(sum(sizes)), 1), len(real))
    return MetricValue(auc, FOLD_SCATTER * error)


def _binned(generated: Array, real: Array) -> tuple[Array, Array]:
    """Each feature as the number of its bin, of ``_N_BINS`` with equally many samples."""
    cuts = np.quantile(np.concatenate([generated, real]), np.arange(1, _N_BINS) / _N_BINS, axis=0)
    first, second = (
        np.stack([np.digitize(x[:, j], np.unique(cuts[:, j])) for j in range(x.shape[1])], axis=1)
        for x in (generated, real)
    )
    return first, second


def reweighted_w1(
    generated: Mapping[str, Array], real: Mapping[str, Array], halves: list[WeightedHalf]
) -> list[dict[str, Any]]:
    """W1 of each observable in halves of the samples, before and after reweighting: rows of
    ``observable``, ``label``, ``unit``, ``before`` and ``after``.
    """
    from scipy.stats import wasserstein_distance  # seconds; every report imports this module

    rows = []
    for name, values in real.items():
        label, unit = describe_observable(name)
        sides = [
            (generated[name][half.generated], values[half.real], half.weights) for half in halves
        ]
        before = np.mean([w1(x, y) for x, y, _ in sides])
        after = np.mean([wasserstein_distance(x, y, w) for x, y, w in sides])
        rows.append(
            {
                "observable": name,
                "label": label,
                "unit": unit,
                "before": float(f"{before:.6g}"),
                "after": float(f"{after:.6g}"),
            }
        )
    return rows


def tails(generated: Mapping[str, Array], real: Mapping[str, Array]) -> list[dict[str, Any]]:
    """How much of the generated sample is beyond the outer quantiles of the real one.

    Parameters
    ----------
    generated, real : mapping of str to ndarray, shapes (n,) and (m,)
        Observables.

    Returns
    -------
    list of dict
        For each observable and each of its quantiles 0.1, 1, 99 and 99.9 % with at least five real
        samples beyond it: ``limit``, the fractions ``generated`` and ``real`` beyond it, and
        ``pull``, their difference over its standard error under equality.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.linspace(0, 1, 1000)
    >>> rows = tails({"mass": x / 2}, {"mass": x})
    >>> [(row["quantile"], row["generated"], row["real"]) for row in rows]
    [(0.01, 0.02, 0.01), (0.99, 0.0, 0.01)]
    """
    rows = []
    for name, values in real.items():
        made = generated[name]
        for quantile in _TAILS:
            limit = float(np.quantile(values, quantile))
            beyond = [(x < limit if quantile < 0.5 else x > limit) for x in (made, values)]
            counts = [int(side.sum()) for side in beyond]
            if counts[1] < _LEAST_IN_TAIL:
                continue
            pooled = sum(counts) / (len(made) + len(values))
            error = np.sqrt(pooled * (1 - pooled) * (1 / len(made) + 1 / len(values)))
            shares = [counts[0] / len(made), counts[1] / len(values)]
            label, unit = describe_observable(name)
            rows.append(
                {
                    "observable": name,
                    "label": label,
                    "unit": unit,
                    "quantile": quantile,
                    "limit": float(f"{limit:.5g}"),
                    "generated": shares[0],
                    "real": shares[1],
                    "pull": float(f"{(shares[0] - shares[1]) / error:.3g}") if error > 0 else 0.0,
                }
            )
    return rows
