"""What all figures share."""

from __future__ import annotations

import subprocess
import sys

import plotly.graph_objects as go
import pytest

from qdiffgui import plots
from qdiffgui.evaluation.number_format import NARROW
from qdiffgui.plots import theme

EMPTY = [
    plots.empty(),
    plots.histograms(None),
    plots.histograms({"histograms": []}),
    plots.profile(None),
    plots.profile({"profile": {}}),
    plots.metric({}, {}, {}),
    plots.metric({"w1": ([], [])}, {}, {}),
    plots.schedule({}),
    plots.diagnostics({}),
    plots.comparison({}),
    plots.comparison({"a": None}),
    plots.scatter(None),
    plots.scatter({"points": []}),
    plots.populations(None),
    plots.loss({}),
    plots.loss({"": ([], [])}),
    plots.training(([], []), ([], [])),
]


@pytest.mark.parametrize("figure", EMPTY)
def test_missing_data_are_said_to_be_missing(figure):
    assert isinstance(figure, go.Figure)
    (note,) = figure.layout.annotations
    assert "yet" in note.text or "No" in note.text


@pytest.mark.parametrize(
    "figure", [*EMPTY, plots.schedule({"process": "blend", "values": [1, 0.5]})]
)
def test_the_page_gives_background_and_font(figure):
    layout = figure.to_plotly_json()["layout"]
    assert layout["template"]["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)"
    assert layout["template"]["layout"]["plot_bgcolor"] == "rgba(0,0,0,0)"
    assert "paper_bgcolor" not in layout
    assert "font" not in layout
    assert "color" not in str(layout["template"]["layout"].get("font", ""))
    assert len(figure.to_json()) < 4000, "plotly's own template of 7 kB is not sent"


def test_colours_and_dashes_differ():
    first = {(theme.color(i), theme.dash(i)) for i in range(6)}
    assert len(first) == 6
    assert theme.faint("#3346a8", 0.25) == "rgba(51,70,168,0.25)"


def test_ticks_group_digits_as_all_numbers_do():
    layout = plots.loss({"": ([1000, 2000], [1.0, 0.5])}).layout.template.layout
    assert layout.separators == f".{NARROW}"
    assert layout.xaxis.separatethousands
    assert layout.yaxis.separatethousands


def test_plots_need_no_torch():
    code = (
        "import sys, qdiffgui.plots, qdiffgui.plots.export; sys.exit('torch' in sys.modules "
        "or 'pennylane' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_names_are_text_and_no_markup() -> None:
    """Plotly reads <a> as a link and what stands between dollars as a formula."""
    name = '<a href="x">$p_T$ > 500 GeV</a>\x1b[31m'
    cell = {"value": 1.0, "error": 0.1}
    point = {"label": name, "role": "quantum", "cell": cell, "cost": 1.0}
    curve = ([1, 2], [0.5, 0.4])
    for made in (
        plots.loss({name: curve, "other": curve}, smoothing=0.5),
        plots.roc({name: ([0, 1], [0, 1])}),
        plots.quality_cost([point], "cost", "quality"),
    ):
        texts = [trace.name for trace in made.data if trace.name]
        texts += [text for trace in made.data for text in (getattr(trace, "text", None) or ())]
        assert any("&#36;p_T&#36; &gt; 500 GeV" in text for text in texts)
        assert not any(bad in text for text in texts for bad in ("<a", "$", "\x1b"))
