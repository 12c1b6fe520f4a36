"""A benchmark in the page without a browser, with a real line-up of two tiny models: set up, with
the time it takes; followed as its runs end; ranked; gone on with.
"""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import pytest

from qdiffgui.background.inspector import answer
from qdiffgui.config import override
from qdiffgui.presets import observables
from qdiffgui.runs.process import this_process
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.studies.benchmark import Contestant, Lineup
from qdiffgui.studies.benchmark.jobs import BenchmarkRequest, JobModel, Jobs
from qdiffgui.studies.benchmark.run_job import run_job
from qdiffgui.studies.benchmark.trainings import follow_runs, start_runs
from qdiffgui.ui.panels.benchmarks import Benchmarks
from tests.ui.test_compare import Host

FEW = ["data.n_jets=1500", "evaluation.n_generated=250", "training.batch_size=64"]


def lineup() -> Lineup:
    quantum = override(
        observables.JETS_OBSERVABLES_QUANTUM_PLAIN,
        [*FEW, "training.iterations=5", "model.n_qubits=3"],
    )
    mlp, large = (
        override(observables.JETS_OBSERVABLES_MLP_PLAIN, [*FEW, f"training.iterations={n}"])
        for n in (60, 61)
    )
    return Lineup(
        (
            Contestant("quantum", "Quantum <b>", "quantum", quantum),
            Contestant("mlp", "MLP", "matched", mlp),
            Contestant("large", "Large MLP", "best", large),
        )
    )


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> Lineup:
    """The line-up of the registry is a quick one, trained in this process."""
    made = lineup()
    monkeypatch.setattr("qdiffgui.studies.benchmark.lineups.JETS_OBSERVABLES", made)
    monkeypatch.setattr(
        "qdiffgui.studies.benchmark.run.start_runs", partial(start_runs, mode="thread")
    )
    monkeypatch.setattr("qdiffgui.studies.benchmark.jobs.Job.start", lambda job: None)
    return made


class Questions:
    """The helper's answers, in this process and only when they are delivered."""

    def __init__(self) -> None:
        self.waiting: list = []

    def ask(self, asker, questions, on_answer) -> None:
        self.waiting = [(questions, on_answer)]

    def forget(self, asker) -> None:
        self.waiting = []

    def deliver(self) -> None:
        ((questions, on_answer),) = self.waiting
        self.waiting = []
        replies = [answer(question) for question in questions]
        wrong = next((reply for reply in replies if "error" in reply), None)
        on_answer(wrong or {"results": [reply["result"] for reply in replies]})


@pytest.fixture
def host(tmp_path: Path) -> Host:
    made = Host(RunStore(tmp_path / "runs"))
    made.questions = Questions()
    return made


def test_from_the_set_up_to_the_ranking(tiny: Lineup, host: Host) -> None:
    panel = Benchmarks(host)
    panel.refresh()
    setup = panel.setup
    setup.seeds.value = 1
    assert "3 runs: estimating the time" in setup.expected.value
    host.questions.deliver()
    assert "3 runs: under 1 s" in setup.expected.value
    assert "Evaluation adds to it" in setup.expected.value
    assert set(setup.times()) == {"quantum", "mlp", "large"}
    assert "under 1 s" in setup.models.boxes["mlp"].description
    assert "DDIM" not in setup.about.value
    setup.models.none.click()
    assert setup.start.disabled
    assert "at least one model" in setup.expected.value
    for key in ("quantum", "mlp"):
        setup.models.boxes[key].value = True
    assert "2 runs:" in setup.expected.value
    assert "--model quantum --model mlp" in setup.command.value
    setup.start.click()
    (job,) = Jobs(host.store).list()
    assert job.request().models == ("quantum", "mlp")
    assert job.record().expected.keys() == {"quantum", "mlp", "large"}
    assert "is-hidden" in panel.ranking.root._dom_classes

    # half of it: what is there is ranked, between floor and trivial generators
    trainings, runner = start_runs(host.store, tiny.contestants[:1], 1, mode="thread")
    list(follow_runs(trainings, 0.05))
    runner.close()
    second = host.store.create(tiny.contestants[1].with_seed(0), claimed=True)
    models = tuple(JobModel(key=c.key, label=c.label, role=c.role) for c in tiny.contestants[:2])
    runs = (trainings[0].run.id, second.id)
    job.write(status="running", owner=this_process(), doing="training", models=models, runs=runs)
    panel.refresh()
    assert "training · 1 of 2 runs · about" in panel.state.value
    assert " left" in panel.state.value
    shown = panel.ranking.table.value
    assert "Provisional" in shown
    assert "One seed proves nothing" in shown
    rows = shown.split("<tr")[2:]
    assert [("Quantum &lt;b&gt;" in rows[0]), ("MLP" in rows[1]), ("Floor" in rows[2])] == [
        True
    ] * 3
    assert "does not beat" in rows[0]
    assert "none yet" in rows[1]
    assert "1 of them finished" in setup.expected.value
    assert f"--resume {job.id}" in panel.command.value

    # its process ends; the rest, and the end
    with second.locked():
        second.move(Status.INTERRUPTED, message="", threads=0)
    run_job(job)
    panel.refresh()
    final = panel.ranking.table.value
    assert "Provisional" not in final
    rows = final.split("<tr")[2:]
    assert "MLP" in rows[0], "trained for longer, it is better"
    assert "best" in rows[0]
    assert "qd-worse" in rows[1]
    assert "2 runs, all finished: nothing is trained" in setup.expected.value
    assert panel.command.value == ""
    assert "is-hidden" not in panel.results.root._dom_classes
    assert {state.name for state in host.store.list()} == {"Quantum <b>, seed 0", "MLP, seed 0"}


def test_a_file_is_chosen_and_what_does_not_fit_is_said(
    tiny: Lineup, host: Host, tmp_path: Path
) -> None:
    panel = Benchmarks(host)
    panel.refresh()
    setup = panel.setup
    bad = tmp_path / "bad.npz"
    bad.write_bytes(b"\x89PNG")
    setup._uploaded(bad)
    panel.refresh()
    host.questions.deliver()
    assert setup.start.disabled
    assert "bad.npz" in setup.expected.value
    assert f"--data {bad}" in setup.command.value
    setup.file.value = ""
    assert not setup.start.disabled
    panel.refresh()
    host.questions.deliver()
    assert "runs: " in setup.expected.value
    # a model that the helper leaves out cannot be chosen
    setup.models.show_times({"mlp": setup.times()["mlp"]})
    assert setup.models.value == ("mlp",)
    assert "does not fit" in setup.models.boxes["quantum"].description
    assert setup.models.is_all()


def test_one_begun_on_the_command_line_is_gone_on_with(
    tiny: Lineup, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Jobs(host.store).create(BenchmarkRequest(lineup="jets-observables", seeds=1))
    job.write(status="stopped", message="Stopped.", ended=time.time())
    started = []
    monkeypatch.setattr(
        "qdiffgui.studies.benchmark.jobs.Job.start", lambda job: started.append(job.id)
    )
    panel = Benchmarks(host)
    panel.refresh()
    assert panel.choice.value == job.id
    panel.buttons["resume"].click()
    assert started == [job.id]
