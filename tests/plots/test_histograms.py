"""Distributions."""

from __future__ import annotations

from itertools import pairwise

import pytest

from plots.reports import histogram, report
from qdiffgui import plots


def named(figure, name):
    return [trace for trace in figure.data if trace.name == name]


def test_steps_and_ratio():
    figure = plots.histograms({"histograms": [histogram()]})
    (real,), (model,), (ratio,) = (
        named(figure, name) for name in ("Held out", "Generated", "Generated / held out")
    )
    assert list(real.x) == [0, 1, 2, 4]
    assert list(real.y) == [0.5, 0.5, 0.0, 0.0]
    assert real.line.shape == "hv"
    assert list(model.y) == [0.25, 0.75, 0.0, 0.0]
    assert list(ratio.x) == [0.5, 1.5, 3.0]
    assert list(ratio.y) == [0.5, 1.5, None]


def test_the_band_is_the_floor_over_the_real_density():
    figure = plots.histograms({"histograms": [histogram()]})
    (upper,) = named(figure, "Floor, ±1σ")
    assert list(upper.y) == pytest.approx([1.1, 1.2, 2.0, 2.0]), "unknown where no real sample is"
    lower = figure.data[figure.data.index(upper) - 1]
    assert list(lower.y) == pytest.approx([0.9, 0.8, 0.0, 0.0])
    assert upper.fill == "tonexty"


def test_one_panel_an_observable_and_class_one_legend():
    figure = plots.histograms(report())
    assert len(named(figure, "Held out")) == 4
    for name in ("Held out", "Generated", "Floor, ±1σ"):
        assert sum(bool(trace.showlegend) for trace in named(figure, name)) == 1
    titles = [axis.title.text for axis in figure.select_xaxes() if axis.title.text]
    assert titles == [
        "Mass / GeV (gluon)",
        "Width / GeV (gluon)",
        "Mass / GeV (quark)",
        "Width / GeV (quark)",
    ]
    assert figure.layout.height > plots.histograms({"histograms": [histogram()]}).layout.height


def test_panels_do_not_overlap():
    domains = sorted(tuple(axis.domain) for axis in plots.histograms(report()).select_yaxes(col=1))
    assert all(low[1] < high[0] for low, high in pairwise(domains))
    assert domains[0][0] >= 0
    assert domains[-1][1] <= 1


def test_without_a_model_the_data_stand_alone():
    figure = plots.histograms({"histograms": [histogram(model=None)]})
    assert not named(figure, "Generated")
    assert named(figure, "Held out")


def test_unlabelled_data_have_no_class_in_the_title():
    figure = plots.histograms({"histograms": [histogram(class_name="all", unit="")]})
    assert [axis.title.text for axis in figure.select_xaxes() if axis.title.text] == ["Mass"]
