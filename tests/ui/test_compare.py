"""The area Compare without a browser: which runs may stand in one figure, baseline, settings,
folding, bin, import, benchmarks.
"""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from qdiffgui.events import Metrics
from qdiffgui.runs.bundle import pack
from qdiffgui.runs.process import this_process
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.runs.train import train_run
from qdiffgui.studies.benchmark.jobs import BenchmarkRequest, Jobs
from qdiffgui.ui.alerts import Alerts
from qdiffgui.ui.live_run import LiveRun
from qdiffgui.ui.logbook import Logbook
from qdiffgui.ui.panels.compare import BENCHMARKS, BIN, Compare
from qdiffgui.ui.panels.distributions_card import DistributionsCard
from qdiffgui.ui.panels.run_groups import SEEDS, STUDIES, TAGS
from qdiffgui.ui.panels.selected_runs import SelectedRuns
from tests.plots.test_compared_histograms import report as distributions
from tests.runs.tiny import DIGITS, STATES, tiny
from tests.waiting import wait_for


def report(value: float, classes: tuple[str, ...] = ("all",)) -> dict:
    column = {"key": "w", "label": "W <i>", "unit": "", "better": "lower"}
    rows = [
        {
            "key": key,
            "label": key,
            "class": name,
            "n": 10,
            "values": {"w": {"value": value + extra, "error": 0.1}},
        }
        for name in classes
        for key, extra in (("model", 0), ("floor", -0.5), ("zero", 9), ("mean", 4))
    ]
    told = {
        "verdict": [f"{name.capitalize()}: first of {name}." for name in classes] + ["More <b>."],
        "notes": [],
        "histograms": [],
    }
    return told | {
        "columns": [column],
        "rows": rows,
        "classes": list(classes),
        "n_generated": 10,
        "n_test": 10,
    }


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


class Host(SimpleNamespace):
    """A page with nothing but what this area asks of it; what is posted is done at once."""

    def __init__(self, store: RunStore) -> None:
        self.done: list[tuple[str, str]] = []
        self.saved: list[tuple[str, bytes]] = []
        super().__init__(
            store=store,
            run=None,
            runs=store.list,
            alerts=Alerts(Logbook(str)),
            act=lambda op, name: self.done.append((op, name)),
            writer=SimpleNamespace(post=lambda key, action: action()),
            questions=SimpleNamespace(
                ask=lambda asker, questions, on_answer: None, forget=lambda asker: None
            ),
            browser=SimpleNamespace(
                announce=lambda text: None,
                download=lambda name, content, mime: self.saved.append((name, content)),
            ),
        )

    def alert(self) -> str:
        return self.alerts.root.children[-1].children[0].value


@pytest.fixture
def host(store: RunStore) -> Host:
    return Host(store)


def followed(store: RunStore, *configs) -> list[LiveRun]:
    runs = [LiveRun(store.create(config)) for config in configs]
    for value, run in enumerate(runs, start=1):
        run.report = report(value)
    return runs


def shown_in(plot) -> set[str]:
    return {trace.name for trace in plot.figure.data}


def test_runs_on_other_data_stand_apart_and_are_named(store: RunStore) -> None:
    more = tiny(STATES | {"evaluation": {"n_generated": 30}}, name="more")
    runs = followed(
        store,
        tiny(STATES, name="one"),
        tiny(name="digits <b>"),
        tiny(STATES, name="two", learning_rate=0.5),
        more,
    )
    panel = SelectedRuns()
    panel.show(runs, "")
    assert shown_in(panel.metrics) == {"one", "two", "floor", "zero", "mean"}
    said = panel.left_out.value
    assert (
        "digits &lt;b&gt;: data Handwritten digits instead of Cluster of states, representation "
        "Cartesian image instead of"
    ) in said
    assert "more: Generated 30 instead of 20" in said
    panel.group.value = next(
        key for text, key in panel.group.options if text.startswith("Handwritten digits")
    )
    assert shown_in(panel.metrics) == {"digits &lt;b&gt;", "floor", "zero", "mean"}
    assert "one: data Cluster of states instead of Handwritten digits" in panel.left_out.value
    panel.show(runs[1:], "")
    assert shown_in(panel.metrics) == {"digits &lt;b&gt;", "floor", "zero", "mean"}, (
        "it stays while runs come and go"
    )
    panel.show(runs, runs[0].id)
    assert shown_in(panel.metrics) == {"one", "two", "floor", "zero", "mean"}, (
        "the group of a new baseline is looked at"
    )
    assert "two<small>minus one" in panel.table.content.value
    assert "is-hidden" not in panel.basis._dom_classes
    panel.show([runs[0], runs[2]], "")
    assert panel.left_out.value == ""
    assert "is-hidden" in panel.basis._dom_classes


