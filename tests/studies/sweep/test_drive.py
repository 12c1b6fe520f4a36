"""Sweeps on Dask: real workers, real schedulers, killed for real."""

from __future__ import annotations

import csv
import errno
import gc
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from qdiffgui.errors import UserError
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.state import Status
from qdiffgui.studies.sweep import directory
from qdiffgui.studies.sweep.directory import SweepDirectory, counts
from qdiffgui.studies.sweep.drive import drive
from qdiffgui.studies.sweep.plan import list_points, make_plan
from tests.runs.tiny import DIGITS, tiny
from tests.waiting import wait_for

IN_THREADS = {
    "n_workers": 1,
    "threads_per_worker": 1,
    "processes": False,
    "protocol": "tcp",
    "scheduler_kwargs": {"dashboard": False, "dashboard_address": "127.0.0.1:0"},
    "host": "127.0.0.1",
}
SWEEP = [sys.executable, "-m", "qdiffgui", "sweep"]


def new(root: Path, over: list[str], iterations: int = 20, **how: object) -> SweepDirectory:
    settings = DIGITS | {"evaluation": {"n_generated": 200}}
    plan = make_plan(
        tiny(settings, iterations=iterations, checkpoint_seconds=0.1, preview_seconds=10),
        over,
        **how,
    )
    return directory.create(plan, list_points(plan), root)


def start(arguments: list[str], log: Path, **more: object) -> subprocess.Popen[bytes]:
    with log.open("ab") as stream:
        return subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
            **more,
        )


