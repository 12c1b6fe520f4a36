"""The page without a browser: real runs in this process, widgets pressed by hand."""

from __future__ import annotations

import time

import pytest

from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.experiment import inspect
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.store import RunStore
from qdiffgui.ui.page import Page
from tests.runs.tiny import STATES, tiny


class Here:
    """Inspects in this process, at once: what the inspector process does, without starting one."""

    def request(self, config, callback):
        try:
            callback(inspect(config), None)
        except UserError as error:
            callback(None, str(error))

    def close(self):
        pass


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path / "runs")


@pytest.fixture
def page(store):
    runner = Runner(store, mode="thread", warm=False)
    made = Page(store, runner=runner, inspector=Here())
    yield made
    made.close()
    for run in store.directories():
        runner.wait(run.id, 30)


def connect(page, search=""):
    page.browser._answer(None, {"op": "ready", "search": search}, [])


def wait(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def alerts(page):
    return [line.children[0].value for line in page.alerts.root.children]


def test_from_choice_to_report(page, store):
    connect(page)
    page.form.load(tiny(STATES, name="<b>run</b>"))
    wait(lambda: page.explore.circuit.circuit)
    assert page.explore.sample.film["frames"][0]["kind"] == "state"
    assert len(page.explore.forward.film["frames"]) > 1
    assert page.explore.schedule.figure.data
    assert not page.start.button.disabled
    page.start.button.click()
    wait(lambda: page.run is not None and page.run.state.status == "done")
    wait(lambda: page.run.report is not None)
    assert page.tabs.value == "Train"
    wait(lambda: len(page.train.loss.figure.data[0].x) == len(page.run.losses[0]) > 10)
    assert "&lt;b&gt;run" in page.train.head.value
    assert page.samples.film.film["truth"]
    wait(lambda: not page.export.buttons["model"].disabled and not page.export.buttons["report"].disabled)
    page.compare.table.selected = [page.run.id]
    wait(lambda: page.compare.reports.children)
    shown = page.compare.reports.children[0].children
    assert "is-model" in shown[2].value
    assert "is-floor" in shown[2].value
    assert "<li>" in shown[1].value
    assert "<b>run" not in "".join(part.value for part in shown)
    assert alerts(page) == []


def test_stop_and_resume(page):
    connect(page)
    page.form.load(tiny(STATES, iterations=100_000))
    wait(lambda: not page._blockers() and page.explore.circuit.circuit)
    page.start.button.click()
    wait(lambda: page.run and page.run.losses[0])
    page.train.buttons["cancel"].click()
    wait(lambda: page.run.state.status == "cancelled")
    wait(lambda: not page.train.buttons["resume"].disabled)
    step = page.run.state.step
    page.train.buttons["resume"].click()
    wait(lambda: page.run.state.status == "running" and page.run.state.step > step)
    page.train.buttons["cancel"].click()
    wait(lambda: page.run.state.status == "cancelled")


def test_what_cannot_be_prepared_blocks_the_start(page, tmp_path):
    (tmp_path / "bad.npz").write_bytes(b"PK\x03\x04")
    connect(page)
    page.form.load(Experiment(data={"kind": "file", "path": str(tmp_path / "bad.npz")}))
    wait(lambda: "bad.npz" in page.start.blockers.value)
    assert page.start.button.disabled
    assert "Traceback" not in page.start.blockers.value
    page.alerts.catch(page._start)
    assert "cannot start" in alerts(page)[0]


def test_a_file_must_be_named_first(page):
    connect(page)
    page.form.load(Experiment(data={"kind": "file"}))
    assert page.start.button.disabled
    assert "No file is chosen" in page.start.blockers.value


def test_addresses(page, store):
    run = store.create(tiny(STATES, name="mine"))
    connect(page, "?preset=jets-observables-mlp")
    wait(lambda: page.form.preset.value == "jets-observables-mlp")
    connect(page, f"?run={run.id}")
    wait(lambda: page.run is not None and page.run.id == run.id)
    connect(page, "?run=nothing")
    wait(lambda: any("no run" in text for text in alerts(page)))
    connect(page, "?preset=<script>")
    wait(lambda: any("no preset called" in text for text in alerts(page)))
    assert "<script>" not in "".join(alerts(page))


def test_delete_and_undo(page, store):
    run = store.create(tiny(STATES, name="gone"))
    connect(page)
    page._act("open", run.id)
    page.alerts.catch(lambda: page._act("delete", run.id))
    assert not run.exists()
    assert page.run is None
    assert "was deleted" in alerts(page)[0]
    page.alerts.root.children[0].children[1].click()
    assert run.exists()
    assert alerts(page) == []


def test_an_error_in_the_page_is_shown_with_a_report(page):
    page.writer.post("bad", lambda: 1 / 0)
    wait(lambda: alerts(page))
    assert "ZeroDivisionError" in alerts(page)[0]
    assert "<details>" in alerts(page)[0]


@pytest.mark.parametrize("idle", [False, True])
def test_before_a_page_connects_helpers_start_on_an_idle_machine_only(store, monkeypatch, idle):
    monkeypatch.setattr("qdiffgui.ui.machine.idle", lambda: idle)
    made = Page(store)
    time.sleep(1.5)
    assert (made._runner is not None) == idle
    assert (made._inspector is not None) == idle
    made.close()
