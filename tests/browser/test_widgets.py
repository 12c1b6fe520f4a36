"""Widgets of ours in a real browser, without a kernel: a plain object stands for the model."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from qdiffgui import paths
from qdiffgui.ui.widgets.source import javascript

SET_UP = """(async ([source, values]) => {
  const heard = {}, model = window.model = {
    sent: [], get: (name) => values[name], on: (name, act) => { heard[name] = act; }, send: (message) => model.sent.push(message),
    receive: (message) => heard["msg:custom"](message),
    set: (name, value) => { values[name] = value; heard[`change:${name}`]?.(); }, save_changes: () => {},
  };
  const module = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  module.default.render({ model, el: document.body });
})"""


@pytest.fixture
def draw(browser):
    """``draw(values, *files)`` renders a widget with these traits in an empty page."""
    page = browser.new_page()

    def rendered(values, *files, libraries=()):
        page.goto("about:blank")
        for library in libraries:
            page.add_script_tag(path=library)
        page.evaluate("window.__qdPlotly = Promise.resolve(window.Plotly)")
        page.evaluate(SET_UP, [javascript(*files), values])
        return page

    yield rendered
    page.close()


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


def test_a_figure_that_changed_while_hidden_is_drawn_when_it_is_shown_again(draw):
    """The figures of one run must not stand under the name of another."""
    values = {"height": 300, "label": "", "figure": ""}
    page = draw(values, "plot.js", libraries=[paths.assets() / "plotly" / "plotly-cartesian.min.js"])
    figures = {name: go.Figure(go.Scatter(y=[1, 2]), layout={"title": name}).to_json() for name in ("first", "second")}
    page.wait_for_function("model.sent.some(m => m.op === 'ready')")
    page.evaluate("text => model.receive({op: 'react', n: 1, figure: text})", figures["first"])
    page.wait_for_selector("text.gtitle:has-text('first')")
    page.evaluate("document.body.style.display = 'none'")
    page.evaluate("text => model.receive({op: 'react', n: 2, figure: text})", figures["second"])
    page.wait_for_function("model.sent.some(m => m.op === 'ack' && m.n === 2)")
    page.evaluate("document.body.style.display = 'block'")
    page.wait_for_selector("text.gtitle:has-text('second')", timeout=20_000)
    assert page.locator("text.gtitle").text_content() == "second"
