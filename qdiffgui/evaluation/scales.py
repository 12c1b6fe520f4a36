"""The scales of observables, which make their W1 comparable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from qdiffgui.data.representation import Representation
from qdiffgui.data.resolution import is_constant
from qdiffgui.data.types import Array, Encoded, Physical
from qdiffgui.evaluation.columns import Scale
from qdiffgui.evaluation.features import Features, extract_features
from qdiffgui.evaluation.wasserstein import w1

_SCALE_SAMPLES = 5000
_SEPARATED = 0.1
_SIGMAS = 3.0


def scale_of(train: Encoded, content: Physical, representation: Representation, seed: int) -> Scale:
    """The scale of each observable, computed from training samples: W1 between the two classes if
    there are two and any observable separates them, otherwise the standard deviation.
    """
    rng = np.random.default_rng([seed, 99])
    whole = _sample(train, content, representation, np.arange(len(train)), rng)
    sigma = _spreads(whole.observables)
    known = [label for label in train.spec.classes if (train.label == label).any()]
    if len(known) != 2:
        return _scale({}, sigma)
    a, b = (
        _sample(train, content, representation, np.flatnonzero(train.label == label), rng)
        for label in known
    )
    first, second = (train.spec.classes[label] for label in reversed(known))
    return _scale({second: a, first: b}, sigma)


def scale_between(by_class: Mapping[str, Features]) -> Scale:
    """The scale of each observable, computed from reference samples of each class; see
    ``scale_of``.
    """
    names = next(iter(by_class.values())).observables
    whole = {
        name: np.concatenate([view.observables[name] for view in by_class.values()])
        for name in names
    }
    return _scale(by_class, _spreads(whole))


def _spreads(observables: Mapping[str, Array]) -> dict[str, float]:
    """Standard deviations; 0 where the values differ by rounding only."""
    return {
        name: 0.0 if is_constant(values, name) else float(values.std())
        for name, values in observables.items()
    }


def _scale(by_class: Mapping[str, Features], sigma: Mapping[str, float]) -> Scale:
    spread = Scale({name: value for name, value in sigma.items() if value > 0}, "σ")
    if len(by_class) != 2:
        return spread
    a, b = by_class.values()
    least = max(
        _SEPARATED, _SIGMAS * float(np.sqrt(1 / len(a) + 1 / len(b)))
    )  # a difference by chance must not become a scale
    between = {name: w1(a.observables[name], b.observables[name]) for name in sigma}
    second, first = by_class
    separated = {name: v for name, v in between.items() if v > least * sigma[name] > 0}
    return Scale(separated, f"W1({first}, {second})") if separated else spread


def _sample(
    train: Encoded,
    content: Physical,
    representation: Representation,
    rows: Any,
    rng: np.random.Generator,
) -> Features:
    rows = rng.choice(rows, min(len(rows), _SCALE_SAMPLES), replace=False)
    return extract_features(train.take(rows), representation, content=content.take(rows))