def test_each_run_is_read_against_its_own_floor(store: RunStore) -> None:
    digits = {"representation": {"kind": "image", "size": 4}, "evaluation": DIGITS["evaluation"]}
    runs = followed(
        store,
        tiny(DIGITS, name="eight"),
        tiny(DIGITS | digits, name="four"),
        tiny(STATES, name="states"),
    )
    for run, key, floor in zip(runs, ("w1", "w1", "wasserstein"), (0.1, 0.2, 0.3)):
        run.metrics = {key: ([10, 20], [0.9, 0.8])}
        run.last_metrics = Metrics(step=20, seconds=1, values={key: 0.8}, floor={key: floor}, n=100)
    panel = SelectedRuns()
    panel.show(runs, "")
    panel.live.value = "w1"
    assert {
        trace.y[0]
        for trace in panel.metric.figure.data
        if (trace.name or "").startswith(("Floor of eight", "Floor of four"))
    } == {0.1, 0.2}
    assert "with its own floor" in panel.live_about.value
    assert "Not reported by states" in panel.live_about.value
    assert "compare how each loss falls" in panel.losses_about.value
    panel.show(runs[:1], "")
    assert panel.live_about.value == panel.losses_about.value == ""


def test_the_baseline_measures_the_others_with_errors(store: RunStore) -> None:
    runs = followed(
        store,
        tiny(STATES, name="base"),
        tiny(STATES, name="other <i>", learning_rate=0.5),
        tiny(STATES, name="third", learning_rate=0.25),
    )
    panel = SelectedRuns()
    panel.show(runs, runs[0].id)
    shown = panel.table.content.value
    assert "other &lt;i&gt;<small>minus base" in shown
    assert '+1.000 ± 0.141 <span class="qd-worse">worse' in shown
    assert "By W &lt;i&gt;, other &lt;i&gt; (2.000 ± 0.100) is worse than base" in (
        panel.table.notes.value
    )
    assert "<i>" not in shown + panel.table.notes.value + panel.table.copies.value
    panel.show(runs, "")
    assert "minus" not in panel.table.content.value, "of three, none is first"
    panel.show(runs[:2], "")
    assert "minus base" in panel.table.content.value, "of two, the second is measured by the first"


def test_runs_of_several_seeds_are_one_row_of_a_table_to_copy(store: RunStore) -> None:
    seeds = [tiny(STATES, name="circuit", seed=seed) for seed in range(3)]
    runs = followed(store, *seeds, tiny(STATES, name="network", learning_rate=0.5))
    card = SelectedRuns()
    card.show(runs, runs[3].id)
    table = card.table
    assert [row.label for row in table.table().models] == ["circuit", "network"]
    assert "3 seeds" in table.content.value
    assert '2.000 <span class="error">± 1.000</span>' in table.content.value
    for words in ("LaTeX", "Markdown", "CSV"):
        assert f">Copy {words}<" in table.copies.value
    assert r"\toprule" in table.copies.value.replace(r"	oprule", r"\toprule")
    assert "circuit − network" in table.copies.value
    assert f"--baseline {runs[3].id}" in table.copies.value
    table.sort.value = "w"
    assert table.table().models[0].label == "circuit", "2 is better than 4"
    table.grouped.value = False
    assert table.content.value.count("circuit (seed") >= 3


def test_distributions_are_saved_for_print(host: Host, store: RunStore) -> None:
    card = DistributionsCard(host)
    card.show({"a": report(1.0)})
    assert "is-hidden" in card.root._dom_classes, "states have no observables"
    card.show({"a <b>": report(1.0) | distributions(1.1), "b": None})
    assert "is-hidden" not in card.root._dom_classes
    card.log.value = True
    assert card.plot.figure.layout.yaxis.type == "log"
    card.width.value = "wide"
    card.kinds["svg"].click()
    assert "The width &#x27;wide&#x27; is not a number" in host.alert()
    card.width.value = 86
    card.kinds["svg"].click()
    wait_for(lambda: host.saved)
    name, content = host.saved[0]
    assert name == "mass.svg"
    assert b'width="243.' in content, "86 mm in points"


