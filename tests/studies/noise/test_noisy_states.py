"""States from noisy circuits, against the pure ones and against mixtures of them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from qdiffgui import catalog, engine
from qdiffgui.engine.noisy import NoisyBackend
from qdiffgui.errors import UserError
from qdiffgui.model_file import load
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.studies.noise.noisy_states import noisy_states
from qdiffgui.studies.noise.result import NoiseSetting
from qdiffgui.studies.noise.study import run_noise_study
from tests.studies.noise.test_study import ASKED


def test_without_noise_they_are_the_samples(states: RunDirectory):
    family = load(states.model_file).diffusion_model
    psi = family.sample(50, None, seed=3).x
    found = noisy_states(family, 50, {}, seed=3)
    np.testing.assert_allclose(found, psi[:, :, None] * psi[:, None, :].conj(), atol=1e-5)


def test_noise_makes_them_mixed_and_damping_pulls_them_to_zero(states: RunDirectory):
    family = load(states.model_file).diffusion_model
    purity = []
    for strength in (0.0, 0.01, 0.1, 0.75):
        rho = noisy_states(family, 200, {"depolarizing": strength}, seed=3)
        np.testing.assert_allclose(np.trace(rho, axis1=1, axis2=2).real, 1, atol=1e-5)
        purity.append(float(np.einsum("bij,bji->b", rho, rho).real.mean()))
    assert purity == sorted(purity, reverse=True)
    assert purity[-1] == pytest.approx(0.5, abs=1e-4)
    damped = noisy_states(family, 50, {"amplitude_damping": 1.0}, seed=3)
    np.testing.assert_allclose(damped[:, 0, 0].real, 1, atol=1e-5)


def test_a_mixture_goes_in_as_its_parts_do():
    program = catalog.ansatze["hardware-efficient"].load().trace(2, 2)
    backend = NoisyBackend(program, torch.complex128, {"amplitude_damping": 0.1})
    g = torch.Generator().manual_seed(0)
    angles = torch.randn(program.n_weights, generator=g, dtype=torch.float64)
    psi = engine.haar_states(2, 2, g, torch.complex128)
    rho = psi[:, :, None] * psi[:, None, :].conj()
    mixed = backend.density_matrix((0, 1), angles, None, rho.mean(0, keepdim=True), 1)
    apart = backend.density_matrix((0, 1), angles, None, psi, 2)
    torch.testing.assert_close(mixed[0], apart.mean(0))


def test_their_study_takes_what_states_can_differ_at(states: RunDirectory):
    asked = [
        NoiseSetting(),
        NoiseSetting("depolarizing", 0.3),
        NoiseSetting("readout", 0.3),
        NoiseSetting(shots=20),
    ]
    found = run_noise_study({"states": states.model_file}, asked, seeds=2, n_samples=60)
    assert [row["label"] for row in found.rows] == ["no noise", "depolarizing 0.3"]
    assert found.goal == "superfidelity-wasserstein"
    assert "SWAP tests" in found.about
    with pytest.raises(UserError, match="drop --zne"):
        run_noise_study({"states": states.model_file}, ASKED)
