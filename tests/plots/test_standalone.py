from __future__ import annotations

import json

import plotly.graph_objects as go

from qdiffgui.plots.standalone import as_script, headed, page

EVIL = "</script><script>alert(1)</script>"


def test_no_name_of_a_run_ends_a_script_or_begins_one() -> None:
    figure = go.Figure(go.Scatter(x=[1], y=[2], name=EVIL))
    text = page(EVIL, [headed(EVIL, figure)])
    assert "<script>alert" not in text
    inside = as_script({"figure-0": figure, "figure-1": go.Figure()})
    assert "</" not in inside
    found = json.loads(inside)
    assert list(found) == ["figure-0", "figure-1"]
    assert found["figure-0"]["data"][0]["name"] == EVIL


def test_a_page_without_figures_is_small() -> None:
    assert len(page("Sweep", ["<p>Nothing yet.</p>"], draws=False)) < 1000 < len(page("Sweep", []))
