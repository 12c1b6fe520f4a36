"""Benchmarks in the background: started, followed, stopped, gone on with, read back
without torch.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qdiffgui import catalog
from qdiffgui.config import override
from qdiffgui.errors import UserError
from qdiffgui.presets import observables
from qdiffgui.runs.process import Process, this_process
from qdiffgui.runs.state import ACTIVE, Status
from qdiffgui.runs.store import RunStore
from qdiffgui.studies.benchmark import Contestant, Lineup
from qdiffgui.studies.benchmark.jobs import BenchmarkRequest, Job, Jobs
from qdiffgui.studies.benchmark.run_job import run_job
from tests.waiting import wait_for

FEW = ["data.n_jets=1500", "evaluation.n_generated=250", "training.batch_size=64"]


def lineup(iterations: int) -> Lineup:
    quantum = override(
        observables.JETS_OBSERVABLES_QUANTUM_PLAIN,
        [*FEW, f"training.iterations={iterations}", "model.n_qubits=3"],
    )
    classical = override(observables.JETS_OBSERVABLES_MLP_PLAIN, [*FEW, "training.iterations=40"])
    return Lineup(
        (
            Contestant("quantum", "Quantum <b>", "quantum", quantum),
            Contestant("mlp", "MLP", "matched", classical),
        )
    )


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Job:
    with pytest.MonkeyPatch.context() as patch:
        offer(patch, 10)
        job = Jobs(RunStore(tmp_path_factory.mktemp("jobs") / "runs")).create(
            BenchmarkRequest(lineup="jets-observables", seeds=1)
        )
        assert job.record().status == "waiting"
        said: list[str] = []
        run_job(job, say=said.append)
        assert said == ["measuring seed 0", "counting costs", "writing the report"]
    return job


def offer(patch: pytest.MonkeyPatch, iterations: int) -> None:
    """Let the line-up of the registry be a quick one, in this process."""
    patch.setattr("qdiffgui.studies.benchmark.lineups.JETS_OBSERVABLES", lineup(iterations))


def test_what_came_out_is_read_back_as_plain_data(done: Job) -> None:
    record = done.record()
    assert (record.status, record.doing, record.owner) == ("done", "", None)
    assert record.ended is not None
    assert len(done.states()) == 2
    result = done.result()
    assert result is not None
    assert [model["key"] for model in result["models"]] == ["quantum", "mlp"]
    assert result["verdict"]
    costs = result["tables"]["costs"]
    assert [row["role"] for row in costs["rows"]] == ["quantum", "matched"]
    assert all(len(row["cells"]) == len(costs["heads"]) for row in costs["rows"])
    assert result["tables"]["blanks"] is None
    sections = done.sections()
    assert all(section["figures"] and section["title"] for section in sections)
    assert all("data" in figure for section in sections for figure in section["figures"])
    assert "Quantum &lt;b&gt;" in done.report_file.read_text()
    assert [job.id for job in Jobs(done.store).list()] == [done.id]


def test_reading_needs_neither_torch_nor_pennylane(done: Job) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom qdiffgui.studies.benchmark.jobs import Job\n"
        f"job = Job(Path({str(done.path)!r}))\nassert job.record().status == 'done' and "
        "job.sections() and job.result()\n"
        "from qdiffgui import catalog\n[catalog.benchmarks[key].load() for key in "
        "catalog.benchmarks]\n"
        "print([m for m in ('torch', 'pennylane', 'sklearn', 'ot') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_a_second_one_takes_the_same_runs(done: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, 10)
    before = {state.id for state in done.store.list()}
    again = Jobs(done.store).create(BenchmarkRequest(lineup="jets-observables", seeds=1))
    assert again.id != done.id
    run_job(again)
    assert {state.id for state in done.store.list()} == before
    table = [job.result()["table"] for job in (done, again)]  # type: ignore[index]
    assert table[0] == table[1]
    Jobs(done.store).delete(again.id)
    assert not again.exists()
    assert {state.id for state in done.store.list()} == before


def test_in_the_background_it_is_followed_stopped_and_gone_on_with(tmp_path: Path) -> None:
    """In processes of its own, as the page starts it; only what it started itself is ended
    with it.
    """
    store = RunStore(tmp_path / "runs")
    key = "images-16x16"  # the one with the fewest models: each is a process
    job = Jobs(store).create(BenchmarkRequest(lineup=key, seeds=1, effort=20))
    job.start()
    with pytest.raises(UserError, match="already running"):
        job.start()
    wait_for(lambda: job.record().runs and any(state.step for state in job.states()))
    assert job.record().status == "running"
    assert job.record().doing == "training"
    job.stop()
    wait_for(
        lambda: (
            job.record().status == "stopped" and not any(s.status in ACTIVE for s in store.list())
        )
    )
    assert len(store.list()) == len(catalog.benchmarks[key].load().contestants)
    with pytest.raises(UserError, match="nothing to stop"):
        job.stop()
    n_runs = len(store.list())
    job.start()
    wait_for(lambda: any(state.status == Status.RUNNING for state in job.states()))
    job.stop()
    wait_for(
        lambda: (
            job.record().status == "stopped" and not any(s.status in ACTIVE for s in store.list())
        )
    )
    assert len(store.list()) == n_runs


def test_one_whose_process_is_gone_is_interrupted(done: Job, tmp_path: Path) -> None:
    job = Jobs(RunStore(tmp_path / "runs")).create(BenchmarkRequest(lineup="jets-observables"))
    me = this_process()
    job.write(status="running", owner=me)
    assert job.record().status == "running"
    job.write(owner=Process(pid=me.pid, created=me.created - 500, host=me.host))
    assert job.record().status == "interrupted"
    (job.path / "status.json").write_text("{")
    assert job.record().status == "interrupted"
    job.write(status="waiting", owner=None)
    content = json.loads((job.path / "status.json").read_text()) | {"updated": time.time() - 100}
    (job.path / "status.json").write_text(json.dumps(content))
    assert job.record().status == "interrupted"


def test_what_cannot_be_is_said_in_a_sentence(tmp_path: Path) -> None:
    jobs = Jobs(RunStore(tmp_path / "runs"))
    with pytest.raises(UserError, match="did you mean 'jets-observables'"):
        jobs.create(BenchmarkRequest(lineup="jets-observable"))
    with pytest.raises(UserError, match="no benchmark"):
        jobs.get("../x")
    bad = tmp_path / "bad.npz"
    bad.write_bytes(b"\x89PNG")
    job = jobs.create(
        BenchmarkRequest(lineup="jets-observables", seeds=1, effort=0.001, data=str(bad))
    )
    job.write(status="running", owner=this_process())
    with pytest.raises(UserError, match="stop it before"):
        jobs.delete(job.id)
    (job.path / "job.json").write_text("{}")
    with pytest.raises(UserError, match="is damaged"):
        job.request()


def test_two_of_one_second_are_two(tmp_path: Path) -> None:
    jobs = Jobs(RunStore(tmp_path / "runs"))
    ids = [jobs.create(BenchmarkRequest(lineup="jets-observables")).id for _ in range(3)]
    assert len(set(ids)) == 3
    assert [job.id for job in jobs.list()] == sorted(ids, reverse=True)


def test_a_benchmark_that_does_not_fit_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = Jobs(RunStore(tmp_path / "runs"))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(UserError, match="No space left"):
        jobs.create(BenchmarkRequest(lineup="jets-observables"))
    assert list(jobs.root.iterdir()) == []


@pytest.mark.parametrize("content", ["[]", "{", '{"status": "flying"}'])
def test_one_whose_state_was_lost_can_go_on(tmp_path: Path, content: str) -> None:
    job = Jobs(RunStore(tmp_path / "runs")).create(BenchmarkRequest(lineup="jets-observables"))
    (job.path / "status.json").write_text(content)
    assert job.record().status == "interrupted"
    job.write(status="waiting", doing="starting")
    assert job.record().status == "waiting"


def test_only_one_process_works_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qdiffgui.studies.benchmark.jobs._PATIENCE", 0.1)
    job = Jobs(RunStore(tmp_path / "runs")).create(BenchmarkRequest(lineup="jets-observables"))
    code = (
        "import sys\nfrom pathlib import Path\nfrom qdiffgui.studies.benchmark.jobs import Job\n"
        f"with Job(Path({str(job.path)!r})).claimed():\n    print('mine', flush=True)\n    "
        "sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "mine\n"
    with pytest.raises(UserError, match="Another process runs"):
        run_job(job)
    assert (job.record().status, job.record().owner.pid) == ("running", other.pid)  # type: ignore[union-attr]
    other.communicate()


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = Jobs(RunStore(tmp_path / "runs")).create(
        BenchmarkRequest(lineup="jets-observables", seeds=1)
    )

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("qdiffgui.studies.benchmark.run_job.benchmark", full)
    with pytest.raises(OSError, match="No space"):
        run_job(job)
    assert job.record().status == "failed"
    assert job.record().message.startswith("The disk is full")