def test_one_seed_and_other_budgets_are_said(store: RunStore) -> None:
    runs = followed(
        store, tiny(STATES, name="circuit"), tiny(STATES, name="twin", learning_rate=0.5)
    )
    for run, n_steps in zip(runs, (4000, 6000)):
        run.state = run.state.model_copy(update={"step": n_steps})
    panel = SelectedRuns()
    panel.show(runs, "")
    assert "One seed each" in panel.table.notes.value
    assert "circuit 4\u202f000 steps; twin 6\u202f000 steps" in panel.table.notes.value
    panel.show(runs[:1], "")
    assert panel.table.notes.value == ""


def test_the_table_pins_measures_and_hands_on(host: Host, store: RunStore) -> None:
    area = Compare(host)
    made = [store.create(tiny(STATES, name=name)) for name in ("one", "two")]
    for run, value in zip(made, (0.5, 0.25)):
        run.write(
            run.record().model_copy(
                update={
                    "metrics": {"wasserstein": value},
                    "floor": {"wasserstein": 0.1},
                    "n_parameters": 1440,
                    "step": 20,
                    "total": 4000,
                }
            )
        )
    area.runs_listed(store.list())
    assert {row["values"]["metric"][0] for row in area.table.rows} == {"0.5", "0.25"}
    assert all(row["values"]["model"][1] == "1\u202f440 parameters" for row in area.table.rows)
    assert all("20 / 4\u202f000" in row["progress"] for row in area.table.rows)
    assert all("W of states, floor 0.1" in row["values"]["metric"][1] for row in area.table.rows)
    press = area.table._handle_custom_msg
    press({"op": "pin", "id": made[0].id}, [])
    assert {row["id"]: row["pinned"] for row in area.table.rows} == {
        made[0].id: True,
        made[1].id: False,
    }
    press({"op": "baseline", "id": made[0].id}, [])
    told = {row["id"]: row["values"]["metric"][1] for row in area.table.rows}
    assert "−0.25 vs. baseline" in told[made[1].id]
    assert "baseline" not in told[made[0].id]
    other = store.create(tiny(name="elsewhere"))
    other.write(other.record().model_copy(update={"metrics": {"wasserstein": 1.0}}))
    area.runs_listed(store.list())
    assert (
        "not comparable with the baseline"
        in next(r for r in area.table.rows if r["id"] == other.id)["values"]["metric"][1]
    )
    larger = store.create(
        tiny(STATES | {"data": {"kind": "cluster", "n_states": 60}}, name="more of the same")
    )
    larger.write(larger.record().model_copy(update={"metrics": {"wasserstein": 1.0}}))
    area.runs_listed(store.list())
    assert (
        "not comparable with the baseline"
        in next(r for r in area.table.rows if r["id"] == larger.id)["values"]["metric"][1]
    )
    area.metric.value = "wasserstein"
    assert area.table.columns[2]["label"] == "W of states"
    press({"op": "baseline", "id": made[0].id}, [])
    assert area.table.baseline == ""
    press({"op": "copy", "id": made[1].id}, [])
    assert host.done == [("copy", made[1].id)]
    area.table.selected = [made[0].id, made[1].id]
    assert [run.id for run in area.runs] == [made[0].id, made[1].id]
    assert "<td>Name</td>" not in area.side_by_side.settings.value, "it is the heading"


def test_runs_have_dates_and_are_renamed_tagged_and_noted(host: Host, store: RunStore) -> None:
    area = Compare(host)
    run = store.create(tiny(STATES, name="one"))
    run.write(run.record().model_copy(update={"created": 1.8e9, "status": Status.FAILED}))
    area.runs_listed(store.list())
    (shown,) = area.table.rows
    assert [column["key"] for column in area.table.columns] == ["date", "model", "metric"]
    assert shown["values"]["date"] == time.strftime("%Y-%m-%d %H:%M", time.localtime(1.8e9)).split()
    assert shown["order"]["date"] == 1.8e9
    edit = {"op": "annotate", "id": run.id, "name": "two <b>", "note": " why \n"}
    area.table._handle_custom_msg(edit | {"tags": ["#paper", " paper", "", 3]}, [])
    (shown,) = area.table.rows
    assert (shown["name"], shown["tags"], shown["note"]) == ("two <b>", ["paper", "3"], "why")
    assert RunStore(store.root).list()[0].tags == ("paper", "3"), "from the index, too"
    area.table._handle_custom_msg(edit | {"name": " ", "tags": []}, [])
    assert (area.table.rows[0]["name"], area.table.rows[0]["tags"]) == ("two <b>", [])
    area.table._handle_custom_msg(edit | {"id": "none"}, [])
    assert "There is no run" in host.alert()


