"""Seeds are measured in two processes, which share what they find."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from qdiffgui.config import override
from qdiffgui.evaluation import cell_cache, cells
from qdiffgui.presets import observables
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.store import RunStore
from qdiffgui.studies.benchmark import measure_seed as module
from qdiffgui.studies.benchmark.measure_seed import SeedTask, measure_seed, measuring_ahead
from tests.runs.helper_task import run_to_end

TINY = ["data.n_jets=900", "evaluation.n_generated=100", "training.iterations=20"]


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch, tmp_path) -> SeedTask:
    monkeypatch.setenv("QDIFFGUI_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv(cell_cache.SWITCH, "0")  # for the evaluation of the run
    runner = Runner(RunStore(tmp_path / "runs"), mode="thread", warm=False)
    run = runner.submit(override(observables.JETS_OBSERVABLES_MLP_PLAIN, TINY))
    assert runner.wait(run.id, 300)
    runner.close()
    monkeypatch.setenv(cell_cache.SWITCH, "1")
    return SeedTask(0, {"mlp": str(run.path)}, {"mlp": "MLP"}, {}, 100, 1.0)


def test_the_benchmark_finds_what_the_other_process_measured(task, monkeypatch) -> None:
    run_to_end("qdiffgui.studies.benchmark.measure_seed", json.dumps([asdict(task)]))
    computed: list[object] = []
    compute = cells._compute

    def counted(jobs, *more):
        computed.extend(jobs)
        return compute(jobs, *more)

    monkeypatch.setattr(cells, "_compute", counted)
    found = measure_seed(task).measured
    assert computed == []
    monkeypatch.setenv(cell_cache.SWITCH, "0")
    assert measure_seed(task).measured.rows == found.rows
    assert computed != []


@pytest.mark.parametrize(("n_seeds", "cpus", "seeds"), [(3, 2, [2, 1]), (3, 1, None), (1, 2, None)])
def test_the_other_process_begins_with_the_last_seed(n_seeds, cpus, seeds, monkeypatch) -> None:
    asked: list[list[int]] = []
    monkeypatch.setattr(module, "n_cpus", lambda: cpus)
    monkeypatch.setattr(
        module,
        "running_helper",
        lambda _, text: asked.append([task["seed"] for task in json.loads(text)]),
    )
    measuring_ahead([SeedTask(seed, {}, {}, {}, 100, 1.0) for seed in range(n_seeds)])
    assert asked == ([] if seeds is None else [seeds])
