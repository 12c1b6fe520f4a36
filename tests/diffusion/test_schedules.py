"""Schedules: equal to diffusers, monotone, and free of torch."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdiffgui import catalog, testing
from qdiffgui.config import schedules as settings
from qdiffgui.diffusion import schedules


@pytest.mark.parametrize("n_steps", [2, 40, 1000])
def test_cosine_equals_diffusers(n_steps: int) -> None:
    from diffusers import DDPMScheduler

    reference = DDPMScheduler(num_train_timesteps=n_steps, beta_schedule="squaredcos_cap_v2")
    found = schedules.cosine(settings.Cosine(n_steps=n_steps))
    np.testing.assert_allclose(found[1:], reference.alphas_cumprod.numpy(), atol=1e-6)
    np.testing.assert_allclose(1 - found[1:] / found[:-1], reference.betas.numpy(), atol=1e-6)


@pytest.mark.parametrize(
    ("n_steps", "start", "end"), [(100, 1e-4, 0.02), (1000, 1e-4, 0.02), (10, 0.01, 0.5)]
)
def test_linear_equals_diffusers(n_steps: int, start: float, end: float) -> None:
    from diffusers import DDPMScheduler

    reference = DDPMScheduler(
        num_train_timesteps=n_steps, beta_schedule="linear", beta_start=start, beta_end=end
    )
    found = schedules.linear(settings.Linear(n_steps=n_steps, beta_start=start, beta_end=end))
    np.testing.assert_allclose(found[1:], reference.alphas_cumprod.numpy(), atol=1e-6)


def test_sigmoid_is_that_of_the_paper() -> None:
    """arXiv:2212.11972, algorithm 1, with the argument of the sigmoid divided by the
    temperature.
    """

    def s(x: float) -> float:
        return float(1 / (1 + np.exp(-x / 0.7)))

    found = schedules.sigmoid(settings.Sigmoid(n_steps=50, start=-2, end=4, temperature=0.7))
    expected = [(s(4) - s(-2 + 6 * k / 50)) / (s(4) - s(-2)) for k in range(51)]
    np.testing.assert_allclose(found[:50], expected[:50], atol=1e-12)
    assert found[50] == pytest.approx(found[49] * (1 - schedules.MAX_BETA))


@given(
    n_steps=st.integers(2, 300),
    start=st.floats(1e-5, 0.5),
    end=st.floats(1e-5, 0.5),
    power=st.floats(0.1, 10),
)
def test_data_only_ever_lose_weight(n_steps: int, start: float, end: float, power: float) -> None:
    arrays = [
        schedules.cosine(settings.Cosine(n_steps=n_steps)),
        schedules.linear(settings.Linear(n_steps=n_steps, beta_start=start, beta_end=end)),
        schedules.sigmoid(
            settings.Sigmoid(n_steps=n_steps, start=-10 * start - 0.1, end=10 * end + 0.1)
        ),
        schedules.blend(settings.Blend(n_steps=min(n_steps, 100), power=power)),
    ]
    for array in arrays:
        assert array[0] == 1
        assert np.all(np.diff(array) <= 0)
        assert np.all(array >= 0)
    for array in arrays[:3]:
        assert np.all(np.diff(array) < 0)
        assert array[-1] > 0


@given(n_steps=st.integers(2, 100), start=st.floats(0.01, 5), end=st.floats(0.01, 5))
def test_angles(n_steps: int, start: float, end: float) -> None:
    linear = schedules.linear_angles(settings.LinearAngles(n_steps=n_steps, start=start, end=end))
    assert linear.shape == (n_steps,)
    assert (linear[0], linear[-1]) == (start, end)
    quadratic = schedules.quadratic_angles(settings.QuadraticAngles(n_steps=n_steps, scale=1e-3))
    np.testing.assert_allclose(quadratic, 1e-3 * np.arange(1, n_steps + 1) ** 2)


def test_the_share_of_the_data_falls_from_one_to_nothing() -> None:
    for curve, middle in (("cosine", 0.5), ("linear", 0.5)):
        share = schedules.haar(settings.HaarMixing(n_steps=10, curve=curve))
        assert (share[0], share[-1]) == (1, 0)
        assert share[5] == pytest.approx(middle)
        assert np.all(np.diff(share) < 0)


def test_two_pieces_need_two_steps() -> None:
    assert len(schedules.piecewise_angles(settings.PiecewiseAngles(n_steps=13, n_early=12))) == 13
    with pytest.raises(ValueError, match="choose fewer"):
        settings.PiecewiseAngles(n_steps=12, n_early=12)


@pytest.mark.parametrize("key", list(catalog.schedules))
def test_contract(key: str) -> None:
    testing.check_schedule(key)


def test_the_page_can_draw_a_schedule_without_torch() -> None:
    code = (
        "import sys, qdiffgui.diffusion.schedules; print([m for m in ('torch', 'pennylane', "
        "'scipy') if m in sys.modules])"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )
