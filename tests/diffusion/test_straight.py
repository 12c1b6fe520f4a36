"""Rectified flow where the answer is known: from one Gaussian to another."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from torch import Tensor

from qdiffgui.diffusion import straight

MEAN, SIGMA = 1.5, 0.4


def ideal(x: Tensor, s: float) -> Tensor:
    """E[epsilon - x_0 | x_s = x] for x_0 ~ N(MEAN, SIGMA²)."""
    variance = (1 - s) ** 2 * SIGMA**2 + s**2
    return -MEAN + (s - (1 - s) * SIGMA**2) / variance * (x - (1 - s) * MEAN)


@pytest.mark.parametrize(("integrator", "order"), [("euler", 1), ("heun", 2)])
def test_the_ideal_velocity_carries_a_gaussian_exactly_to_another(
    integrator: straight.Integrator, order: int
) -> None:
    z = torch.randn(500, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    errors = [
        float((straight.integrate(ideal, z, n, integrator) - (MEAN + SIGMA * z)).abs().max())
        for n in (40, 80, 160)
    ]
    assert errors[-1] < (0.03 if order == 1 else 1e-3)
    for coarse, fine in itertools.pairwise(errors):
        assert coarse / fine == pytest.approx(2**order, rel=0.25)


@pytest.mark.parametrize("integrator", ["euler", "heun"])
def test_a_single_line_needs_a_single_step(integrator: straight.Integrator) -> None:
    x0, noise = torch.randn(2, 7, 3, generator=torch.Generator().manual_seed(0))
    np.testing.assert_allclose(
        straight.integrate(lambda x, s: noise - x0, noise, 1, integrator), x0, atol=1e-6
    )


def test_without_a_network_the_standard_normal_stays() -> None:
    z = torch.randn(300, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    seen: list[int] = []
    x = straight.integrate(
        lambda x, s: straight.precondition(torch.zeros_like(x), x, s),
        z,
        200,
        "heun",
        lambda t, _: seen.append(t),
    )
    np.testing.assert_allclose(x, z, atol=1e-4)
    assert seen == list(range(200, -1, -1))


@pytest.mark.parametrize("s", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_what_the_network_has_to_say_has_unit_variance_and_is_uncorrelated(s: float) -> None:
    x0, noise = torch.randn(
        2, 200_000, dtype=torch.float64, generator=torch.Generator().manual_seed(1)
    )
    x = straight.between(x0, noise, s)
    root = float(straight.variance(s, x).sqrt())
    asked = (noise - x0 - straight.precondition(torch.zeros_like(x), x, s)) * root
    assert float(asked.var()) == pytest.approx(1, abs=0.02)
    assert abs(float((asked * x).mean())) < 0.02
    np.testing.assert_allclose(straight.precondition(asked, x, s), noise - x0, atol=1e-12)


def test_a_time_for_each_sample() -> None:
    x0, noise = torch.zeros(3, 2, 2), torch.ones(3, 2, 2)
    assert straight.between(x0, noise, torch.tensor([0, 0.5, 1.0]))[:, 0, 0].tolist() == [0, 0.5, 1]
