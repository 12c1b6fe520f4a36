"""The page without a browser: real runs in this process, widgets pressed by hand."""

from __future__ import annotations

import threading

import ipywidgets as w
import numpy as np
import pytest

from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.experiment import inspect
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.store import RunStore
from qdiffgui.ui.page import Page
from tests.runs.tiny import STATES, tiny


class Elsewhere:
    """Inspects in a thread of its own, as the client of the inspector process does."""

    def request(self, config, callback):
        threading.Thread(target=lambda: callback(inspect(config), None)).start()

    def close(self):
        pass


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
def page(store, kernel):
    runner = Runner(store, mode="thread", warm=False)
    made = kernel.cell(lambda: Page(store, runner=runner, inspector=Here()))
    yield made
    made.close()
    for run in store.directories():
        runner.wait(run.id, 30)


def connect(page, search=""):
    page.browser._answer(None, {"op": "ready", "search": search}, [])


def alerts(page):
    return [line.children[0].value for line in page.alerts.root.children]


def test_from_choice_to_report(page, wait):
    connect(page)
    page.form.load(tiny(STATES, name="<b>run</b>"))
    wait(lambda: page.areas["Explore"].circuit.circuit)
    assert page.areas["Explore"].sample.film["frames"][0]["kind"] == "state"
    assert len(page.areas["Explore"].forward.film["frames"]) > 1
    assert page.areas["Explore"].schedule.figure.data
    assert not page.start.button.disabled
    page.start.button.click()
    wait(lambda: page.run is not None and page.run.state.status == "done")
    wait(lambda: page.run.report is not None)
    assert page.tabs.value == "Train"
    wait(lambda: len(page.areas["Train"].loss.figure.data[0].x) == len(page.run.losses[0]) > 10)
    assert "&lt;b&gt;run" in page.areas["Train"].head.value
    assert page.areas["Samples"].film.film["truth"]
    wait(
        lambda: (
            not any(row["missing"] for row in page.areas["Export"].offers.rows if row["key"] in ("model", "report", "circuit"))
        )
    )
    page.areas["Compare"].table.selected = [page.run.id]
    wait(lambda: page.areas["Compare"].reports.children)
    shown = page.areas["Compare"].reports.children[0].children
    assert "is-model" in shown[2].value
    assert "is-floor" in shown[2].value
    assert "<li>" in shown[1].value
    assert "<b>run" not in "".join(part.value for part in shown)
    assert alerts(page) == []


def test_stop_and_resume(page, wait):
    connect(page)
    page.form.load(tiny(STATES, iterations=100_000))
    wait(lambda: not page._blockers() and page.areas["Explore"].circuit.circuit)
    page.start.button.click()
    wait(lambda: page.run and page.run.losses[0])
    page.areas["Train"].buttons["cancel"].click()
    assert page.areas["Train"].buttons["cancel"].description == "Stopping …", "said at once, before the training has heard of it"
    wait(lambda: page.run.state.status == "cancelled")
    wait(lambda: not page.areas["Train"].buttons["resume"].disabled)
    step = page.run.state.step
    page.areas["Train"].buttons["resume"].click()
    wait(lambda: page.run.state.status == "running" and page.run.state.step > step)
    page.areas["Train"].buttons["cancel"].click()
    wait(lambda: page.run.state.status == "cancelled")


def test_what_cannot_be_prepared_blocks_the_start(page, wait, tmp_path):
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


def test_the_explanation_follows_the_model_even_where_it_does_not_fit_the_data(page):
    connect(page)
    page.form.choose("jets-observables-mlp")
    assert "Classical DDPM" in page.areas["Explore"].explanation.value
    page.form.model.choice.value = "quddpm"
    assert page.form.experiment is None
    assert "About this model: QuDDPM" in page.areas["Explore"].explanation.value


def test_addresses(page, store):
    """An address is followed before anything else that the browser says is heard."""
    run = store.create(tiny(STATES, name="mine"))
    connect(page, "?preset=jets-observables-mlp")
    assert page.form.preset.value == "jets-observables-mlp"
    connect(page, f"?run={run.id}")
    assert page.run.id == run.id
    connect(page, "?run=nothing")
    assert any("no run" in text for text in alerts(page))
    connect(page, "?preset=<script>")
    assert any("no preset called" in text for text in alerts(page))
    assert "<script>" not in "".join(alerts(page))


