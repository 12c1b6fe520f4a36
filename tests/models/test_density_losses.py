"""Distances between ensembles of mixed states: equal to their definition, and to those of pure
states; gradients by differences.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from qdiffgui import engine
from qdiffgui.evaluation import quantum
from qdiffgui.models.density_losses import density_loss
from qdiffgui.models.ensemble_losses import ensemble_loss

KINDS = ["mmd", "powered-mmd", "energy", "wasserstein", "sinkhorn"]


def branches(n: int, k: int, d: int, seed: int) -> Tensor:
    """(n, k, d, d) complex128, of full rank, the traces of a sample summing to 1."""
    rng = np.random.default_rng(seed)
    g = rng.standard_normal((n, k, d, d)) + 1j * rng.standard_normal((n, k, d, d))
    rho = g @ g.conj().swapaxes(2, 3)
    return torch.from_numpy(rho / np.trace(rho, axis1=2, axis2=3).sum(1)[:, None, None, None])


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_pure_states_cost_what_they_cost_as_vectors(kind: str, exact: bool) -> None:
    generator = torch.Generator().manual_seed(0)
    k = 2 if exact else 1
    beta = engine.haar_states(6 * k, 2, generator, torch.complex128).reshape(6, k, 4) / k**0.5
    phi = engine.haar_states(5, 2, generator, torch.complex128)
    expected = ensemble_loss(beta, phi, kind, exact=exact)
    rho = beta[..., :, None] * beta[..., None, :].conj()
    found = density_loss(rho, phi[:, :, None] * phi[:, None, :].conj(), kind, exact=exact)
    assert float(found) == pytest.approx(float(expected), abs=1e-4)


def test_wasserstein_is_the_transport_of_superfidelities() -> None:
    rho, sigma = branches(7, 1, 4, 0), branches(7, 1, 4, 1)[:, 0]
    expected = quantum.transport(1 - quantum.superfidelity(rho[:, 0].numpy(), sigma.numpy()))
    assert float(density_loss(rho, sigma, "wasserstein")) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_gradients(kind: str, exact: bool) -> None:
    rho, sigma = branches(4, 2, 2, 0), branches(5, 1, 2, 1)[:, 0]
    direction = branches(4, 2, 2, 2) - branches(4, 2, 2, 3)

    def value(step: float) -> Tensor:
        return density_loss(rho + step * direction, sigma, kind, exact=exact)

    step = torch.zeros((), dtype=torch.float64, requires_grad=True)
    density_loss(rho + step * direction, sigma, kind, exact=exact).backward()
    numeric = float(value(1e-5) - value(-1e-5)) / 2e-5
    assert float(step.grad) == pytest.approx(numeric, rel=2e-3, abs=1e-6)


def test_a_branch_that_never_happens_has_no_say() -> None:
    rho, sigma = branches(4, 2, 2, 0), branches(5, 1, 2, 1)[:, 0]
    rho[:, 1] = 0
    rho = (2 * rho).requires_grad_()
    for kind in KINDS:
        density_loss(rho, sigma, kind).backward()
        assert torch.isfinite(torch.view_as_real(rho.grad)).all()
