"""A sweep's folder, its table and figures: without Dask."""

from __future__ import annotations

import csv
import errno
import json
import os
import threading
from pathlib import Path

import h5py
import numpy as np
import pytest

from qdiffgui import file_layout
from qdiffgui.errors import UserError
from qdiffgui.evaluation.metric_value import distance_from_best
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.studies.sweep import directory
from qdiffgui.studies.sweep.directory import SweepDirectory, counts
from qdiffgui.studies.sweep.plan import list_points, make_plan
from qdiffgui.studies.sweep.report import sweep_page, sweep_plots
from qdiffgui.studies.sweep.table import rows
from qdiffgui.studies.sweep.task import train
from qdiffgui.studies.sweep.write import write_table, write_tables
from tests.runs.tiny import DIGITS, in_child, kill, losses, tiny
from tests.waiting import wait_for

STORED = Path(__file__).resolve().parents[2] / "stored/layout1/runs/sweep-stored"


def made(root: Path, *over: str, n_generated: int = 20, **training: object) -> SweepDirectory:
    base = tiny(
        DIGITS | {"evaluation": {"n_generated": n_generated}}, **({"iterations": 20} | training)
    )
    plan = make_plan(base, list(over) or ["seed=0..1"])
    return directory.create(plan, list_points(plan), root)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> SweepDirectory:
    """Two learning rates at two seeds, three of the four runs done, by this process."""
    sweep = made(
        tmp_path_factory.mktemp("sweep"),
        "training.learning_rate=0.001,0.01",
        "seed=0..1",
        n_generated=200,
    )
    for point in sweep.points()[:3]:
        train(str(sweep.path), point.run, settings(sweep, point.run))
    write_tables(sweep)
    return sweep


def settings(sweep: SweepDirectory, run: str) -> str:
    point = next(point for point in sweep.points() if point.run == run)
    return sweep.plan().config(point.values).model_dump_json()


def test_it_is_found_again(trained: SweepDirectory):
    root = trained.path.parent
    assert [sweep.id for sweep in directory.sweeps(root)] == [trained.id]
    assert (
        directory.find("last", root).path
        == directory.find(trained.id[:12], root).path
        == trained.path
    )
    assert RunStore(root).list() == []
    with pytest.raises(UserError, match="There is no sweep 'nothing'"):
        directory.find("nothing", root)
    assert counts(trained) == {
        "planned": 4,
        "done": 3,
        "running": 0,
        "failed": 0,
        "cancelled": 0,
        "stopped": 0,
        "waiting": 1,
    }


def test_a_run_is_an_ordinary_run_and_is_not_trained_twice(trained: SweepDirectory):
    first = trained.points()[0].run
    run = RunDirectory(trained.store.root / first)
    before = {path.name: path.stat().st_mtime_ns for path in run.path.iterdir()}
    assert run.state().status == Status.DONE
    assert train(str(trained.path), first, settings(trained, first))["status"] == "done"
    assert {path.name: path.stat().st_mtime_ns for path in run.path.iterdir()} == before
    assert (run.record().attempt, run.config().seed) == (1, 0)


def test_the_table_has_all_runs(trained: SweepDirectory):
    with trained.csv_file.open(newline="") as stream:
        found = list(csv.DictReader(stream))
    assert [row["status"] for row in found] == ["done", "done", "done", "waiting"]
    assert [(row["training.learning_rate"], row["seed"]) for row in found] == [
        ("0.001", "0"),
        ("0.001", "1"),
        ("0.01", "0"),
        ("0.01", "1"),
    ]
    metric = next(name.removeprefix("floor ") for name in found[0] if name.startswith("floor "))
    assert all(float(row[metric]) >= 0 for row in found[:3])
    assert found[3][metric] == ""
    with h5py.File(trained.hdf5_file) as file:
        columns = file["columns"]
        assert list(columns) == [name.replace("/", " per ") for name in found[0]]
        assert columns["run"][()].tolist() == [point.run.encode() for point in trained.points()]
        assert columns["seed"][()].tolist() == [0, 1, 0, 1]
        stored = columns[metric.replace("/", " per ")][()]
        assert (columns["training_seconds"].attrs["unit"], columns["seed"].attrs["label"]) == (
            "s",
            "Seed",
        )
    with trained.columns_file.open(newline="") as stream:
        about = {row["column"]: row for row in csv.DictReader(stream)}
    assert list(about) == list(found[0])
    assert about[f"floor {metric}"]["label"] == f"{about[metric]['label']}, floor"
    assert np.isnan(stored[3])
    assert stored[:3].tolist() == [float(row[metric]) for row in found[:3]]


