"""Queues, slots and supervision; the worker processes are real."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import psutil
import pytest

from qdiffgui.errors import UserError
from qdiffgui.runs import directory
from qdiffgui.runs import record as records
from qdiffgui.runs.commands import cancel
from qdiffgui.runs.process import this_process
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.slots import Slots, n_cpus, wait_for_threads
from qdiffgui.runs.state import ACTIVE, Status
from qdiffgui.runs.store import RunStore
from tests.runs.tiny import losses, tiny
from tests.waiting import wait_for


@pytest.fixture
def runner(store: RunStore) -> Iterator[Runner]:
    """In threads, one CPU thread for all runs."""
    made = Runner(store, mode="thread", threads=1)
    yield made
    made.close()


LONG = {"iterations": 20_000}

# A thread that is cancelled while it imports leaves the file it was reading to the collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning"
)


def test_runs_wait_their_turn_and_never_share_a_thread(runner: Runner, store: RunStore) -> None:
    runs = [runner.submit(tiny(name=f"{i}", iterations=20)) for i in range(3)]
    most = 0
    while not all(runner.wait(run.id, 0) for run in runs):
        states = store.list()
        assert sum(state.threads for state in states) <= 1
        time.sleep(0.02)
        most = max(most, sum(state.status not in (Status.QUEUED, Status.DONE) for state in states))
    assert most == 1
    states = sorted(store.list(), key=lambda state: state.name)
    assert [state.status for state in states] == [Status.DONE] * 3
    assert states[0].started < states[1].started < states[2].started  # type: ignore[operator]
    assert all(a.ended <= b.started for a, b in itertools.pairwise(states))  # type: ignore[operator]


def test_two_runners_on_one_folder_share_the_threads_too(runner: Runner, store: RunStore) -> None:
    other = Runner(RunStore(store.root), mode="thread", threads=1)
    first = runner.submit(tiny(**LONG))
    wait_for(lambda: first.state().step > 0)
    second = other.submit(tiny(iterations=20))
    assert not other.wait(second.id, 0.5)
    assert second.state().status == Status.QUEUED
    runner.cancel(first.id)
    assert other.wait(second.id, 180)
    assert (first.state().status, second.state().status) == (Status.CANCELLED, Status.DONE)
    other.close()


def test_a_queued_run_is_cancelled_at_once_and_can_be_resumed(runner: Runner) -> None:
    first, second = runner.submit(tiny(**LONG)), runner.submit(tiny(iterations=20))
    runner.cancel(second.id)
    assert runner.wait(second.id, 180)
    assert second.state().status == Status.CANCELLED
    with pytest.raises(UserError, match="cannot be paused"):
        runner.pause(second.id)
    runner.cancel(first.id)
    assert runner.resume(second.id) == second
    assert runner.wait(second.id, 180)
    assert second.state().status == Status.DONE
    with pytest.raises(UserError, match="cannot be resumed"):
        runner.resume(second.id)


def test_a_paused_run_lets_others_go_and_waits_for_a_free_thread(runner: Runner) -> None:
    first = runner.submit(tiny(**LONG))
    wait_for(lambda: first.record().step > 0)
    runner.pause(first.id)
    wait_for(lambda: first.record().status == Status.PAUSED)
    second = runner.submit(tiny(**LONG))
    wait_for(lambda: second.record().status == Status.RUNNING)
    runner.resume(first.id)
    assert not runner.wait(first.id, 0.3)
    assert first.record().status == Status.PAUSED
    runner.cancel(second.id)
    wait_for(lambda: first.record().status == Status.RUNNING)
    runner.cancel(first.id)
    assert runner.wait(first.id, 180)


def test_more_threads_than_there_are_is_granted_what_there_is(store: RunStore) -> None:
    run = store.create(tiny(threads=200), claimed=True)
    assert Slots(store.root, threads=3).claim(run, 200) == 3
    assert Slots(store.root).threads == n_cpus() <= (os.cpu_count() or 1)


def test_at_most_so_many_runs_at_once(store: RunStore) -> None:
    slots = Slots(store.root, threads=8, runs=1)
    first, second = (store.create(tiny(), claimed=True) for _ in range(2))
    assert slots.claim(second, 1) == 0  # the first queued goes first
    assert slots.n_ahead == 1
    assert slots.claim(first, 1) == 1
    assert slots.claim(second, 1) == 0


class _Polls(threading.Event):
    """An event that counts how often it is waited for, never waits, and is set at the 31st time."""

    n, seconds = 0, 0.0

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.n += 1
        self.seconds += timeout
        if self.n > 30:
            self.set()
        return self.is_set()


class _Counted(Slots):
    claims = 0

    def claim(self, run, wanted: int) -> int:
        self.claims += 1
        return super().claim(run, wanted)


def test_a_run_far_back_in_the_queue_seldom_reads_all_records(store: RunStore) -> None:
    ahead = [store.create(tiny(), claimed=True) for _ in range(9)]
    last, polls = store.create(tiny(), claimed=True), _Polls()
    slots = _Counted(store.root, threads=8, runs=1)
    assert slots.claim(ahead[0], 1) == 1
    assert not wait_for_threads(last, slots, polls)
    assert last.state().status == Status.INTERRUPTED
    assert polls.seconds / polls.n > 0.9, "8 runs wait before it"
    assert polls.seconds / (slots.claims - 1) > 2.5


def test_the_next_run_in_the_queue_looks_several_times_a_second(store: RunStore) -> None:
    first, second = (store.create(tiny(), claimed=True) for _ in range(2))
    slots, polls = _Counted(store.root, threads=8, runs=1), _Polls()
    assert slots.claim(first, 1) == 1
    assert not wait_for_threads(second, slots, polls)
    assert polls.seconds / (slots.claims - 1) < 0.5


def test_a_waiting_run_reads_no_record_again_that_has_not_changed(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_, last = (store.create(tiny(), claimed=True) for _ in range(20))
    slots = Slots(store.root, threads=8, runs=1)
    assert slots.claim(first, 1) == 1
    reads = []
    read_record = records.read_record
    monkeypatch.setattr(
        records, "read_record", lambda path: reads.append(path) or read_record(path)
    )
    assert not wait_for_threads(last, slots, _Polls())
    assert len(reads) < 60, "31 polls, a few of which look at 20 runs"


def test_a_waiting_run_passes_one_whose_process_has_died(store: RunStore) -> None:
    dead, waiting = (store.create(tiny(), claimed=True) for _ in range(2))
    owner = dead.record().owner.model_copy(update={"pid": 2**22 + 1})
    dead.write(dead.record().model_copy(update={"owner": owner}))
    assert Slots(store.root, threads=8, runs=1).claim(waiting, 1) == 1


def test_closing_leaves_queued_and_running_runs_resumable(store: RunStore) -> None:
    runner = Runner(store, mode="thread", threads=1)
    runs = [runner.submit(tiny(**LONG)) for _ in range(2)]
    wait_for(lambda: runs[0].record().step > 0)
    runner.close()
    assert [run.state().status for run in runs] == [Status.INTERRUPTED] * 2
    assert runs[0].checkpoint_file.exists()


def test_runs_whose_program_was_killed_are_resumed_by_the_next(store: RunStore) -> None:
    code = (
        "import sys; sys.path.insert(0, '.')\n"
        "from tests.runs.tiny import tiny\n"
        "from qdiffgui.runs.runner import Runner\nfrom qdiffgui.runs.store import RunStore\n"
        f"r = Runner(RunStore({str(store.root)!r}), mode='thread', slots=0, threads=1)\n"
        "print(r.submit(tiny(iterations=20)).id, flush=True)\ninput()"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    run = store.get(program.stdout.readline().strip())
    assert run.state().status == Status.QUEUED
    program.kill()
    program.communicate()
    assert run.state().status == Status.INTERRUPTED
    others = [Runner(RunStore(store.root), mode="thread") for _ in range(2)]
    refusals = []

    def resume(runner: Runner) -> None:
        try:
            runner.resume(run.id)
        except UserError as error:
            refusals.append(str(error))

    threads = [threading.Thread(target=resume, args=(runner,)) for runner in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(runner.wait(run.id, 180) for runner in others)
    assert (run.state().status, run.state().attempt, len(refusals)) == (Status.DONE, 1, 1)
    for runner in others:
        runner.close()


def test_worker_processes_end_to_end(
    store: RunStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Warm start, kill -9, resume cold, the same losses; the workers outlive their runner."""
    runner = Runner(store, threads=1)
    warm = runner._launcher._warm
    assert warm is not None
    runner._launcher._keep_warm = False  # no second one: it would cost the test its CPU
    config = tiny(iterations=1500)
    run = runner.submit(config)
    wait_for(lambda: run.record().step > 100)
    worker = run.record().owner
    assert worker is not None
    assert worker.pid == warm.pid
    assert psutil.Process(worker.pid).nice() >= 5
    assert os.getsid(worker.pid) == worker.pid
    os.kill(worker.pid, signal.SIGKILL)
    assert runner.wait(run.id, 180)
    state = run.state()
    assert state.status == Status.INTERRUPTED
    assert "SIGKILL" in state.message
    runner.resume(run.id)
    wait_for(lambda: run.record().status == Status.RUNNING)
    runner.close()
    assert run.state().status in (Status.RUNNING, Status.DONE)
    wait_for(lambda: run.state().status not in ACTIVE)
    assert (run.state().status, run.state().attempt) == (Status.DONE, 2)
    reference = Runner(RunStore(tmp_path_factory.mktemp("reference")), mode="thread")
    uninterrupted = reference.submit(config)
    assert reference.wait(uninterrupted.id, 180)
    assert losses(run) == losses(uninterrupted)