def test_delete_and_undo(page, store):
    run = store.create(tiny(STATES, name="gone"))
    connect(page)
    page._acts("open", run.id)
    page.alerts.catch(lambda: page._acts("delete", run.id))
    assert not run.exists()
    assert page.run is None
    assert "was deleted" in alerts(page)[0]
    page.alerts.root.children[0].children[1].click()
    assert run.exists()
    assert alerts(page) == []


def press(dropdown, label):
    """What the browser sends where a person chooses ``label``."""
    dropdown.set_state({"index": [name for name, _ in dropdown.options].index(label)})


def test_what_a_quick_visitor_chooses_stays_chosen(page, kernel, tmp_path):
    """Once the start button was dead for good after this, and more often the choice was taken back."""
    np.savez(tmp_path / "jets.npz", X=np.ones((30, 5, 4)), y=np.arange(30) % 2)
    connect(page, "?preset=jets-observables-mlp")
    press(page.form.data.choice, "Your own file")
    page.form.fields()["path"]._stored(tmp_path / "jets.npz")
    kernel.go_on(1)
    assert alerts(page) == []
    assert page.form.data.kind == "file"
    assert page.form.experiment.data.path == str(tmp_path / "jets.npz")
    assert page.start.blockers.value == ""
    assert not page.start.button.disabled


@pytest.mark.parametrize("search", ["", "?preset=jets-observables-mlp", "?preset=nothing", "?run=nothing"])
def test_nothing_can_be_touched_before_the_address_is_followed(page, search):
    assert "is-arriving" in page.root._dom_classes
    connect(page, search)
    assert "is-arriving" not in page.root._dom_classes
    assert not page.start.button.disabled


def test_a_fault_in_following_the_address_leaves_a_page_that_works(page, monkeypatch):
    monkeypatch.setattr(page.form, "choose", lambda preset: {}[preset])
    connect(page, "?preset=quddpm-cluster-1q")
    assert "KeyError" in alerts(page)[0]
    assert "is-arriving" not in page.root._dom_classes
    assert not page.start.button.disabled


def test_widgets_are_changed_in_one_thread(page, wait, monkeypatch):
    """Messages of the browser come in in the kernel's thread: a change made in another one would tear what they change."""
    threads = set()
    notify = w.Widget.notify_change

    def noted(widget, change):
        threads.add(threading.current_thread())
        notify(widget, change)

    monkeypatch.setattr(w.Widget, "notify_change", noted)
    page._inspector = Elsewhere()
    connect(page, "?preset=quddpm-cluster-1q")
    wait(lambda: page.areas["Explore"].circuit.circuit)
    page.form.load(tiny(STATES))
    wait(lambda: page.areas["Explore"].state.value == "")
    page.start.button.click()
    wait(lambda: page.run and page.run.report is not None and page.areas["Compare"].table.rows)
    assert alerts(page) == []
    assert threads == {threading.current_thread()}


def test_an_error_in_the_page_is_shown_with_a_report(page, wait):
    page.writer.post("bad", lambda: 1 / 0)
    wait(lambda: alerts(page))
    assert "ZeroDivisionError" in alerts(page)[0]
    assert "<details>" in alerts(page)[0]


def test_what_a_background_thread_raises_is_shown_by_the_kernels_thread(store, kernel, monkeypatch):
    passed_on, threads = [], set()
    monkeypatch.setattr(threading, "excepthook", passed_on.append)
    made = kernel.cell(lambda: Page(store, inspector=Here()))
    made.alerts.root.observe(lambda _: threads.add(threading.current_thread()), "children")
    broken = threading.Thread(target=lambda: 1 / 0)
    broken.start()
    kernel.wait(lambda: alerts(made))
    assert "ZeroDivisionError" in alerts(made)[0]
    assert threads == {threading.current_thread()}
    assert [args.exc_type for args in passed_on] == [ZeroDivisionError]
    made.close()


@pytest.mark.parametrize("idle", [False, True])
def test_before_a_page_connects_helpers_start_on_an_idle_machine_only(store, kernel, monkeypatch, idle):
    asked = []
    monkeypatch.setattr("qdiffgui.ui.machine.Idleness.now", lambda self: asked.append(self) or idle)
    made = kernel.cell(lambda: Page(store))
    kernel.wait(lambda: asked)
    kernel.go_on(0)
    assert (made._runner is not None) == idle
    assert (made._inspector is not None) == idle
    made.close()
