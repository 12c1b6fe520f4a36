"""The page without runs, without a browser: an example opens and plays."""

from __future__ import annotations

import pytest

from qdiffgui.runs import examples
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.store import RunStore
from qdiffgui.ui.page import Page
from tests.runs.tiny import STATES, tiny
from tests.ui.inspectors import Here
from tests.ui.test_page import alerts, connect


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


@pytest.fixture
def page(store, kernel, tmp_path, monkeypatch):
    monkeypatch.setenv("QDIFFGUI_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv(examples.VARIABLE, raising=False)
    made = kernel.cell(
        lambda: Page(store, runner=Runner(store, mode="thread", warm=False), inspector=Here())
    )
    yield made
    made.close()


def test_the_first_visit_opens_an_example_that_plays(page, store):
    connect(page)
    assert page.run is not None
    assert page.run.id == examples.FIRST
    assert page.tabs.value == "Samples"
    page._poll()
    animation = page.areas["Samples"].animation
    assert animation.autoplay
    assert len(animation.trajectory["frames"]) > 2
    assert page.run.reference == f"examples/{examples.FIRST}"
    assert store.list() == []


def test_examples_are_rows_that_can_be_compared_and_reused_but_not_changed(page, store):
    connect(page)
    page._list()
    table = page.areas["Compare"].table
    rows = {row["id"]: row for row in table.rows}
    assert f"examples/{examples.FIRST}" in rows
    for row in rows.values():
        assert not row["editable"]
        assert [op for op, _ in row["actions"]] == ["open", "copy"]
    for op, words in (("delete", "ships with qdiffgui"), ("resume", "press Reuse")):
        page.act(op, f"examples/{examples.FIRST}")
        assert words in alerts(page)[-1]
    for change in (
        lambda: table._act("pin", f"examples/{examples.FIRST}"),
        lambda: table._annotate(f"examples/{examples.FIRST}", "Mine", [], ""),
    ):
        change()
        assert "stays as it is" in alerts(page)[-1]
    page.act("copy", "examples/example-denoiser")
    assert page.form.experiment.model.kind == "quantum-denoiser"
    page.areas["Compare"]._ticked(["examples/example-denoiser", "examples/example-denoiser-twin"])


def test_who_has_runs_starts_with_the_settings(page, store):
    store.create(tiny(STATES))
    connect(page)
    assert page.run is None
    assert page.tabs.value == "Explore"