def end(process: subprocess.Popen[bytes]) -> None:
    """A process and all below it."""
    family = [process.pid]
    with suppress(psutil.NoSuchProcess):
        family += [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
    for pid in family:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def owners(sweep: SweepDirectory) -> set[int]:
    """Processes that train now."""
    return {
        state.owner.pid
        for state in sweep.states().values()
        if state.status == Status.RUNNING and state.owner is not None
    }


def n_done(sweep: SweepDirectory) -> int:
    return counts(sweep)["done"]


def check(sweep: SweepDirectory, n: int, before: dict[str, int], most_restarts: int) -> None:
    """All done, each once, the table whole: ``before`` are the times of the models that were done
    before the last restart.
    """
    assert counts(sweep)["done"] == n == len(sweep.points())
    assert {path.name for path in sweep.store.root.iterdir() if not path.name.startswith(".")} == {
        p.run for p in sweep.points()
    }
    restarts = 0
    for point in sweep.points():
        run = RunDirectory(sweep.store.root / point.run)
        log = run.log_file.read_text()
        assert len(re.findall(r"done at step", log)) == 1
        starts = re.findall(r" Start (\d+) of ", log)
        assert [int(number) for number in starts] == list(range(1, run.record().attempt + 1))
        restarts += len(starts) - 1
    assert restarts <= most_restarts
    assert all(
        (sweep.store.root / run / "model.h5").stat().st_mtime_ns == when
        for run, when in before.items()
    )
    with sweep.csv_file.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert Counter(row["status"] for row in rows) == {"done": n}
    assert len({row["run"] for row in rows}) == n


def models(sweep: SweepDirectory) -> dict[str, int]:
    done = [run for run, state in sweep.states().items() if state.status == Status.DONE]
    return {run: (sweep.store.root / run / "model.h5").stat().st_mtime_ns for run in done}


@contextmanager
def by_hand(log: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers, each started on its own, as one does on several machines; the
    address.
    """
    quiet = [sys.executable, "-m", "dask"]
    address_file = log.parent / "scheduler.json"
    processes = [
        start(
            [
                *quiet,
                "scheduler",
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--no-dashboard",
                "--scheduler-file",
                str(address_file),
            ],
            log,
        )
    ]
    try:
        wait_for(lambda: address_file.exists() and b"address" in address_file.read_bytes())
        address = str(json.loads(address_file.read_bytes())["address"])
        processes += [
            start(
                [
                    *quiet,
                    "worker",
                    address,
                    "--nthreads",
                    "1",
                    "--no-dashboard",
                    "--host",
                    "127.0.0.1",
                    "--local-directory",
                    str(log.parent),
                ],
                log,
            )
            for _ in range(2)
        ]
        yield address, processes
    finally:
        for process in processes:
            end(process)


def kill_worker_and_client(root: Path, n: int, iterations: int, scheduler: str | None) -> None:
    """kill -9 of a worker in the middle of a training, then of the client, then go on."""
    sweep = new(root, [f"seed=0..{n - 1}"], iterations)
    where = ["--scheduler", scheduler] if scheduler else ["--workers", "2"]
    command = [*SWEEP, "--resume", str(sweep.path), *where]
    client = start(command, root / "client.log")
    try:
        wait_for(lambda: n_done(sweep) >= 1 and bool(owners(sweep)))
        victim = owners(sweep).pop()
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: n_done(sweep) >= max(2, n // 3) and bool(owners(sweep) - {victim}))
        os.kill(client.pid, signal.SIGKILL)
        client.wait()
        assert n_done(sweep) < n
        assert sweep.client().phase == "stopped"
        before = models(sweep)
        subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=400, check=True
        )
    finally:
        end(client)
    check(sweep, n, before, most_restarts=4)


def test_a_killed_worker_and_a_killed_client_lose_nothing(tmp_path: Path):
    kill_worker_and_client(tmp_path, 5, 1000, None)


@pytest.mark.slow
def test_the_same_on_a_scheduler_started_by_hand(tmp_path: Path):
    with by_hand(tmp_path / "dask.log") as (address, _):
        kill_worker_and_client(tmp_path, 5, 1000, address)


@pytest.mark.slow
def test_sixty_runs_survive_the_death_of_worker_and_client(tmp_path: Path):
    kill_worker_and_client(tmp_path, 60, 1500, None)


@pytest.mark.slow
def test_sixty_runs_on_a_scheduler_started_by_hand(tmp_path: Path):
    with by_hand(tmp_path / "dask.log") as (address, _):
        kill_worker_and_client(tmp_path, 60, 1500, address)


def test_ctrl_c_keeps_checkpoints_and_resume_goes_on(tmp_path: Path):
    sweep = new(tmp_path, ["seed=0..2"], 3000)
    client = start([*SWEEP, "--resume", str(sweep.path), "--workers", "1"], tmp_path / "client.log")
    try:
        wait_for(
            lambda: (
                bool(owners(sweep))
                and any(
                    (sweep.store.root / p.run / "checkpoint.h5").exists() for p in sweep.points()
                )
            )
        )
        os.kill(client.pid, signal.SIGINT)
        assert client.wait(240) == 130, (tmp_path / "client.log").read_text()
    finally:
        end(client)
    states = sweep.states().values()
    assert {state.status for state in states} <= {Status.INTERRUPTED, Status.DONE}
    assert sweep.client().phase == "stopped"
    assert sweep.csv_file.exists()


def test_no_scheduler_at_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from distributed import Client

    from qdiffgui.studies.sweep import cluster

    monkeypatch.setattr(cluster, "_PATIENCE", 0.5)
    sweep = new(tmp_path, ["seed=0..1"])
    for address in ("tcp://127.0.0.1:9", "not an address"):
        with pytest.raises(UserError, match="There is no Dask scheduler at"):
            drive(sweep, scheduler=address)
        assert not [
            client
            for client in gc.get_objects()
            if type(client) is Client and client.status != "closed"
        ]
    assert sweep.client().phase == "failed"


def test_a_full_disk_costs_the_table_and_not_the_trainings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from distributed import LocalCluster

    from qdiffgui.studies.sweep import write as writer

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    sweep = new(tmp_path, ["seed=0..1"], 5)
    write = writer.write_table
    with LocalCluster(**IN_THREADS) as cluster:
        monkeypatch.setattr(writer, "write_table", full)
        with pytest.raises(UserError, match=r"The disk is full.*sweep --resume"):
            drive(sweep, scheduler=cluster.scheduler_address)
        assert (counts(sweep)["done"], sweep.client().phase) == (2, "done")
        monkeypatch.setattr(writer, "write_table", write)
        drive(sweep, scheduler=cluster.scheduler_address)
    check(sweep, 2, {}, most_restarts=0)


def test_optuna_learns_from_what_is_done_also_after_a_restart(tmp_path: Path):
    """In this process: a cluster of threads is a scheduler like any other."""
    from distributed import LocalCluster

    sweep = new(
        tmp_path, ["training.learning_rate=1e-4..1e-1:log", "seed=0..1"], search="optuna", trials=4
    )
    assert sweep.points() == []
    said: list[tuple[int, int, str]] = []
    with LocalCluster(**IN_THREADS) as cluster:
        drive(sweep, scheduler=cluster.scheduler_address, watch=lambda *news: said.append(news))
        first = sweep.points()
        assert counts(sweep)["done"] == 8
        assert [point.trial for point in first] == [0, 0, 1, 1, 2, 2, 3, 3]
        assert said[-1][:2] == (8, 8)
        longer = sweep.plan().model_copy(update={"trials": 6})
        sweep.plan_file.write_text(longer.model_dump_json())
        drive(sweep, scheduler=cluster.scheduler_address)
    assert sweep.points()[:8] == first
    assert counts(sweep)["done"] == 12
    assert len({point.values["training.learning_rate"] for point in sweep.points()}) == 6
    assert all(state.attempt == 1 for state in sweep.states().values())
