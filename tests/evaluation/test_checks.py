"""Mismodeling maps, calibration, reweighting, tails, amplification, and their place in a report."""

from __future__ import annotations

import json

import numpy as np
import pytest

from qdiffgui import plots
from qdiffgui.evaluation import (
    Features,
    calibration_curve,
    map_mismodeling,
    other_auc,
    reweighted_auc,
    strong_classifier_auc,
    tails,
    thorough_checks,
    weight_histogram,
    weighted_halves,
    worth_by_score,
    worth_in_regions,
)
from qdiffgui.evaluation.amplification import worth_sentence
from qdiffgui.evaluation.check_tables import rows_of_tests, thorough_tables
from qdiffgui.evaluation.number_format import format_p
from qdiffgui.plots import static


def correlated(n: int, r: float, seed: int) -> Features:
    z = np.random.default_rng(seed).normal(size=(n, 2)) @ np.linalg.cholesky([[1, r], [r, 1]]).T
    return Features(z, {"mass": 50 + 5 * z[:, 0], "pt": 500 + 20 * z[:, 1]})


def test_the_map_names_the_region_that_was_spoiled() -> None:
    real, made = correlated(4000, 0.3, 0), correlated(4000, 0.3, 1)
    inside = (made.observables["mass"] > 54) & (made.observables["pt"] > 515)
    spoiled = made.take(np.flatnonzero(~inside))
    found = map_mismodeling(spoiled, real, "gluon")
    assert found is not None
    worst = found["worst"]
    assert worst["x_range"][1] is None
    assert worst["y_range"][1] is None
    assert worst["pull"] < -5
    assert worst["p"] < 1e-6
    assert "jet mass above" in found["sentence"]
    assert "jet pT above" in found["sentence"]
    honest = map_mismodeling(made, real, "gluon")
    assert honest is not None
    assert honest["worst"]["p"] > 0.01
    assert "largest difference" in honest["sentence"]
    assert honest["pairs"][0]["mean_square_pull"] < 2


def test_one_observable_has_no_map() -> None:
    one = Features(np.zeros((30, 1)), {"mass": np.arange(30.0)})
    assert map_mismodeling(one, one, "all") is None


def test_calibration_finds_scores_that_are_too_sure() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=5000) - 0.5, rng.normal(size=5000) + 0.5
    honest, bold = calibration_curve(x, y), calibration_curve(3 * x, 3 * y)
    assert honest["expected_error"] < 2 * honest["noise"]
    assert bold["expected_error"] > 5 * bold["noise"]
    assert bold["p"] < 0.01 < honest["p"]
    weights = weight_histogram(x, y)
    assert sum(weights["generated"]) == pytest.approx(1, abs=1e-4)
    assert 0 < weights["effective"] < 1
    assert weights["quantiles"]["0.001"] < 1 < weights["quantiles"]["0.999"]


def test_weights_repair_a_wrong_correlation_and_do_no_harm_to_a_right_one() -> None:
    real = correlated(3000, 0.6, 0).features
    for r, before_is_half in ((0.6, True), (0.0, False)):
        made = correlated(3000, r, 1).features
        before = strong_classifier_auc(made, real)
        after = reweighted_auc(made, real, weighted_halves(made, real), seed=1)
        assert (abs(before.value - 0.5) < 4 * before.error) == before_is_half
        assert abs(after.value - 0.5) < (4 * after.error if before_is_half else 0.05)


def test_a_network_finds_what_the_headline_classifier_finds() -> None:
    real, made = correlated(1500, 0.6, 0).features, correlated(1500, 0.0, 1).features
    headline = strong_classifier_auc(made, real)
    network = other_auc(made, real, "mlp")
    assert network.value > 0.6
    assert abs(network.value - headline.value) < 0.08


def test_tails_are_counted_on_both_sides() -> None:
    x = np.random.default_rng(0).normal(size=10_000)
    rows = {row["quantile"]: row for row in tails({"mass": 1.5 * x}, {"mass": x})}
    assert set(rows) == {0.001, 0.01, 0.99, 0.999}
    assert all(row["pull"] > 5 for row in rows.values())


def test_a_sample_of_the_truth_is_worth_its_size() -> None:
    """Held-out jets as generated ones: 1/k within errors of 1/n; a wrong model is worth less."""
    real = correlated(8000, 0.5, 0).observables
    pulls = []
    for seed in range(1, 21):
        made = correlated(1000, 0.5, seed).observables
        worth = worth_in_regions(made, real, 4000)
        assert worth is not None
        error = 1 / worth.low - 1 / worth.samples
        pulls.append((1 / worth.samples - 1 / 1000) / error)
    assert abs(np.mean(pulls)) < 1.2
    wrong = worth_in_regions(correlated(8000, 0.2, 99).observables, real, 4000)
    assert wrong is not None
    assert wrong.samples < 500
    assert wrong.factor < 0.2
    assert "amplification factor" in worth_sentence(wrong, "gluon", "in cells")


def test_by_score_a_sample_of_the_truth_is_worth_its_size() -> None:
    rng = np.random.default_rng(0)
    inverse = []
    for _ in range(40):
        worth = worth_by_score(rng.normal(size=1000), rng.normal(size=8000), 4000)
        inverse.append(0 if worth.samples is None else 1 / worth.samples)
    assert 500 < 1 / np.mean(inverse) < 2000


def test_thorough_checks_become_tables_and_plots() -> None:
    real, made = correlated(600, 0.6, 0), correlated(600, 0.0, 1)
    checked = thorough_checks(made, real, class_name="gluon", n_train=600)
    json.dumps(checked, allow_nan=False)
    report = {
        "thorough": {"version": 1, "classes": [checked]},
        "mismodeling": [map_mismodeling(made, real, "gluon")],
        "tests": [],
    }
    titles = [title for title, _, _ in thorough_tables(report)]
    assert titles == [
        "Classifiers, gluon",
        "Reweighting, gluon",
        "Weights p/(1-p), gluon",
        "Tails, gluon",
    ]
    keys = [row["key"] for row in checked["classifiers"]]
    assert keys == ["quick", "headline", "slow-boosting", "mlp"]
    assert any("amplification" in sentence for sentence in checked["sentences"])
    assert len(plots.classifier(report).data) == 4
    with static.style():
        left, right = static.draw(report | {"rows": []})["classifier-gluon"]().axes
    assert left.texts[0].get_text() == "Simulation"
    assert right.get_xlabel() == "Weight p/(1-p)"
    drawn = plots.mismodeling(report)
    assert drawn.data[0].type == "heatmap"
    assert len(drawn.layout.shapes) == 1  # the frame of the worst region
    assert not plots.classifier({}).data
    assert not plots.mismodeling(None).data


def test_few_or_equal_samples_are_not_judged_by_classifiers() -> None:
    few = correlated(50, 0.5, 0)
    assert "classifiers" not in thorough_checks(few, few, class_name="all", n_train=50)
    same = Features(np.zeros((300, 2)), {"mass": np.zeros(300), "pt": np.zeros(300)})
    assert "classifiers" not in thorough_checks(
        same, correlated(300, 0.5, 0), class_name="all", n_train=50
    )


def test_old_reports_have_no_checks() -> None:
    assert rows_of_tests({"rows": []}) == []
    assert list(thorough_tables({"rows": []})) == []
    assert format_p(0.005, 199) == "≤ 0.005"
