"""The kernel's own sines, cosines and transposes against numpy."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit

from qdiffgui.engine.transpose import chunk, gather, scatter
from qdiffgui.engine.trigonometry import SERIES, sines


def test_sines_and_cosines():
    x = np.concatenate(
        [np.linspace(-700, 700, 4001), [0.0, np.pi, -np.pi, 0.5 * np.pi, 1e-9, 9e3, -9e3]]
    )
    x = x[: len(x) // 8 * 8].copy()
    cosine, sine = np.empty_like(x), np.empty_like(x)
    sines(x, cosine, sine, len(x), SERIES)
    np.testing.assert_allclose(cosine, np.cos(x), rtol=0, atol=2e-14)
    np.testing.assert_allclose(sine, np.sin(x), rtol=0, atol=2e-14)
    near = np.abs(x) < 40
    np.testing.assert_allclose(sine[near], np.sin(x[near]), rtol=0, atol=2e-15)


@njit
def turn(rows, array, stride, back):
    gather(rows, 0, array, 3, stride)
    scatter(back, 3, stride, rows, 0)
    return chunk(array)


@pytest.mark.parametrize("real", [np.float32, np.float64])
def test_tiles_are_transposed_and_back(real):
    lanes = 64 // np.dtype(real).itemsize
    array = np.random.default_rng(0).normal(size=1000).astype(real)
    rows, back = np.zeros(lanes * lanes // 2, real), np.zeros_like(array)
    size = turn(rows, array, 31, back)
    assert size == lanes // 2
    want = np.array([[array[3 + j * 31 + c] for j in range(lanes)] for c in range(size)])
    assert np.array_equal(rows.reshape(size, lanes), want)
    for j in range(lanes):
        assert np.array_equal(
            back[3 + j * 31 : 3 + j * 31 + size], array[3 + j * 31 : 3 + j * 31 + size]
        )