def test_the_figures_have_floor_and_trivial_generators(trained: SweepDirectory):
    ((title, figure),) = sweep_plots(trained, rows(trained))
    assert "versus Learning rate" in title
    names = [trace.name for trace in figure.data]
    assert "Floor" in names
    assert sum(name.startswith("Trivial: ") for name in names) >= 1
    assert figure.data[0].x == (0.001, 0.01)
    text = trained.report_file.read_text()
    assert "3 of 4 runs done" in text
    assert "plotly" in text.lower()


def test_before_anything_is_done_there_is_a_page_too(tmp_path: Path):
    sweep = made(tmp_path)
    assert sweep_plots(sweep, rows(sweep)) == []
    assert "0 of 2 runs done" in sweep_page(sweep, rows(sweep))
    write_tables(sweep)
    assert sweep.hdf5_file.exists()
    with pytest.raises(UserError, match=r"written as \.csv or \.h5"):
        write_table(tmp_path / "table.txt", rows(sweep))


def test_less_merit_is_better():
    assert distance_from_best(0.6, None, "half") == pytest.approx(0.1)
    assert distance_from_best(0.4, None, "half") == pytest.approx(0.1)
    assert distance_from_best(0.4, 0.1, "floor") == pytest.approx(0.3)
    assert (distance_from_best(0.4, 0.1, "lower"), distance_from_best(0.4, 0.1, "higher")) == (
        0.4,
        -0.4,
    )


def test_of_many_who_claim_a_run_one_gets_it(tmp_path: Path):
    store, config, got = RunStore(tmp_path / "runs"), tiny(), []
    start = threading.Barrier(8)

    def claim() -> None:
        start.wait()
        got.append(store.claim(config, "abc"))

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False] * 7 + [True]
    assert [path.name for path in store.root.iterdir()] == ["abc"]


def test_a_run_that_another_process_trains_is_left_alone_and_taken_when_that_is_killed(
    tmp_path: Path,
):
    """The other is killed in the middle of the training; what goes on from its checkpoint equals a
    run never stopped.
    """
    sweep = made(tmp_path, iterations=20_000)
    run = sweep.points()[0].run
    other = in_child(lambda: train(str(sweep.path), run, settings(sweep, run)))
    place = RunDirectory(sweep.store.root / run)
    wait_for(lambda: place.checkpoint_file.exists())
    told = train(str(sweep.path), run, settings(sweep, run))
    assert (told["status"], told["elsewhere"]) == ("running", True)
    kill(other)
    assert place.state().status == Status.INTERRUPTED
    stopper = threading.Timer(1.0, sweep.request, ["stop"])
    stopper.start()
    ended = train(str(sweep.path), run, settings(sweep, run))
    stopper.join()
    assert (ended["status"], ended["elsewhere"], place.record().attempt) == (
        "interrupted",
        False,
        2,
    )
    told = train(str(sweep.path), sweep.points()[1].run, settings(sweep, sweep.points()[1].run))
    assert told["status"] == "waiting"
    steps = [json.loads(line)["step"] for line in losses(place)]
    assert steps == sorted(set(steps))


def test_a_worker_that_does_not_see_the_folder_says_so(tmp_path: Path):
    sweep = made(tmp_path)
    run = sweep.points()[0].run
    with pytest.raises(
        UserError, match=r"does not see '/nowhere/at/all'. All workers need the folder"
    ):
        train("/nowhere/at/all", run, settings(sweep, run))
    with pytest.raises(UserError, match="another version of qdiffgui"):
        train(str(sweep.path), run, tiny(seed=99).model_dump_json())


def test_a_run_that_was_cancelled_stays_so(tmp_path: Path):
    sweep = made(tmp_path)
    point = sweep.points()[0]
    assert sweep.store.claim(sweep.plan().config(point.values), point.run)
    run = RunDirectory(sweep.store.root / point.run)
    run.move(Status.CANCELLED)
    assert train(str(sweep.path), point.run, settings(sweep, point.run))["status"] == "cancelled"
    assert run.record().attempt == 0


