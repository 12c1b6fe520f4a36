"""Noise on levels: its frequencies, and a way back that agrees with the way forward."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from qdiffgui.diffusion.level_noise import LevelNoise

ALPHA_BAR = torch.tensor([1.0, 0.7, 0.3, 0.0], dtype=torch.float64)
N = 40_000


def frequencies(levels: torch.Tensor) -> np.ndarray:
    return np.bincount(levels.ravel().numpy(), minlength=5) / levels.numel()


def expected(kind: str, t: int) -> np.ndarray:
    """q(x_t | x_0 = 2) of four levels and the mask."""
    kept = float(ALPHA_BAR[t])
    noise = np.array([0, 0, 0, 0, 1.0]) if kind == "absorbing" else np.array([1, 1, 1, 1, 0]) / 4
    return kept * np.array([0, 0, 1.0, 0, 0]) + (1 - kept) * noise


@pytest.mark.parametrize("kind", ["absorbing", "uniform"])
class TestNoise:
    def test_in_one_go_and_step_by_step(self, kind: str) -> None:
        noise, generator = LevelNoise(ALPHA_BAR, 4, kind), torch.Generator().manual_seed(0)
        x = clean = torch.full((N, 1), 2)
        for t in (1, 2, 3):
            x = noise.noisy(x, t - 1, t, generator)
            np.testing.assert_allclose(frequencies(x), expected(kind, t), atol=0.01)
            at_once = noise.noisy(clean, 0, torch.full((N,), t), generator)
            np.testing.assert_allclose(frequencies(at_once), expected(kind, t), atol=0.01)
        np.testing.assert_allclose(
            frequencies(noise.pure((N, 1), generator)), expected(kind, 3), atol=0.01
        )

    @pytest.mark.parametrize(("s", "t"), [(1, 2), (1, 3), (2, 3), (0, 2)])
    def test_the_way_back_from_the_clean_levels(self, kind: str, s: int, t: int) -> None:
        """Σ over x_t of q(x_s | x_t, x_0) q(x_t | x_0) is q(x_s | x_0); the same for pairs."""
        noise, generator = LevelNoise(ALPHA_BAR, 4, kind), torch.Generator().manual_seed(1)
        clean = torch.full((N, 1), 2)
        x_t = noise.noisy(clean, 0, t, generator)
        x_s = noise.back(x_t, clean, s, t, generator)
        np.testing.assert_allclose(frequencies(x_s), expected(kind, s), atol=0.01)
        forward = noise.noisy(clean, 0, s, generator)
        together = forward * 5 + noise.noisy(forward, s, t, generator)
        np.testing.assert_allclose(
            np.bincount((x_s * 5 + x_t).ravel(), minlength=25) / N,
            np.bincount(together.ravel(), minlength=25) / N,
            atol=0.012,
        )
