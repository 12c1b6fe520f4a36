"""p-values of two-sample tests: is the distance between generated and held-out samples larger than
that between held-out and other held-out ones?

The null distribution is measured, not assumed: the pool of held-out and training samples is split
at random into two halves, again and again, and each statistic is computed for every split. The
generated and held-out samples that are judged have the size of one half, so biases that depend on
the number of samples are the same on both sides. The method follows Grossi et al.,
arXiv:2409.16336.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from qdiffgui.evaluation import two_sample
from qdiffgui.evaluation.cell_cache import cached_cells
from qdiffgui.evaluation.metric_value import MetricValue

Array = NDArray[Any]
N_NULL = 199
MAX_SAMPLES, MAX_KERNEL = 3000, 1000
LEAST = 20
LABELS = {
    "ks": "Mean KS",
    "sliced-ks": "Sliced KS",
    "sliced-w1": "Sliced W1",
    "correlation": "Correlation matrices",
    "frechet": "Fréchet distance",
    "quartic-mmd": "MMD², quartic kernel",
    "gaussian-mmd": "MMD², Gaussian kernel",
    "fpd": "FPD (36 EFPs)",
    "kpd": "KPD (36 EFPs)",
    "overlap-mmd": "MMD², overlap of states",
    "squared-overlap-mmd": "MMD², squared overlap",
    "auc": "Classifier AUC",
}
"""Keys of the statistics and their names in a table."""

Statistics = Callable[[Array, Array], Mapping[str, Array]]


@dataclass(frozen=True)
class TestResult:
    """A statistic of generated and held-out samples, and its p-value.

    Attributes
    ----------
    key, label : str
        Which statistic.
    value : float
        Generated against held-out samples.
    median, high : float
        Median and 95 % quantile of the null distribution.
    p : float
        Probability of a value at least this large if the generated samples were held-out ones. Its
        least value is 1 / (n_null + 1).
    n, n_null : int
        Samples on each side, and number of splits of the null distribution (0: normal
        approximation).
    """

    __test__ = False  # not a test of pytest

    key: str
    label: str
    value: float
    median: float
    high: float
    p: float
    n: int
    n_null: int

    def plain(self) -> dict[str, Any]:
        """The result as plain data, as in ``metrics.json``."""
        return asdict(self)


def two_sample_tests(
    generated: Array,
    real: Array,
    more_real: Array,
    *,
    efps: bool = False,
    n_null: int = N_NULL,
    seed: int = 0,
) -> list[TestResult]:
    """Two-sample tests of observables, with p-values from splits of real samples.

    Columns are scaled to unit variance of the real samples. The statistics are the mean
    Kolmogorov-Smirnov distance, the sliced KS and W1 distances over 16 random directions, the
    Frobenius distance of the correlation matrices, the Fréchet distance, and the unbiased MMD² with
    the quartic kernel of KPD and with a Gaussian kernel of the median distance.

    Parameters
    ----------
    generated : ndarray, shape (n, d)
        Observables of generated samples.
    real, more_real : ndarray, shapes (m, d) and (k, d)
        Observables of held-out samples, and of further samples of the same distribution (training
        samples). At most 3000 of each of the three are used, equally many; 1000 for the kernels.
    efps : bool
        Whether columns are energy flow polynomials. Then only FPD and KPD are computed, with each
        column divided by its largest absolute value, at this number of samples and without
        extrapolation.
    n_null : int
        Number of splits of the null distribution.
    seed : int
        Seed of the splits, the directions and the choice of samples.

    Returns
    -------
    list of TestResult
        Empty with fewer than 20 samples, or if no column varies.

    References
    ----------
    Grossi, Letizia and Torre, arXiv:2409.16336; Kansal et al., arXiv:2211.10295.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> jets = rng.normal(size=(900, 2))
    >>> {t.key: t.p for t in two_sample_tests(jets[:300] + 0.5, jets[300:600], jets[600:])}["ks"]
    0.005
    """
    sides = [_finite(side) for side in (generated, real, more_real)]
    chosen = _equal_sizes(sides, MAX_SAMPLES, seed)
    if chosen is None:
        return []
    pool = np.concatenate(chosen[1:])
    varies = pool.std(axis=0) > 0
    if not varies.any():
        return []
    shift, scale = (
        (0.0, np.abs(pool).max(axis=0)) if efps else (pool.mean(axis=0), pool.std(axis=0))
    )
    scaled = [((side - shift) / np.where(varies, scale, 1))[:, varies] for side in chosen]
    few = [side[:MAX_KERNEL] for side in scaled]
    if efps:
        return [*_compare(scaled, _fpd, n_null, seed), *_compare(few, _kpd, n_null, seed)]
    known = np.concatenate(scaled[1:])
    return [
        *_compare(scaled, _without_kernels(known, seed), n_null, seed),
        *_compare(few, _with_kernels(known, seed), n_null, seed),
    ]


def state_tests(
    generated: Array, real: Array, more_real: Array, *, n_null: int = N_NULL, seed: int = 0
) -> list[TestResult]:
    """Two-sample tests of quantum states, with p-values from splits of real states.

    Two kernels: the overlap, whose MMD compares the mean density matrices of the ensembles, and its
    square, which also compares their second moments.

    Parameters
    ----------
    generated, real, more_real : ndarray, shape (n, d) or (n, d, d), complex
        Pure states, or density matrices. At most 1000 of each are used, equally many.
    n_null : int
        Number of splits of the null distribution.
    seed : int
        Seed of the splits and of the choice of states.

    Returns
    -------
    list of TestResult
        Empty with fewer than 20 states.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> angle = rng.uniform(0, 2 * np.pi, 300)
    >>> circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    >>> zero = np.tile([1.0, 0.0], (100, 1))
    >>> state_tests(zero, circle[:150], circle[150:])[0].p
    0.005
    """
    chosen = _equal_sizes([generated, real, more_real], MAX_KERNEL, seed)
    return [] if chosen is None else _compare(chosen, _of_states, n_null, seed)


def auc_test(auc: MetricValue, n: int) -> TestResult:
    """The p-value of a classifier AUC: one-sided, from its standard error.

    Examples
    --------
    >>> from qdiffgui.evaluation.metric_value import MetricValue
    >>> round(auc_test(MetricValue(0.52, 0.01), 5000).p, 3)
    0.023
    """
    error = max(auc.error, 1e-12)
    p = float(ndtr(-(auc.value - 0.5) / error))
    high = 0.5 + 1.645 * auc.error
    return TestResult("auc", LABELS["auc"], auc.value, 0.5, high, p, n, 0)


def _without_kernels(real: Array, seed: int) -> Statistics:
    """The statistics of observables that sort or use moments only."""
    directions = two_sample.unit_vectors(real.shape[1], two_sample.N_DIRECTIONS, seed)

    def statistics(pool: Array, first: Array) -> dict[str, Array]:
        sliced_ks, sliced_w1 = two_sample.sliced(pool, first, directions)
        found = {
            "ks": two_sample.mean_ks(pool, first),
            "sliced-ks": sliced_ks,
            "sliced-w1": sliced_w1,
        }
        if pool.shape[1] > 1:
            found["correlation"] = two_sample.correlation_distance(pool, first)
        return found | {"frechet": two_sample.frechet_distance(pool, first)}

    return statistics


def _with_kernels(real: Array, seed: int) -> Statistics:
    """MMD² of observables; ``real`` sets the width of the Gaussian kernel for all splits."""
    width = two_sample.median_distance(real, seed)

    def statistics(pool: Array, first: Array) -> dict[str, Array]:
        quartic, gaussian = two_sample.quartic_kernel(pool), two_sample.gaussian_kernel(pool, width)
        return {
            "quartic-mmd": two_sample.kernel_distance(quartic, first),
            "gaussian-mmd": two_sample.kernel_distance(gaussian, first),
        }

    return statistics


def _fpd(pool: Array, first: Array) -> dict[str, Array]:
    return {"fpd": two_sample.frechet_distance(pool, first)}


def _kpd(pool: Array, first: Array) -> dict[str, Array]:
    return {"kpd": two_sample.kernel_distance(two_sample.quartic_kernel(pool), first)}


def _of_states(pool: Array, first: Array) -> dict[str, Array]:
    kernel = two_sample.overlap_kernel(pool)
    return {
        "overlap-mmd": two_sample.kernel_distance(kernel, first),
        "squared-overlap-mmd": two_sample.kernel_distance(kernel**2, first),
    }


def _compare(
    sides: Sequence[Array], statistics: Statistics, n_null: int, seed: int
) -> list[TestResult]:
    """Statistics of the first two of three sides; the last two give the null distribution."""
    generated, real, others = sides
    n = len(real)
    own = np.arange(2 * n)[None, :] < n
    observed = statistics(np.concatenate([generated, real]), own)

    def split() -> dict[str, Any]:
        rng = np.random.default_rng([seed, 4])
        first = rng.permuted(np.repeat(own, n_null, axis=0), axis=1)
        found = statistics(np.concatenate([real, others]), first)
        return {key: values.astype(float).tolist() for key, values in found.items()}

    # no model has a part in it, so it is kept with the values of the trivial generators
    inputs = ("null distribution", sorted(observed), real, others, n_null, seed)
    null = {key: np.asarray(values) for key, values in cached_cells(inputs, split).items()}
    return [
        TestResult(
            key,
            LABELS[key],
            float(value[0]),
            float(np.median(null[key])),
            float(np.quantile(null[key], 0.95)),
            float((1 + (null[key] >= float(value[0])).sum()) / (1 + n_null)),
            n,
            n_null,
        )
        for key, value in observed.items()
    ]


def _finite(x: Array) -> Array:
    x = np.asarray(x, np.float64)
    return x[np.isfinite(x).all(axis=1)]


def _equal_sizes(sides: Sequence[Array], most: int, seed: int) -> list[Array] | None:
    """Equally many samples of each, at most ``most``; None if there are too few."""
    n = min(most, *map(len, sides))
    if n < LEAST:
        return None
    rng = np.random.default_rng([seed, 3])
    return [side[rng.choice(len(side), n, replace=False)] for side in sides]
