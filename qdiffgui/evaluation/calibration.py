"""Whether the probabilities of a classifier mean what they say, and the weights p/(1-p) that it
gives to generated samples.

A classifier that gives a sample the probability p of being real estimates the ratio of the two
densities as p/(1-p). Weights near 1 mean that generated samples are where they should be; a tail of
small weights are samples that the data do not have, a tail of large ones are regions where the
generator makes too few (Das et al., arXiv:2305.16774).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

Array = NDArray[Any]
N_BINS = 10
EDGES = np.logspace(-2, 2, 41)
_TAIL = 3.0
_QUANTILES = (0.001, 0.01, 0.5, 0.99, 0.999)
_LARGEST = 50.0  # log-odds; above, exp would overflow


def calibration_curve(generated: Array, real: Array) -> dict[str, Any]:
    """The reliability curve of a classifier, from its scores.

    Parameters
    ----------
    generated, real : ndarray, shapes (n,) and (m,)
        Log-odds of being real that a classifier gave to samples it had not seen.

    Returns
    -------
    dict
        ``predicted``, ``observed`` and ``error``: in ten bins of equally many samples, the mean
        probability, the fraction that is real, and its standard error. ``expected_error``: the mean
        of |observed - predicted|, and ``noise``, its value for a calibrated classifier. ``p``: the
        probability of deviations at least this large (χ²) if it is calibrated.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.normal(size=4000), rng.normal(size=4000) + 1
    >>> found = calibration_curve(x - 0.5, y - 0.5)  # the exact log-odds of two Gaussians
    >>> found["expected_error"] < 2 * found["noise"], found["p"] > 0.01
    (True, True)
    """
    p = _probability(np.concatenate([generated, real]))
    truth = np.concatenate([np.zeros(len(generated)), np.ones(len(real))])
    parts = np.array_split(np.argsort(p, kind="stable"), N_BINS)
    predicted = np.array([p[part].mean() for part in parts])
    observed = np.array([truth[part].mean() for part in parts])
    sizes = np.array([len(part) for part in parts])
    error = np.sqrt(np.maximum(predicted * (1 - predicted), 1e-12) / sizes)
    return {
        "predicted": _plain(predicted),
        "observed": _plain(observed),
        "error": _plain(error),
        "expected_error": float(f"{np.abs(observed - predicted).mean():.4g}"),
        "noise": float(f"{(np.sqrt(2 / np.pi) * error).mean():.4g}"),
        "p": float(chdtrc(N_BINS, (((observed - predicted) / error) ** 2).sum())),
    }


def weights(scores: Array) -> Array:
    """p/(1-p) of each sample, from its log-odds.

    >>> weights(np.array([0.0, -1.0])).round(3).tolist()
    [1.0, 0.368]
    """
    return np.asarray(np.exp(np.clip(scores, -_LARGEST, _LARGEST)))


def weight_histogram(generated: Array, real: Array) -> dict[str, Any]:
    """Histogram and tails of the classifier's weights.

    Parameters
    ----------
    generated, real : ndarray, shapes (n,) and (m,)
        Log-odds, as for ``calibration_curve``.

    Returns
    -------
    dict
        ``edges`` (equal in the logarithm, from 0.01 to 100; the outer bins hold all beyond),
        ``generated`` and ``real`` (fractions per bin), ``quantiles`` of the weights of generated
        samples, ``low_tail`` and ``high_tail`` (fractions of generated samples with a weight below
        1/3 and of real samples with one above 3), and ``effective`` ((Σw)² / Σw² of the generated
        samples, as a fraction of their number).

    Examples
    --------
    >>> import numpy as np
    >>> found = weight_histogram(np.zeros(100), np.zeros(100))
    >>> found["effective"], found["low_tail"], found["quantiles"]["0.5"]
    (1.0, 0.0, 1.0)
    """
    w, v = weights(generated), weights(real)
    inside = [np.clip(side, EDGES[0], EDGES[-1] * (1 - 1e-9)) for side in (w, v)]
    counts = [np.histogram(side, EDGES)[0] / len(side) for side in inside]
    return {
        "edges": _plain(EDGES),
        "generated": _plain(counts[0]),
        "real": _plain(counts[1]),
        "quantiles": {str(q): float(f"{np.quantile(w, q):.4g}") for q in _QUANTILES},
        "low_tail": float(f"{(w < 1 / _TAIL).mean():.4g}"),
        "high_tail": float(f"{(v > _TAIL).mean():.4g}"),
        "effective": float(f"{w.sum() ** 2 / (len(w) * (w**2).sum()):.4g}"),
    }


def _probability(scores: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -_LARGEST, _LARGEST))))


def _plain(values: Array) -> list[float]:
    return [float(f"{value:.6g}") for value in values]
