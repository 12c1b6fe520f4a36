"""Clouds survive the way to the diffusion and back; whatever comes back is a cloud."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from qdiffgui.data.clouds import counts
from qdiffgui.data.types import Spec
from qdiffgui.models.cloud_transform import CloudTransform

SPEC = Spec("cloud", (6, 3), {0: "few", 1: "many"}, ("eta", "phi", "pt"))


def made(n: int = 60, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Class 0 has 1 to 3 particles, class 1 has 4 to 6."""
    rng = np.random.default_rng(seed)
    label = (np.arange(n) % 2).astype(np.int8)
    held = rng.integers(1, 4, n) + 3 * label
    x = np.concatenate(
        [rng.normal(0, 0.1, (n, 6, 2)), rng.dirichlet(np.ones(7), n)[:, :6, None]], axis=2
    )
    x[np.arange(6)[None, :] >= held[:, None]] = 0
    order = np.argsort(-x[:, :, 2], axis=1)
    return np.take_along_axis(x, order[:, :, None], axis=1).astype(np.float32), label


def fitted() -> CloudTransform:
    transform = CloudTransform(SPEC)
    transform.fit(*made())
    return transform


def test_there_and_back() -> None:
    x, _ = made()
    x[0, 0, :2] = 0  # on the axis
    transform = fitted()
    z = transform.encode(x)
    np.testing.assert_allclose(transform.decode(z, transform.context(x)), x, atol=1e-6)
    there = torch.from_numpy(x[:, :, 2] > 0)
    np.testing.assert_allclose(z[there].std(0, correction=0).numpy(), 1, atol=0.05)
    assert torch.all(z[~there] == 0)
    again = CloudTransform(SPEC)
    again.load_arrays(transform.arrays())
    assert torch.equal(again.encode(x), z)
    assert torch.equal(again.share, transform.share)


@given(
    hnp.arrays(np.float32, (5, 6, 3), elements=st.floats(-50, 50, width=32)),
    st.lists(st.integers(0, 6), min_size=5, max_size=5),
)
def test_anything_decodes_to_a_valid_cloud(z: np.ndarray, held: list[int]) -> None:
    x = fitted().decode(torch.from_numpy(z), torch.tensor(held)[:, None] / 6)
    assert counts(x).tolist() == held
    assert np.all(x[:, :, 2].sum(axis=1) <= 1 + 1e-5)
    assert np.all(np.diff(x[:, :, 2], axis=1) <= 0)
    assert np.all(x[x[:, :, 2] == 0] == 0)
    radius = np.hypot(*made()[0][:, :, :2].transpose(2, 0, 1)).max()
    assert np.hypot(x[:, :, 0], x[:, :, 1]).max() <= radius * (1 + 1e-5)


def test_numbers_of_particles_are_those_of_the_class() -> None:
    transform = fitted()
    x, label = made()
    for known in (0, 1):
        drawn = (
            (transform.sample_context(np.full(8000, known), torch.Generator().manual_seed(1)) * 6)
            .round()
            .numpy()
            .ravel()
        )
        true = np.bincount(counts(x[label == known]), minlength=7) / (label == known).sum()
        np.testing.assert_allclose(
            np.bincount(drawn.astype(int), minlength=7) / 8000, true, atol=0.02
        )
    unknown = transform.sample_context(np.full(8000, -1), torch.Generator().manual_seed(1)) * 6
    assert abs(float(unknown.mean()) - counts(x).mean()) < 0.1


def test_only_particles_that_are_there_weigh() -> None:
    transform = fitted()
    error, context = torch.ones(2, 6, 3), torch.tensor([[2 / 6], [1 / 6]])
    error[0, 2:] = error[1, 1:] = 1e3
    assert float(transform.mean_square(error, context)) == 1
