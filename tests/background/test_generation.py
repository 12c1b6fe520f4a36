"""Samples drawn anew by the helper process: the same as the Python interface draws, with progress,
cancelled, refused with a sentence.
"""

from __future__ import annotations

import queue
from pathlib import Path

import h5py
import numpy as np
import psutil
import pytest

import qdiffgui
from qdiffgui.background.generate_client import Generator
from qdiffgui.background.generation import generate
from qdiffgui.config import parse
from qdiffgui.errors import UserError
from qdiffgui.experiment.generate import MAX_SAMPLES
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.store import RunStore
from tests.runs.tiny import STATES, tiny
from tests.waiting import wait_for

JETS = {
    "data": {"kind": "qg-jets", "n_jets": 400},
    "representation": {"kind": "observables"},
    "model": {
        "kind": "quantum-denoiser",
        "n_qubits": 4,
        "n_layers": 1,
        "schedule": {"kind": "cosine", "n_steps": 6},
    },
    "training": {"iterations": 5, "batch_size": 16},
    "evaluation": {"n_generated": 20},
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    runner = Runner(RunStore(tmp_path_factory.mktemp("runs")), mode="thread", warm=False)
    made = {
        name: runner.submit(config)
        for name, config in {"jets": parse(JETS), "states": tiny(STATES)}.items()
    }
    for run in made.values():
        runner.wait(run.id, 120)
    yield made
    runner.close()


@pytest.fixture(scope="module")
def generator():
    made = Generator()
    yield made
    made.close()


def news(generator, run, asked, target):
    heard: queue.Queue = queue.Queue()
    generator.request(run.path, asked, target, heard.put)
    found = [heard.get(timeout=120)]
    while not found[-1].ended:
        found.append(heard.get(timeout=120))
    return found


def test_the_samples_are_those_of_the_python_interface_and_lie_beside_held_out_ones(
    runs, generator, tmp_path
):
    asked = {"n": 300, "label": "gluon", "steps": 3, "sampler": "ddim", "shots": 200, "seed": 5}
    *doing, last = news(generator, runs["jets"], asked, tmp_path / "jets.h5")
    assert last.error == ""
    assert [n.fraction for n in doing] == sorted(n.fraction for n in doing)
    assert any("Sampling" in n.activity for n in doing)
    model = qdiffgui.load(runs["jets"].model_file)
    truth = model.sample(300, "gluon", steps=3, sampler="ddim", shots=200, seed=5)
    with h5py.File(tmp_path / "jets.h5") as file:
        np.testing.assert_allclose(file["jets/mass"][()], truth.values["mass"], rtol=1e-6)
        assert set(file["jets/label"][()]) == {0}
    film = last.result["trajectory"]
    assert film["times"] == [6, 4, 2, 0]
    assert "200 shots" in film["captions"][1]
    assert "DDIM" in film["captions"][1]
    assert len(film["nearest"]["distances"]) == 8
    assert [row["unit"] for row in last.result["numbers"]] == ["GeV", "", "", ""]
    assert {picture["class"] for picture in last.result["histograms"]} == {"gluon"}
    assert 30 < last.result["n_compared"] < 70  # half of the held-out jets


def test_shots_change_what_is_drawn(runs):
    model = qdiffgui.load(runs["jets"].model_file)
    exact, again, measured = (model.generate(20, seed=1, shots=shots).x for shots in (0, 0, 50))
    np.testing.assert_array_equal(exact, again)
    assert not np.array_equal(exact, measured)


def test_states_have_one_number_and_their_floor(runs, tmp_path):
    found = generate(
        runs["states"].path, {"n": 20}, tmp_path / "states.h5", lambda fraction, activity: None
    )
    assert [0 <= row["floor"] <= 1 for row in found["numbers"]] == [True]
    assert found["histograms"] == []
    with h5py.File(tmp_path / "states.h5") as file:
        assert file["states/psi"].shape == (20, 2)


@pytest.mark.parametrize(
    ("which", "asked", "says"),
    [
        ("jets", {"n": 0}, "n"),
        ("jets", {"n": MAX_SAMPLES + 1}, str(MAX_SAMPLES)),
        ("jets", {"label": "charm"}, "charm"),
        ("jets", {"steps": 7}, "1 to 6"),
        ("jets", {"colour": "red"}, "colour"),
        ("states", {"shots": 10}, "tomography"),
        ("states", {"steps": 2}, "left out"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(runs, tmp_path, which, asked, says):
    with pytest.raises(UserError, match=says):
        generate(runs[which].path, asked, tmp_path / "x.h5", lambda fraction, activity: None)
    assert not (tmp_path / "x.h5").exists()


def test_a_run_without_a_model_says_when_there_will_be_one(tmp_path):
    with pytest.raises(UserError, match="has ended"):
        generate(tmp_path, {}, tmp_path / "x.h5", lambda fraction, activity: None)


def test_an_error_of_the_helper_is_heard_and_a_cancelled_request_is_not(runs, generator, tmp_path):
    assert "charm" in news(generator, runs["jets"], {"label": "charm"}, tmp_path / "x.h5")[-1].error
    heard: queue.Queue = queue.Queue()
    generator.request(runs["jets"].path, {"n": 20_000, "shots": 1000}, tmp_path / "x.h5", heard.put)
    assert not heard.get(timeout=120).ended
    process = psutil.Process(generator._helper.pid)
    generator.cancel()
    process.wait(20)
    wait_for(lambda: not generator._working.locked())
    assert all(not item.ended for item in list(heard.queue))
    assert news(generator, runs["states"], {"n": 5}, tmp_path / "y.h5")[-1].result["n"] == 5


def test_an_idle_process_ends(runs, tmp_path: Path):
    quick = Generator(idle=0.2)
    assert news(quick, runs["states"], {"n": 5}, tmp_path / "y.h5")[-1].result["n"] == 5
    wait_for(lambda: quick._helper.pid is None)
    quick.close()
