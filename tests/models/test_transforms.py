"""Maps survive the way to the diffusion and back; whatever comes back is a map."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from qdiffgui.data.types import Spec
from qdiffgui.models.conditioning import Labels, time_features
from qdiffgui.models.transforms import Transform

SPEC = Spec("map", (3, 4))


def _maps(n: int = 50) -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.dirichlet(np.full(12, 0.2), size=n).reshape(n, 3, 4).astype(np.float32)


def test_there_and_back() -> None:
    x = _maps()
    transform = Transform(SPEC)
    transform.fit(x)
    np.testing.assert_allclose(transform.decode(transform.encode(x)), x, atol=1e-6)
    z = transform.encode(x)
    np.testing.assert_allclose(z.mean(0).numpy(), 0, atol=1e-5)
    assert float(z.std(0, correction=0).max()) < 1.001  # a cell that is always the same stays flat
    again = Transform(SPEC)
    again.load_arrays(transform.arrays())
    np.testing.assert_array_equal(again.encode(x).numpy(), z.numpy())


@given(hnp.arrays(np.float32, (5, 3, 4), elements=st.floats(-50, 50, width=32)))
def test_anything_decodes_to_a_valid_map(z: np.ndarray) -> None:
    transform = Transform(SPEC)
    transform.fit(_maps())
    x = transform.decode(torch.from_numpy(z))
    assert np.all(x >= 0)
    np.testing.assert_allclose(x.sum(axis=(1, 2)), 1, atol=1e-5)


def test_cells_that_are_always_empty_are_harmless() -> None:
    x = _maps()
    x[:, 0, 0] = 0
    x /= x.sum(axis=(1, 2), keepdims=True)
    transform = Transform(SPEC)
    transform.fit(x)
    assert np.all(np.isfinite(transform.encode(x).numpy()))
    np.testing.assert_allclose(transform.decode(transform.encode(x)), x, atol=1e-6)


def test_labels_as_features() -> None:
    two = Labels({1: "quark", 0: "gluon"})
    np.testing.assert_array_equal(
        two.features(np.array([0, 1, -1], dtype=np.int8)).numpy(), [[-1], [1], [0]]
    )
    three = Labels({2: "two", 5: "five", 7: "seven"})
    np.testing.assert_array_equal(
        three.features(np.array([5, -1], dtype=np.int8)).numpy(), [[0, 1, 0], [0, 0, 0]]
    )
    one = Labels({1: "quark"})
    assert one.features(np.array([1, 1])).shape == (2, 0)
    assert one.drawn(3, None, torch.Generator()).tolist() == [1, 1, 1]
    assert Labels({}).drawn(2, None, torch.Generator()).tolist() == [-1, -1]


def test_the_mix_of_the_training_is_drawn() -> None:
    labels = Labels({0: "gluon", 1: "quark"})
    labels.fit(np.array([0, 0, 0, 1]))
    drawn = labels.drawn(20_000, None, torch.Generator().manual_seed(0))
    assert abs(drawn.mean() - 0.25) < 0.02


@given(st.integers(1, 9), st.integers(2, 200))
def test_time_features_tell_steps_apart(n_features: int, n_steps: int) -> None:
    features = time_features(torch.arange(1, n_steps + 1), n_steps, n_features)
    assert features.shape == (n_steps, n_features)
    assert len(torch.unique(features[:, :1], dim=0)) == n_steps or n_steps > 100
    assert float(features.abs().max()) <= 1
