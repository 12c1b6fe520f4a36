"""Sparse images survive the way to the diffusion and back; noise does not light what is empty."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from qdiffgui.data.types import Spec
from qdiffgui.models.pixel_transform import PixelTransform

SPEC = Spec("channels", (3, 4, 4))


def made(n: int = 200) -> np.ndarray:
    rng = np.random.default_rng(0)
    x = rng.exponential(1, (n, 3, 4, 4)) * (rng.random((n, 3, 4, 4)) < 0.1)
    x[:, 0, 0, 0] += 0.5
    return (x / x.sum(axis=(1, 2, 3), keepdims=True)).astype(np.float32)


def fitted() -> PixelTransform:
    transform = PixelTransform(SPEC)
    transform.fit(made())
    return transform


def test_there_and_back() -> None:
    x, transform = made(), fitted()
    z = transform.encode(x)
    np.testing.assert_allclose(transform.decode(z), x, atol=1e-6)
    assert abs(float(z.mean())) < 1e-4
    assert abs(float(z.std()) - 1) < 1e-3
    again = PixelTransform(SPEC)
    again.load_arrays(transform.arrays())
    np.testing.assert_array_equal(again.encode(x).numpy(), z.numpy())
    np.testing.assert_array_equal(again.decode(z), transform.decode(z))


def test_a_little_noise_lights_nothing() -> None:
    x, transform = made(), fitted()
    z = transform.encode(x)
    noisy = z + 0.1 * torch.randn(z.shape, generator=torch.Generator().manual_seed(1))
    assert ((transform.decode(noisy) > 0) & (x == 0)).sum() < 1e-3 * (x == 0).sum()


@given(hnp.arrays(np.float32, (5, 3, 4, 4), elements=st.floats(-50, 50, width=32)))
def test_anything_decodes_to_a_valid_image(z: np.ndarray) -> None:
    transform = fitted()
    x = transform.decode(torch.from_numpy(z))
    assert np.all(x >= 0)
    np.testing.assert_allclose(x.sum(axis=(1, 2, 3)), 1, atol=1e-5)


def test_nothing_is_fainter_than_the_faintest() -> None:
    transform = fitted()
    z = torch.full((1, 3, 4, 4), float((1e-6 - transform.mean[0, 0, 0]) / transform.std[0, 0, 0]))
    z[0, 0, 0, 0] = float((1 - transform.mean[0, 0, 0]) / transform.std[0, 0, 0])
    x = transform.decode(z)
    whole = 1 + 47 * float(made()[made() > 0].min())
    np.testing.assert_allclose(x[0, 2, 3, 3], (made()[made() > 0]).min() / whole, rtol=1e-3)
