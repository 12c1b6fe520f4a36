"""The contract of every metric in the registry, and the cells that come of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qdiffgui import catalog
from qdiffgui.evaluation import energy_mover
from qdiffgui.evaluation.columns import (
    MEAN,
    Scale,
    for_states,
    for_views,
    full_cells,
    full_shortage,
    shortage,
    state_cells,
    view_cells,
)
from qdiffgui.evaluation.measured import Measured
from qdiffgui.evaluation.view import View
from qdiffgui.registry import Entry


def draw(of: str, n: int, seed: int, shift: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    if of == "observable":
        return rng.normal(shift, 1, n)
    if of in ("sample", "shower"):
        return rng.normal(shift, 1, (n, 3))
    if of == "efp":
        return rng.normal(5 + shift, 1, (n, 6))
    if of == "cloud":  # eta, phi and pT fraction; a shift makes jets wide, off their axis and hard
        share = rng.dirichlet(np.full(5, 1 / (1 + shift)), n)
        return np.stack([*((0.1 + 0.1 * shift) * rng.normal(shift, 1, (2, n, 5))), share], axis=2)
    z = 0.3 * (rng.standard_normal((n, 2)) + 1j * rng.standard_normal((n, 2)))
    z[:, int(shift > 0)] += 1
    psi = (z / np.linalg.norm(z, axis=1, keepdims=True)).astype(np.complex64)
    return 0.9 * psi[:, :, None] * psi[:, None, :].conj() + 0.05 * np.eye(2, dtype=np.complex64) if of == "density" else psi


@pytest.mark.parametrize("key", list(catalog.metrics))
def test_contract(key):
    entry = catalog.metrics[key]
    of, better, least = entry.facts["of"], entry.facts["better"], entry.facts["least"]
    assert of in ("observable", "sample", "state", "density", "cloud", "efp", "shower")
    assert better in ("lower", "half", "higher", "floor")
    whole, part = entry.load(), entry.facts.get("part")
    metric = whole if part is None else lambda *samples, seed: whole(*samples, seed=seed)[part]
    real = draw(of, least, 1)
    near, far = (metric(draw(of, least, 2, shift), real, seed=0) for shift in (0.0, 2.0))
    assert isinstance(near, Measured)
    assert near.plain() is not None, "the least number of samples is enough for an error"
    assert metric(draw(of, least, 2), real, seed=0) == near, "the seed fixes it"
    if better == "lower":
        assert near.value < far.value
    if better == "higher":
        assert near.value > far.value
    if better == "half":
        assert abs(near.value - 0.5) < abs(far.value - 0.5)


def test_one_qubit_metrics_are_for_one_qubit():
    assert "y-squared" in [column.key for column in for_states(1)]
    assert "y-squared" not in [column.key for column in for_states(2)]
    assert set(state_cells(draw("state", 50, 0), draw("state", 50, 1), 0)) == {column.key for column in for_states(1)}


def views(n: int) -> tuple[View, View]:
    made = [np.random.default_rng(i).normal(0, 1, (n, 2)) for i in range(2)]
    a, b = (View(x, {"mass": 10 * x[:, 0], "pt": x[:, 1]}) for x in made)
    return a, b


def test_relative_columns_are_w1_over_scale_and_their_mean():
    a, b = views(100)
    scale = Scale({"mass": 5.0}, "W1(quark, gluon)")
    cells = view_cells(a, b, scale, 0)
    assert cells["auc"] is None, "100 samples are too few for a classifier"
    assert cells["w1-relative:mass"]["value"] == pytest.approx(cells["w1:mass"]["value"] / 5)
    assert cells[MEAN]["value"] == pytest.approx(cells["w1-relative:mass"]["value"]), "without scale: not in the mean"
    columns = {column.key: column for column in for_views(("mass", "pt"), scale)}
    assert "w1-relative:pt" not in columns
    assert columns["w1:mass"].unit == "GeV"
    assert columns[MEAN].unit == "W1(quark, gluon)"
    assert set(cells) == set(columns)


def test_too_few_samples_give_nothing_and_a_sentence():
    a, b = views(20)
    assert set(view_cells(a, b, Scale({"mass": 1.0}, "σ"), 0).values()) == {None}
    assert shortage("vector", 20) == [
        "Classifier AUC needs at least 200 samples a side and there are 20: not given.",
        "W1 needs at least 30 samples a side and there are 20: not given.",
    ]
    assert shortage("vector", 5000) == []
    assert any("W of states" in line for line in shortage("state", 20))
    assert any("W of mixed states" in line for line in shortage("density", 20))


def test_the_dear_metrics_of_a_benchmark_say_what_they_lack():
    short = full_shortage(("sample", "cloud", "efp"), 400)
    assert short[0] == "Precision, Recall, Density, Coverage mean nothing below 500 samples a side and there are 400: not given."
    assert [line.split(" nothing")[1][:11] for line in short] == [" below 500 ", " below 1000", " below 2000"]
    assert not any("EMD" in line for line in short)
    assert full_shortage(("sample", "cloud", "efp"), 2000) == []


def test_distances_between_jets_are_computed_once_for_coverage_and_matching(monkeypatch):
    asked = []
    monkeypatch.setattr(
        energy_mover, "emds", lambda a, b: asked.append(len(a)) or np.random.default_rng(0).random((len(a), len(b)))
    )
    cells = full_cells({"": draw("cloud", 200, 0)}, {"": draw("cloud", 200, 1)}, "cloud", 0)
    assert len(asked) == energy_mover.N_BATCHES
    assert 0 < cells["emd-coverage"]["value"] < 1
    assert 0 < cells["emd-mmd"]["value"] < cells["emd-coverage"]["value"]


def test_a_plug_in_that_fails_leaves_its_cell_empty(monkeypatch, caplog):
    entry = Entry("outside", "Outside", "", "no_such_module:metric", {"of": "sample", "better": "lower", "least": 2})
    monkeypatch.setitem(catalog.metrics._entries, "outside", entry)
    a, b = views(40)
    assert view_cells(a, b, Scale({}, "σ"), 0)["outside"] is None
    assert "The metric 'outside'" in caplog.text
    monkeypatch.setitem(catalog.metrics._entries, "outside", replace(entry, target="qdiffgui.no_such_module:metric"))
    with pytest.raises(ImportError):
        view_cells(a, b, Scale({}, "σ"), 0)


def test_a_figure_that_is_not_finite_is_none():
    assert Measured(float("nan"), 0.1).plain() is None
    assert Measured(1.0, float("inf")).plain() is None
    assert Measured(1.0, 0.5).plain() == {"value": 1.0, "error": 0.5}
