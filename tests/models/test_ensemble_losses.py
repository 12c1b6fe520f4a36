"""Values against the metrics of ``evaluation.quantum``, gradients against finite differences."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from qdiffgui import engine
from qdiffgui.evaluation import quantum
from qdiffgui.models.ensemble_losses import ensemble_loss

KINDS = ["mmd", "powered-mmd", "energy", "wasserstein", "sinkhorn"]


def states(n: int, seed: int, n_qubits: int = 2) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return engine.haar_states(n, n_qubits, generator, torch.complex128)


def branches(n: int, seed: int) -> torch.Tensor:
    """(n, 2, 4) unnormalized branches whose weights sum to one a sample."""
    return states(n, seed, 3).reshape(n, 4, 2).transpose(1, 2).contiguous()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("read", ["states", "probabilities"])
def test_gradient(kind: str, exact: bool, read: str) -> None:
    beta = (branches(5, 0) if exact else branches(5, 0)[:, :1]).clone().requires_grad_()
    target = states(4, 1)

    def value(b):
        weight = (
            b.abs().square().sum((1, 2), keepdim=True) if exact else 1
        )  # a circuit keeps the norm of each sample
        return ensemble_loss(b / weight**0.5, target, kind, exact=exact, read=read)

    # sinkhorn stops after a set number of rounds, so that its potentials are optimal to a few
    # digits only
    loose = {"atol": 2e-3, "rtol": 2e-2} if kind == "sinkhorn" else {"atol": 1e-6, "rtol": 1e-4}
    assert torch.autograd.gradcheck(
        value, (beta,), eps=1e-6, fast_mode=True, check_undefined_grad=False, **loose
    )


@pytest.mark.parametrize("power", [1, 2, 3, 4, 8])
def test_the_powered_kernel_is_a_power_of_the_fidelity(power: int) -> None:
    a, b = branches(6, 10)[:, :1], states(5, 11)
    kernel = [quantum.fidelity(x, y) ** power for x, y in _pairs(a, b)]
    off = [(k.sum() - np.trace(k)) / (len(k) * (len(k) - 1)) for k in kernel[:2]]
    loss = ensemble_loss(a, b, "powered-mmd", exact=False, power=power)
    assert float(loss) == pytest.approx(sum(off) - 2 * kernel[2].mean(), abs=1e-12)

    def value(beta: torch.Tensor) -> torch.Tensor:
        return ensemble_loss(beta, b, "powered-mmd", exact=False, power=power)

    assert torch.autograd.gradcheck(
        value, (a.clone().requires_grad_(),), eps=1e-6, fast_mode=True, check_undefined_grad=False
    )


def _pairs(a: torch.Tensor, b: torch.Tensor) -> list[tuple[np.ndarray, np.ndarray]]:
    psi = torch.nn.functional.normalize(a[:, 0], dim=1).numpy()
    return [(psi, psi), (b.numpy(), b.numpy()), (psi, b.numpy())]


@pytest.mark.parametrize("kind", ["wasserstein", "sinkhorn"])
def test_transport_equals_the_metric(kind: str) -> None:
    a, b = states(12, 2), states(9, 3)
    ours = float(ensemble_loss(a[:, None], b, kind, exact=False))
    assert ours == pytest.approx(getattr(quantum, kind)(a.numpy(), b.numpy()), abs=2e-4)


def test_branch_sum_is_the_mean_over_drawn_outcomes() -> None:
    """With a linear distance (MMD against targets only differs by the own pairs) sampling the
    outcomes many times gives the exact sum.
    """
    beta, target = branches(400, 4), states(50, 5)
    weight = beta.abs().square().sum(2)
    exact = float(ensemble_loss(beta, target, "mmd"))
    generator = torch.Generator().manual_seed(6)
    drawn = []
    for _ in range(200):
        k = torch.multinomial(weight, 1, generator=generator)[:, 0]
        drawn.append(
            float(ensemble_loss(beta[torch.arange(400), k][:, None], target, "mmd", exact=False))
        )
    error = np.std(drawn) / np.sqrt(len(drawn))
    assert abs(np.mean(drawn) - exact) < 5 * error


def test_probabilities_do_not_see_phases() -> None:
    a, b = states(6, 7), states(6, 8)
    turned = a * torch.exp(1j * torch.arange(4).double())
    for kind in KINDS:
        plain = ensemble_loss(a[:, None], b, kind, exact=False, read="probabilities")
        assert float(plain) == pytest.approx(
            float(ensemble_loss(turned[:, None], b, kind, exact=False, read="probabilities")),
            abs=1e-12,
        )


def test_energy_tells_the_circle_from_haar_and_mmd_does_not() -> None:
    """Both ensembles have the average I/2 (MODELS.md 1, pitfall)."""
    haar = states(600, 9, 1)
    phi = (
        torch.rand(600, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
        * 2
        * torch.pi
    )
    circle = torch.stack([phi.cos(), phi.sin()], 1) + 0j
    assert abs(float(ensemble_loss(haar[:, None], circle, "mmd", exact=False))) < 0.005
    assert float(ensemble_loss(haar[:, None], circle, "energy", exact=False)) > 0.01
