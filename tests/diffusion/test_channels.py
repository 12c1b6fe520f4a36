"""Noise channels: completely positive, trace preserving, multiplying, and with the limits they
name.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from qdiffgui import catalog
from qdiffgui.config import schedules as config
from qdiffgui.diffusion.channels import CHANNELS

PROCESSES = sorted(CHANNELS)
SCHEDULES = [
    config.DepolarizingCosine(),
    config.DepolarizingCosine(n_steps=20, exponent=2),
    config.DepolarizingLinear(),
    config.AmplitudeDamping(),
    config.Dephasing(n_steps=12),
]


def states(n: int, n_qubits: int, seed: int) -> Tensor:
    """(n, d, d) random density matrices of rank 1 to d."""
    d, rng = 2**n_qubits, np.random.default_rng(seed)
    g = rng.standard_normal((n, d, d)) + 1j * rng.standard_normal((n, d, d))
    g[0, :, 1:] = 0
    rho = g @ g.conj().swapaxes(1, 2)
    return torch.from_numpy(rho / np.trace(rho, axis1=1, axis2=2)[:, None, None])


def purity(rho: Tensor) -> Tensor:
    return rho.abs().square().sum((1, 2))


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(PROCESSES), st.integers(1, 3), st.floats(0, 1), st.integers(0, 1000))
def test_density_matrices_stay_density_matrices(
    process: str, n_qubits: int, kept: float, seed: int
) -> None:
    rho = states(4, n_qubits, seed)
    out = CHANNELS[process](rho, kept)
    trace = torch.diagonal(out, dim1=1, dim2=2).sum(1)
    assert torch.allclose(trace, torch.ones_like(trace), atol=1e-12)
    assert torch.allclose(out, out.mH, atol=1e-12)
    assert torch.linalg.eigvalsh(out).min() > -1e-12


@pytest.mark.parametrize("kept", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("process", PROCESSES)
def test_the_choi_matrix_is_positive(process: str, kept: float) -> None:
    """Complete positivity: the channel on one half of a maximally entangled pair gives a state."""
    d = 4
    units = torch.zeros(d, d, d, d, dtype=torch.complex128)
    for i in range(d):
        for j in range(d):
            units[i, j, i, j] = 1
    choi = CHANNELS[process](units, kept).permute(0, 2, 1, 3).reshape(d * d, d * d)
    assert torch.linalg.eigvalsh(choi).min() > -1e-12


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(PROCESSES), st.floats(0, 1), st.floats(0, 1), st.integers(0, 1000))
def test_steps_multiply(process: str, first: float, second: float, seed: int) -> None:
    rho = states(3, 2, seed)
    channel = CHANNELS[process]
    assert torch.allclose(
        channel(channel(rho, first), second), channel(rho, first * second), atol=1e-12
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 3), st.floats(0, 1), st.floats(0, 1), st.integers(0, 1000))
def test_depolarizing_only_ever_lowers_the_purity(
    n_qubits: int, one: float, two: float, seed: int
) -> None:
    rho = states(4, n_qubits, seed)
    more, less = (
        purity(CHANNELS["depolarizing"](rho, kept)) for kept in (max(one, two), min(one, two))
    )
    assert (less <= more + 1e-12).all()


@pytest.mark.parametrize("process", PROCESSES)
def test_limits(process: str) -> None:
    rho = states(3, 2, 0)
    limits = {
        "depolarizing": torch.eye(4, dtype=rho.dtype).expand(3, -1, -1) / 4,
        "amplitude-damping": torch.eye(4, dtype=rho.dtype)[:1].T
        @ torch.eye(4, dtype=rho.dtype)[:1],
        "dephasing": torch.diag_embed(torch.diagonal(rho, dim1=1, dim2=2)),
    }
    channel = CHANNELS[process]
    assert torch.allclose(channel(rho, 1.0), rho, atol=1e-14)
    assert torch.allclose(channel(rho, 0.0), limits[process].expand(3, -1, -1), atol=1e-14)
    for fixed in channel(rho, 0.0):
        assert torch.allclose(channel(fixed, 0.4), fixed, atol=1e-14)


@pytest.mark.parametrize(
    ("process", "gate"), [("amplitude-damping", "AmplitudeDamping"), ("dephasing", "PhaseDamping")]
)
def test_one_qubit_channels_are_those_of_pennylane(process: str, gate: str) -> None:
    """PennyLane's phase damping γ leaves the coherence √(1 - γ)."""
    import pennylane as qml

    rho, kept = states(1, 1, 3)[0], 0.37
    strength = 1 - kept if process == "amplitude-damping" else 1 - kept**2
    kraus = [
        torch.as_tensor(np.asarray(k, np.complex128))
        for k in getattr(qml, gate)(strength, wires=0).kraus_matrices()
    ]
    expected = sum(k @ rho @ k.mH for k in kraus)
    assert torch.allclose(CHANNELS[process](rho, kept), expected, atol=1e-12)


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda s: f"{s.kind}-{s.n_steps}")
def test_schedules_go_from_all_to_nothing(schedule: config.ChannelSchedule) -> None:
    entry = catalog.schedules[schedule.kind]
    kept = entry.load()(schedule)
    assert kept.shape == (schedule.n_steps + 1,)
    assert kept[0] == 1
    assert kept[-1] == 0
    assert (np.diff(kept) < 0).all()
    assert entry.facts["process"] in CHANNELS


def test_the_strengths_of_the_paper() -> None:
    """q_t = (1 - ᾱ_t/ᾱ_{t-1})^k, clipped to [1e-4, 1]: with k = 1 the data keep ᾱ itself."""
    load = catalog.schedules["depolarizing-cosine"].load()
    t = np.arange(7)
    alpha_bar = (
        np.cos((t / 6 + 0.008) / 1.008 * np.pi / 2) ** 2 / np.cos(0.008 / 1.008 * np.pi / 2) ** 2
    )
    plain, squared = (load(config.DepolarizingCosine(n_steps=6, exponent=k)) for k in (1, 2))
    np.testing.assert_allclose(plain, alpha_bar, atol=1e-9)
    np.testing.assert_allclose(
        1 - squared[1:6] / squared[:5], (1 - alpha_bar[1:6] / alpha_bar[:5]) ** 2, atol=1e-9
    )
    tiny = load(config.DepolarizingCosine(n_steps=100, exponent=5))
    assert tiny[1] == pytest.approx(1 - 1e-4)
