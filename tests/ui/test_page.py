"""The page without a browser: real runs in this process, widgets pressed by hand."""

from __future__ import annotations

import html
import threading

import ipywidgets as w
import numpy as np
import pytest

from qdiffgui import events as ev
from qdiffgui.config import Experiment
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.ui import code
from qdiffgui.ui.area import Area
from qdiffgui.ui.areas import AREAS
from qdiffgui.ui.markup import view
from qdiffgui.ui.page import Page
from tests.runs.tiny import STATES, tiny
from tests.ui.inspectors import Elsewhere, Here


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


CONTROLS = (w.Dropdown, w.Text, w.Textarea, w.BoundedIntText, w.BoundedFloatText, w.IntText)


def unnamed(widget, within_field=False):
    """Controls without a description that stand in no row with a label."""
    if isinstance(widget, CONTROLS):
        return [] if within_field or widget.description else [widget]
    children = getattr(widget, "children", ())
    if "qd-field" in getattr(widget, "_dom_classes", ()):
        within_field = any("qd-label" in child._dom_classes for child in children)
    return [found for child in children for found in unnamed(child, within_field)]


def test_every_control_has_a_label(page):
    """Also those that show only later, as the choice of a sweep. A tooltip alone is no name."""
    assert unnamed(page.root) == []


def alerts(page):
    return [line.children[0].value for line in page.alerts.root.children]


def test_an_area_is_a_class_and_one_entry(store, kernel, monkeypatch):
    class Extra(Area):
        name = "Extra"

        def __init__(self, host):
            super().__init__(host)
            self.root = view("<p>here</p>")

    monkeypatch.setattr("qdiffgui.ui.page.AREAS", [*AREAS, Extra])
    runner = Runner(store, mode="thread", warm=False)
    page = kernel.cell(lambda: Page(store, runner=runner, inspector=Here()))
    connect(page)
    names = [area.name for area in AREAS]
    assert len(set(names)) == len(names)
    assert page.tabs.options == [*names, "Extra"]
    extra = page.areas["Extra"].root
    assert "qd-area-extra" in extra._dom_classes
    for chosen in page.tabs.options:
        page.show(chosen)
        shown = [n for n, a in page.areas.items() if "is-hidden" not in a.root._dom_classes]
        assert shown == [chosen]
    page.close()
    assert alerts(page) == []


def test_from_choice_to_report(page, wait):
    connect(page)
    page.form.load(tiny(STATES, name="<b>run</b>"))
    wait(lambda: page.areas["Explore"].circuits.circuit.circuit)
    assert page.areas["Explore"].forward.trajectory["frames"][0]["kind"] == "state"
    assert len(page.areas["Explore"].forward.trajectory["frames"]) > 1
    assert page.areas["Explore"].schedule.figure.data
    assert not page.start.button.disabled
    page.start.button.click()
    wait(lambda: page.run is not None and page.run.state.status == "done")
    wait(lambda: page.run.report is not None)
    assert page.tabs.value == "Train"
    wait(lambda: len(page.areas["Train"].curves.figure.data[0].x) == len(page.run.losses[0]) > 10)
    assert "&lt;b&gt;run" in page.areas["Train"].head.value
    assert page.areas["Samples"].animation.trajectory["truth"]
    wait(
        lambda: (
            not any(
                row["missing"]
                for row in page.areas["Export"].offers.rows
                if row["key"] in ("model", "report", "circuit")
            )
        )
    )
    page.areas["Compare"].table.selected = [page.run.id]
    wait(lambda: page.areas["Compare"].side_by_side.reports.children)
    shown = page.areas["Compare"].side_by_side.reports.children[0].children
    assert "is-model" in shown[2].value
    assert "is-floor" in shown[2].value
    assert "<li>" in shown[1].value
    assert "<b>run" not in "".join(part.value for part in shown)
    assert alerts(page) == []


