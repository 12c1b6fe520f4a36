"""Haar noise: normalized, exact at both ends, and of the measure it says."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qdiffgui import catalog, engine
from qdiffgui.config import schedules as schedules
from qdiffgui.config.kinds import classes
from qdiffgui.diffusion.haar import HaarNoise, mix, patch_states
from qdiffgui.diffusion.scrambling import Scrambling
from qdiffgui.diffusion.states import state_process
from qdiffgui.evaluation import quantum

KINDS = [
    key
    for key, entry in catalog.schedules.items()
    if entry.facts["process"] in ("scrambling", "haar")
]


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 5), st.integers(1, 6), st.floats(0, 1), st.integers(0, 1000))
def test_norms_stay_one(n_qubits: int, patch: int, share: float, seed: int) -> None:
    psi = engine.haar_states(7, n_qubits, generator(seed))
    out = mix(psi, patch_states(7, n_qubits, patch, generator(seed + 1)), share)
    assert torch.allclose(out.abs().square().sum(1), torch.ones(7), atol=1e-5)


def test_patches_are_products_and_each_is_haar() -> None:
    psi = patch_states(20000, 3, 2, generator(0)).reshape(-1, 4, 2)
    assert torch.linalg.svdvals(psi)[:, 1].max() < 1e-5
    for d, rho in (
        (4, torch.einsum("nik,njk->nij", psi, psi.conj())),
        (2, torch.einsum("nki,nkj->nij", psi, psi.conj())),
    ):
        p = torch.diagonal(rho, dim1=1, dim2=2).real
        assert torch.allclose(p.mean(0), torch.full((d,), 1 / d), atol=0.01)
        assert torch.allclose(p.square().mean(0), torch.full((d,), 2 / (d * (d + 1))), atol=0.01)


def test_one_patch_of_all_qubits_is_the_global_measure() -> None:
    assert quantum.meyer_wallach(patch_states(500, 2, 1, generator(0)).numpy()).max() < 1e-5
    wide = quantum.meyer_wallach(patch_states(4000, 2, 2, generator(0)).numpy()).mean()
    assert wide == pytest.approx(
        0.4, abs=0.01
    )  # (d_A - 1)(d_B - 1) / (d + 1) of the linear entropy, times 2


def test_a_haar_unitary_on_the_data_has_the_same_law() -> None:
    """The process draws a Haar state in place of U|x_0>; their first two moments agree on any one
    |x_0>.
    """
    psi = engine.haar_states(1, 2, generator(3)).expand(6000, -1)
    turned = torch.einsum("nij,nj->ni", engine.haar_unitary(2, generator(1), n=6000), psi)
    by_unitary, by_state = (
        mix(psi, turned, 0.6).numpy(),
        HaarNoise([1.0, 0.6, 0.0]).at(psi, 1, generator(2)).numpy(),
    )
    assert quantum.mmd(by_unitary[:2000], by_state[:2000]) < 2e-3
    assert quantum.mmd(by_unitary[:2000], by_state[:2000], 2) < 2e-3


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_process_goes_from_data_to_noise(kind: str) -> None:
    process = state_process(classes("model.schedule")[kind]())
    psi = engine.haar_states(1, 2, generator(0)).expand(300, -1)
    path = process.path(psi, generator(1))
    assert path.shape == (process.n_steps + 1, 300, 4)
    assert torch.allclose(path[0], psi, atol=1e-6)
    assert torch.allclose(process.at(psi, 0, generator(1)), psi, atol=1e-6)
    assert torch.equal(path, process.path(psi, generator(1)))
    assert process.noise(5, 2, generator(2)).shape == (5, 4)
    kept = (
        quantum.fidelity(path[0, :1].numpy(), path.reshape(-1, 4).numpy()).reshape(-1, 300).mean(1)
    )
    assert kept[0] == pytest.approx(1, abs=1e-5)
    assert kept[-1] < 0.35
    assert np.all(np.diff(kept) < 0.05)


def test_the_last_step_is_the_noise_that_sampling_starts_from() -> None:
    for process in (HaarNoise([1.0, 0.5, 0.0]), HaarNoise([1.0, 0.0], patch_qubits=1)):
        psi = engine.haar_states(4, 3, generator(0))
        assert torch.allclose(
            process.at(psi, process.n_steps, generator(7)),
            process.noise(4, 3, generator(7)),
            atol=1e-6,
        )


def test_scrambling_process_is_the_function() -> None:
    process = state_process(schedules.PiecewiseAngles())
    assert isinstance(process, Scrambling)
    np.testing.assert_allclose(
        process.strengths, [*np.linspace(0.05, 1, 12), *np.linspace(1.2, 4, 8)]
    )
