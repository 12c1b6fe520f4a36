"""The contract of every metric in the registry, and the cells that come of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qdiffgui import catalog, testing
from qdiffgui.evaluation import energy_mover
from qdiffgui.evaluation.cells import feature_cells, full_cells, state_cells
from qdiffgui.evaluation.columns import (
    MEAN,
    Scale,
    feature_columns,
    full_shortage,
    shortage,
    state_columns,
)
from qdiffgui.evaluation.features import Features
from qdiffgui.evaluation.metric_value import MetricValue
from qdiffgui.registry import Entry
from qdiffgui.testing._metrics import draw_samples


@pytest.mark.parametrize("key", list(catalog.metrics))
def test_contract(key):
    testing.check_metric(key)


def test_one_qubit_metrics_are_for_one_qubit():
    assert "y-squared" in [column.key for column in state_columns(1)]
    assert "y-squared" not in [column.key for column in state_columns(2)]
    assert set(state_cells(draw_samples("state", 50, 0), draw_samples("state", 50, 1), 0)) == {
        column.key for column in state_columns(1)
    }


def views(n: int) -> tuple[Features, Features]:
    made = [np.random.default_rng(i).normal(0, 1, (n, 2)) for i in range(2)]
    a, b = (Features(x, {"mass": 10 * x[:, 0], "pt": x[:, 1]}) for x in made)
    return a, b


def test_relative_columns_are_w1_over_scale_and_their_mean():
    a, b = views(100)
    scale = Scale({"mass": 5.0}, "W1(quark, gluon)")
    cells = feature_cells(a, b, scale, 0)
    assert cells["auc"] is None, "100 samples are too few for a classifier"
    assert cells["w1-relative:mass"]["value"] == pytest.approx(cells["w1:mass"]["value"] / 5)
    assert cells[MEAN]["value"] == pytest.approx(cells["w1-relative:mass"]["value"]), (
        "without scale: not in the mean"
    )
    columns = {column.key: column for column in feature_columns(("mass", "pt"), scale)}
    assert "w1-relative:pt" not in columns
    assert columns["w1:mass"].unit == "GeV"
    assert columns[MEAN].unit == "W1(quark, gluon)"
    assert set(cells) == set(columns)


def test_too_few_samples_give_nothing_and_a_sentence():
    a, b = views(20)
    assert set(feature_cells(a, b, Scale({"mass": 1.0}, "σ"), 0).values()) == {None}
    assert shortage("vector", 20) == [
        "Classifier AUC needs at least 200 samples on each side; there are 20, so it is not "
        "computed.",
        "W1 needs at least 30 samples on each side; there are 20, so it is not computed.",
    ]
    assert shortage("vector", 5000) == []
    assert any("W of states" in line for line in shortage("state", 20))
    assert any("W of mixed states" in line for line in shortage("density", 20))


def test_the_expensive_metrics_of_a_benchmark_say_what_they_need():
    short = full_shortage(("sample", "cloud", "efp"), 400)
    assert short[0] == (
        "Precision, Recall, Density, Coverage need at least 500 samples on each side; there are "
        "400, so they are not computed."
    )
    assert [line.split(" at least ")[1][:4] for line in short] == ["500 ", "1000", "2000"]
    assert not any("EMD" in line for line in short)
    assert full_shortage(("sample", "cloud", "efp"), 2000) == []


def test_distances_between_jets_are_computed_once_for_coverage_and_matching(monkeypatch):
    asked = []
    monkeypatch.setattr(
        energy_mover,
        "emds",
        lambda a, b, radius: (
            asked.append(len(a)) or np.random.default_rng(0).random((len(a), len(b)))
        ),
    )
    cells = full_cells(
        {"": draw_samples("cloud", 200, 0)}, {"": draw_samples("cloud", 200, 1)}, "cloud", 0
    )
    assert len(asked) == energy_mover.N_BATCHES
    assert 0 < cells["emd-coverage"]["value"] < 1
    assert 0 < cells["emd-mmd"]["value"] < cells["emd-coverage"]["value"]


def returns_a_bare_number(generated, real, *, seed):
    return 0.5


@pytest.mark.parametrize("target", ["no_such_module:metric", f"{__name__}:returns_a_bare_number"])
def test_a_plug_in_that_fails_leaves_its_cell_empty(monkeypatch, caplog, target):
    entry = Entry(
        "outside",
        "Outside",
        "",
        target,
        {"of": "sample", "better": "lower", "least": 2},
    )
    monkeypatch.setitem(catalog.metrics._entries, "outside", entry)
    a, b = views(40)
    assert feature_cells(a, b, Scale({}, "σ"), 0)["outside"] is None
    assert "The metric 'outside'" in caplog.text
    monkeypatch.setitem(
        catalog.metrics._entries, "outside", replace(entry, target="qdiffgui.no_such_module:metric")
    )
    with pytest.raises(ImportError):
        feature_cells(a, b, Scale({}, "σ"), 0)


def test_a_figure_that_is_not_finite_is_none():
    assert MetricValue(float("nan"), 0.1).plain() is None
    assert MetricValue(1.0, float("inf")).plain() is None
    assert MetricValue(1.0, 0.5).plain() == {"value": 1.0, "error": 0.5}