def test_stop_and_resume(page, wait):
    connect(page)
    page.form.load(tiny(STATES, iterations=100_000))
    wait(lambda: not page._blockers() and page.areas["Explore"].circuits.circuit.circuit)
    page.start.button.click()
    wait(lambda: page.run and page.run.losses[0])
    page.areas["Train"].buttons["cancel"].click()
    assert page.areas["Train"].buttons["cancel"].description == "Stopping …", (
        "said at once, before the training has heard of it"
    )
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
    assert "No file selected" in page.start.blockers.value
    shown = page.areas["Explore"].state.value
    assert "No file selected" in shown
    assert "alert" not in shown, "nothing is wrong yet"


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
    page._run_actions("open", run.id)
    page.alerts.catch(lambda: page._run_actions("delete", run.id))
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
    """Once the start button was dead for good after this, and more often the choice was
    taken back.
    """
    x = np.random.default_rng(0).random((30, 5, 3))
    np.savez(tmp_path / "jets.npz", X=x, y=np.arange(30) % 2)
    connect(page, "?preset=jets-observables-mlp")
    press(page.form.data.choice, "Your own file")
    page.form.fields()["path"]._stored(tmp_path / "jets.npz")
    kernel.go_on(1)
    assert alerts(page) == []
    assert page.form.data.kind == "file"
    assert page.form.experiment.data.path == str(tmp_path / "jets.npz")
    assert page.start.blockers.value == ""
    assert not page.start.button.disabled


@pytest.mark.parametrize(
    "search", ["", "?preset=jets-observables-mlp", "?preset=nothing", "?run=nothing"]
)
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
    """Messages of the browser come in in the kernel's thread: a change made in another one would
    tear what they change.
    """
    threads = set()
    notify = w.Widget.notify_change

    def noted(widget, change):
        threads.add(threading.current_thread())
        notify(widget, change)

    monkeypatch.setattr(w.Widget, "notify_change", noted)
    page._inspector = Elsewhere()
    connect(page, "?preset=quddpm-cluster-1q")
    wait(lambda: page.areas["Explore"].circuits.circuit.circuit)
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
def test_before_a_page_connects_helpers_start_on_an_idle_machine_only(
    store, kernel, monkeypatch, idle
):
    asked = []
    monkeypatch.setattr("qdiffgui.ui.machine.Idleness.now", lambda self: asked.append(self) or idle)
    made = kernel.cell(lambda: Page(store))
    kernel.wait(lambda: asked)
    kernel.go_on(0)
    assert (made._runner is not None) == idle
    assert (made._inspector is not None) == idle
    made.close()


def test_a_finished_run_says_what_came_out_and_leads_to_its_report(page, store, wait):
    runner = Runner(store, mode="thread", warm=False)
    run = runner.submit(tiny(STATES))
    runner.wait(run.id, 60)
    connect(page, f"?run={run.id}")
    train, compare = page.areas["Train"], page.areas["Compare"]
    wait(lambda: "is-hidden" not in train.outcome_card._dom_classes)
    assert train.outcome.value.count("<li>") == 1
    assert html.escape(page.run.report["verdict"][0], quote=True) in train.outcome.value
    train.outcome_card.children[-1].children[1].click()
    assert page.tabs.value == "Compare"
    wait(lambda: compare.side_by_side.reports.children)
    assert compare.table.selected == [run.id]
    page.open(store.create(tiny(STATES)).id)
    assert "is-hidden" in train.outcome_card._dom_classes


def test_a_sign_of_life_is_answered(page, monkeypatch):
    sent = []
    monkeypatch.setattr(page.browser, "send", sent.append)
    page.browser._answer(None, {"op": "alive"}, [])
    assert sent == [{"op": "pulse"}]


def test_the_twin_is_trained_on_the_same_data_with_the_same_seed(page, store, monkeypatch):
    queued = []
    monkeypatch.setattr(
        page._runner, "submit", lambda config: queued.append(config) or store.create(config)
    )
    connect(page, "?preset=jets-observables-quantum")
    page.form.general.fields["seed"].control.value = 4
    page.start.twin.click()
    assert alerts(page) == []
    assert [config.model.kind for config in queued] == ["quantum-denoiser", "ddpm"]
    assert queued[0].data == queued[1].data
    assert [config.seed for config in queued] == [4, 4]
    name = "Four jet observables: quantum denoiser, seed 4"
    assert [config.name for config in queued] == [name, f"{name}, twin (matched MLP)"]
    page.start._pressed -= 10
    page.start.twin.click()
    assert [config.name for config in queued[2:]] == [
        f"{name} (2)",
        f"{name}, twin (matched MLP) (2)",
    ]


def test_a_run_of_a_sweep_opens_as_any_other_but_is_resumed_with_its_sweep(page, store):
    sweep = RunStore(store.root / "sweep-one" / "runs")
    assert sweep.claim(tiny(STATES, name="point", seed=3), "abc123def")
    run = sweep.get("abc123def")
    run.move(Status.FAILED, message="No room.")
    connect(page, "?run=sweep-one/abc123def")
    assert alerts(page) == []
    assert page.run.run == run
    assert page.form.experiment.seed == 3
    page._poll()
    assert "sweep-one/abc123def" in page.areas["Train"].head.value
    page.areas["Train"].buttons["resume"].click()
    assert "resume the sweep" in alerts(page)[0].replace("&#x27;", "'")
    page.areas["Train"].buttons["copy"].click()
    assert page.tabs.value == "Explore"
    page._run_actions("open", "abc123def")
    assert page.run.reference == "sweep-one/abc123def"