def test_runs_collapse_to_rows_of_groups(host: Host, store: RunStore) -> None:
    area = Compare(host)
    seeds = [store.create(tiny(STATES, name="circuit", seed=seed)) for seed in range(3)]
    other = store.create(tiny(STATES, name="network", learning_rate=0.5))
    for value, run in enumerate([*seeds, other]):
        run.write(run.record().model_copy(update={"metrics": {"wasserstein": 0.1 + value / 10}}))
    area.runs_listed(store.list())
    assert area.table.groups == {}
    area.table.grouping = SEEDS
    ((key, row),) = area.table.groups.items()
    assert (row["label"], row["about"]) == ("circuit", "3 runs, 3 seeds")
    assert row["values"]["metric"] == ["0.200 ± 0.100", "W of states, mean of 3"]
    assert {r["name"]: r["group"] for r in area.table.rows} == {"circuit": key, "network": ""}
    area.table.grouping = TAGS
    assert area.table.groups == {}
    for run in (seeds[0], other):
        run.annotate(tags=["paper"])
    area.runs_listed(store.list())
    assert area.table.groups["paper"]["values"]["metric"][0] == "0.1 to 0.4"


def test_runs_of_sweeps_and_studies_are_listed_in_groups(host: Host, store: RunStore) -> None:
    area = Compare(host)
    sweep = store.root / "20260101-sweep"
    inside = RunStore(sweep / "runs")
    made = [inside.create(tiny(STATES, name="point", seed=seed)) for seed in range(2)]
    (sweep / "plan.json").write_text("{}")
    study = store.for_studies().create(tiny(STATES, name="look"))
    job = Jobs(store).create(BenchmarkRequest(lineup="jets-observables"))
    of_benchmark = [store.create(tiny(STATES, name=name)).id for name in ("a", "b")]
    job.write(status="failed", runs=tuple(of_benchmark))
    area.runs_listed(store.list())
    assert len(area.table.rows) == 2, "they are no runs of the list"
    area.table.grouping = STUDIES
    assert {row["label"]: row["about"] for row in area.table.groups.values()} == {
        f"Sweep {sweep.name}": "2 runs",
        f"Benchmark {job.id}": "2 runs",
    }
    names = {row["id"] for row in area.table.rows}
    wanted = f"{sweep.name}/{made[0].id}"
    assert {wanted, f"studies/{study.id}", *of_benchmark} <= names
    row = next(row for row in area.table.rows if row["id"] == wanted)
    assert "delete" not in [op for op, _ in row["actions"]], "a sweep needs its runs"
    area.table.selected = [wanted, of_benchmark[0]]
    assert [run.id for run in area.runs] == [wanted, of_benchmark[0]]
    edit = {"op": "annotate", "id": wanted, "name": "best", "tags": [], "note": ""}
    area.table._handle_custom_msg(edit, [])
    assert made[0].state().name == "best"
    area.table.grouping = ""
    assert len(area.table.rows) == 2
    assert area.table.selected == [of_benchmark[0]]


def test_deleted_runs_are_listed_brought_back_and_freed(host: Host, store: RunStore) -> None:
    area = Compare(host)
    first, second = (store.create(tiny(STATES, name=name)) for name in ("<b>one</b>", "two"))
    for run in (first, second):
        store.delete(run.id)
    area.choice.value = BIN
    lines = area.bin.lines.children
    assert "2 runs" in area.bin.about.value
    assert "&lt;b&gt;one" in "".join(line.children[0].value for line in lines)
    lines[0].children[1].click()
    assert len(store.deleted()) == 1
    assert "is-hidden" in area.bin.sure._dom_classes
    area.bin.empty.click()
    assert store.deleted(), "it asks first"
    area.bin.sure.click()
    wait_for(lambda: not store.deleted())
    wait_for(lambda: host.alerts.root.children)
    assert "Permanently deleted 1 run and freed" in host.alert()
    wait_for(lambda: "The bin is empty" in area.bin.about.value)


def test_a_bundle_comes_in_or_is_refused(host: Host, store: RunStore, tmp_path: Path) -> None:
    there = RunStore(tmp_path / "there").create(tiny(STATES, name="far"), claimed=True)
    assert train_run(there) == Status.DONE
    area = Compare(host)
    imported = area.parts[BIN].children[0].children[2]
    file = tmp_path / "run.zip"
    pack(there, file)
    imported._done(file)
    wait_for(lambda: store.list() and host.alerts.root.children)
    assert [state.name for state in store.list()] == ["far"]
    assert "was imported" in host.alert()
    assert not file.exists(), "what was uploaded does not pile up"
    file.write_bytes(b"PK\x03\x04")
    imported._done(file)
    wait_for(lambda: len(host.alerts.root.children) == 2)
    assert "not a bundle" in host.alert()
    assert len(store.list()) == 1


