"""Quick figures of merit equal the textbook's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from qdiffgui.data.types import Encoded, Spec
from qdiffgui.experiment.live import live_metrics, references


def test_w1_is_scipys_in_units_of_the_spread() -> None:
    rng = np.random.default_rng(0)
    spec = Spec("vector", (3,), names=("a", "b", "c"))
    train, test = (
        Encoded(rng.normal(size=(600, 3)), np.zeros(600, np.int8), spec) for _ in range(2)
    )
    x = rng.normal(1, 2, size=(700, 3))
    value = live_metrics(x, test)["w1"]
    a, b = x[:512], test.x[:512]
    assert value == pytest.approx(
        np.mean([wasserstein_distance(a[:, i], b[:, i]) / b[:, i].std() for i in range(3)])
    )
    beside = references(test, train, 0)
    assert beside.n == 512
    assert beside.floor["w1"] < 0.2 < value
    assert 0 < beside.spread["w1"] < beside.floor["w1"]


def test_what_stands_beside_is_worked_out_from_as_many_samples_and_reproduces() -> None:
    rng = np.random.default_rng(1)
    spec = Spec("vector", (2,), names=("a", "b"))
    train, test = (Encoded(rng.normal(size=(n, 2)), np.zeros(n, np.int8), spec) for n in (90, 60))
    beside = references(test, train, 3)
    assert beside.n == 60
    assert beside == references(test, train, 3)
    assert beside.floor != references(test, train, 4).floor
    assert beside.trivial["All zero"]["w1"] > beside.floor["w1"] + 3 * beside.spread["w1"]
    assert abs(beside.trivial["PCA-Gaussian"]["w1"] - beside.floor["w1"]) < 0.2, (
        "Gaussian data: nothing beats it"
    )


def test_real_data_stand_at_their_floor() -> None:
    """A perfect model scatters about the floor: half of its values lie below it, few by more than
    its spread.
    """
    rng = np.random.default_rng(2)
    spec = Spec("vector", (4,), names=tuple("abcd"))
    train, test = (
        Encoded(rng.normal(size=(4000, 4)), np.zeros(4000, np.int8), spec) for _ in range(2)
    )
    beside = references(test, train, 0)
    values = np.array([live_metrics(rng.normal(size=(512, 4)), test)["w1"] for _ in range(40)])
    assert 0.2 < np.mean(values < beside.floor["w1"]) < 0.8
    assert np.mean(values < beside.floor["w1"] - 2.5 * beside.spread["w1"]) < 0.1


def test_empty_cells_count_for_nothing() -> None:
    spec = Spec("map", (1, 2))
    ones = np.tile(np.array([[[1.0, 0.0]]], np.float32), (50, 1, 1))
    encoded = Encoded(ones, np.zeros(50, np.int8), spec)
    assert live_metrics(ones, encoded) == {"w1": 0.0}
    assert references(encoded, encoded, 0).floor == {"w1": 0.0}


@pytest.mark.parametrize("kind", ["state", "density"])
def test_states_have_floor_and_trivial_generators(kind: str) -> None:
    rng = np.random.default_rng(5)
    psi = rng.normal(size=(80, 2)) + 1j * rng.normal(size=(80, 2))
    psi /= np.linalg.norm(psi, axis=1, keepdims=True)
    x = psi if kind == "state" else psi[:, :, None] * psi[:, None, :].conj()
    encoded = Encoded(x, np.zeros(80, np.int8), Spec(kind, x.shape[1:]))
    beside = references(encoded, encoded, 0)
    assert beside.n == 80
    assert beside.floor["wasserstein"] == pytest.approx(0, abs=1e-6), "the same states"
    assert min(found["wasserstein"] for found in beside.trivial.values()) > 0.01