def test_settings_come_from_an_address_or_are_refused(page):
    wanted = tiny(STATES, name="from afar", seed=9)
    connect(page, f"?{code.address(wanted)}")
    assert page.form.experiment == wanted
    connect(page, "?config=nonsense")
    assert "are invalid" in alerts(page)[0]
    assert page.form.experiment == wanted


def test_a_lesson_that_is_not_there_is_said(page):
    connect(page, "?lesson=nothing")
    assert "no lesson" in alerts(page)[0]


def test_runs_started_elsewhere_show_up_and_can_be_followed(page, store, wait):
    """As the command line does it: a run in the folder, with another process as its owner (here:
    this one, in another thread).
    """
    connect(page)
    runner = Runner(store, mode="thread", warm=False, threads=1)
    first, second = (
        runner.submit(tiny(STATES, name=name, iterations=100_000)) for name in ("first", "second")
    )
    queue_card = page.areas["Train"].queue_card
    wait(lambda: [row["status"] for row in queue_card.queue.rows] == ["running", "queued"])
    assert "waiting for a free CPU thread, next" in queue_card.queue.rows[1]["detail"]
    assert page.browser.run["others"] == "2 other runs active"
    assert page.tabs.badges == {"Train": "2"}
    page.act("open", first.id)
    wait(lambda: page.run and page.run.losses[0])
    assert page.tabs.value == "Train"
    for run in (second, first):
        page.act("cancel", run.id)
        wait(lambda run=run: run.state().status == "cancelled")
    wait(lambda: not queue_card.queue.rows)
    assert alerts(page) == []
    runner.close()


def test_a_failed_training_says_what_to_do_with_a_report_to_copy(page, store, wait):
    run = store.create(tiny(STATES, name="<i>bad</i>"))
    with run.locked():
        run.move(Status.FAILED, message="The training broke: <b>.")
    connect(page, f"?run={run.id}")
    wait(lambda: page.areas["Train"].message.value)
    shown = page.areas["Train"].message.value
    assert "The training broke: &lt;b&gt;." in shown
    assert "Use these settings" in shown
    assert "Copy report" in shown
    assert "<b>." not in shown


def test_results_of_other_settings_are_marked(page, store):
    run = store.create(tiny(STATES))
    connect(page, f"?run={run.id}")
    train = page.areas["Train"]
    assert train.stale.value == ""
    page.form.fields()["n_layers"].control.value = 3
    assert "settings that differ" in train.stale.value
    page.form.undo.click()
    assert train.stale.value == ""


def test_the_auc_of_a_training_has_a_plot_of_its_own(page, store):
    train = page.areas["Train"]
    run = store.create(tiny(name="run"))
    events = [ev.Metrics(step=9, seconds=1, values={"w1": 0.5}, floor={"w1": 0.1}, n=300)]
    run.events_file.write_text("".join(ev.to_json(event) + "\n" for event in events))
    page.open(run.id)
    page._poll()
    assert "is-hidden" in train.auc_box._dom_classes
    whole = train.metric.height
    auc = {"values": {"w1": 0.4, "cheap-auc": 0.6}, "floor": {"w1": 0.1, "cheap-auc": 0.5}}
    with run.events_file.open("a") as stream:
        stream.write(ev.to_json(ev.Metrics(step=18, seconds=2, n=300, **auc)) + "\n")
    page._poll()
    assert "is-hidden" not in train.auc_box._dom_classes
    assert train.metric.height < whole
    curve, floor = train.auc.figure.data
    assert (list(curve.x), list(curve.y), list(floor.y)) == ([18], [0.6], [0.5, 0.5])
    assert train.metric.figure.data[0].name == "W1 / σ of the data"
    assert "0.5: the classifier cannot tell" in train.auc_note.value


def test_the_log_keeps_what_was_said_and_makes_a_report(page):
    connect(page, "?run=nothing")
    page.browser._answer(None, {"op": "log"}, [])
    assert "is-hidden" not in page.logbook.root._dom_classes
    assert "There is no run" in page.logbook.text.value
    report = page.logbook.report()
    assert "Python 3" in report
    assert '"seed"' in report
    page.browser._answer(None, {"op": "log"}, [])
    assert "is-hidden" in page.logbook.root._dom_classes
