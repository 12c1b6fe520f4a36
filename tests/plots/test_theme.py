"""What all figures share."""

from __future__ import annotations

import subprocess
import sys

import plotly.graph_objects as go
import pytest

from qdiffgui import plots
from qdiffgui.plots import theme

EMPTY = [
    plots.empty(), plots.histograms(None), plots.histograms({"histograms": []}), plots.profile(None), plots.profile({"profile": {}}),
    plots.metric({}, {}, {}), plots.metric({"w1": ([], [])}, {}, {}), plots.schedule({}), plots.diagnostics({}), plots.comparison({}),
    plots.comparison({"a": None}), plots.scatter(None), plots.scatter({"points": []}), plots.populations(None), plots.loss({}),
    plots.loss({"": ([], [])}), plots.training(([], []), ([], [])),
]  # fmt: skip


@pytest.mark.parametrize("figure", EMPTY)
def test_missing_data_are_said_to_be_missing(figure):
    assert isinstance(figure, go.Figure)
    (note,) = figure.layout.annotations
    assert "yet" in note.text or "No" in note.text


@pytest.mark.parametrize("figure", [*EMPTY, plots.schedule({"process": "blend", "values": [1, 0.5]})])
def test_the_page_gives_background_and_font(figure):
    layout = figure.to_plotly_json()["layout"]
    assert layout["template"]["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)"
    assert layout["template"]["layout"]["plot_bgcolor"] == "rgba(0,0,0,0)"
    assert "paper_bgcolor" not in layout
    assert "font" not in layout
    assert "color" not in str(layout["template"]["layout"].get("font", ""))
    assert len(figure.to_json()) < 4000, "plotly's own template of 7 kB is not sent"


def test_colours_and_dashes_differ():
    first = {(theme.colour(i), theme.dash(i)) for i in range(6)}
    assert len(first) == 6
    assert theme.faint("#3346a8", 0.25) == "rgba(51,70,168,0.25)"


def test_plots_need_no_torch():
    code = "import sys, qdiffgui.plots, qdiffgui.plots.export; sys.exit('torch' in sys.modules or 'pennylane' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
