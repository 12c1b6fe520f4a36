"""Nothing that qdiffgui does changes the interpreter of its user: random numbers, threads,
environment. Two training runs in one process do not disturb each other.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rich.style  # noqa: F401  # scikit-learn imports it, and it draws a number when imported
import torch

import qdiffgui
from qdiffgui.catalog import presets
from qdiffgui.experiment import Session
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.threads import QUIET_THREADS, limited_threads, quiet_environment
from tests.runs.tiny import DIGITS, STATES, losses, tiny

NETWORKS = (
    "jets-observables-mlp",
    "jets-observables-flow",
    "jets-bits-d3pm",
    "digits-unet",
    "jets-qg-hybrid",
    "jets-radial-masked-network",
    "jets-clouds-ddpm",
    "jets-channels-unet",
)
"""One preset of each classical network: layers of torch draw first weights when they are made."""


def random_state() -> tuple[object, ...]:
    """The state of all random generators of the process."""
    kind, keys, *rest = np.random.get_state()  # noqa: NPY002
    return (torch.get_rng_state().numpy().tobytes(), kind, keys.tobytes(), *rest, random.getstate())


@pytest.mark.parametrize("key", NETWORKS)
def test_a_network_leaves_the_random_numbers_of_the_user_alone(key: str) -> None:
    config = presets[key].load()
    data = config.data
    if hasattr(data, "n_jets"):
        data = data.model_copy(update={"n_jets": 200})
    training = config.training.model_copy(update={"iterations": 2, "batch_size": 8})
    before = random_state()
    session = Session(config.model_copy(update={"data": data, "training": training}))
    first = session.model.weights()
    session.model.step(0)
    session.model.sample(3, None, seed=1)
    assert random_state() == before
    torch.manual_seed(1)  # the numbers of the user do not matter, either
    again = Session(session.config).model.weights()
    assert all(np.array_equal(first[name], again[name], equal_nan=True) for name in first)


def test_a_training_run_leaves_the_process_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in QUIET_THREADS:
        monkeypatch.delenv(name, raising=False)
    before = (random_state(), dict(os.environ), torch.get_num_threads(), threading.active_count())
    run = qdiffgui.train(tiny(DIGITS, iterations=20, threads=2), runs=tmp_path)
    qdiffgui.evaluate(run)
    after = (random_state(), dict(os.environ), torch.get_num_threads(), threading.active_count())
    assert after == before
    assert threads_of_a_new_thread() == before[2]


def threads_of_a_new_thread() -> int:
    found: list[int] = []
    in_threads(lambda: found.append(torch.get_num_threads()))
    return found[0]


def in_threads(*work: Callable[[], object]) -> None:
    started = [threading.Thread(target=one) for one in work]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()


def test_two_training_runs_at_once_equal_one_after_the_other(tmp_path: Path) -> None:
    configs = [tiny(DIGITS, iterations=40), tiny(STATES, iterations=30)]
    alone = [losses(qdiffgui.train(c, runs=tmp_path / f"{k}")) for k, c in enumerate(configs)]
    found: dict[int, RunDirectory] = {}
    in_threads(
        *(
            lambda k=k, c=c: found.update({k: qdiffgui.train(c, runs=tmp_path / f"both{k}")})
            for k, c in enumerate(configs)
        )
    )
    assert [losses(found[k]) for k in range(2)] == alone


def test_the_last_of_several_restores_the_threads() -> None:
    before = torch.get_num_threads()
    inside, left = threading.Barrier(2), threading.Event()
    seen: dict[str, int] = {}

    def first() -> None:
        with limited_threads(1):
            inside.wait()
        left.set()

    def second() -> None:
        with limited_threads(2):
            inside.wait()
            left.wait()
            seen["of the second"] = torch.get_num_threads()

    in_threads(first, second)
    assert seen == {"of the second": 2}
    assert torch.get_num_threads() == threads_of_a_new_thread() == before


def test_variables_of_the_user_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    with quiet_environment():
        assert os.environ["OMP_NUM_THREADS"] == "3"
        assert os.environ["MKL_NUM_THREADS"] == "1"
    assert os.environ["OMP_NUM_THREADS"] == "3"
    assert "MKL_NUM_THREADS" not in os.environ
