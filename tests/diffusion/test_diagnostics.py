"""Diagnostics of forward processes against known ensembles and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import unitary_group

from qdiffgui import catalog, engine
from qdiffgui.config import schedules as schedules
from qdiffgui.data.types import Spec
from qdiffgui.diffusion.channels import CHANNELS
from qdiffgui.diffusion.diagnostics import MAX_STATES, diagnose, haar_frame_potential
from qdiffgui.diffusion.haar import patch_states
from qdiffgui.diffusion.scrambling import scramble_path

SCRAMBLING = {"process": "scrambling", "values": [1.0]}


def haar(n: int, n_qubits: int, seed: int = 0) -> np.ndarray:
    return engine.haar_states(n, n_qubits, torch.Generator().manual_seed(seed)).numpy()


def of_states(psi: np.ndarray) -> dict[str, float]:
    found = diagnose(psi[None], [0], Spec("state", psi.shape[1:]), SCRAMBLING)
    return {name: curve.values[0] for name, curve in found.items()}


@pytest.mark.parametrize("n_qubits", [1, 2, 4])
def test_haar_states_are_at_every_reference(n_qubits: int) -> None:
    d = 2**n_qubits
    repeats = [
        diagnose(haar(250, n_qubits, seed)[None], [0], Spec("state", (d,)), SCRAMBLING)
        for seed in range(12)
    ]
    for name in repeats[0]:
        values = np.array([found[name].values[0] for found in repeats])
        assert (
            abs(values.mean() - repeats[0][name].reference)
            < 4 * values.std(ddof=1) / math.sqrt(12) + 0.02 * values.mean()
        ), name


@pytest.mark.parametrize("d", [2, 4, 16])
def test_one_state_many_times_is_farthest(d: int) -> None:
    psi = np.tile(np.eye(d, dtype=np.complex64)[0], (40, 1))
    assert of_states(psi) == pytest.approx(
        {
            "haar_distance": 1 - haar_frame_potential(d),
            "mixed_distance": 1 - 1 / d,
            "purity": 1.0,
        },
        abs=1e-6,
    )


def test_a_circle_looks_mixed_but_is_not_haar() -> None:
    """The blindness of MMD: purity 1/2 as for Haar, while two copies tell them apart: E cos⁴ = 3/8
    against 1/3.
    """
    angles = np.linspace(0, math.pi, 250, endpoint=False)
    found = of_states(np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.complex64))
    assert found["mixed_distance"] == pytest.approx(0, abs=1e-6)
    assert found["purity"] == pytest.approx(1 / 2, abs=0.003)
    assert found["haar_distance"] == pytest.approx(3 / 8 - 1 / 3, abs=0.003)


def test_distance_to_haar_is_mmd_against_haar_samples() -> None:
    psi = haar(200, 2)
    psi[:, 0] += 1
    psi /= np.linalg.norm(psi, axis=1, keepdims=True)
    other = haar(4000, 2, seed=5)

    def kernel(a, b):
        return np.abs(a @ b.conj().T) ** 4

    own = kernel(psi, psi)
    rest = kernel(other, other)
    pairs = (own.sum() - len(psi)) / (len(psi) * (len(psi) - 1)) + (rest.sum() - len(other)) / (
        len(other) * (len(other) - 1)
    )
    assert of_states(psi)["haar_distance"] == pytest.approx(
        pairs - 2 * kernel(psi, other).mean(), abs=2e-3
    )


def test_patches_never_reach_haar() -> None:
    """Two independent qubits: (1/3)² against 1/10."""
    psi = (
        patch_states(8 * MAX_STATES, 2, 1, torch.Generator().manual_seed(1))
        .numpy()
        .reshape(8, MAX_STATES, 4)
    )
    found = diagnose(psi, range(8), Spec("state", (4,)), {"process": "haar", "values": [1.0]})
    assert np.mean(found["haar_distance"].values) == pytest.approx(1 / 9 - 1 / 10, abs=0.003)


@settings(max_examples=20, deadline=None)
@given(n=st.integers(1, 12), n_qubits=st.integers(1, 4), seed=st.integers(0, 1000))
def test_a_common_unitary_changes_nothing_and_few_states_are_solved_alike(
    n: int, n_qubits: int, seed: int
) -> None:
    d = 2**n_qubits
    psi = haar(n, n_qubits, seed).astype(np.complex128)
    found = of_states(psi)
    turned = of_states(psi @ np.asarray(unitary_group.rvs(d, random_state=seed)).T)
    assert turned == pytest.approx(found, abs=1e-9)
    rho = psi.T @ psi.conj() / n
    assert found["mixed_distance"] == pytest.approx(
        0.5 * np.abs(np.linalg.eigvalsh(rho - np.eye(d) / d)).sum(), abs=1e-9
    )


def test_scrambling_goes_to_haar_step_by_step() -> None:
    psi = torch.zeros(MAX_STATES, 4, dtype=torch.complex64)
    psi[:, 0] = 1
    path = scramble_path(
        psi, np.linspace(1, 4, 20).tolist(), torch.Generator().manual_seed(0)
    ).numpy()
    found = diagnose(path, range(21), Spec("state", (4,)), SCRAMBLING)
    for name, start in (("haar_distance", 0.9), ("mixed_distance", 0.75), ("purity", 1.0)):
        values = found[name].values
        assert values[0] == pytest.approx(start, abs=1e-5)
        assert values[-1] == pytest.approx(found[name].reference, abs=0.03)
        assert values[0] > values[5] > values[10] > values[20]


@pytest.mark.parametrize("d", [2, 4])
def test_mixed_states(d: int) -> None:
    pure = np.zeros((30, d, d), np.complex64)
    pure[:15, 0, 0] = pure[15:, 1, 1] = 1
    frames = np.stack([pure, 0.5 * pure + 0.5 * np.eye(d) / d, np.tile(np.eye(d) / d, (30, 1, 1))])
    found = diagnose(
        frames,
        [0, 1, 2],
        Spec("density", (d, d)),
        {"process": "depolarizing", "values": [1.0, 0.5, 0.0]},
    )
    assert found["limit_distance"].values == pytest.approx(
        (1 - 1 / d, (1 - 1 / d) / 2, 0), abs=1e-6
    )
    assert found["purity"].values == pytest.approx((1, 1 / 4 + 3 / 4 / d, 1 / d), abs=1e-6)
    assert found["mean_purity"].values[0] == pytest.approx(1 / 2)
    assert found["mean_purity"].values[2] == pytest.approx(found["mean_purity"].reference, abs=1e-6)


@pytest.mark.parametrize("process", list(CHANNELS))
@pytest.mark.parametrize("n_qubits", [1, 2])
def test_a_channel_is_held_against_its_own_limit(process: str, n_qubits: int) -> None:
    d = 2**n_qubits
    psi = haar(40, n_qubits, 0)
    rho = torch.from_numpy(psi[:, :, None] * psi[:, None, :].conj())
    frames = np.stack([CHANNELS[process](rho, kept).numpy() for kept in (1.0, 0.5, 0.0)])
    found = diagnose(
        frames, [0, 1, 2], Spec("density", (d, d)), {"process": process, "values": [1.0, 0.5, 0.0]}
    )
    assert set(found) == {"limit_distance", "purity", "mean_purity"}
    for curve in found.values():
        assert curve.values[-1] == pytest.approx(curve.reference, abs=1e-6)
        assert curve.reference_label
    away = found["limit_distance"].values
    assert away[0] > away[1] > away[2]
    p = np.abs(psi) ** 2
    purity = {
        "depolarizing": 1 / d,
        "amplitude-damping": 1,
        "dephasing": np.square(p).sum(1).mean(),
    }
    assert found["purity"].reference == pytest.approx(purity[process], abs=1e-6)
    mean_purity = purity | {"dephasing": np.square(p.mean(0)).sum()}
    assert found["mean_purity"].reference == pytest.approx(mean_purity[process], abs=1e-6)


def test_a_channel_of_unknown_limit_is_held_against_none() -> None:
    found = diagnose(
        np.tile(np.eye(2) / 2, (2, 3, 1, 1)),
        [0, 1],
        Spec("density", (2, 2)),
        {"process": "mystery", "values": [1, 0]},
    )
    assert set(found) == {"purity", "mean_purity"}
    assert all(curve.reference is None for curve in found.values())


@pytest.mark.parametrize("n_qubits", [2, 4])
def test_populations_of_haar_states_are_at_their_references(n_qubits: int) -> None:
    d = 2**n_qubits
    frames = np.stack([np.abs(haar(250, n_qubits, seed)) ** 2 for seed in range(12)]).reshape(
        12, 250, 2, d // 2
    )
    for curve in diagnose(frames, range(12), Spec("map", (2, d // 2)), SCRAMBLING).values():
        values = np.array(curve.values)
        assert (
            abs(values.mean() - curve.reference)
            < 4 * values.std(ddof=1) / math.sqrt(12) + 0.02 * values.mean()
        )


def test_signal_to_noise_is_exact() -> None:
    alpha_bar = catalog.schedules["cosine"].load()(schedules.Cosine(n_steps=10))
    frames = np.zeros((3, 5, 2), np.float32)
    (curve,) = diagnose(
        frames, [0, 4, 10], Spec("vector", (2,)), {"process": "gaussian", "values": alpha_bar}
    ).values()
    assert curve.values[0] is None
    assert curve.values[1:] == pytest.approx(
        (alpha_bar[4] / (1 - alpha_bar[4]), alpha_bar[10] / (1 - alpha_bar[10]))
    )
    weights = catalog.schedules["blend"].load()(schedules.Blend(n_steps=10, power=3))
    (curve,) = diagnose(
        frames[..., None], [0, 5, 10], Spec("map", (2, 1)), {"process": "blend", "values": weights}
    ).values()
    assert curve.values == (None, pytest.approx((7 / 8) ** 2 / (1 / 8) ** 2), pytest.approx(0))


def test_a_process_without_diagnostics_has_none() -> None:
    assert (
        diagnose(
            np.zeros((2, 3, 4)),
            [0, 1],
            Spec("vector", (4,)),
            {"process": "mystery", "values": [1, 0]},
        )
        == {}
    )
