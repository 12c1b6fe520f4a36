"""How many held-out samples a generated sample is worth.

A sample of k real events knows the content I of a region up to √(I (1-I) / k). A generated sample
knows it up to the errors of the model and its own statistics. The number k at which both are equal
is what the generated sample is worth; divided by the number of training samples, it is the
amplification factor (Bahl et al., arXiv:2509.08048). Here both are measured against held-out
samples, whose own statistics are subtracted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.evaluation.metric_value import class_prefix
from qdiffgui.evaluation.number_format import format_number

Array = NDArray[Any]
N_BLOCKS = 20
N_BINS = 5
MAX_OBSERVABLES = 8
LEAST = 200
_KS_SQUARED, _KS_SQUARED_WIDTH = 0.8225, 0.6763  # mean and width of the squared Kolmogorov variable


@dataclass(frozen=True)
class Worth:
    """What a generated sample is worth, in held-out samples.

    Attributes
    ----------
    samples : float or None
        The number; None if the generated sample is as good as arbitrarily many held-out ones.
    low, high : float or None
        One standard error below and above; None if unbounded.
    limit, limit_low : float or None
        What arbitrarily many generated samples would be worth, and one standard error below.
    n_generated, n_train : int
        Number of generated samples, and of training samples of the class.
    """

    samples: float | None
    low: float | None
    high: float | None
    limit: float | None
    limit_low: float | None
    n_generated: int
    n_train: int

    @property
    def factor(self) -> float | None:
        """The amplification factor of arbitrarily many generated samples; None if unbounded."""
        return None if self.limit is None else self.limit / self.n_train

    def plain(self) -> dict[str, Any]:
        """As plain data, with ``factor``."""
        return asdict(self) | {"factor": self.factor}


def worth_in_regions(
    generated: Mapping[str, Array], real: Mapping[str, Array], n_train: int
) -> Worth | None:
    """What a sample is worth for the contents of regions (averaging amplification).

    The regions are the cells of each pair of observables, cut at the quintiles of the held-out
    samples (of one observable if there is no pair). The mean squared difference of their contents,
    over I (1-I), is 1/k + 1/m for k against m real samples. Its error is that of a jackknife over
    20 blocks.

    Parameters
    ----------
    generated, real : mapping of str to ndarray, shapes (n,) and (m,)
        Observables of generated and of held-out samples.
    n_train : int
        Number of training samples.

    Returns
    -------
    Worth or None
        None if there are fewer than 200 samples on a side, or nothing varies.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> held = {"mass": rng.normal(size=20000)}
    >>> shifted = {"mass": rng.normal(size=20000) + 0.1}
    >>> worth = worth_in_regions(shifted, held, n_train=1000)
    >>> 300 < worth.samples < 900, worth.factor < 1
    (True, True)
    """
    made, held = _cells(generated, real)
    n, m = _n(generated), _n(real)
    if min(n, m) < LEAST or held is None or made is None:
        return None

    def inverse(made: Array, held: Array, n: float, m: float) -> float:
        g, r = made / n, held / m
        return float(((g - r) ** 2).sum() / (r * (1 - r)).sum() - 1 / m)

    total = inverse(made.sum(axis=0), held.sum(axis=0), n, m)
    left_out = [
        inverse(
            made.sum(axis=0) - made[i],
            held.sum(axis=0) - held[i],
            n * (1 - 1 / N_BLOCKS),
            m * (1 - 1 / N_BLOCKS),
        )
        for i in range(N_BLOCKS)
    ]
    error = float(np.std(left_out) * np.sqrt(N_BLOCKS - 1))
    return _worth(total, error, n, n_train)


def worth_by_score(generated: Array, real: Array, n_train: int) -> Worth | None:
    """What a sample is worth to a classifier (differential amplification).

    The Kolmogorov-Smirnov distance D of the classifier's scores, which estimate the ratio of the
    two densities, has E[D²] = 0.8225 (1/k + 1/m) for k against m real samples.

    Parameters
    ----------
    generated, real : ndarray, shapes (n,) and (m,)
        Scores of samples that the classifier had not seen.
    n_train : int
        Number of training samples.

    Returns
    -------
    Worth or None
        None if there are fewer than 200 samples on a side.

    Examples
    --------
    >>> import numpy as np
    >>> x, y = np.random.default_rng(0).normal(size=(2, 5000))
    >>> worth_by_score(x, y + 1, n_train=1000).samples < 20
    True
    """
    from scipy.stats import ks_2samp

    n, m = len(generated), len(real)
    if min(n, m) < LEAST:
        return None
    distance = float(ks_2samp(generated, real, method="asymp").statistic)
    noise = 1 / n + 1 / m
    error = np.hypot(distance * np.sqrt(noise), _KS_SQUARED_WIDTH * noise) / _KS_SQUARED
    return _worth(distance**2 / _KS_SQUARED - 1 / m, float(error), n, n_train)


def worth_sentence(worth: Worth, class_name: str, where: str) -> str:
    """A sentence on ``worth``; ``where`` says how it was measured.

    >>> worth = Worth(80, 70, 95, 100, 90, 500, 200)
    >>> print(worth_sentence(worth, "gluon", "in regions").split(". ")[0])
    Gluon, in regions: 500 generated samples are worth 80 held-out ones (70 to 95)
    """
    start = class_prefix(class_name, f", {where}: ") or f"{where[:1].upper()}{where[1:]}: "
    low = _count(worth.low)
    if worth.samples is None:
        size = f"at least {low} held-out ones"
    elif worth.high is None:
        size = f"{_count(worth.samples)} held-out ones (at least {low})"
    else:
        size = f"{_count(worth.samples)} held-out ones ({low} to {_count(worth.high)})"
    first = f"{start}{_count(worth.n_generated)} generated samples are worth {size}."
    if worth.factor is None:
        return (
            f"{first} No limit for larger samples is seen; at least {_count(worth.limit_low)} "
            f"(training samples: {_count(worth.n_train)})."
        )
    return (
        f"{first} Arbitrarily many would be worth {_count(worth.limit)}, an amplification factor "
        f"of {format_number(worth.factor, 2)} over {_count(worth.n_train)} training samples."
    )


def _worth(inverse: float, error: float, n: int, n_train: int) -> Worth:
    limit = inverse - 1 / n
    return Worth(
        _reciprocal(inverse),
        _reciprocal(inverse + error),
        _reciprocal(inverse - error),
        _reciprocal(limit),
        _reciprocal(limit + error),
        n,
        n_train,
    )


def _reciprocal(value: float) -> float | None:
    return float(f"{1 / value:.4g}") if value > 0 else None


def _count(value: float | None) -> str:
    return format_number(None if value is None else round(value))


def _n(observables: Mapping[str, Array]) -> int:
    return min((len(values) for values in observables.values()), default=0)


def _cells(
    generated: Mapping[str, Array], real: Mapping[str, Array]
) -> tuple[Array | None, Array | None]:
    """Counts of both samples in each region, in blocks: (N_BLOCKS, n_regions)."""
    cuts = {}
    for name, values in list(real.items())[:MAX_OBSERVABLES]:
        inner = np.unique(np.quantile(values, np.linspace(0, 1, N_BINS + 1)[1:-1]))
        if len(np.unique(values)) > 1:
            cuts[name] = inner
    if not cuts:
        return None, None
    pairs: list[tuple[str, ...]] = list(combinations(cuts, 2)) or [tuple(cuts)]
    found = []
    for side in (generated, real):
        bins = {name: np.digitize(side[name], cuts[name]) for name in cuts}
        blocks = np.arange(_n(side)) % N_BLOCKS
        columns = []
        for pair in pairs:
            index = np.zeros(_n(side), dtype=np.int64)
            size = 1
            for name in pair:
                index = index * (len(cuts[name]) + 1) + bins[name]
                size *= len(cuts[name]) + 1
            flat = np.bincount(blocks * size + index, minlength=N_BLOCKS * size)
            columns.append(flat.reshape(N_BLOCKS, size))
        found.append(np.concatenate(columns, axis=1))
    return found[0], found[1]
