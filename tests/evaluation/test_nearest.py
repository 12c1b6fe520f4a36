"""The nearest training sample, against trying all of them, in the distance of each kind."""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui.data.types import Encoded, Spec
from qdiffgui.evaluation import nearest as module
from qdiffgui.evaluation.nearest import nearest
from qdiffgui.evaluation.quantum import superfidelity


def draw(kind, n, rng):
    if kind == "vector":
        return rng.normal(size=(n, 3)).astype(np.float32)
    if kind == "map":
        return rng.dirichlet(np.ones(4), n).reshape(n, 2, 2).astype(np.float32)
    if kind == "channels":
        return rng.dirichlet(np.ones(8), n).reshape(n, 2, 2, 2).astype(np.float32)
    psi = rng.normal(size=(n, 4)) + 1j * rng.normal(size=(n, 4))
    psi /= np.linalg.norm(psi, axis=1, keepdims=True)
    return (
        psi.astype(np.complex64)
        if kind == "state"
        else 0.7 * psi[:, :, None] * psi[:, None, :].conj() + 0.3 * np.eye(4) / 4
    )


def distance(kind, a, b):
    if kind == "vector":
        return np.linalg.norm(a - b)
    if kind in ("map", "channels"):
        return np.sqrt(1 - np.sqrt(a * b).sum())
    if kind == "state":
        return np.sqrt(1 - abs(np.vdot(a, b)) ** 2)
    return np.sqrt(1 - superfidelity(a[None], b[None])[0, 0])


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("vector", (3,)),
        ("map", (2, 2)),
        ("channels", (2, 2, 2)),
        ("state", (4,)),
        ("density", (4, 4)),
    ],
)
def test_it_is_the_nearest_of_all(kind, shape, monkeypatch):
    monkeypatch.setattr(module, "_BLOCK", 7)
    rng = np.random.default_rng(0)
    x, train = (
        draw(kind, 9, rng),
        Encoded(draw(kind, 40, rng), np.zeros(40, np.int8), Spec(kind, shape)),
    )
    place, found = nearest(x, train)
    every = np.array([[distance(kind, a, b) for b in train.x] for a in x])
    np.testing.assert_array_equal(place, every.argmin(axis=1))
    np.testing.assert_allclose(found, every.min(axis=1), atol=1e-3)
    place, found = nearest(train.x[5:8], train)
    np.testing.assert_array_equal(place, [5, 6, 7])
    np.testing.assert_allclose(found, 0, atol=2e-3)