def test_a_queued_run_waits_in_a_process_of_its_own(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that closing the page, which ends its kernel, does not end the queue."""
    busy = store.create(tiny(), claimed=True)
    monkeypatch.setattr(directory, "TRAINED_HERE", {busy.path})
    busy.move(Status.RUNNING, threads=1)
    runner = Runner(store, threads=1, warm=False)
    run = runner.submit(tiny(iterations=5))
    wait_for(lambda: run.record().owner not in (None, this_process()))
    owner = run.record().owner
    assert owner is not None
    runner.close()
    assert run.state().status == Status.QUEUED
    assert owner.is_alive()
    cancel(run)
    wait_for(lambda: run.state().status == Status.CANCELLED)
    wait_for(lambda: not owner.is_alive())
    Runner(store, threads=1, warm=False).resume(run.id)
    wait_for(lambda: run.record().owner not in (None, this_process()))
    assert run.state().status == Status.QUEUED
    busy.move(Status.DONE, threads=0)
    wait_for(lambda: run.state().status == Status.DONE)


@pytest.mark.slow
def test_no_worker_is_kept_warm_where_the_environment_says_so(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QDIFFGUI_WARM", "0")
    runner = Runner(store, threads=1)
    assert runner._launcher._warm is None
    runner.close()


def test_a_warm_worker_goes_when_its_runner_does(store: RunStore) -> None:
    runner = Runner(store)
    warm = runner._launcher._warm
    assert warm is not None
    assert warm.stdin is not None
    warm.stdin.close()  # as when the runner is killed
    assert warm.wait(60) == 0
    runner.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_worker_told_to_end_keeps_a_checkpoint(store: RunStore, name: str) -> None:
    run = store.create(tiny(**LONG))
    process = subprocess.Popen([sys.executable, "-m", "qdiffgui.runs.worker", str(run.path)])
    wait_for(lambda: run.record().step > 0)
    process.send_signal(getattr(signal, name))
    assert process.wait(60) == 1
    assert run.state().status == Status.INTERRUPTED
    assert run.checkpoint_file.exists()
