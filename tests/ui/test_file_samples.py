"""Files of samples among the runs of the area Compare."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from qdiffgui.background.job import Job
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.reports import report_of_file
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.runs.train import train_run
from qdiffgui.ui.panels.compare import Compare
from qdiffgui.ui.panels.file_samples import FOLDER
from tests.runs.tiny import DIGITS, tiny
from tests.ui.test_compare import Host
from tests.waiting import wait_for

SETTINGS = DIGITS | {"evaluation": {"n_generated": 40, "test_fraction": 0.5}}


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    made = RunStore(tmp_path / "runs").create(
        tiny(SETTINGS, name="tiny", iterations=5), claimed=True
    )
    assert train_run(made) == Status.DONE
    return made


@pytest.fixture
def images(tmp_path: Path) -> Path:
    with h5py.File(tmp_path / "theirs.h5", "w") as file:
        file["X"] = np.random.default_rng(0).random((80, 8, 8))
        file["y"] = np.ones(80)
    return tmp_path / "theirs.h5"


def finished(run: RunDirectory, name: str, status: str, result: str = "", log: str = "") -> None:
    """The folder of a comparison that has ended."""
    folder = run.path.parent / FOLDER / name
    folder.mkdir(parents=True)
    about = {"name": name, "like": "tiny", "config": run.config().model_dump(mode="json")}
    (folder / "about.json").write_text(json.dumps(about))
    job = Job(folder)
    job.result_file.write_text(result)
    job.log_file.write_text(log)
    job.finish(status)


def test_a_file_is_a_row_among_the_runs(run: RunDirectory, images: Path) -> None:
    report = report_of_file(run.config(), images)
    finished(run, "theirs.h5", "done", json.dumps([report]))
    finished(run, "other.h5", "failed", log="qdiffgui: 'other.h5' cannot be compared.\n")
    store = RunStore(run.path.parent)
    area = Compare(Host(store))
    area.runs_listed(store.list())
    rows = {row["name"]: row for row in area.table.rows}
    assert set(rows) == {"theirs.h5", "other.h5", "tiny"}
    assert rows["theirs.h5"]["values"]["model"][0] == "Samples from a file"
    assert rows["theirs.h5"]["detail"] == "samples from a file · like tiny"
    assert rows["other.h5"]["detail"] == "'other.h5' cannot be compared."
    assert rows["other.h5"]["status"] == "failed"
    area.table.selected = [rows["theirs.h5"]["id"], rows["tiny"]["id"]]
    area.table.baseline = rows["tiny"]["id"]
    area._tabulate()
    row = next(row for row in area.table.rows if row["name"] == "theirs.h5")
    assert "vs. baseline" in row["values"]["metric"][1]
    assert len(area.side_by_side.reports.children) == 2
    assert set(area.side_by_side._together()) == {"theirs.h5", "tiny"}
    assert "theirs.h5" not in area.side_by_side.settings.value
    area._act("forget", rows["theirs.h5"]["id"])
    assert {row["name"] for row in area.table.rows} == {"other.h5", "tiny"}
    assert images.is_file()


def test_adding_needs_a_file_and_a_run(run: RunDirectory, images: Path) -> None:
    store = RunStore(run.path.parent)
    host = Host(store)
    area = Compare(host)
    area.runs_listed(store.list())
    area.files.add.click()
    assert "Enter the path of a file" in host.alert()
    area.files.path.value = str(images)
    area.files.add.click()
    assert "Select the run" in host.alert()


@pytest.mark.slow
def test_the_button_compares_in_a_process(run: RunDirectory, images: Path) -> None:
    store = RunStore(run.path.parent)
    area = Compare(Host(store))
    area.runs_listed(store.list())
    area.table.selected = [run.id]
    area.files.path.value = str(images)
    area.files.add.click()

    def listed() -> bool:
        area.runs_listed(store.list())
        return area.table.rows[0]["status"] == "done"

    wait_for(listed, "the comparison")
    assert area.table.rows[0]["values"]["metric"][0] != "–"
