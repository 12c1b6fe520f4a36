"""The path as a rotation: velocity, targets against their closed form, and Heun's method."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from qdiffgui.config.schedules import Cosine, Trigonometric
from qdiffgui.diffusion import schedules, trigonometric
from qdiffgui.diffusion.gaussian import velocity


@given(st.integers(2, 100))
def test_equal_steps_of_the_angle(n: int) -> None:
    alpha_bar = torch.from_numpy(schedules.trigonometric(Trigonometric(n_steps=n)))
    angles = trigonometric.angles(alpha_bar)
    np.testing.assert_allclose(
        angles[:-1].numpy(), np.linspace(0, math.pi / 2, n + 1)[:-1], atol=2e-6
    )
    assert 1.4 < angles[-1] < math.pi / 2


def test_velocity_is_the_derivative_of_the_path() -> None:
    generator = torch.Generator().manual_seed(0)
    x0, noise = torch.randn(2, 50, 3, generator=generator, dtype=torch.float64)
    phi = torch.rand(50, generator=generator, dtype=torch.float64) * math.pi / 2
    x, f = trigonometric.rotate(x0, noise, phi)
    ahead, _ = trigonometric.rotate(x0, noise, phi + 1e-6)
    torch.testing.assert_close((ahead - x) / 1e-6, f, atol=1e-5, rtol=1e-5)


def test_velocity_of_a_schedule_is_that_of_its_angle() -> None:
    alpha_bar = torch.from_numpy(schedules.cosine(Cosine(n_steps=10)))
    x0, noise = torch.randn(2, 4, 3, dtype=torch.float64)
    t = torch.tensor([1, 4, 7, 10])
    _, f = trigonometric.rotate(x0, noise, trigonometric.angles(alpha_bar)[t])
    torch.testing.assert_close(velocity(x0, t, noise, alpha_bar), f)


@given(st.floats(-3, 3), st.floats(0.05, 1.55))
def test_mean_targets_equal_the_closed_form_on_two_points(x: float, phi: float) -> None:
    """Of data -1 and +1 the mean of x₀ given x is tanh(cos φ x / sin² φ)."""
    at, angle = torch.tensor([[x]], dtype=torch.float64), torch.tensor([phi], dtype=torch.float64)
    data = torch.tensor([[-1.0], [1.0]], dtype=torch.float64)
    mean = math.tanh(math.cos(phi) * x / math.sin(phi) ** 2)
    found = trigonometric.posterior_mean(at, angle, data)
    assert found.item() == pytest.approx(mean, abs=1e-9)
    expected = (math.cos(phi) * x - mean) / math.sin(phi)
    assert trigonometric.stable_velocity(at, angle, data).item() == pytest.approx(
        expected, abs=1e-7
    )


def test_the_velocity_of_whitened_gaussian_data_is_zero() -> None:
    data = torch.randn(200_000, 1, generator=torch.Generator().manual_seed(0))
    x, phi = torch.tensor([[0.5], [-1.0], [1.5]]), torch.tensor([0.4, 0.8, 1.2])
    assert trigonometric.stable_velocity(x, phi, data).abs().max() < 0.05


def test_heun_is_second_order() -> None:
    """Along dx/dφ = cos φ from φ = π/2, x = 1, the way ends at x = 0."""

    def error(n: int) -> float:
        table = torch.linspace(0, math.pi / 2, n + 1, dtype=torch.float64)
        ends: list[float] = []
        trigonometric.heun(
            lambda x, t: torch.full_like(x, math.cos(float(table[int(t)]))),
            torch.ones(1, dtype=torch.float64),
            table,
            range(n, -1, -1),
            lambda t, x: ends.append(float(x)),
        )
        assert len(ends) == n + 1
        return abs(ends[-1])

    assert error(10) / error(20) == pytest.approx(4, rel=0.05)


def test_steps_between_are_linear_in_the_angle() -> None:
    table = torch.tensor([0.0, 0.5, 1.5])
    t = torch.tensor([0.0, 0.5, 1.0, 1.25, 2.0])
    assert trigonometric.angle_at(t, table).tolist() == [0.0, 0.25, 0.5, 0.75, 1.5]
