"""Numbers in stored files that no run can have: one bad run is one bad row, in every list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qdiffgui.background.job import Job as PageJob
from qdiffgui.cli import runs as cli
from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.runs.bundle import import_bundle, pack
from qdiffgui.runs.nested import RESERVED
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.studies.benchmark.jobs import BenchmarkRequest, Jobs
from qdiffgui.studies.sweep.directory import SweepDirectory, create
from qdiffgui.studies.sweep.plan import Plan, SweepPoint
from qdiffgui.ui.panels.benchmarks import _words

BAD = ["1e300", "NaN", "Infinity", "1e12", "-1", "[]"]
TIMES = ["created", "queued", "started", "ended", "updated"]


def _change(file: Path, **values: str) -> None:
    content = json.loads(file.read_bytes())
    marked = json.dumps(content | {key: f"@{key}" for key in values})
    for key, value in values.items():
        marked = marked.replace(f'"@{key}"', value)
    file.write_text(marked)


@pytest.mark.parametrize("value", BAD)
@pytest.mark.parametrize("key", ["created", "updated", "seconds", "step", "owner", "metrics"])
def test_one_bad_run_is_one_bad_row(
    key: str, value: str, store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    good = store.create(Experiment(name="good"), claimed=True)
    bad = store.create(Experiment(name="bad"))
    _change(bad.status_file, **{key: value})
    listed = {state.name: state for state in store.list()}
    assert listed["good"].status == Status.QUEUED
    if key in TIMES and value != "-1":
        assert (listed["bad"].status, "was lost" in listed["bad"].message) == ("interrupted", True)
    for as_json in (False, True):
        cli.show(store, as_json)
    assert good.id in (out := capsys.readouterr().out)
    assert bad.id in out


def test_half_a_character_is_a_question_mark(store: RunStore, tmp_path: Path) -> None:
    """JSON may hold half a UTF-16 character, which UTF-8 cannot hold."""
    run = store.create(Experiment())
    _change(run.status_file, message='"\\ud800 was here"', phase='"\\udfff"')
    pack(run, tmp_path / "run.zip")
    there = import_bundle(RunStore(tmp_path / "there"), tmp_path / "run.zip")
    assert there.record().phase == "?"
    there.write(there.record())
    assert there.id in {state.id for state in RunStore(tmp_path / "there").list()}


@pytest.mark.parametrize("value", BAD[:4])
def test_such_a_bundle_is_refused(value: str, store: RunStore, tmp_path: Path) -> None:
    run = store.create(Experiment())
    _change(run.status_file, created=value)
    pack(run, tmp_path / "run.zip")
    with pytest.raises(UserError, match=r"status\.json in 'run\.zip' is damaged"):
        import_bundle(RunStore(tmp_path / "there"), tmp_path / "run.zip")
    assert not any((tmp_path / "there").iterdir())


@pytest.mark.parametrize("value", BAD[:4])
def test_benchmarks_jobs_and_sweeps(value: str, store: RunStore) -> None:
    job = Jobs(store).create(BenchmarkRequest(lineup="jets-observables"))
    _change(job.path / "status.json", created=value)
    (listed,) = Jobs(store).list()
    assert _words(listed, listed.record()).endswith("interrupted")

    folder = store.root / "page"
    folder.mkdir()
    (folder / "job.json").write_text(f'{{"status": "done", "started": {value}}}')
    assert PageJob(folder).record().status == "none"

    sweep = create(Plan(axes=(), base=Experiment()), [SweepPoint(0, {}, "one")], store.root)
    _change(sweep.plan_file, created=value)
    with pytest.raises(UserError, match="damaged"):
        SweepDirectory(sweep.path).plan()
    sweep.client_file.write_text(f'{{"phase": "running", "updated": {value}}}')
    assert sweep.client().phase == "waiting"


@pytest.mark.parametrize("name", sorted({*RESERVED, "Last"}))
def test_a_bundle_cannot_take_a_reserved_name(name: str, store: RunStore, tmp_path: Path) -> None:
    run = store.create(Experiment(name="mine"))
    pack(run.path.rename(store.root / name) and type(run)(store.root / name), tmp_path / "run.zip")
    assert store.list() == []  # nor is it a run if somebody puts it there
    there = RunStore(tmp_path / "there")
    with pytest.raises(UserError, match="means something else"):
        import_bundle(there, tmp_path / "run.zip")
    newest = there.create(Experiment())
    assert there.get("last") == newest
    assert there.for_studies().list() == []
