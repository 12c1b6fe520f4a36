"""The work loop on real trainings: complete, killed at any instant, paused, cancelled, broken, out
of disk.
"""

from __future__ import annotations

import errno
import os
import random
import resource
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from qdiffgui import events as ev
from qdiffgui import model_file
from qdiffgui.config import Experiment, override
from qdiffgui.errors import UserError
from qdiffgui.experiment import Session
from qdiffgui.runs import commands
from qdiffgui.runs import recorder as recorders
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.follow import read_events
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.runs.train import train_run
from tests.runs.tiny import DIGITS, STATES, in_child, kill, losses, samples, tiny
from tests.waiting import wait_for

FOREVER = {"iterations": 20_000}


@pytest.fixture(scope="module", params=[DIGITS, STATES], ids=["ddpm", "quddpm"])
def reference(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> RunDirectory:
    """A run that nobody interrupted."""
    run = RunStore(tmp_path_factory.mktemp("reference")).create(tiny(request.param))
    assert train_run(run) == Status.DONE
    return run


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    """The same of one model, where the model makes no difference."""
    run = RunStore(tmp_path_factory.mktemp("digits")).create(tiny(iterations=80))
    assert train_run(run) == Status.DONE
    return run


def resume(run: RunDirectory) -> Status:
    run.enqueue()
    return train_run(run)


def in_thread(run: RunDirectory, stop: threading.Event | None = None) -> threading.Thread:
    thread = threading.Thread(target=train_run, args=(run, stop))
    thread.start()
    return thread


def newer(path: Path, than: int) -> bool:
    return path.exists() and path.stat().st_mtime_ns > than


def learning(run: RunDirectory) -> Callable[[], bool]:
    return lambda: run.events_file.exists() and b'"type":"loss"' in run.events_file.read_bytes()


def test_a_finished_run_has_all_its_files(reference: RunDirectory) -> None:
    state = reference.state()
    assert (state.status, state.threads, state.attempt, state.fraction) == (Status.DONE, 0, 1, 1.0)
    assert state.step == state.total == reference.config().training.iterations
    assert state.live
    assert not state.metrics, "20 samples are too few for the metrics of a report"
    events = read_events(reference)
    assert isinstance(events[0], ev.Started)
    assert isinstance(events[-1], ev.Done)
    assert {"loss", "progress", "samples", "metrics", "checkpoint"} <= {
        event.type for event in events
    }
    assert reference.metrics()["rows"]  # type: ignore[index]
    trajectory = reference.trajectory()
    assert trajectory is not None
    assert trajectory["times"][0] > trajectory["times"][-1] == 0
    environment = reference.environment()
    assert environment is not None
    assert environment["data_digest"]
    assert environment["versions"]["torch"]
    assert "done at step" in reference.log()
    model = model_file.load(reference.model_file)
    np.testing.assert_array_equal(model.generate(5, seed=2).x, model.generate(5, seed=2).x)
    assert len(samples(reference)) >= 20


@pytest.mark.parametrize("seed", range(2))
def test_killed_at_any_instants_and_resumed_it_ends_the_same(
    reference: RunDirectory, store: RunStore, seed: int
) -> None:
    chance = random.Random(seed)
    # a checkpoint at each step, so that a fast machine is not done before the second kill
    run = store.create(override(reference.config(), ["training.checkpoint_seconds=0.001"]))
    duration = max(reference.record().seconds, 0.2)
    for attempt in range(4):
        before = run.checkpoint_file.stat().st_mtime_ns if run.checkpoint_file.exists() else 0
        pid = in_child(lambda: train_run(run))
        if attempt:  # the first kill is while it starts, the others while it trains
            wait_for(
                lambda before=before: (
                    newer(run.checkpoint_file, before) or run.record().status == Status.DONE
                )
            )  # type: ignore[misc]
        time.sleep(chance.uniform(0, duration / 8))
        kill(pid)
        if run.record().status == Status.DONE:
            break
        if run.record().status != Status.QUEUED:  # killed before it began, it is still queued
            assert run.state().status == Status.INTERRUPTED
            run.enqueue()
    else:
        assert train_run(run) == Status.DONE
    assert run.record().attempt > 1
    assert run.state().status == Status.DONE
    assert losses(run) == losses(reference)
    np.testing.assert_array_equal(samples(run), samples(reference))
    assert run.metrics()["rows"] == reference.metrics()["rows"]  # type: ignore[index]


def test_killed_between_event_and_checkpoint_it_ends_the_same(
    digits: RunDirectory, store: RunStore
) -> None:
    """The files as they are when the machine dies with events written after the last checkpoint,
    the last line torn.
    """
    run = store.create(digits.config())
    pid = in_child(lambda: train_run(run))
    wait_for(run.checkpoint_file.exists)
    kill(pid)
    with run.events_file.open("ab") as stream:
        stream.write(b'{"step":7,"seconds":1.0,"type":"loss","loss":99.0}\n{"step":8,"sec')
    assert resume(run) == Status.DONE
    assert losses(run) == losses(digits)


def test_cancel_answers_keeps_what_was_learned_and_can_be_resumed(store: RunStore) -> None:
    run = store.create(tiny(**FOREVER))
    thread = in_thread(run)
    wait_for(learning(run))
    run.request("cancel")
    wait_for(lambda: run.record().status == Status.CANCELLED)
    thread.join()
    state = run.state()
    assert (state.status, "resume" in state.actions) == (Status.CANCELLED, True)
    assert model_file.load(run.model_file).generate(3, seed=0).x.shape[0] == 3
    assert read_events(run)[-1] == ev.Done(
        step=state.step, seconds=state.seconds, status="cancelled"
    )
    run.enqueue()
    thread = in_thread(run)
    wait_for(lambda: run.record().step > state.step)
    run.request("cancel")
    thread.join()
    assert run.state().attempt == 2


def test_nothing_is_learned_while_paused(store: RunStore) -> None:
    run = store.create(tiny(**FOREVER))
    thread = in_thread(run)
    wait_for(learning(run))
    for _ in range(3):
        run.request("pause")
        wait_for(lambda: run.record().status == Status.PAUSED)
        state, n = run.state(), len(losses(run))
        assert (state.threads, run.checkpoint_file.exists()) == (0, True)
        time.sleep(0.1)
        assert len(losses(run)) == n
        run.request("run")
        wait_for(lambda n=n: run.record().status == Status.RUNNING and len(losses(run)) > n)  # type: ignore[misc]
    run.request("cancel")
    thread.join()


def test_a_paused_training_goes_on_step_by_step(store: RunStore) -> None:
    run = store.create(tiny(**FOREVER))
    thread = in_thread(run)
    wait_for(learning(run))
    commands.pause(run)
    wait_for(lambda: run.record().status == Status.PAUSED)
    for _ in range(3):
        with h5py.File(run.checkpoint_file) as file:
            step = int(file["session/step"][()])
        shown = len([event for event in read_events(run) if isinstance(event, ev.Samples)])
        commands.step(run)
        wait_for(
            lambda step=step: run.record().step == step + 1 and run.record().status == Status.PAUSED
        )  # type: ignore[misc]
        assert (
            len([event for event in read_events(run) if isinstance(event, ev.Samples)]) == shown + 1
        )
    commands.unpause(run)
    wait_for(lambda: run.record().status == Status.RUNNING and run.record().step > step + 2)
    run.request("cancel")
    thread.join(180)
    with pytest.raises(UserError, match="cannot be trained step by step"):
        commands.step(run)


def test_cancelled_while_paused(store: RunStore) -> None:
    run = store.create(tiny(**FOREVER))
    thread = in_thread(run)
    wait_for(learning(run))
    run.request("pause")
    wait_for(lambda: run.record().status == Status.PAUSED)
    run.request("cancel")
    thread.join(180)
    assert run.state().status == Status.CANCELLED


def test_stopped_it_keeps_a_checkpoint_of_that_very_step(
    store: RunStore, digits: RunDirectory
) -> None:
    config = digits.config()
    long = config.model_copy(
        update={"training": config.training.model_copy(update={"checkpoint_seconds": 3600})}
    )
    run, stop = store.create(long), threading.Event()
    thread = in_thread(run, stop)
    wait_for(learning(run))
    stop.set()
    thread.join()
    state = run.state()
    if state.status != Status.DONE:
        assert state.status == Status.INTERRUPTED
        assert 0 < state.step < state.total
        assert resume(run) == Status.DONE
    assert losses(run) == losses(digits)


def test_cancelled_while_it_evaluates(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_: Session) -> dict[str, object]:
        while True:
            time.sleep(0.01)

    monkeypatch.setattr(Session, "report", endless)
    run = store.create(tiny(iterations=5))
    thread = in_thread(run)
    wait_for(lambda: run.events_file.exists() and b"evaluating" in run.events_file.read_bytes())
    run.request("cancel")
    thread.join(180)
    assert run.state().status == Status.CANCELLED
    assert run.model_file.exists()
    monkeypatch.undo()
    assert resume(run) == Status.DONE


def test_bad_settings_fail_in_one_sentence(store: RunStore) -> None:
    run = store.create(
        Experiment.model_validate({"data": {"kind": "file", "path": "/nowhere/jets.h5"}})
    )
    assert train_run(run) == Status.FAILED
    last = read_events(run)[-1]
    assert isinstance(last, ev.Failed)
    assert (last.message, last.report) == (run.state().message, "")
    assert "jets.h5" in last.message
    assert "Traceback" not in run.log()


def test_a_bug_fails_with_a_report_to_copy(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(Session, "trajectory", broken)
    run = store.create(tiny())
    assert train_run(run) == Status.FAILED
    last = read_events(run)[-1]
    assert isinstance(last, ev.Failed)
    assert "ZeroDivisionError: by zero" in run.state().message
    assert "in broken" in last.report
    assert "in broken" in run.log()


def test_a_full_disk_interrupts_and_the_last_checkpoint_serves(
    digits: RunDirectory, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    # so often that the third checkpoint comes on a fast machine, too
    often = override(digits.config(), ["training.checkpoint_seconds=0.001"])
    run, written = store.create(often), []
    write = recorders.write_arrays

    def fill(path: Path, *arguments: object, **more: object) -> None:
        if len(written) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written.append(path)
        write(path, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(recorders, "write_arrays", fill)
    assert train_run(run) == Status.INTERRUPTED
    assert "disk is full" in run.state().message
    monkeypatch.undo()
    assert resume(run) == Status.DONE
    assert losses(run) == losses(digits)


@pytest.mark.parametrize("room", [3_000, 30_000])
def test_a_file_system_that_takes_no_more(digits: RunDirectory, store: RunStore, room: int) -> None:
    """A real limit on the size of every file, hit by events, trajectory, checkpoint or model."""
    run = store.create(digits.config())

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
        train_run(run)

    os.waitpid(in_child(limited), 0)
    state = run.state()
    if state.status != Status.DONE:
        assert state.status == Status.INTERRUPTED
        assert "disk is full" in state.message
        assert resume(run) == Status.DONE
    assert losses(run) == losses(digits)


def test_a_disk_that_is_full_when_it_is_stopped(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, stop = store.create(tiny(**(FOREVER | {"checkpoint_seconds": 3600}))), threading.Event()
    thread = in_thread(run, stop)
    wait_for(learning(run))

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(recorders, "write_arrays", full)
    stop.set()
    thread.join(180)
    assert run.record().status == Status.INTERRUPTED
    assert "disk is full" in run.record().message


def test_changed_data_cannot_go_on(store: RunStore, shared: Path, tmp_path: Path) -> None:
    source = sorted((shared / "data" / "formats").glob("QG_jets.npz"))[0]
    path = tmp_path / source.name
    shutil.copy(source, path)
    settings = {
        "data": {"kind": "file", "path": str(path)},
        "model": DIGITS["model"],
        "training": DIGITS["training"] | FOREVER,
    }
    run, stop = store.create(Experiment.model_validate(settings)), threading.Event()
    thread = in_thread(run, stop)
    wait_for(learning(run))
    stop.set()
    thread.join()
    table = dict(np.load(path))
    table["X"] = table["X"][::-1]
    table["y"] = table["y"][::-1]
    np.savez(path, **table)
    assert resume(run) == Status.FAILED
    assert f"'{path.name}' has changed since" in run.state().message


def test_two_workers_do_the_work_once(store: RunStore) -> None:
    run = store.create(tiny())
    children = [in_child(lambda: train_run(run)) for _ in range(2)]
    codes = sorted(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children)
    assert codes == [0, 1]
    assert run.state().status == Status.DONE
    assert sum(isinstance(event, ev.Started) for event in read_events(run)) == 1
    with pytest.raises(UserError, match="nothing to start"):
        train_run(run)
