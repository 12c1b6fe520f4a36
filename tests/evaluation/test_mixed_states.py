"""Metrics of mixed states where their value is known, and the report that is made of them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qdiffgui.config import representation as config
from qdiffgui.config.data import Circle, RandomDensity
from qdiffgui.data.densities import load_random_density, random_density
from qdiffgui.data.ensembles import load_circle
from qdiffgui.data.representations.density import Density
from qdiffgui.data.split import split
from qdiffgui.data.types import Dataset
from qdiffgui.evaluation import baselines, mixed_states, quantum
from qdiffgui.evaluation.report import evaluate


def some(n: int, d: int, rank: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.stack([random_density(d, rank, rng) for _ in range(n)])


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 3), st.integers(1, 8), st.integers(0, 1000))
def test_superfidelity_bounds_the_fidelity(n_qubits: int, rank: int, seed: int) -> None:
    d = 2**n_qubits
    rho, sigma = some(2, d, min(rank, d), seed), some(2, d, 1, seed + 1)
    g = quantum.superfidelity(rho, rho)
    assert np.diag(g) == pytest.approx(1)
    fidelity = quantum.mixed_fidelity(rho[0], rho[1])
    assert g[0, 1] >= fidelity - 1e-6
    if d == 2:
        assert g[0, 1] == pytest.approx(fidelity, abs=1e-6)
    assert quantum.superfidelity(rho, sigma)[0, 1] == pytest.approx(
        quantum.mixed_fidelity(rho[0], sigma[1]), abs=1e-6
    )


def test_projection_gives_the_state_back_and_mends_others() -> None:
    rho = some(5, 4, 2, 0)
    np.testing.assert_allclose(quantum.project(rho), rho, atol=1e-12)
    mended = quantum.project(rho - 0.2 * np.eye(4))
    assert np.linalg.eigvalsh(mended).min() > -1e-12
    np.testing.assert_allclose(np.trace(mended, axis1=1, axis2=2), 1)


def test_mmd_is_blind_where_w_sees() -> None:
    """Mixed half-pure states of two directions against the same mean and impurity along another
    axis.
    """
    z = np.array([[0.9, 0], [0, 0.1]], np.complex64)
    x = np.array([[0.5, 0.4], [0.4, 0.5]], np.complex64)
    a = np.stack([z, np.eye(2) - z] * 100).astype(np.complex64)
    b = np.stack([x, np.eye(2) - x] * 100).astype(np.complex64)
    assert mixed_states.mmd(a, b).value == pytest.approx(0, abs=1e-9)
    assert mixed_states.wasserstein(a, b).value > 0.1


def test_values_that_are_known() -> None:
    mixed = np.repeat(np.eye(4)[None] / 4, 60, axis=0).astype(np.complex64)
    pure = np.zeros_like(mixed)
    pure[:, 0, 0] = 1
    assert mixed_states.purity(mixed, pure).value == pytest.approx(0.25)
    assert mixed_states.f0(mixed, pure).value == pytest.approx(0.25)
    assert mixed_states.mean_state_fidelity(mixed, pure).value == pytest.approx(0.25)
    assert mixed_states.fidelity_with_mean(mixed, pure).value == pytest.approx(0.25)
    assert mixed_states.spread(mixed, pure).value == pytest.approx(0, abs=1e-6)
    half = np.concatenate([mixed[:30], pure[:30]])
    assert mixed_states.spread(half, pure).value == pytest.approx(0.75 * 0.5, abs=0.05)


def report_of(dataset: Dataset, sampler: Any, n: int) -> dict[str, Any]:
    train, test = split(dataset, 0.5, 0)
    representation = Density(config.Density())
    representation.fit(train, {})
    encoded = representation.encode(train)
    return evaluate(
        train=encoded,
        test=representation.encode(test),
        train_content=train,
        test_content=test,
        representation=representation,
        sampler=lambda n, label, seed: sampler(encoded, n, seed),
        classes={},
        n_generated=n,
    )


def test_the_report_of_an_ensemble() -> None:
    report = report_of(load_circle(Circle(n_states=300)), baselines.hilbert_schmidt, 300)
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    rows = {row["key"]: row["values"] for row in report["rows"]}
    assert set(rows) == {"model", "floor", *baselines.baselines_for("density")}
    assert (
        rows["floor"]["superfidelity-wasserstein"]["value"]
        < 0.03
        < rows["model"]["superfidelity-wasserstein"]["value"]
    )
    assert rows["zero"]["purity"]["value"] == pytest.approx(0.5)
    assert rows["floor"]["purity"]["value"] == pytest.approx(1, abs=1e-5)
    assert "does not beat" in report["verdict"][0]


def test_a_model_of_the_mean_state_is_told_so() -> None:
    report = report_of(load_circle(Circle(n_states=300)), baselines.mean, 300)
    assert any("generates the same state every time" in sentence for sentence in report["verdict"])


def test_copies_of_one_state_are_judged_by_fidelity() -> None:
    report = report_of(
        load_random_density(RandomDensity(n_qubits=2, rank=2, n_states=60)),
        baselines.hilbert_schmidt,
        60,
    )
    assert "copies of one state" in report["verdict"][0]
    assert "Maximally mixed state" in report["verdict"][0]
    assert not any("learned nothing" in sentence for sentence in report["verdict"])