def test_bad_data_are_no_accident(tmp_path: Path):
    sweep = made(tmp_path, "training.iterations=1,20")
    config = tiny(
        {
            **json.loads(tiny().model_dump_json()),
            "data": {"kind": "file", "path": str(tmp_path / "no.h5")},
            "representation": {"kind": "observables"},
        }
    )
    told = train(str(sweep.path), config.digest(), config.model_dump_json())
    assert (told["status"], told["broken"]) == ("failed", False)
    assert "no.h5" in told["message"]


def test_a_line_that_a_crash_cut_off_is_no_run(tmp_path: Path):
    sweep = made(tmp_path)
    whole = sweep.points()
    with sweep.trials_file.open("ab") as stream:
        stream.write(b'{"trial": 7, "val')
    assert sweep.points() == whole
    sweep.append([whole[0]._replace(trial=9, run="ffffffffffff")])
    assert [point.run for point in sweep.points()] == [
        *(point.run for point in whole),
        "ffffffffffff",
    ]


def test_only_one_drives(tmp_path: Path):
    sweep = made(tmp_path)
    with (
        sweep.claimed(),
        pytest.raises(UserError, match="Another process drives the sweep"),
        SweepDirectory(sweep.path).claimed(),
    ):
        pass
    sweep.update_client(phase="running")
    assert sweep.client().phase == "running"
    sweep.request("stop")
    assert sweep.client().phase == "stopping"
    child = in_child(lambda: (sweep.update_client(phase="running"), os._exit(0)))
    os.waitpid(child, 0)
    assert sweep.client().phase == "stopped"


def test_a_plan_has_a_layout_version(tmp_path: Path):
    sweep = made(tmp_path)
    plan = json.loads(sweep.plan_file.read_text())
    assert plan["layout"] == file_layout.SWEEP
    del plan["layout"]
    sweep.plan_file.write_text(json.dumps(plan | {"format": 1}))  # as the first release wrote it
    assert sweep.plan().n_runs == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"layout": 99, "new": true}', "newer version of qdiffgui .layout 99.*update qdiffgui"),
        ('{"layout": "new"}', "its layout version is 'new'"),
        ('{"layout": 1}', "is damaged .* errors"),
        ("[]", "is damaged .not a JSON object"),
        ('{"layout": ', "is damaged .not JSON"),
    ],
)
def test_a_plan_that_cannot_be_read_is_refused_in_a_sentence(
    tmp_path: Path, content: str, says: str
):
    sweep = made(tmp_path)
    sweep.plan_file.write_text(content)
    with pytest.raises(UserError, match=says) as caught:
        sweep.plan()
    assert "\n" not in str(caught.value)


def test_a_stored_sweep_of_the_first_layout_is_read():
    sweep = SweepDirectory(STORED)
    assert "layout" not in json.loads(sweep.plan_file.read_text())
    plan = sweep.plan()
    assert [point.run for point in list_points(plan)] == [point.run for point in sweep.points()]
    assert [row["status"] for row in rows(sweep)] == ["done", "done"]


def test_a_damaged_line_is_named(tmp_path: Path):
    for damage in (
        b"[1, 2\n",
        b'{"trial": 0}\n',
        b'{"trial": 0, "values": {}, "run": "../outside"}\n',
        b"\x00\x00\n",
    ):
        sweep = made(tmp_path)
        lines = sweep.trials_file.read_bytes().splitlines(keepends=True)
        sweep.trials_file.write_bytes(lines[0] + damage + lines[1])
        with pytest.raises(UserError, match=r"Line 2 of '.*trials.jsonl' is damaged"):
            sweep.points()


def test_sweeps_of_one_second_are_all_made_and_nothing_is_left_of_one_that_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert len({made(tmp_path / "runs").id for _ in range(3)}) == 3

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(UserError, match="Cannot create a sweep"):
        made(tmp_path / "runs")
    assert len(list((tmp_path / "runs").iterdir())) == 3


def test_a_folder_that_cannot_be_changed_is_not_driven(tmp_path: Path):
    sweep = made(tmp_path)
    (sweep.path / "lock").mkdir()
    with pytest.raises(UserError, match="is not writable"), sweep.claimed():
        pass
