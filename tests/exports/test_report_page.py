"""The page that all reports share: whole, escaped, offline."""

from __future__ import annotations

import json
import re

import plotly.graph_objects as go
import pytest

from qdiffgui.exports.report_page import PlotSection, plots_as_script, render_report

EVIL = "</script><script>alert(1)</script>"


def page(*plots: go.Figure) -> str:
    return render_report(
        "qdiffgui.studies.sweep",
        "sweep.html.j2",
        title=EVIL,
        summary=[EVIL],
        sections=[PlotSection(EVIL, EVIL, list(plots))],
        methods=[EVIL],
        notes=[EVIL],
        citations=[EVIL],
        provenance=[(EVIL, EVIL)],
        sweep=EVIL,
        plan={"n_runs": 1, "base": {part: {"kind": EVIL} for part in PARTS}},
        best=None,
        fields=[EVIL],
        settings=[(EVIL, EVIL)],
    )


PARTS = ("model", "data", "representation")


def test_every_text_is_escaped_and_nothing_is_loaded() -> None:
    text = page(go.Figure(go.Scatter(x=[1], y=[2], name=EVIL)))
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert") > 12
    assert not re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=", text)
    for heading in ("Summary", "Plots", "Settings", "Methods", "Citations", "Provenance"):
        assert f"<h2>{heading}</h2>" in text
    assert "Written by qdiffgui" in text


def test_no_label_of_a_plot_ends_the_script() -> None:
    inside = plots_as_script(
        {"plot-0": go.Figure(go.Scatter(x=[1], y=[2], name=EVIL)), "plot-1": go.Figure()}
    )
    assert "</" not in inside
    found = json.loads(inside)
    assert list(found) == ["plot-0", "plot-1"]
    assert found["plot-0"]["data"][0]["name"] == EVIL


def test_a_page_without_plots_has_no_script() -> None:
    assert "<script" not in page()
    assert len(page()) < 10_000 < len(page(go.Figure()))


@pytest.mark.parametrize(
    ("package", "template"),
    [
        ("qdiffgui.exports", "run.html.j2"),
        ("qdiffgui.studies.benchmark", "benchmark.html.j2"),
        ("qdiffgui.studies.noise", "noise.html.j2"),
        ("qdiffgui.studies.scaling", "scaling.html.j2"),
        ("qdiffgui.studies.sweep", "sweep.html.j2"),
    ],
)
def test_every_report_extends_the_base(package: str, template: str) -> None:
    from importlib.resources import files

    text = files(package).joinpath(template).read_text()
    assert '{% extends "report_base.html.j2" %}' in text
    assert "<style" not in text
    assert "|safe" not in text