RESULT = {
    "benchmark": "jets-observables",
    "label": "x",
    "seeds": [0, 1, 2],
    "about": {},
    "labels": {"q": "Quantum <i>", "floor": "Real"},
    "columns": [
        {"key": f"c{i}", "label": f"C{i}", "unit": "", "better": "lower"} for i in range(9)
    ],
    "table": {
        name: {
            row: {f"c{i}": {"value": 1.0, "error": 0.1} for i in range(9)} for row in ("q", "floor")
        }
        for name in ("gluon", "quark")
    },
    "models": [
        {
            "key": "q",
            "label": "Quantum <i>",
            "role": "quantum",
            "facts": {"n_parameters": 3},
            "training_seconds": 1.0,
            "sampling_seconds_per_1000": None,
            "threads": 1,
            "runs": [],
            "failures": {},
        }
    ],
    "notes": [],
    "verdict": [f"Sentence {i} <i>." for i in range(9)],
    "tables": {
        "costs": {
            "heads": ["model", "role", "FLOP <i>"],
            "rows": [{"role": "quantum", "cells": ["Quantum <i>", "quantum", "1e9"]}],
            "about": ["FLOP are <i>."],
        },
        "blanks": {
            "heads": ["floor, without", "floor, with"],
            "rows": [{"label": "AUC <i>", "cells": [".5", ".7"]}],
            "words": ["25% are blank <i>."],
            "about": "Without: <i>.",
        },
    },
}


def test_a_benchmark_is_followed_and_its_results_shown(
    host: Host, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qdiffgui.runs.files import write_json

    started = []
    monkeypatch.setattr(
        "qdiffgui.studies.benchmark.jobs.Job.start", lambda job: started.append(job.id)
    )
    area = Compare(host)
    area.choice.value = BENCHMARKS
    panel = area.benchmarks
    setup = panel.setup
    assert "33 runs: estimating the time" in setup.expected.value
    assert "proves nothing" not in setup.about.value
    setup.seeds.value = 1
    assert "One seed proves nothing" in setup.about.value
    assert "--seeds 1" in setup.command.value
    setup.start.click()
    job = Jobs(store).list()[0]
    assert started == [job.id]
    assert panel.choice.value == job.id
    job.write(status="running", owner=this_process(), doing="measuring seed 0")
    area.runs_listed([])
    assert "measuring seed 0 · 0 of 11 runs" in panel.state.value
    assert not panel.buttons["stop"].disabled
    assert panel.buttons["open"].disabled
    assert "once all runs have been trained" in panel.disabled_note.value
    write_json(job.result_file, RESULT)
    write_json(
        job.plots_file,
        [{"title": "ranking", "text": "t", "figures": [{"data": [], "layout": {"height": 321}}]}],
    )
    job.report_file.write_text("<html>")
    job.write(status="done", owner=None, doing="", ended=time.time())
    area.runs_listed([])
    shown = panel.results
    assert "is-hidden" not in shown.root._dom_classes
    assert panel.disabled_note.value == ""
    assert shown.plots[0].height == 321
    assert "3 more conclusions" in shown.verdict.value
    assert "2 more metrics" in shown.table.value
    assert (
        "<i>"
        not in shown.verdict.value + shown.table.value + shown.costs.value + shown.blanks.value
    )
    assert "1e9" in shown.costs.value
    assert "25% are blank" in shown.blanks.value
    shown.show(RESULT | {"tables": {**RESULT["tables"], "blanks": None}}, [])
    assert "is-hidden" in shown.blank_card._dom_classes
    assert "is-hidden" not in shown.cost_card._dom_classes
    assert "1.000 ± 0.100" in shown.table.value
    panel.buttons["save"].click()
    assert host.saved == [(f"{job.id}.html", b"<html>")]
    panel.buttons["delete"].click()
    assert Jobs(store).list() == []
    assert "is-hidden" in shown.root._dom_classes


def test_a_benchmark_that_failed_says_why_and_goes_on(
    host: Host, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Jobs(store).create(BenchmarkRequest(lineup="jets-observables"))
    job.write(status="failed", message="No run came <b>")
    started = []
    monkeypatch.setattr(
        "qdiffgui.studies.benchmark.jobs.Job.start", lambda job: started.append(job.id)
    )
    area = Compare(host)
    area.choice.value = BENCHMARKS
    assert "No run came &lt;b&gt;" in area.benchmarks.state.value
    area.benchmarks.buttons["resume"].click()
    assert started == [job.id]
    assert host.alerts.root.children == ()
