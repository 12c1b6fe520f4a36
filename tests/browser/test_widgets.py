"""Widgets of ours in a real browser, without a kernel: a plain object stands for the model."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from qdiffgui import paths
from qdiffgui.plots.export import html
from qdiffgui.ui.widgets.source import javascript
from tests.browser.conftest import cells


def runs(*names):
    return [
        {
            "id": name,
            "name": name,
            "detail": "",
            "status": "running",
            "progress": "",
            "values": {},
            "actions": [["delete", "Delete"]],
        }
        for name in names
    ]


def test_a_click_on_a_table_that_changes_meanwhile_is_not_lost(draw):
    page = draw({"rows": runs("a", "b"), "columns": [], "selected": [], "current": ""}, "runs.js")
    page.get_by_role("button", name="Delete b").hover()
    page.mouse.down()
    page.evaluate("rows => model.set('rows', rows)", runs("new", "a", "b"))
    assert page.evaluate("model.sent") == []
    page.mouse.up()
    page.wait_for_selector("tr[data-run=new]")
    assert page.evaluate("model.sent") == [{"op": "delete", "id": "b"}]
    page.evaluate("rows => model.set('rows', rows)", runs("a"))
    assert page.locator("tr[data-run]").count() == 1


def test_runs_collapse_to_groups_and_are_renamed_while_the_table_changes(draw):
    rows = [row | {"group": "g", "editable": True, "order": {}} for row in runs("a", "b", "c")]
    rows[2]["group"] = ""
    traits = {
        "rows": rows,
        "columns": [],
        "selected": [],
        "current": "",
        "modes": [["", "none"], ["seeds", "seeds"]],
        "grouping": "seeds",
        "groups": {"g": {"label": "G", "about": "2 runs", "status": "2 done", "values": {}}},
    }
    page = draw(traits, "runs.js")
    assert page.locator("tbody tr").count() == 2
    page.get_by_label("Compare all runs of G").check()
    assert page.evaluate("model.get('selected')") == ["a", "b"]
    page.get_by_role("button", name="Show the runs of G").press("Enter")
    assert page.locator("tr[data-run]").count() == 3
    page.get_by_role("button", name="Name, tags and note of a").press("Enter")
    page.get_by_label("Name of a", exact=True).fill("new name")
    page.get_by_label("Tags of a", exact=True).fill("paper, 6 qubits")
    page.evaluate("rows => model.set('rows', rows)", rows)
    page.get_by_label("Note of a", exact=True).press("Enter")
    assert page.evaluate("model.sent.map(({ name, tags }) => [name, ...tags])") == [
        ["new name", "paper", " 6 qubits"]
    ]
    assert page.evaluate("document.activeElement.dataset.key") == "edit a"
    widths = "[...document.querySelectorAll('th')].map((th) => th.offsetWidth)"
    before = page.evaluate(widths)
    rows[2] |= {"name": "a longer name " * 9, "progress": "999 / 1 000 · 59 min"}
    page.evaluate("rows => model.set('rows', rows)", rows)
    page.wait_for_function("document.body.textContent.includes('59')")
    assert page.evaluate(widths) == before, "columns stay where they are"


@pytest.fixture
def plot(draw):
    """``plot(figure, **traits)`` shows a figure in an empty page."""

    def shown(figure, **traits):
        values = {"height": 300, "label": "A figure", "clock": "", **traits}
        page = draw(
            values,
            "table.js",
            "plot.js",
            libraries=[paths.plotly()],
        )
        page.wait_for_function("model.sent.some(m => m.op === 'ready')")
        page.evaluate("text => model.receive({op: 'react', n: 1, figure: text})", figure.to_json())
        page.wait_for_selector(".js-plotly-plot .main-svg")
        page.wait_for_function("model.sent.some(m => m.op === 'ack')")
        return page

    return shown


def test_a_figure_stands_as_a_table_below_itself(plot):
    figure = go.Figure(
        [
            go.Scatter(
                x=np.array([0.0, 0.5]),
                y=np.array([1.23456, np.nan]),
                name="generated",
                error_y={"array": [0.5, 0.25]},
            ),
            go.Scatter(x=[0.0, 0.5], y=[3, 4], name="<b>held</b> out"),
            go.Scatter(x=[0.0, 0.5], y=[9, 9], hoverinfo="skip"),
        ],
        layout={"xaxis": {"title": {"text": "Jet mass<br>/ GeV"}}},
    )
    page = plot(figure)
    assert page.locator("table").count() == 0
    page.get_by_text("Show as table").click()
    page.wait_for_selector("thead th")
    assert page.locator("thead th").all_text_contents() == [
        "Jet mass / GeV",
        "generated",
        "± generated",
        "held out",
    ]
    assert cells(page) == [["0", "1.235", "0.5", "3"], ["0.5", "–", "0.25", "4"]]
    assert page.locator("caption").text_content().startswith("A figure")
    later = go.Figure(
        go.Heatmap(
            x=["a", "b"],
            y=["up", "down"],
            z=np.array([[1, 2], [3, 4]], dtype=np.int32),
            name="counts",
        )
    )
    page.evaluate("text => model.receive({op: 'react', n: 2, figure: text})", later.to_json())
    page.wait_for_function("document.querySelector('caption').textContent === 'counts'")
    assert cells(page) == [["up", "1", "2"], ["down", "3", "4"]]


def test_no_figure_offers_to_be_uploaded(plot, browser, tmp_path):
    """By itself plotly has a button that sends the figure to its cloud."""
    figure = go.Figure(go.Scatter(x=[0, 1], y=[0, 1]))
    (tmp_path / "figure.html").write_text(html(figure), encoding="utf-8")
    exported = browser.new_page()
    exported.goto((tmp_path / "figure.html").as_uri())
    for page in (plot(figure), exported):
        page.wait_for_selector(".modebar-btn", state="attached")
        offered = page.locator(".modebar-btn").evaluate_all(
            "all => all.map(b => b.dataset.title || b.ariaLabel)"
        )
        assert "Download plot as a PNG" in offered
        assert not [title for title in offered if "Share" in title]
    exported.close()


def test_a_line_in_the_figure_follows_the_film_of_the_same_clock(plot):
    page = plot(go.Figure(go.Scatter(x=[0, 10], y=[0, 1])), clock="forward")
    tell = (
        "time => document.dispatchEvent(new CustomEvent('qd-time', { detail: { clock: "
        "time[0], time: time[1] } }))"
    )
    page.evaluate(tell, ["denoising", 3])
    page.evaluate(tell, ["forward", 7])
    page.wait_for_function("document.querySelector('.js-plotly-plot').layout.shapes?.[0]?.x0 === 7")
    later = go.Figure(
        go.Scatter(x=[0, 10], y=[0, 1]),
        layout={"shapes": [{"type": "line", "x0": 1, "x1": 2, "y0": 0, "y1": 1}]},
    )
    page.evaluate("text => model.receive({op: 'react', n: 2, figure: text})", later.to_json())
    page.wait_for_function("document.querySelector('.js-plotly-plot').layout.shapes?.length === 2")
    assert page.evaluate(
        "document.querySelector('.js-plotly-plot').layout.shapes.map(s => s.x0)"
    ) == [1, 7]


def test_a_figure_that_changed_while_hidden_is_drawn_when_it_is_shown_again(draw):
    """The figures of one run must not stand under the name of another."""
    values = {"height": 300, "label": "", "figure": ""}
    page = draw(
        values,
        "table.js",
        "plot.js",
        libraries=[paths.plotly()],
    )
    figures = {
        name: go.Figure(go.Scatter(y=[1, 2]), layout={"title": name}).to_json()
        for name in ("first", "second")
    }
    page.wait_for_function("model.sent.some(m => m.op === 'ready')")
    page.evaluate("text => model.receive({op: 'react', n: 1, figure: text})", figures["first"])
    page.wait_for_selector("text.gtitle:has-text('first')")
    page.evaluate("document.body.style.display = 'none'")
    page.evaluate("text => model.receive({op: 'react', n: 2, figure: text})", figures["second"])
    page.wait_for_function("model.sent.some(m => m.op === 'ack' && m.n === 2)")
    page.evaluate("document.body.style.display = 'block'")
    page.wait_for_selector("text.gtitle:has-text('second')")
    assert page.locator("text.gtitle").text_content() == "second"
    page.evaluate(
        "text => { document.body.style.display = 'none';"
        " model.receive({op: 'react', n: 3, figure: text});"
        " return new Promise(done => setTimeout(() => {"
        " document.body.style.display = 'block'; done(); })); }",
        figures["first"],
    )
    page.wait_for_selector("text.gtitle:has-text('first')")


def test_pairs_and_circuits_have_tables_and_gates_are_reached_by_arrows(draw):
    items = [
        {
            "title": "gluon",
            "above": {"points": [[0, 0, 10.0]], "n": 1},
            "below": {"numbers": [["mass", "GeV", 45.25]]},
            "note": "",
        }
    ]
    page = draw(
        {"items": items, "above": "Jet", "below": "Seen", "label": "Pairs"},
        "table.js",
        "draw.js",
        "pairs.js",
    )
    page.get_by_text("Show as table").click()
    page.wait_for_selector("thead th")
    assert cells(page)[0][1:4] == ["gluon", "1 constituents, hardest 10 GeV", "mass 45.25 GeV"]
    assert page.locator("canvas").evaluate("c => c.height") > 60
    gates = [
        {"name": "RX", "wires": [0], "angle": "w0", "weights": [0], "inputs": []},
        {"name": "CZ", "wires": [0, 1], "weights": [], "inputs": []},
    ]
    circuit = {"name": "c", "n_qubits": 2, "n_ancillas": 1, "gates": gates, "angles": [0.5, None]}
    page = draw({"circuit": circuit}, "table.js", "circuit.js")
    page.get_by_role("region", name="Circuit drawing, scrolls horizontally").focus()
    page.keyboard.press("ArrowRight")
    assert "RX on wire 0" in page.locator(".qd-circuit-tip").text_content()
    page.keyboard.press("ArrowRight")
    assert "CZ on wires 0, 1" in page.locator(".qd-circuit-tip").text_content()
    page.get_by_text("Show as table").click()
    page.wait_for_selector("thead th")
    assert cells(page) == [
        ["1", "RX", "0", "w0", "0.5", "trained"],
        ["2", "CZ", "0, 1", "", "", "fixed"],
    ]


@pytest.mark.parametrize(
    ("embedded", "remedy"), [(False, "qdiffgui app"), (True, "Run the cell again")]
)
def test_a_server_that_does_not_answer_is_said_until_it_does(draw, embedded, remedy):
    values = {"machine": [], "run": {}, "patience": 0.2}
    page = draw(values, "embedded.js", "typing.js", "page.js", embedded=embedded)
    page.wait_for_selector(".qd-lost:not([hidden]):has-text('Training continues')")
    assert remedy in page.locator(".qd-lost").inner_text()
    assert page.get_by_role("button", name="Reload").is_visible() is not embedded
    page.evaluate("model.receive({ op: 'pulse' })")
    page.wait_for_selector(".qd-lost[hidden]", state="attached")


def test_figures_in_tables_are_written_as_by_hand(draw):
    page = draw({"machine": [], "run": {}, "patience": 30}, "embedded.js", "typing.js", "page.js")
    found = page.evaluate(
        f"() => {{ {javascript('table.js')}; return [0.000928, 2.99e9, 1.5e-7, 12, 1234567, "
        "0.5, "
        f"NaN].map((value) => formatNumber(value)); }}"
    )
    assert [text.replace("\u202f", " ") for text in found] == [
        "0.000928",
        "2.99 × 10⁹",
        "1.5 × 10⁻⁷",
        "12",
        "1.235 × 10⁶",
        "0.5",
        "–",
    ]
