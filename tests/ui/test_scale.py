"""The Scale area in this process: real helper, real sweep in its own processes."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import plotly.graph_objects as go
import pytest

from qdiffgui import catalog
from qdiffgui.background.helper import HelperProcess
from qdiffgui.background.job import JobRecord
from qdiffgui.config import override
from qdiffgui.plots.export import titled
from qdiffgui.runs.process import this_process
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.store import RunStore
from qdiffgui.studies.scaling import static
from qdiffgui.studies.sweep import directory
from qdiffgui.studies.sweep.plan import list_points, make_plan
from qdiffgui.studies.sweep.report import Reports
from qdiffgui.ui.page import Page
from qdiffgui.ui.panels.scale.cost_card import costs
from qdiffgui.ui.panels.scale.cost_curves import (
    QUANTITIES,
    Curve,
    curves,
    share_of_operations,
    words,
)
from qdiffgui.ui.panels.scale.cost_growth import CostGrowthCard, with_headroom
from qdiffgui.ui.panels.scale.sweep_card import can_be_log, run_options
from qdiffgui.ui.question_queue import QuestionQueue
from tests.runs.tiny import DIGITS, STATES, tiny
from tests.ui.test_page import Here, alerts, connect
from tests.waiting import wait_for


@pytest.fixture
def page(tmp_path, kernel):
    store = RunStore(tmp_path / "runs")
    made = kernel.cell(
        lambda: Page(store, runner=Runner(store, mode="thread", warm=False), inspector=Here())
    )
    yield made
    made.close()


class Kept:
    """A real helper that outlives the page: starting one costs more than most answers."""

    def __init__(self, helper, lock):
        self._helper, self._lock, self._closed = helper, lock, False

    def ask(self, question, progress=None):
        with self._lock:
            return None if self._closed else self._helper.ask(question, progress)

    def end(self):
        self._closed = True


@pytest.fixture(scope="module")
def helper():
    made = HelperProcess()
    yield made, threading.Lock()
    made.end()


@pytest.fixture
def kept(page, helper):
    """The page, its Scale area with the helper of all tests here."""
    page.areas["Scale"].queue._helper = Kept(*helper)
    return page


def test_costs_are_tables_with_formulas_and_the_twin():
    found = static(tiny(STATES)).plain()
    markup = costs(found)
    for group in found["groups"]:
        assert group["title"] in markup
    assert "Classical twin" in markup
    formulas = [
        row["formula"] for group in found["groups"] for row in group["rows"] if row["formula"]
    ]
    assert formulas
    assert markup.count("<code") == len(formulas)
    assert "nₐ = 1" in markup, "the letters are those of the formulas"
    assert "ε = 0.01" in markup
    assert "10\u202f000 runs per second" in markup


def test_nothing_starts_before_the_area_is_looked_at(page):
    connect(page)
    page.form.load(tiny(STATES))
    assert page.areas["Scale"].queue._helper.pid is None


def test_from_choice_to_a_finished_sweep(page, wait):
    connect(page)
    scale = page.areas["Scale"]
    settings = DIGITS | {"evaluation": {"n_generated": 200}}
    page.form.load(tiny(settings, name="<b>lr</b>", iterations=30, checkpoint_seconds=1))
    page.show("Scale")
    setup, follow = scale.setup, scale.follow
    wait(lambda: "qd-cost-group" in scale.cost.body.value)
    assert "&lt;b&gt;" not in scale.cost.body.value
    field, values = setup.axes[0]
    field.value = "training.learning_rate"
    values.value = "0.001,0.01"
    setup.seeds.value = "0..1"
    wait(lambda: "4 runs, about" in setup.about.value)
    values.value = "0.001,5"
    assert "less than or equal to 1 (found 5)" in setup.about.value
    assert setup.start.disabled
    values.value = "0.001,0.01"
    setup.workers.value = 1
    setup.start.click()
    assert alerts(page) == []
    (sweep,) = directory.sweeps(page.store.root)
    assert follow.choice.value == sweep.id
    assert not follow.stop.disabled
    wait(lambda: "4 of 4 done" in follow.head.value)
    wait(lambda: follow.plot.figure is not None and len(follow.plot.figure.data[0].x) == 2)
    wait(lambda: follow.resume.disabled and follow.stop.disabled)
    assert follow.table.value.count("<tr") == 5
    names = [trace.name for trace in follow.plot.figure.data]
    assert "Floor" in names
    saved = []
    page.browser.download = lambda name, content, mime: saved.append((name, content))
    for button in (follow.csv, follow.hdf5, follow.html):
        button.click()
    assert [name.rpartition(".")[2] for name, _ in saved] == ["csv", "h5", "html"]
    assert saved[0][1].count(b"\r\n") == 5
    assert page.store.list() == []


def test_a_search_asks_for_points_and_a_bad_grid_says_why(page):
    connect(page)
    setup = page.areas["Scale"].setup
    setup.show(tiny())
    field, values = setup.axes[0]
    field.value, values.value = "training.learning_rate", "0.001..0.1:log"
    assert "needs a number of points" in setup.about.value
    setup.search.value = "random"
    plan, found = setup.plan()
    assert (plan.trials, len(found)) == (12, 36)
    assert not setup.start.disabled


def test_a_sweep_over_words_is_chosen_from_a_list(page):
    connect(page)
    setup = page.areas["Scale"].setup
    base = catalog.presets["quddpm-cluster-1q"].load()
    setup.show(base)
    field, values = setup.axes[0]
    choices = setup.choices[0]
    assert field.value == "model.n_layers"
    assert "is-hidden" in choices.root._dom_classes
    values.value = "1,2"
    field.value = "model.ansatz"
    assert "is-hidden" in values._dom_classes
    assert choices.value == ("hardware-efficient", "strongly-entangling")
    assert "Brickwork SU(4)" in [label for label, _ in choices.options]
    for chip in choices.root.children:
        chip.value = chip.description in ("Hardware-efficient", "Brickwork SU(4)")
    setup.show(base.model_copy(update={"seed": 5}))
    assert setup.over() == ["model.ansatz=hardware-efficient,brickwork", "seed=0..2"]
    assert len(setup.plan()[1]) == 6
    field.value = "model.n_layers"
    assert values.value == "", "values of another setting"


def test_a_run_of_a_sweep_is_opened_best_first(page):
    plan = make_plan(tiny(STATES), ["model.ansatz=hardware-efficient,brickwork", "seed=0"])
    points = list_points(plan)
    rows = [
        {"run": point.run, "status": "done", **point.values, "w1": value, "floor w1": 0.1}
        for point, value in zip(points, (0.5, 0.2))
    ]
    rows.append({"run": "waits", "status": "waiting", "w1": None})
    options, best = run_options(plan, rows, Reports("w1", "W1", "lower", 0.1, {}))
    assert best == points[1].run
    assert [run for _, run in options] == [points[1].run, points[0].run]
    assert options[0][0].startswith("Ansatz Brickwork SU(4), Seed 0 · W1 0.2 · ")
    assert run_options(plan, rows, None)[1] == ""
    sweep = directory.create(plan, points, page.store.root)
    for point in points:
        assert sweep.store.claim(plan.config(point.values), point.run)
    connect(page)
    follow = page.areas["Scale"].follow
    page.show("Scale")
    assert follow.open_best.disabled
    follow.run.value = points[1].run
    follow.open_run.click()
    assert alerts(page) == []
    assert page.run.reference == f"{sweep.id}/{points[1].run}"
    assert page.tabs.value == "Train"


def test_only_positive_curves_get_a_logarithmic_axis():
    assert can_be_log(go.Figure(go.Scatter(x=[1, 2], y=[0.1, 2])))
    assert not can_be_log(go.Figure(go.Scatter(x=[1, 2], y=[0.0, 2])))
    assert not can_be_log(go.Figure(go.Heatmap(z=[[1.0]])))


def test_an_answer_about_values_that_were_changed_meanwhile_is_not_heard(page):
    connect(page)
    setup = page.areas["Scale"].setup
    on_answer = []
    queue = QuestionQueue(lambda key, act: on_answer.append(act))
    queue._helper = Scripted()
    setup._queue = queue
    setup.show(tiny())
    field, values = setup.axes[0]
    field.value, values.value = "training.learning_rate", "0.001,0.01"
    wait_for(lambda: on_answer)
    values.value = "0.001,5"
    for act in on_answer:
        act()
    assert setup.start.disabled
    assert "found 5" in setup.about.value
    queue.close()


class Scripted:
    """A helper that answers at once."""

    def ask(self, question):
        return {"result": {"seconds": 1.0}}

    def end(self):
        pass


def test_why_a_study_cannot_start_is_said(page):
    connect(page)
    noise = page.areas["Scale"].studies.noise
    assert noise.start.disabled
    assert "Not available: open a finished run first." in noise.about.value


def test_the_result_of_a_study_has_the_width_of_its_card(page):
    """Beside the other study it left half of the card empty."""
    studies = page.areas["Scale"].studies
    assert studies.scaling.result.root in studies.root.children
    assert studies.noise.result.root in studies.root.children


def test_a_label_has_space_above_the_highest_point():
    assert with_headroom(1, 5, log=False) == [0, 6]
    assert with_headroom(0, 0, log=False) == [0, 1.2]
    assert with_headroom(10, 1000, log=True) == pytest.approx([0.8, 3.4])


def test_growth_along_an_axis_is_counted_and_drawn(kept, wait):
    page = kept
    connect(page)
    growth = page.areas["Scale"].growth
    page.form.load(tiny(STATES))
    page.show("Scale")
    wait(lambda: growth.plot.figure is not None)
    assert growth.axis.value == "L"
    growth.quantity.value = "n_parameters"
    first, second = growth.plot.figure.data[:2]
    layers = [point["config"]["model"]["n_layers"] for point in growth._axes["L"]["points"]]
    assert list(first.x) == layers
    by_formula = [y / x for x, y in zip(first.x, first.y)]
    assert by_formula == pytest.approx(
        [by_formula[0]] * len(layers)
    )  # hardware-efficient: 2nL angles a step
    assert second.name == "classical twin, same number of parameters"
    assert "per doubling" in growth.about.value
    growth.axis.value = "n"
    wait(lambda: growth.plot.figure.layout.xaxis.title.text == "Qubits")
    assert "per unit" in growth.about.value


def test_a_place_that_cannot_be_built_is_left_out_and_said(kept, wait):
    page = kept
    connect(page)
    growth = page.areas["Scale"].growth
    page.form.load(tiny(STATES))
    places = [(1, 60), (2, 1), (3, 90)]  # one iteration does not reach three circuits
    found = [
        {"x": x, "config": tiny(STATES, iterations=n).model_dump(mode="json"), "is_base": x == 1}
        for x, n in places
    ]
    growth._offer(
        {
            "results": [
                {"axes": [{"key": "B", "label": "Batch", "by_factors": True, "points": found}]}
            ]
        }
    )
    wait(lambda: growth.left_out.value)
    assert "<li>2 left out: " in growth.left_out.value
    assert list(growth.plot.figure.data[0].x) == [1, 3]
    assert "is-hidden" not in growth.content._dom_classes


def test_a_curve_needs_its_figure_at_every_point_and_sums_over_circuits():
    def answer(depths):
        rows = [{"key": f"depth:{k}", "value": d} for k, d in enumerate(depths)]
        rows += [{"key": f"two_qubit:{k}", "value": d} for k, d in enumerate(depths)]
        return {"cost": {"groups": [{"rows": rows}]}, "seconds": 2.0}

    made = {c.quantity.key: c for c in curves([1, 2], [answer([3, 5]), answer([4, 7])])}
    assert set(made) == {"seconds", "depth", "two_qubit"}
    assert made["depth"].y == (5, 7)
    assert made["two_qubit"].y == (8, 11)
    assert made["two_qubit"].twin == ()
    assert words(made["seconds"], "Layers", by_factors=True) == "Layers from 1 to 2: no change."


SECONDS = QUANTITIES[0]


def test_a_training_time_that_falls_with_more_work_is_refused():
    fallen = Curve(SECONDS, (1, 4, 16), (27.0, 20.0, 10.0), (), (1.0, 1.0, 1.0), 3.0)
    assert words(fallen, "Layers", by_factors=True, adds_work=True) == (
        "No law is given: the measured time falls with layers, which cannot be. The machine was "
        "too busy (waiting took 3.0 times the CPU time): measure again."
    )
    assert "factor 0.370 ± 0.039" in words(fallen, "Diffusion steps", by_factors=True)
    between = replace(fallen, y=(10.0, 27.0, 12.0), busy=1.0)
    text = words(between, "Layers", by_factors=True, adds_work=True)
    assert "The measurement was disturbed: measure again." in text
    scattered = replace(fallen, y=(10.0, 9.0, 9.5), error=(2.0, 2.0, 2.0), busy=1.0)
    assert words(scattered, "Layers", by_factors=True, adds_work=True) == (
        "Layers from 1 to 16: no change within the errors (factor 0.950 ± 0.276)."
    )
    counted = Curve(QUANTITIES[1], (1, 2), (4.0, 2.0), ())
    assert words(counted, "Layers", by_factors=True, adds_work=True).endswith("(0.5 per doubling).")


def test_a_growing_time_has_its_error_and_the_load_is_told():
    grown = Curve(SECONDS, (1, 4), (10.0, 40.0), (), (0.1, 0.4), 2.0)
    assert words(grown, "Layers", by_factors=True, adds_work=True) == (
        "Layers from 1 to 4: factor 4.000 ± 0.057 (2 per doubling). The machine was busy (waiting "
        "took 2.0 times the CPU time): less exact than usual."
    )


def test_a_time_is_derived_from_the_counted_operations_where_these_describe_it():
    def answers(seconds, error=0.2):
        return [
            {
                "cost": {"groups": [{"rows": [{"key": "flops_a_step", "value": n * 1e6}]}]},
                "seconds": s,
                "error": error,
                "busy": 1.0,
            }
            for n, s in zip((1, 2, 4, 8), seconds)
        ]

    x = (1, 2, 4, 8)
    law = curves(x, answers((3, 4, 6, 10)))[0].law
    assert law.constant == pytest.approx(2)
    assert law.seconds == pytest.approx((3, 4, 6, 10))
    assert share_of_operations(law, 3).endswith("which is 80% at the current settings.")
    flat = curves(x, answers((5.0, 4.9, 5.1, 4.8)))[0].law  # never below zero per operation
    assert list(flat.seconds) == sorted(flat.seconds)
    assert share_of_operations(flat, 3).count(" 0% ") == 1
    # disturbed; steeper than what is counted (optimal transport); cut at the time limit
    others = ((27, 20, 14, 10), 0.2), ((9, 13, 32, 113), 2.0), ((3, 4, 6, 6), 0.0)
    for seconds, error in others:
        assert curves(x, answers(seconds, error))[0].law is None


def test_refused_points_are_measured_again_on_request():
    asked = []

    class Queue:
        def ask(self, key, questions, act):
            asked.append(questions)
            seconds = (27.0, 10.0) if len(asked) == 1 else (10.0, 20.0)
            cost = {"groups": []}
            act(
                {
                    "results": [
                        {"cost": cost, "seconds": s, "error": 0.5, "busy": 3} for s in seconds
                    ]
                }
            )

    growth = CostGrowthCard(Queue())
    points = [{"x": x, "config": {"x": x}, "is_base": x == 1} for x in (1, 2)]
    axis = {"key": "L", "label": "Layers", "by_factors": True, "adds_work": True, "points": points}
    growth._offer({"results": [{"axes": [axis]}]})
    assert "No law is given" in growth.about.value
    assert "is-hidden" not in growth.again._dom_classes
    assert list(growth.plot.figure.data[0].error_y.array) == [0.5, 0.5]
    label = growth.plot.figure.data[-1]
    assert (label.text[0], label.y[0]) == ("current: 27", 27.5), "above the error bar"
    growth.again.click()
    assert len(asked) == 2
    assert "factor 2.0" in growth.about.value
    assert "is-hidden" in growth.again._dom_classes


def test_a_study_says_what_to_type_how_far_it_is_and_what_it_found(kept):
    """From its files alone: whoever comes back to the page sees the same."""
    page = kept
    connect(page)
    page.form.load(tiny(STATES, iterations=77))
    page.show("Scale")
    study = page.areas["Scale"].studies.scaling
    command, preset, *changes = study.arguments()
    changed = override(catalog.presets[preset].load(), changes[1 : changes.index("--runs") : 2])
    assert (command, changed) == ("scale", page.form.experiment)
    assert "training.iterations=77" in study.command.value
    folder = study.folder()
    folder.mkdir(parents=True)
    record = JobRecord(
        status="running", title="Scaling of it", owner=this_process(), started=time.time()
    )
    (folder / "job.json").write_text(record.model_dump_json())
    (folder / "log.txt").write_text(
        "qdiffgui: [ 42%] short trainings: 3 of 9 done; about 2 min left\n"
    )
    study.refresh()
    assert 'aria-valuenow="42"' in study.state.value
    assert "short trainings: 3 of 9 done; about 2 min left" in study.state.value
    assert study.start.disabled
    (folder / "result.json").write_text('{"verdict": ["It <grows>."]}')
    (folder / "figures.json").write_text(
        titled([("First", go.Figure()), ("Second", go.Figure(go.Scatter(x=[1], y=[2])))])
    )
    (folder / "job.json").write_text(
        record.model_copy(update={"status": "done", "ended": time.time()}).model_dump_json()
    )
    study.refresh()
    assert "It &lt;grows&gt;." in study.result.verdict.value
    assert list(study.result.choice.options) == ["First", "Second"]
    study.result.choice.value = "Second"
    assert study.result.plot.figure.data[0].y == (2,)
    assert not study.start.disabled


def test_a_damaged_sweep_is_named_and_does_not_hide_the_others(kept):
    page = kept
    root = page.store.root
    plan = make_plan(tiny(), ["seed=0..1"], name="good")
    good = directory.create(plan, list_points(plan), root)
    for name, file, content in (("sweep-a", "plan.json", "{"), ("sweep-b", "trials.jsonl", "[1\n")):
        (root / name).mkdir()
        (root / name / "plan.json").write_bytes(good.plan_file.read_bytes())
        (root / name / file).write_text(content)
    connect(page)
    page.show("Scale")
    follow = page.areas["Scale"].follow
    assert {label for label, _ in follow.choice.options} == {
        f"good · {good.id}",
        "damaged · sweep-a",
        "good · sweep-b",
    }
    for name in ("sweep-a", "sweep-b"):
        follow.choice.value = name
        assert "damaged" in follow.words.value
        assert follow.resume.disabled
    follow.choice.value = good.id
    assert "2 runs" in follow.words.value
    assert not alerts(page)
