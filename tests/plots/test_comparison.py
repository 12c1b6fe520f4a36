"""Runs side by side."""

from __future__ import annotations

import pytest

from plots.reports import report
from qdiffgui import plots


def test_every_run_then_the_floor_and_trivial_generators_once():
    figure = plots.comparison({"quantum": report(0.58), "mlp": report(0.53)})
    gluon = [trace for trace in figure.data if trace.xaxis == "x"]
    assert [trace.y[0] for trace in gluon] == ["quantum", "mlp", "FLOOR", "PCA-GAUSSIAN", "ZERO"]
    assert [trace.x[0] for trace in gluon] == [0.58, 0.53, 0.5, 0.66, 1.0]
    assert all(trace.error_x.array[0] == 0.01 for trace in gluon)
    assert gluon[0].marker.color != gluon[1].marker.color
    assert gluon[0].marker.symbol != gluon[1].marker.symbol
    assert [note.text for note in figure.layout.annotations] == ["gluon", "quark"]


def test_the_floor_is_a_band_in_each_panel():
    shapes = plots.comparison({"quantum": report()}).layout.shapes
    assert len(shapes) == 2
    assert (shapes[0].x0, shapes[0].x1) == pytest.approx((0.49, 0.51))


def test_a_column_can_be_chosen_and_what_is_missing_is_left_out():
    figure = plots.comparison({"quantum": report(), "running": None}, "w1")
    labels = {trace.y[0] for trace in figure.data}
    assert labels == {"quantum", "FLOOR", "PCA-GAUSSIAN"}
    assert figure.layout.xaxis.title.text == "W1<br>GeV"
    assert figure.layout.xaxis.type == "linear"


def test_a_wide_range_is_logarithmic_but_not_an_auc():
    wide = report(0.99)
    wide["rows"][0]["values"]["w1"]["value"] = 500.0
    assert plots.comparison({"a": wide}, "w1").layout.xaxis.type == "log"
    assert plots.comparison({"a": wide}).layout.xaxis.type == "linear"


def test_a_column_that_no_run_has():
    assert (
        plots.comparison({"a": report()}, "fpd").layout.annotations[0].text
        == "No run reports this metric"
    )
    assert (
        plots.comparison({"a": report(), "b": report(classes=("all",))}).layout.annotations[0].text
        == "gluon"
    )


def test_a_long_name_takes_several_lines():
    """On a phone the names left no room for the plot."""
    name = "Example: masked quantum diffusion of radial maps"
    figure = plots.comparison({name: report(0.58), "b": report(0.5)})
    (label,) = {trace.y[0] for trace in figure.data if "masked" in trace.y[0]}
    assert label.replace("<br>", " ") == name
    assert max(map(len, label.split("<br>"))) <= 24
