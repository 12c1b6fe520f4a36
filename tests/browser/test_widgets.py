"""Widgets of ours in a real browser, without a kernel: a plain object stands for the model."""

from __future__ import annotations

import pytest

from qdiffgui.ui.widgets.source import javascript

SET_UP = """(async ([source, values]) => {
  const heard = {}, model = window.model = {
    sent: [], get: (name) => values[name], on: (name, act) => { heard[name] = act; }, send: (message) => model.sent.push(message),
    set: (name, value) => { values[name] = value; heard[`change:${name}`]?.(); }, save_changes: () => {},
  };
  const module = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  module.default.render({ model, el: document.body });
})"""


@pytest.fixture
def draw(browser):
    """``draw(values, *files)`` renders a widget with these traits in an empty page."""
    page = browser.new_page()

    def rendered(values, *files):
        page.goto("about:blank")
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
