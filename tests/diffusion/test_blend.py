"""The blend process keeps images images."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from qdiffgui.config.schedules import Blend
from qdiffgui.diffusion import blend as process
from qdiffgui.diffusion import schedules


@given(hnp.arrays(np.float32, (4, 9), elements=st.floats(-2, 8, width=32)))
def test_fractions_are_fractions_and_pixels_have_mean_one_half(pixels: np.ndarray) -> None:
    fractions = process.to_fractions(torch.from_numpy(pixels))
    assert float(fractions.min()) >= 0
    torch.testing.assert_close(fractions.sum(1), torch.ones(4), atol=1e-5, rtol=0)
    torch.testing.assert_close(
        process.to_pixels(fractions).mean(1), torch.full((4,), 0.5), atol=1e-5, rtol=0
    )


def test_the_noise_is_that_of_the_paper() -> None:
    noise = process.noise_images(4000, 64, torch.Generator().manual_seed(0))
    assert abs(float(noise.mean()) - 0.5) < 1e-5
    assert abs(float(noise.std()) - 0.2) < 0.01
    assert float(noise.min()) >= 0


def test_a_blend_runs_straight_from_image_to_noise_and_keeps_the_total() -> None:
    weight = torch.from_numpy(schedules.blend(Blend()))
    generator = torch.Generator().manual_seed(1)
    x0 = process.to_pixels(process.to_fractions(torch.rand(5, 64, generator=generator)))
    noise = process.noise_images(5, 64, generator)
    for t in range(11):
        x = process.blend(x0, noise, weight[t].expand(5))
        torch.testing.assert_close(x, x0 + (t / 10) ** 3 * (noise - x0), atol=1e-5, rtol=0)
        torch.testing.assert_close(x.mean(1), torch.full((5,), 0.5), atol=1e-5, rtol=0)
