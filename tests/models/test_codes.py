"""Encoders of the latent space: exact where they say so."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qdiffgui.models.codes import Autoencoder, Whitening
from qdiffgui.models.networks import initialize
from qdiffgui.models.optimiser import Optimiser


def _samples(n: int, d: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, d, generator=generator) @ torch.randn(d, d, generator=generator) + 3


@settings(deadline=None, max_examples=25)
@given(n=st.integers(1, 60), d=st.integers(1, 9), seed=st.integers(0, 99))
def test_all_components_are_exact_both_ways_whatever_was_fitted(n: int, d: int, seed: int) -> None:
    whitening = Whitening(d, d)
    z = _samples(n, d, seed)
    whitening.fit(z)
    np.testing.assert_allclose(whitening.decode(whitening.encode(z)), z, rtol=1e-3, atol=1e-3)


def test_components_are_white_and_the_first_have_the_largest_spread() -> None:
    z = _samples(5000, 6)
    whitening = Whitening(6, 4)
    whitening.fit(z)
    code = whitening.encode(z)
    np.testing.assert_allclose(code.T @ code / len(code), np.eye(4), atol=1e-3)
    assert np.all(np.diff(whitening.spread.numpy()) <= 0)
    lost = float((whitening.decode(code) - z).square().sum(1).mean())
    values = np.linalg.eigvalsh(np.cov(z.double().numpy(), rowvar=False, bias=True))
    assert lost == pytest.approx(values[:2].sum(), rel=1e-3)
    again = Whitening(6, 4)
    again.load_arrays(whitening.arrays())
    np.testing.assert_array_equal(again.encode(z), code)


def test_a_direction_without_spread_is_not_blown_up() -> None:
    z = _samples(100, 3)
    z[:, 1] = 2
    whitening = Whitening(3, 3)
    whitening.fit(z)
    assert float(whitening.encode(z).abs().max()) < 10
    np.testing.assert_allclose(whitening.decode(whitening.encode(z)), z, atol=1e-4)


@pytest.mark.parametrize("fractions", [False, True])
def test_the_autoencoder_learns_a_plane(fractions: bool) -> None:
    generator = torch.Generator().manual_seed(0)
    z = torch.rand(2000, 2, generator=generator) @ torch.randn(2, 8, generator=generator)
    z = (z - z.mean(0)) / z.std(0)
    model = Autoencoder(8, 4, 32, fractions)
    initialize(model, generator)
    optimiser = Optimiser(dict(model.named_parameters()), 1e-2, 300)
    for i in range(300):
        batch = z[torch.randint(len(z), (128,), generator=generator)]
        optimiser.step(i, (model.decode(model.encode(batch)) - batch).square().mean())
    with torch.no_grad():
        code = model.encode(z)
        assert float((model.decode(code) - z).square().mean()) < 0.05
    if fractions:
        assert float(code.min()) >= 0
        np.testing.assert_allclose(code.sum(1), 1, atol=1e-5)
