"""Complex Gaussian noise on amplitudes: the Gaussian chain, step by step or in one."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from qdiffgui.diffusion import amplitude

N = 100_000


def _phi(d: int = 2) -> torch.Tensor:
    phi = torch.zeros(N, d, dtype=torch.complex64)
    phi[:, 0] = 1
    return phi


def test_steps_and_jumps_lead_to_the_same_distribution() -> None:
    generator = torch.Generator().manual_seed(0)
    jump = amplitude.noised(_phi(), 0.3, generator)
    steps = amplitude.noised(amplitude.noised(_phi(), 0.6, generator), 0.5, generator)
    for x in (jump, steps):
        assert complex(x[:, 0].mean()) == pytest.approx(0.3**0.5, abs=0.02)
        variance = (x - x.mean(dim=0)).abs().square().mean(dim=0)
        np.testing.assert_allclose(variance, 0.7, atol=0.02)
        assert float(x[:, 1].real.square().mean()) == pytest.approx(0.35, abs=0.01)


def test_each_sample_has_its_own_share() -> None:
    x = amplitude.noised(
        _phi(), torch.tensor([1.0, 0.0]).repeat(N // 2), torch.Generator().manual_seed(0)
    )
    np.testing.assert_array_equal(x[::2], _phi()[::2])
    assert abs(complex(x[1::2].mean())) < 0.02


def test_all_noise_is_haar() -> None:
    psi = amplitude.state_of(amplitude.noised(_phi(4), 0.0, torch.Generator().manual_seed(0)))
    np.testing.assert_allclose(torch.linalg.vector_norm(psi, dim=1), 1, atol=1e-5)
    rho = psi.T @ psi.conj() / N
    np.testing.assert_allclose(rho, np.eye(4) / 4, atol=0.01)
    # a Haar state of dimension d has mean fidelity² of 2 / (d (d + 1)) with any other
    assert float(psi[:, 0].abs().pow(4).mean()) == pytest.approx(2 / 20, rel=0.03)
