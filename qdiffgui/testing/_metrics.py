"""The contract of a metric."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui import catalog
from qdiffgui.config import Training, kinds
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.testing._common import check_words, find, one_sentence, require

_OF = (
    "observable",
    "sample",
    "raw-and-derived",
    "state",
    "density",
    "cloud",
    "efp",
    "shower",
    "voxel",
    "model",
)
_BETTER = ("lower", "half", "higher", "floor")


@one_sentence
def check_metric(metric: Any) -> None:
    """Check a metric: that it has an error, depends on its seed alone, and prefers a good model.

    Parameters
    ----------
    metric : str, Entry or callable
        The key in ``qdiffgui.catalog.metrics``, the entry, or the function itself.

    Raises
    ------
    AssertionError
        With one sentence that says what is missing or wrong.

    Examples
    --------
    >>> from qdiffgui import testing
    >>> testing.check_metric("w1")
    """
    from qdiffgui.evaluation import MetricValue

    entry = find(catalog.metrics, metric)
    check_words(catalog.metrics, entry)
    of, better, least = (entry.facts[name] for name in ("of", "better", "least"))
    require(of in _OF, f"'of' of '{entry.key}' must be one of {', '.join(_OF)}, found '{of}'.")
    require(
        better in _BETTER,
        f"'better' of '{entry.key}' must be one of {', '.join(_BETTER)}, found '{better}'.",
    )

    if of == "model":
        _check_metric_of_models(entry)
        return

    def measure(shift: float) -> Any:
        found = entry.load()(draw_samples(of, least, 2, shift), draw_samples(of, least, 1), seed=0)
        return found[entry.facts["part"]] if "part" in entry.facts else found

    near, far = measure(0.0), measure(2.0)
    require(
        isinstance(near, MetricValue),
        f"'{entry.key}' must return a qdiffgui.evaluation.MetricValue, found "
        f"{type(near).__name__}.",
    )
    require(
        near.plain() is not None,
        f"'{entry.key}' must give a finite value and error for {least} samples: raise 'least'.",
    )
    require(measure(0.0) == near, f"'{entry.key}' must give the same value for the same seed.")
    prefers = {
        "lower": near.value < far.value,
        "higher": near.value > far.value,
        "half": abs(near.value - 0.5) < abs(far.value - 0.5),
        "floor": True,
    }
    require(
        prefers[better],
        f"'{entry.key}' says that {better} is better, but samples like the real ones give "
        f"{near.value:.3g} and shifted ones {far.value:.3g}.",
    )


def _check_metric_of_models(entry: Any) -> None:
    """A metric of models gives a value or None for untrained models of vectors, the same for the
    same seed.
    """
    from qdiffgui.evaluation import ModelValue

    x = draw_samples("sample", entry.facts["least"], 1).astype(np.float32)
    real = Encoded(x, np.zeros(len(x), np.int8), Spec("vector", (3,)))
    for kind in ("ddpm", "rectified-flow", "qd3pm"):
        settings = kinds.classes("model")[kind]()
        model = catalog.models[kind].load()(settings, real.spec, Training(iterations=1), 0)
        model.fit(real)
        found = entry.load()(model, real, seed=0)
        require(
            found is None or isinstance(found, ModelValue),
            f"'{entry.key}' must return a qdiffgui.evaluation.ModelValue or None, found "
            f"{type(found).__name__}.",
        )
        require(
            found is None or found.value.plain() is not None,
            f"'{entry.key}' must give a finite value and error for {entry.facts['least']} samples: "
            "raise 'least'.",
        )
        require(
            entry.load()(model, real, seed=0) == found,
            f"'{entry.key}' must give the same value for the same seed.",
        )


def draw_samples(of: str, n: int, seed: int, shift: float = 0.0) -> NDArray[Any]:
    """Random samples of what a metric compares; ``shift`` moves them away from those without."""
    rng = np.random.default_rng(seed)
    if of == "observable":
        return rng.normal(shift, 1, n)
    if of in ("sample", "raw-and-derived", "shower"):
        return rng.normal(shift, 1, (n, 3))
    if of == "voxel":
        return np.maximum(rng.normal(shift - 0.5, 1, (n, 6)), 0)
    if of == "efp":
        return rng.normal(5 + shift, 1, (n, 6))
    if of == "cloud":  # eta, phi and pT fraction; a shift makes jets wide, off their axis and hard
        share = rng.dirichlet(np.full(5, 1 / (1 + shift)), n)
        return np.stack([*((0.1 + 0.1 * shift) * rng.normal(shift, 1, (2, n, 5))), share], axis=2)
    z = 0.3 * (rng.standard_normal((n, 2)) + 1j * rng.standard_normal((n, 2)))
    z[:, int(shift > 0)] += 1
    psi: NDArray[Any] = (z / np.linalg.norm(z, axis=1, keepdims=True)).astype(np.complex64)
    if of == "state":
        return psi
    pure = psi[:, :, None] * psi[:, None, :].conj()
    mixed: NDArray[Any] = 0.9 * pure + 0.05 * np.eye(2, dtype=np.complex64)
    return mixed
