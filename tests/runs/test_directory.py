from __future__ import annotations

import errno
import os
import subprocess
import sys
import time

import psutil
import pytest

from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.runs import directory
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.process import Process, process_of, this_process
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore


@pytest.fixture
def run(store: RunStore) -> RunDirectory:
    return store.create(Experiment(), claimed=True)


def ended() -> Process:
    """A process that has ended, under a number that is free again."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    found = Process(
        pid=child.pid, created=psutil.Process(child.pid).create_time(), host=this_process().host
    )
    assert found.is_alive()
    child.communicate()
    return found


def test_a_run_whose_worker_has_died_is_interrupted_and_can_be_resumed(run: RunDirectory) -> None:
    run.move(Status.RUNNING, owner=ended(), step=40, threads=2)
    state = run.state()
    assert (state.status, state.threads) == (Status.INTERRUPTED, 0)
    assert "ended at step 40" in state.message
    assert "resume" in state.actions
    assert run.record().status == Status.RUNNING  # looking changes nothing
    run.enqueue()
    assert run.state().status == Status.QUEUED


def test_a_queued_run_whose_runner_has_died_is_interrupted(run: RunDirectory) -> None:
    run.write(run.record().model_copy(update={"owner": ended()}))
    assert run.state().status == Status.INTERRUPTED


def test_a_reused_process_number_is_not_the_worker(run: RunDirectory) -> None:
    impostor = this_process().model_copy(update={"created": this_process().created - 1000})
    run.move(Status.RUNNING, owner=impostor)
    assert run.state().status == Status.INTERRUPTED


def test_a_dead_thread_of_a_living_process_is_seen(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.move(Status.RUNNING, owner=this_process())
    assert run.state().status == Status.INTERRUPTED
    monkeypatch.setattr(directory, "TRAINED_HERE", {run.path})
    assert run.state().status == Status.RUNNING


def test_a_worker_on_another_host_counts_as_alive_while_it_writes(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.move(Status.RUNNING, owner=Process(pid=1, created=0, host="elsewhere"))
    assert run.state().status == Status.RUNNING
    later = time.time() + 1000
    monkeypatch.setattr(time, "time", lambda: later)
    assert run.state().status == Status.INTERRUPTED


def test_asking_for_an_end_shows_at_once(run: RunDirectory) -> None:
    run.request("cancel")
    assert run.state().status == Status.CANCELLING
    assert run.record().status == Status.QUEUED


def test_only_what_was_stopped_can_be_queued_again(run: RunDirectory) -> None:
    with pytest.raises(UserError, match="only cancelled, failed and interrupted runs"):
        run.enqueue()
    run.move(Status.CANCELLED)
    run.request("cancel")
    assert run.enqueue().owner == this_process()
    assert run.requested() == "run"
    with pytest.raises(UserError, match="is queued"):
        run.enqueue()


def test_one_holder_at_a_time(run: RunDirectory) -> None:
    with run.locked():
        with (
            pytest.raises(UserError, match="in use by another process"),
            RunDirectory(run.path).locked(timeout=0.05),
        ):
            pass
        code = (
            "from qdiffgui.runs.directory import RunDirectory\nwith "
            f"RunDirectory({str(run.path)!r}).locked(timeout=0): pass"
        )
        assert (
            b"in use by another process"
            in subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).stderr
        )
    with RunDirectory(run.path).locked(timeout=0.05):
        pass


def test_illegal_moves_are_refused(run: RunDirectory) -> None:
    with pytest.raises(UserError, match="queued cannot become done"):
        run.move(Status.DONE)
    assert run.record().status == Status.QUEUED


def test_the_state_is_written_even_on_a_full_disk(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    run.move(Status.FAILED, message="The disk is full.")
    assert (run.record().status, run.record().message) == (Status.FAILED, "The disk is full.")


def test_a_folder_that_is_no_run(store: RunStore) -> None:
    with pytest.raises(UserError, match="is not a run"):
        RunDirectory(store.root).config()
    with (
        pytest.raises(UserError, match="There is no run at"),
        RunDirectory(store.root / "x").locked(),
    ):
        pass


def test_a_clock_that_is_set_anew_does_not_end_a_worker(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """psutil gives start times by the present clock: set back an hour, all of them, and the boot of
    the machine, are an hour earlier.
    """
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        run.move(Status.RUNNING, owner=process_of(child.pid))
        created, booted = psutil.Process.create_time, psutil.boot_time()
        monkeypatch.setattr(psutil, "boot_time", lambda: booted - 3600)
        monkeypatch.setattr(psutil.Process, "create_time", lambda process: created(process) - 3600)
        assert run.state().status == Status.RUNNING
    finally:
        child.communicate()
    assert run.state().status == Status.INTERRUPTED


def test_after_a_restart_of_the_machine_an_equal_number_is_another_process() -> None:
    before = this_process().model_copy(update={"boot": "another"})
    assert this_process().is_alive()
    assert not before.is_alive()


def test_a_run_that_cannot_be_changed_says_so(run: RunDirectory) -> None:
    (run.path / "lock").mkdir()  # whoever we are, that is not to be opened for writing
    with pytest.raises(UserError, match="is not writable"), run.locked():
        pass


def test_what_a_killed_worker_left_half_written_goes_with_the_next_start(run: RunDirectory) -> None:
    parts = [run.path / name for name in (".checkpoint.h5.x7Fq", ".model.h5.a", ".samples.h5.b")]
    others = [run.path / ".control.json.c", run.path / "notes.txt"]
    for path in parts + others:
        path.write_bytes(b"half")
    run.remove_partial_files()
    assert [path.exists() for path in (*parts, *others)] == [False] * 3 + [True] * 2
