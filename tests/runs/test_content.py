"""Data are known by their content: a file that was replaced under the same path is other data for
every run, model, benchmark, sweep and estimate.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from qdiffgui import catalog
from qdiffgui.config import Experiment, data_file, override
from qdiffgui.config.data_file import content_digest
from qdiffgui.data.files import load_file
from qdiffgui.errors import DataError, UserError
from qdiffgui.experiment import Session
from qdiffgui.runs.reports import report_of_model
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.runs.train import train_run
from qdiffgui.studies.benchmark.jobs import BenchmarkRequest, Jobs
from qdiffgui.studies.benchmark.run_job import lineup_of
from qdiffgui.studies.benchmark.user_file import lineup_for_file
from qdiffgui.studies.sweep.plan import list_points, make_plan
from tests.data import files
from tests.runs.tiny import DIGITS, tiny


def settings(path: Path, **training: int) -> Experiment:
    return Experiment.model_validate(
        {
            "data": {"kind": "file", "path": str(path)},
            "model": DIGITS["model"],
            "training": DIGITS["training"] | {"iterations": 5, **training},
            "evaluation": {"n_generated": 20, "test_fraction": 0.5},
        }
    )


def replace(path: Path) -> None:
    """Another file of the same size and date in its place."""
    date = os.stat(path)
    with np.load(path) as old:
        arrays = dict(old)
    np.savez_compressed(path, X=arrays["X"] * [2.0, 1, 1, 1], y=arrays["y"])
    os.utime(path, ns=(date.st_atime_ns, date.st_mtime_ns))


def test_equal_content_is_the_same_data_under_another_path(tmp_path: Path) -> None:
    path = files.energyflow(tmp_path / "jets.npz")
    (tmp_path / "other").mkdir()
    copy = Path(shutil.copy(path, tmp_path / "other"))
    os.utime(copy, ns=(1, 1))
    assert settings(path).digest() == settings(copy).digest()
    before = settings(path).digest()
    replace(path)
    assert settings(path).digest() != before == settings(copy).digest()


def test_settings_without_a_file_keep_their_digest(tmp_path: Path) -> None:
    assert Experiment().pinned() == Experiment()
    gone = settings(tmp_path / "none.npz")
    assert gone.pinned() == gone
    assert gone.digest() == gone.digest()


def test_a_large_file_is_known_by_blocks_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_file, "WHOLE", 1 << 20)
    monkeypatch.setattr(data_file, "_N_BLOCKS", 20)
    path = tmp_path / "large"
    path.write_bytes(bytes((1 << 20) + 1))
    before = content_digest(path)
    with path.open("r+b") as stream:
        stream.seek(1 << 20)
        stream.write(b"x")
    assert content_digest(path) not in (before, "")


def test_a_run_and_its_model_are_tied_to_the_content_of_the_file(tmp_path: Path) -> None:
    """No report sets them against the data that took the place of theirs."""
    path, store = files.energyflow(tmp_path / "jets.npz"), RunStore(tmp_path / "runs")
    run = store.create(settings(path))
    assert run.config().data.content == content_digest(path)
    for config in (run.config(), settings(path)):  # earlier versions stored no content
        session = Session(config)
        for _ in session.events():
            pass
        session.save_model(tmp_path / f"{config.data.content}.h5")
        assert report_of_model(tmp_path / f"{config.data.content}.h5")["rows"]
    replace(path)
    with pytest.raises(DataError, match=r"'jets\.npz' has changed since"):
        report_of_model(tmp_path / f"{run.config().data.content}.h5")
    with pytest.raises(DataError, match=r"have changed since '\.h5' was trained"):
        report_of_model(tmp_path / ".h5")
    moved = override(run.config(), [f"data.path={path}"])
    assert len(load_file(moved.data)), "a path that is given again means its present content"


def test_a_benchmark_does_not_take_runs_of_the_file_that_was_there(tmp_path: Path) -> None:
    path, store = files.energyflow(tmp_path / "jets.npz"), RunStore(tmp_path / "runs")
    entry = catalog.benchmarks["jets-observables"]
    job = Jobs(store).create(BenchmarkRequest(lineup=entry.key, data=str(path)))
    for contestant in lineup_of(job)[1].contestants:
        store.create(contestant.with_seed(0))
    known = {state.digest for state in store.list()}
    assert {c.with_seed(0).digest() for c in lineup_of(job)[1].contestants} == known
    replace(path)
    fresh = lineup_for_file(entry, str(path)).contestants
    assert not {c.with_seed(0).digest() for c in fresh} & known
    with pytest.raises(UserError, match="changed since this benchmark was created"):
        lineup_of(job)


def test_a_sweep_and_an_estimate_know_the_content(tmp_path: Path) -> None:
    path = files.energyflow(tmp_path / "jets.npz")
    axes = ["seed=0,1"]
    before = make_plan(settings(path), axes)
    ids = [point.run for point in list_points(before)]
    replace(path)
    assert [point.run for point in list_points(before)] == ids, "the plan keeps its data"
    assert not set(ids) & {point.run for point in list_points(make_plan(settings(path), axes))}


def test_columns_of_a_root_file_are_stored_with_the_run(tmp_path: Path) -> None:
    run = RunStore(tmp_path / "runs").create(
        tiny(
            {
                "data": {"kind": "file", "path": str(files.root(tmp_path / "jets.root"))},
                "representation": {"kind": "radial", "n_bins": 4},
                "model": {"kind": "ddpm", "schedule": {"kind": "cosine", "n_steps": 4}},
                "training": {"iterations": 2, "batch_size": 8},
                "evaluation": {"n_generated": 20},
            }
        ),
        claimed=True,
    )
    assert train_run(run) == Status.DONE, run.state().message
    notes = (run.environment() or {})["data_notes"]
    assert "table = Events" in notes[0]
    assert "px = cand_px" in notes[0]
