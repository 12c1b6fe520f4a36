"""Nothing of a read-only process changes a run or starts a training, whichever code is asked."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import h5py
import pytest

from qdiffgui.background.helper import HelperProcess
from qdiffgui.background.job import Job, JobRecord
from qdiffgui.errors import UserError
from qdiffgui.runs import commands, read_only
from qdiffgui.runs.bundle import pack
from qdiffgui.runs.files import write_arrays
from qdiffgui.runs.process import process_of
from qdiffgui.runs.read_only import ReadOnlyError, changes_forbidden
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.store import RunStore
from tests.runs.tiny import STATES, tiny


def content(folder: Path) -> dict[str, bytes]:
    """All files below a folder, but the index of the list of runs and locks."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in files
        if path.name not in (".index.jsonl", "lock")
    }


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    made = RunStore(tmp_path / "runs")
    for name in ("first", "second"):
        made.create(tiny(STATES, name=name))
    made.delete("second")
    return made


CHANGES: dict[str, Callable[[RunStore], object]] = {
    "create": lambda store: store.create(tiny(STATES, name="third")),
    "claim": lambda store: store.claim(tiny(STATES, name="third"), "20260101-000000-third"),
    "train": lambda store: Runner(store, warm=False).submit(tiny(STATES, name="third")),
    "resume": lambda store: Runner(store, warm=False).resume("first"),
    "cancel": lambda store: store.get("first").request("cancel"),
    "pause": lambda store: commands.pause(store.get("first")),
    "rename": lambda store: store.rename("first", "other"),
    "annotate": lambda store: store.get("first").annotate(note="mine"),
    "delete": lambda store: store.delete("first"),
    "restore": lambda store: store.restore(store.deleted()[0]),
    "upload": lambda store: (store.root / ".uploads").mkdir(),
    "write": lambda store: (store.get("first").path / "config.json").write_text("{}"),
    "append": lambda store: store.get("first").config_file.open("ab"),
    "low level": lambda store: os.open(store.get("first").config_file, os.O_RDWR),
    "arrays": lambda store: write_arrays(store.get("first").samples_file, {}),
    "remove": lambda store: shutil.rmtree(store.get("first").path),
    "move out": lambda store: store.get("first").path.rename(store.root.parent / "mine"),
    "move in": lambda store: os.replace(__file__, store.root / "file"),
    "by another way": lambda store: (store.root / "x" / ".." / "new").mkdir(),
    "study": lambda store: Job(store.root / ".studies" / "s").start(["runs"], "a study"),
    "program": lambda store: subprocess.run(["true"], check=False),
    "shell": lambda store: os.system("true"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_refused_in_a_sentence(name: str, store: RunStore) -> None:
    before = content(store.root)
    with changes_forbidden(store.root), pytest.raises((UserError, PermissionError)) as refused:
        CHANGES[name](store)
    assert str(refused.value).endswith((".", "folder."))
    assert content(store.root) == before


def test_the_bin_keeps_what_is_in_it(store: RunStore) -> None:
    with changes_forbidden(store.root):
        assert store.bin.free() == (0, 0)
    assert len(store.deleted()) == 1


def test_what_is_not_changed_can_be_read_and_exported(store: RunStore, tmp_path: Path) -> None:
    with changes_forbidden(store.root):
        assert [state.name for state in store.list()] == ["first"]
        run = store.get("first")
        assert run.config().name == "first"
        pack(run, tmp_path / "bundle.zip")
        with h5py.File(tmp_path / "own.h5", "w") as file:
            file["x"] = [1]
    assert not read_only.is_read_only()
    run.annotate(note="mine")


def test_a_process_of_somebody_else_is_not_ended(store: RunStore, tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    job = Job(tmp_path / "job")  # elsewhere: only the signal is refused
    job.folder.mkdir()
    owner = process_of(other.pid)
    assert owner is not None
    job._write(JobRecord(status="running", title="a study", owner=owner))
    try:
        with changes_forbidden(store.root), pytest.raises(ReadOnlyError):
            job.stop()
        assert other.poll() is None
    finally:
        other.communicate(b"\n", timeout=30)


def test_the_helper_that_prepares_what_is_shown_runs(store: RunStore) -> None:
    helper = HelperProcess()
    with changes_forbidden(store.root):
        helper.start()
        assert helper.pid is not None
        helper.end()
