"""The data of a run are judged in a second process while the run trains."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest

from qdiffgui import preset
from qdiffgui.config import Experiment
from qdiffgui.evaluation import cell_cache, cells
from qdiffgui.experiment.session import Session
from qdiffgui.runs import judge_ahead
from qdiffgui.runs.slots import Slots
from qdiffgui.runs.store import RunStore
from qdiffgui.runs.threads import limited_threads
from tests.runs.helper_task import run_to_end
from tests.runs.tiny import STATES, tiny
from tests.waiting import wait_for

SMALL = ["data.n_jets=800", "evaluation.n_generated=100", "training.iterations=2"]


@pytest.fixture
def config() -> Experiment:
    return preset("jets-observables-mlp", *SMALL)


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("QDIFFGUI_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv(cell_cache.SWITCH, "1")
    return tmp_path / "cache"


def test_it_pays_for_many_samples_that_are_no_states(config: Experiment) -> None:
    assert judge_ahead.pays(preset("jets-observables-mlp"))
    assert not judge_ahead.pays(config)
    assert not judge_ahead.pays(preset("quddpm-cluster-1q"))


def test_the_evaluation_finds_what_the_process_computed(
    config: Experiment, store: RunStore, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = store.create(config, claimed=True)
    Slots(store.root).claim(run, 1)
    run_to_end("qdiffgui.runs.judge_ahead", str(run.path))
    computed = []
    compute = cells._compute
    monkeypatch.setattr(
        cells, "_compute", lambda jobs, *more: computed.append(jobs) or compute(jobs, *more)
    )
    with limited_threads(1):
        session = Session(config)
        session.judge_data()
        assert [jobs for jobs in computed if jobs] == []
        found = session.report()
        monkeypatch.setenv(cell_cache.SWITCH, "0")
        assert Session(config).report() == found
    assert len(os.listdir(cache / "evaluation")) > 10


@pytest.mark.parametrize("free", [True, False])
def test_a_helper_runs_during_a_training_where_a_thread_is_free(
    free: bool, store: RunStore, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge_ahead, "pays", lambda config: True)
    run = store.create(tiny(STATES), claimed=True)
    slots = Slots(store.root, threads=2 if free else 1)
    monkeypatch.setattr("qdiffgui.runs.slots.n_cpus", lambda: 2)
    assert slots.claim(run, 1) == 1
    before = set(psutil.Process().children())
    with judge_ahead.judging_ahead(run, run.config(), slots):
        helpers = set(psutil.Process().children()) - before
        assert len(helpers) == free
    wait_for(lambda: not any(process.is_running() for process in helpers))


def test_no_thread_is_free_while_a_run_waits(store: RunStore) -> None:
    training, waiting = (store.create(tiny(), claimed=True) for _ in range(2))
    slots = Slots(store.root, threads=8, runs=1)
    assert slots.claim(training, 1) == 1
    assert not slots.has_free_thread()
    waiting.request("cancel")
    assert slots.has_free_thread() == (os.cpu_count() > 1)
