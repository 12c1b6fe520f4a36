"""Where generated and held-out samples differ: a map of each pair of observables, and the region
that is modeled worst, in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from qdiffgui.evaluation.features import Features, describe_observable
from qdiffgui.evaluation.metric_value import class_prefix

Array = NDArray[Any]
N_BINS = 6
LEAST_COUNT = 10
MAX_OBSERVABLES = 8
_CLEAR = 0.01


def map_mismodeling(generated: Features, real: Features, class_name: str) -> dict[str, Any] | None:
    """Maps of pulls for each pair of observables, and the worst cell of all.

    Each observable is cut at the sextiles of the held-out samples, so that the outer cells hold the
    tails. The pull of a cell is the difference of the two fractions over its standard error under
    equality; cells with fewer than 10 samples together have none.

    Parameters
    ----------
    generated, real : Features
        Generated and held-out samples.
    class_name : str
        Class of the samples; "all" for all classes together.

    Returns
    -------
    dict or None
        Plain data as in ``metrics.json``: ``class``, ``pairs``, ``worst`` and ``sentence``. None if
        there are fewer than two observables that vary.

    Examples
    --------
    >>> import numpy as np
    >>> x, y = np.random.default_rng(0).normal(size=(2, 1000))
    >>> real = Features(np.zeros((1000, 1)), {"mass": 50 + 5 * x, "pt": 500 + 9 * y})
    >>> high = Features(np.zeros((1000, 1)), {"mass": 50 + 5 * x + 5 * (y > 1), "pt": 500 + 9 * y})
    >>> print(map_mismodeling(high, real, "gluon")["sentence"])
    Gluon: the region modeled worst is jet mass below 45 GeV and jet pT above 509 GeV: 0.2 % of
    generated and 3.1 % of held-out samples (5.1σ; p = 1.3e-05 after allowing for 36 cells).
    """
    names = [name for name, values in real.observables.items() if len(np.unique(values)) > 1]
    pairs = [_pair(generated, real, x, y) for x, y in combinations(names[:MAX_OBSERVABLES], 2)]
    cells = [cell for pair in pairs for cell in _cells(pair)]
    if not cells:
        return None
    worst = max(cells, key=lambda cell: abs(cell["pull"]))
    worst["n_cells"] = len(cells)
    worst["p"] = _global_p(worst["pull"], len(cells))
    return {
        "class": class_name,
        "pairs": pairs,
        "worst": worst,
        "sentence": _sentence(worst, class_name),
    }


def _pair(generated: Features, real: Features, x: str, y: str) -> dict[str, Any]:
    edges = [_edges(real.observables[name]) for name in (x, y)]
    counts = [_count(side, (x, y), edges) for side in (generated, real)]
    n, m = len(generated), len(real)
    pooled = (counts[0] + counts[1]) / (n + m)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    enough = (counts[0] + counts[1] >= LEAST_COUNT) & (error > 0)
    pull = np.where(enough, counts[0] / n - counts[1] / m, 0) / np.where(enough, error, 1)
    return {
        "x": x,
        "y": y,
        "x_edges": _plain(edges[0]),
        "y_edges": _plain(edges[1]),
        "generated": [_plain(row / n) for row in counts[0]],
        "real": [_plain(row / m) for row in counts[1]],
        "pull": [
            [float(f"{value:.4g}") if known else None for value, known in zip(*rows)]
            for rows in zip(pull, enough)
        ],
        "mean_square_pull": float(f"{(pull[enough] ** 2).mean():.4g}") if enough.any() else None,
    }


def _count(side: Features, names: tuple[str, str], edges: list[Array]) -> Array:
    """Number of samples in each cell; the outer cells are open."""
    row, column = (np.digitize(side.observables[name], e[1:-1]) for name, e in zip(names, edges))
    shape = [len(e) - 1 for e in edges]
    flat = np.bincount(row * shape[1] + column, minlength=shape[0] * shape[1])
    return np.asarray(flat.reshape(shape))


def _edges(values: Array) -> Array:
    """Edges of bins with about equally many values, without empty bins."""
    edges = np.unique(np.quantile(values, np.linspace(0, 1, N_BINS + 1)))
    if np.array_equal(values, np.round(values)):  # cut between integers
        inner = np.unique(np.floor(edges[1:-1]) + 0.5)
        edges = np.array([edges[0], *inner[inner < edges[-1]], edges[-1]])
    return np.asarray(edges)


def _cells(pair: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for i, row in enumerate(pair["pull"]):
        for j, pull in enumerate(row):
            if pull is not None:
                yield {
                    "x": pair["x"],
                    "y": pair["y"],
                    "x_range": _range(pair["x_edges"], i),
                    "y_range": _range(pair["y_edges"], j),
                    "generated": pair["generated"][i][j],
                    "real": pair["real"][i][j],
                    "pull": pull,
                }


def _range(edges: list[float], i: int) -> list[float | None]:
    """Limits of bin i; None where it is open."""
    return [edges[i] if i > 0 else None, edges[i + 1] if i < len(edges) - 2 else None]


def _global_p(pull: float, n_cells: int) -> float:
    """Probability that any of ``n_cells`` independent cells has a pull this large."""
    two_sided = min(1.0, 2 * float(np.exp(log_ndtr(-abs(pull)))))
    return float(-np.expm1(n_cells * np.log1p(-two_sided))) if two_sided < 1 else 1.0


def _sentence(worst: Mapping[str, Any], class_name: str) -> str:
    where = " and ".join(_region(worst[axis], worst[f"{axis}_range"]) for axis in ("x", "y"))
    start = class_prefix(class_name, ": ") or "All samples: "
    p = worst["p"]
    return (
        f"{start}the region {'modeled worst' if p < _CLEAR else 'with the largest difference'} is "
        f"{where}: {100 * worst['generated']:.1f} % of generated and {100 * worst['real']:.1f} % "
        f"of held-out samples ({abs(worst['pull']):.1f}σ; p {_p_value(p)} after allowing for "
        f"{worst['n_cells']} cells)."
    )


def _p_value(p: float) -> str:
    return "< 1e-12" if p < 1e-12 else f"= {p:.2g}"


def _region(name: str, limits: list[float | None]) -> str:
    label, unit = describe_observable(name)
    label = label[:1].lower() + label[1:] if label[1:2].islower() else label
    low, high = limits
    end = f" {unit}" if unit else ""
    if low is None and high is None:
        return label
    if low is None:
        return f"{label} below {high:.3g}{end}"
    return (
        f"{label} above {low:.3g}{end}" if high is None else f"{label} {low:.3g} to {high:.3g}{end}"
    )


def _plain(values: Array) -> list[float]:
    return [float(f"{value:.6g}") for value in values]
