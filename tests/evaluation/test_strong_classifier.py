"""The classifier that counts sees what hides in ratios, and stays at one half for equal samples."""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui.evaluation.classifier import classifier_auc
from qdiffgui.evaluation.features import Features
from qdiffgui.evaluation.stored_report import with_current_names
from qdiffgui.evaluation.strong_classifier import (
    derived_features,
    strong_classifier_auc,
    strong_classifier_roc,
)


def jets(n: int, seed: int, scatter: float) -> Features:
    """Mass and width whose ratio scatters by ``scatter``; both marginals hardly depend on it."""
    rng = np.random.default_rng(seed)
    log_width = rng.standard_normal(n)
    mass = np.exp(log_width + scatter * rng.standard_normal(n))
    return Features(
        np.stack([np.log(mass), log_width], axis=1), {"mass": mass, "width": np.exp(log_width)}
    )


def test_what_hides_in_a_ratio_is_found() -> None:
    generated, real = jets(4000, 0, 0.12), jets(4000, 1, 0.1)
    strong = strong_classifier_auc(generated.raw_and_derived, real.raw_and_derived)
    quick = classifier_auc(generated.features, real.features)
    assert strong.value > 0.53
    assert strong.value > quick.value + 2 * quick.error


def test_equal_samples_are_at_one_half_within_the_error() -> None:
    pairs = [
        strong_classifier_auc(
            jets(1500, 2 * k, 0.1).raw_and_derived, jets(1500, 2 * k + 1, 0.1).raw_and_derived
        )
        for k in range(4)
    ]
    pulls = [(pair.value - 0.5) / pair.error for pair in pairs]
    assert max(map(abs, pulls)) < 4
    assert abs(np.mean(pulls)) < 2


def test_a_generator_that_repeats_one_sample_is_exact() -> None:
    real = jets(300, 0, 0.1).raw_and_derived
    assert strong_classifier_auc(np.repeat(real[:1], 300, axis=0), real).value == pytest.approx(
        1 - 1 / 600
    )


def test_negative_observables_stay_as_they_are() -> None:
    table = {"a": np.array([1.0, 2.0]), "b": np.array([-1.0, 3.0]), "c": np.array([0.0, 5.0])}
    found = derived_features(table)
    assert found.shape == (2, 3 + 2 + 4)
    assert np.isfinite(found).all()


def test_the_roc_curve_rises_from_corner_to_corner() -> None:
    generated, real = jets(600, 0, 0.5), jets(600, 1, 0.1)
    false, true = strong_classifier_roc(generated.raw_and_derived, real.raw_and_derived)
    assert (np.diff(false) >= 0).all()
    assert (np.diff(true) >= 0).all()
    assert true.mean() > false.mean()


def test_a_report_of_before_says_that_its_classifier_was_the_quick_one() -> None:
    old = {
        "columns": [{"key": "auc", "label": "Classifier AUC"}, {"key": "w1:mean", "label": "W1"}],
        "rows": [{"key": "model", "values": {"auc": {"value": 0.6}, "w1:mean": None}}],
    }
    new = with_current_names(old)
    assert [column["key"] for column in new["columns"]] == ["quick-auc", "w1:mean"]
    assert new["columns"][0]["label"] == "Quick AUC"
    assert new["rows"][0]["values"] == {"quick-auc": {"value": 0.6}, "w1:mean": None}
    assert with_current_names(new) == new
    assert with_current_names(old | {"judge": {"auc": "strong"}})["columns"][0]["key"] == "auc"
