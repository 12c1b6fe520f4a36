"""Files of older layouts are opened, resumed, exported and imported; those of newer ones refused.

The stored files of layout 1 and how they were made: ``tests/stored/make.py``.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import qdiffgui
from qdiffgui import events, exports, file_layout
from qdiffgui.errors import DataError, UserError
from qdiffgui.experiment import Session, prepare
from qdiffgui.runs import commands
from qdiffgui.runs.bundle import MANIFEST, import_bundle, pack
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.follow import Follower, read_events
from qdiffgui.runs.reports import report_of_model, restored_session
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.runs.train import train_run
from tests.stored.make import STOP

STORED = Path(__file__).resolve().parents[1] / "stored" / "layout1"
NEWER = file_layout.RUN + 1
REFUSAL = "was written by a newer version of qdiffgui"


@pytest.fixture
def old(tmp_path: Path) -> RunStore:
    """A copy of the stored runs of layout 1."""
    return RunStore(shutil.copytree(STORED / "runs", tmp_path / "runs"))


@pytest.fixture
def run(old: RunStore) -> RunDirectory:
    return old.get("finished")


def test_stored_files_carry_no_version() -> None:
    """Otherwise the tests below would not read layout 1."""
    for path in STORED.glob("runs/*/status.json"):
        assert "layout" not in json.loads(path.read_text())
        assert b"layout" not in (path.parent / "events.jsonl").read_bytes()
        with h5py.File(path.parent / "checkpoint.h5") as file:
            assert "layout" not in file.attrs
    with zipfile.ZipFile(STORED / "bundle.zip") as bundle:
        assert not any(name.endswith(MANIFEST) for name in bundle.namelist())


def test_old_runs_are_listed(old: RunStore) -> None:
    found = {state.id: (state.status, state.step, state.layout) for state in old.list()}
    assert found == {
        "finished": (Status.DONE, 30, 1),
        "cancelled": (Status.CANCELLED, STOP, 1),
        "denoiser": (Status.INTERRUPTED, STOP, 1),
    }


def test_an_old_run_is_opened(run: RunDirectory) -> None:
    assert qdiffgui.open_run("finished", run.path.parent) == run
    assert run.config().model.kind == "quddpm"
    assert [event.type for event in read_events(run)][:: len(read_events(run)) - 1] == [
        "started",
        "done",
    ]
    assert run.metrics()["rows"]  # type: ignore[index]
    trajectory = run.trajectory()
    assert trajectory is not None
    assert run.trajectory_file.name == "film.json"
    assert trajectory["times"] == [3, 2, 1, 0]


def losses(run: RunDirectory) -> list[dict[str, Any]]:
    return [
        event.model_dump(exclude={"seconds", "type"})
        for event in read_events(run)
        if isinstance(event, events.Loss)
    ]


@pytest.mark.parametrize(("name", "history"), [("cancelled", "cluster"), ("denoiser", "denoiser")])
def test_an_old_run_is_resumed_to_the_same_losses(old: RunStore, name: str, history: str) -> None:
    """Bit for bit on a machine that computes what the machine of the stored run did; else close."""
    run = old.get(name)
    expected = json.loads((STORED / "losses" / f"{history}.json").read_text())
    known = losses(run)
    assert known == expected[: len(known)]
    config, environment = run.config(), json.loads(run.environment_file.read_text())
    environment["data_digest"] = prepare(config).dataset.digest  # data may differ in the last bit
    run.environment_file.write_text(json.dumps(environment))
    run.enqueue()
    assert train_run(run) == Status.DONE
    found = losses(run)
    assert [loss["step"] for loss in found] == [loss["step"] for loss in expected]
    if _first_losses(config) == [loss["loss"] for loss in expected[:3]]:
        assert found == expected
    for loss, stored in zip(found, expected, strict=True):
        assert loss["loss"] == pytest.approx(stored["loss"], rel=1e-5, abs=1e-5)
    assert run.record().layout == 1
    assert (run.trajectory_file.name, run.trajectory() is not None) == ("trajectory.json", True)


def _first_losses(config: Any) -> list[float]:
    """Losses of the first three steps on this machine."""
    model = Session(config).model
    return [model.step(i).loss for i in range(3)]


def test_an_old_checkpoint_is_evaluated(old: RunStore) -> None:
    session = restored_session(old.get("denoiser"))
    assert session.step == STOP
    assert session.draw(4, None, 0).x.shape == (4, 4)


def test_an_old_run_is_exported(run: RunDirectory, tmp_path: Path) -> None:
    written = [
        *exports.model(run, tmp_path / "model.h5"),
        *exports.circuits(run, tmp_path / "circuit.qasm"),
        *exports.drawings(run, tmp_path / "circuit.svg"),
        *exports.samples(run, tmp_path / "samples.h5"),
        *exports.report(run, tmp_path / "report.html"),
        *exports.report(run, tmp_path / "report.json"),
        *exports.settings(run, tmp_path / "config.json"),
        *exports.plots(run, tmp_path / "plots", ["html"]),
    ]
    assert all(path.stat().st_size > 100 for path in written)
    names = {path.stem for path in (tmp_path / "plots").iterdir()}
    assert {"schedule", "loss", "comparison", "populations"} <= names


def test_an_old_bundle_is_imported_and_exported_again(tmp_path: Path) -> None:
    run = import_bundle(RunStore(tmp_path / "here"), STORED / "bundle.zip")
    assert (run.id, run.state().status, run.record().layout) == ("finished", Status.DONE, 1)
    pack(run, tmp_path / "again.zip")
    with zipfile.ZipFile(tmp_path / "again.zip") as bundle:
        assert json.loads(bundle.read(f"finished/{MANIFEST}"))["layout"] == 1
    again = import_bundle(RunStore(tmp_path / "there"), tmp_path / "again.zip")
    assert again.trajectory() == run.trajectory()
    assert losses(again) == losses(run)


def test_an_old_model_is_loaded(run: RunDirectory) -> None:
    """The samples of the stored run are drawn again."""
    model = qdiffgui.load(STORED / "model.h5")
    assert model.sample(5, seed=1).psi.shape == (5, 2)  # type: ignore[union-attr]
    drawn = model.generate(20, seed=run.config().seed)
    with h5py.File(run.samples_file) as file:
        stored = file["encoded/x"][()]
    np.testing.assert_allclose(drawn.x, stored[:20], atol=1e-5)
    assert report_of_model(STORED / "model.h5")["rows"]


def test_an_old_sweep_is_opened(old: RunStore) -> None:
    from qdiffgui.studies.sweep.directory import SweepDirectory, counts

    sweep = SweepDirectory(old.root / "sweep-stored")
    assert len(sweep.points()) == 2
    assert counts(sweep)["done"] == 2


def test_an_old_benchmark_is_opened(old: RunStore) -> None:
    from qdiffgui.studies.benchmark.jobs import Jobs

    job = Jobs(old).get("stored")
    assert job.record().status == "done"
    result = job.result()
    assert result is not None
    assert [model["key"] for model in result["models"]] == ["quantum", "mlp"]
    assert job.sections()


# ---- newer layouts


def change_json(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_new_files_carry_the_version(run: RunDirectory, tmp_path: Path) -> None:
    store = RunStore(tmp_path / "new")
    new = store.create(run.config().model_copy(update={"name": "new"}))
    assert json.loads(new.status_file.read_text())["layout"] == file_layout.RUN
    assert train_run(new) == Status.DONE
    assert new.events_file.read_text().splitlines()[0] == events.header()
    with h5py.File(new.checkpoint_file) as file:
        assert file.attrs["layout"] == file_layout.RUN
    with h5py.File(new.model_file) as file:
        assert file.attrs["format_version"] == 1
    assert new.trajectory_file.name == "trajectory.json"
    assert losses(new) == losses(run) or losses(new)[0]["step"] == 1
    pack(new, tmp_path / "new.zip")
    assert losses(import_bundle(RunStore(tmp_path / "other"), tmp_path / "new.zip")) == losses(new)


def test_a_newer_run_is_listed_and_refused(old: RunStore, tmp_path: Path) -> None:
    run = old.get("cancelled")
    change_json(run.status_file, layout=NEWER)
    state = next(state for state in old.list() if state.id == "cancelled")
    assert REFUSAL in state.message
    assert state.actions == {"delete"}
    refused: list[Callable[[], object]] = [
        run.enqueue,
        lambda: exports.model(run, tmp_path / "x.h5"),
        lambda: exports.bundle(run, tmp_path / "x.zip"),
        lambda: exports.plots(run, tmp_path / "plots"),
        lambda: commands.pause(run),
        lambda: train_run(run),
    ]
    for action in refused:
        with pytest.raises(UserError, match=REFUSAL):
            action()
    assert not list(tmp_path.glob("x*"))
    old.delete("cancelled")


def test_a_newer_status_with_unknown_fields_is_recognized(run: RunDirectory) -> None:
    change_json(run.status_file, layout=NEWER, status="sleeping")
    state = run.state()
    assert (state.status, state.layout) == (Status.INTERRUPTED, NEWER)
    assert REFUSAL in state.message


@pytest.mark.parametrize("name", ["events.jsonl", "checkpoint.h5", "model.h5"])
def test_a_newer_file_is_refused(run: RunDirectory, name: str) -> None:
    path = run.path / name
    read: Callable[[], object]
    if name == "events.jsonl":
        path.write_text(f"{events.header(NEWER)}\n" + path.read_text())
        read = Follower(run).poll
    else:
        with h5py.File(path, "r+") as file:
            file.attrs["format_version" if name == "model.h5" else "layout"] = NEWER
        read = {
            "checkpoint.h5": lambda: restored_session(run),
            "model.h5": lambda: qdiffgui.load(path),
        }[name]
    with pytest.raises(DataError, match=REFUSAL) as caught:
        read()
    assert str(caught.value).count(". ") == 0


@pytest.mark.parametrize("layout", [NEWER, "x", None])
def test_a_newer_bundle_is_refused(run: RunDirectory, tmp_path: Path, layout: Any) -> None:
    pack(run, tmp_path / "run.zip")
    with (
        zipfile.ZipFile(tmp_path / "run.zip") as good,
        zipfile.ZipFile(tmp_path / "changed.zip", "w") as changed,
    ):
        for member in good.infolist():
            content = good.read(member)
            if member.filename.endswith(MANIFEST):
                content = json.dumps({"layout": layout}).encode()
            changed.writestr(member.filename, content)
    store = RunStore(tmp_path / "here")
    if layout is None:
        assert import_bundle(store, tmp_path / "changed.zip").record().layout == 1
        return
    with pytest.raises(DataError, match=REFUSAL if layout == NEWER else "is damaged"):
        import_bundle(store, tmp_path / "changed.zip")
    assert store.list() == []


def test_a_bundle_with_files_of_a_newer_layout_is_refused(
    run: RunDirectory, tmp_path: Path
) -> None:
    for name in ("status.json", "events.jsonl"):
        copy = RunDirectory(shutil.copytree(run.path, tmp_path / name / run.id))
        pack(copy, tmp_path / "run.zip")
        if name == "status.json":
            change_json(copy.status_file, layout=NEWER)
        else:
            copy.events_file.write_text(f"{events.header(NEWER)}\n")
        with zipfile.ZipFile(tmp_path / "changed.zip", "w") as changed:
            for path in copy.path.iterdir():
                changed.write(path, f"{run.id}/{path.name}")
        with pytest.raises(DataError, match=REFUSAL):
            import_bundle(RunStore(tmp_path / "here"), tmp_path / "changed.zip")


def test_a_version_that_is_no_number_is_damaged() -> None:
    assert file_layout.require_readable("'x'", np.int64(2)) == 2
    for wrong in ("x", 0, -1, 1.5):
        with pytest.raises(DataError, match="is damaged"):
            file_layout.require_readable("'x'", wrong)


def test_a_version_that_is_a_long_text_is_cut_in_the_message() -> None:
    with pytest.raises(UserError, match="not a number") as error:
        file_layout.require_readable("'plan.json'", "\x1b[31m" + "a" * 3000)
    assert len(str(error.value)) < 200
    assert str(error.value).isprintable()
