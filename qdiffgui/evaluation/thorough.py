"""The thorough part of a report: other classifiers, calibration and weights of the headline one,
reweighting, tails, amplification, and tests of energy flow polynomials. It takes about as long as
the rest of the report, so it is computed on request only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.evaluation.amplification import (
    Worth,
    worth_by_score,
    worth_in_regions,
    worth_sentence,
)
from qdiffgui.evaluation.calibration import calibration_curve, weight_histogram
from qdiffgui.evaluation.classifier import classifier_auc
from qdiffgui.evaluation.efp import efps
from qdiffgui.evaluation.features import Features
from qdiffgui.evaluation.metric_value import MetricValue, class_prefix
from qdiffgui.evaluation.null_distribution import two_sample_tests
from qdiffgui.evaluation.number_format import format_p, format_with_error
from qdiffgui.evaluation.other_classifiers import OTHERS, other_auc
from qdiffgui.evaluation.reweighting import (
    reweighted_auc,
    reweighted_w1,
    tails,
    weighted_halves,
)
from qdiffgui.evaluation.strong_classifier import out_of_fold_scores, strong_classifier_auc

Array = NDArray[Any]
VERSION = 1
LEAST, MAX_SAMPLES, MAX_CLOUDS = 200, 20_000, 3000
_QUICK, _HEADLINE = "quick", "headline"
_CLEAR, _LEVEL = 3.0, 0.01
_FOUND_BY_CHANCE = 2.0


def thorough_checks(
    generated: Features,
    real: Features,
    *,
    class_name: str,
    n_train: int,
    clouds: tuple[Array, Array, Array] | None = None,
    seed: int = 0,
) -> dict[str, Any]:
    """All checks of one class.

    Parameters
    ----------
    generated, real : Features
        Generated and held-out samples; at most 20 000 of each are used.
    class_name : str
        Class of the samples; "all" for all classes together.
    n_train : int
        Number of training samples of the class.
    clouds : tuple of ndarray, shapes (n, n_particles, 3), optional
        Generated, held-out and training jets as particles, for the tests of energy flow
        polynomials; at most 3000 of each are used.
    seed : int
        Seed of folds, classifiers and splits.

    Returns
    -------
    dict
        Plain data: ``class``, ``classifiers``, ``calibration``, ``weights``, ``reweighted``,
        ``tails``, ``amplification``, ``tests`` and ``sentences``. With fewer than 200 samples on a
        side there are tests and tails only.

    References
    ----------
    Das et al., arXiv:2305.16774 (weights); Bahl et al., arXiv:2509.08048 (amplification).

    Examples
    --------
    >>> import numpy as np
    >>> x, y = np.random.default_rng(0).normal(size=(2, 400))
    >>> real, shifted = (Features(v[:, None], {"mass": v}) for v in (x, y + 1))
    >>> found = thorough_checks(shifted, real, class_name="gluon", n_train=800)
    >>> found["reweighted"]["before"]["value"] > found["reweighted"]["after"]["value"]
    True
    """
    generated, real = generated.take(slice(MAX_SAMPLES)), real.take(slice(MAX_SAMPLES))
    found: dict[str, Any] = {
        "class": class_name,
        "tails": tails(generated.observables, real.observables),
        "tests": [] if clouds is None else _efp_tests(clouds, seed),
        "sentences": [],
    }
    if min(len(generated), len(real)) < LEAST:
        return found
    x, y = generated.raw_and_derived, real.raw_and_derived
    if (x == x[0]).all():  # nothing to learn, and nothing to weight
        return found
    made, held = out_of_fold_scores(x, y, seed=seed)
    halves = weighted_halves(x, y, seed=seed)
    classifiers = _classifiers(generated, real, x, y, seed)
    after = reweighted_auc(x, y, halves, seed=seed + 1)
    before = next(row for row in classifiers if row["key"] == _HEADLINE)
    regions = worth_in_regions(generated.observables, real.observables, n_train)
    score = worth_by_score(made, held, n_train)
    found |= {
        "classifiers": classifiers,
        "calibration": calibration_curve(made, held),
        "weights": weight_histogram(made, held),
        "reweighted": {
            "before": {"value": before["value"], "error": before["error"]},
            "after": after.plain(),
            "w1": reweighted_w1(generated.observables, real.observables, halves),
        },
        "amplification": {
            "regions": regions and regions.plain(),
            "score": score and score.plain(),
        },
    }
    found["sentences"] = _sentences(found, class_name, after, regions, score)
    return found


def _classifiers(
    generated: Features, real: Features, x: Array, y: Array, seed: int
) -> list[dict[str, Any]]:
    """The AUC of each classifier, from the kindest to the others that check the headline one."""
    values = {
        _QUICK: (
            "Quick, raw features",
            classifier_auc(generated.features, real.features, seed=seed),
        ),
        _HEADLINE: ("Headline: gradient boosting", strong_classifier_auc(x, y, seed=seed)),
    } | {key: (label, other_auc(x, y, key, seed=seed)) for key, (label, _) in OTHERS.items()}
    return [
        {"key": key, "label": label, "value": auc.value, "error": auc.error}
        for key, (label, auc) in values.items()
    ]


def _efp_tests(clouds: tuple[Array, Array, Array], seed: int) -> list[dict[str, Any]]:
    sides = [efps(np.asarray(side[:MAX_CLOUDS], np.float64)) for side in clouds]
    return [test.plain() for test in two_sample_tests(*sides, efps=True, seed=seed)]


def _sentences(
    found: dict[str, Any],
    class_name: str,
    after: MetricValue,
    regions: Worth | None,
    score: Worth | None,
) -> list[str]:
    start = class_prefix(class_name, ": ")
    return [
        start + _of_classifiers(found["classifiers"]),
        start + _of_calibration(found["calibration"]),
        start + _of_reweighting(found["reweighted"]["before"], after),
        *(
            worth_sentence(worth, class_name, where)
            for worth, where in (
                (regions, "in cells of pairs of observables"),
                (score, "by the score of the classifier"),
            )
            if worth is not None
        ),
    ]


def _of_classifiers(rows: list[dict[str, Any]]) -> str:
    headline = next(row for row in rows if row["key"] == _HEADLINE)
    best = max(rows, key=lambda row: float(row["value"]))
    gap = best["value"] - headline["value"]
    if gap <= _FOUND_BY_CHANCE * max(best["error"], headline["error"]):
        return (
            f"the headline AUC is {format_with_error(headline)}. No other classifier finds clearly "
            f"more (largest: {best['label']}, {format_with_error(best)})."
        )
    return (
        f"the headline AUC is {format_with_error(headline)}, but another classifier finds more: "
        f"{best['label']}, {format_with_error(best)}, a gap of {gap:.3f}."
    )


def _of_calibration(curve: dict[str, Any]) -> str:
    error, noise, p = curve["expected_error"], curve["noise"], curve["p"]
    return (
        f"the probabilities of the classifier are off by {error:.3f} on average (noise alone: "
        f"{noise:.3f}; p for a calibrated one: {format_p(p)}), so its weights "
        f"{'can be trusted' if p >= _LEVEL else 'are rough'}."
    )


def _of_reweighting(before: dict[str, float], after: MetricValue) -> str:
    left = (after.value - 0.5) / after.error if after.error > 0 else 0.0
    return (
        f"weights p/(1-p) change the AUC from {format_with_error(before)} to "
        f"{format_with_error(after._asdict())}"
        + (", so they do not repair all differences." if left > _CLEAR else ".")
    )
