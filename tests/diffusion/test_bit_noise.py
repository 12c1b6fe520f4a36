"""Bit noise: what is drawn follows the formulas, and the formulas follow Bayes' rule."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qdiffgui.diffusion.bit_noise import BitNoise

ALPHA_BAR = torch.tensor([1.0, 0.8, 0.45, 0.1], dtype=torch.float64)
KINDS = ("bit-flip", "depolarizing")


def noise(kind: str, n_bits: int = 3) -> BitNoise:
    return BitNoise(ALPHA_BAR, n_bits, kind)


def channel(process: BitNoise, s: int, t: int) -> np.ndarray:
    """(2^n, 2^n) q(x_t | x_s), rows x_s, from the definition: a symbol survives or is
    drawn again.
    """
    keep, n = process.kept(s, t), process.n_bits
    if process.whole:
        return keep * np.eye(2**n) + (1 - keep) / 2**n
    one = keep * np.eye(2) + (1 - keep) / 2
    out = np.eye(1)
    for _ in range(n):
        out = np.kron(out, one)
    return out


@pytest.mark.parametrize("kind", KINDS)
def test_bits_and_codes_are_inverse(kind: str) -> None:
    process = noise(kind, 5)
    codes = torch.arange(32)
    assert process.bits(torch.tensor([0b01101])).tolist() == [[0, 1, 1, 0, 1]]
    assert torch.equal(process.codes(process.bits(codes)), codes)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("t", [0, 1, 3])
def test_likelihoods_are_the_channel(kind: str, t: int) -> None:
    process = noise(kind)
    codes = torch.arange(8)
    np.testing.assert_allclose(
        process.likelihood(codes, torch.full((8,), t)), channel(process, 0, t), atol=1e-6
    )


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_drawn_follows_the_channel(kind: str) -> None:
    process, n = noise(kind), 40_000
    drawn = process.noisy(torch.full((n,), 5), 1, 2, torch.Generator().manual_seed(0))
    share = np.bincount(drawn.numpy(), minlength=8) / n
    np.testing.assert_allclose(share, channel(process, 1, 2)[5], atol=0.01)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("x_t", "x_0"), [(3, 3), (3, 6), (0, 7)])
@pytest.mark.parametrize(("s", "t"), [(1, 2), (1, 3), (2, 3), (0, 2)])
def test_the_way_back_is_bayes_rule(kind: str, x_t: int, x_0: int, s: int, t: int) -> None:
    process, n = noise(kind), 40_000
    expected = channel(process, 0, s)[x_0] * channel(process, s, t)[:, x_t]
    expected /= expected.sum()
    given_x_0 = torch.eye(8)[[x_0]]
    np.testing.assert_allclose(
        process.pull_back(given_x_0, torch.tensor([x_t]), s, t)[0], expected, atol=1e-6
    )
    drawn = process.back(
        torch.full((n,), x_t), torch.full((n,), x_0), s, t, torch.Generator().manual_seed(1)
    )
    np.testing.assert_allclose(np.bincount(drawn.numpy(), minlength=8) / n, expected, atol=0.01)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(KINDS), st.integers(1, 5), st.integers(0, 10_000))
def test_the_true_denoiser_leads_back_to_the_data(kind: str, n_bits: int, seed: int) -> None:
    """With the exact p(x_0 | x_t), a step back from q(x_t) gives q(x_s), for any data."""
    process = noise(kind, n_bits)
    size = 2**n_bits
    data = np.random.default_rng(seed).dirichlet(np.full(size, 0.3))
    codes = torch.arange(size)
    q_t, q_s = data @ channel(process, 0, 3), data @ channel(process, 0, 1)
    posterior = torch.from_numpy(data * channel(process, 0, 3).T / q_t[:, None])
    back = process.pull_back(posterior, codes, 1, 3)
    np.testing.assert_allclose(q_t @ back.numpy(), q_s, atol=1e-7)
