"""The nearest training sample of each generated one, to see whether the model memorized its data.

Compare the distances with those of held-out samples, which no model has seen. Generated samples
that are much closer to the training samples are copies; those that are much farther away are unlike
the data.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qdiffgui.data.clouds import cloud_images
from qdiffgui.data.observables import R
from qdiffgui.data.types import Encoded
from qdiffgui.evaluation.quantum import lift

Array = NDArray[np.floating]
MAX_TRAIN = 20_000
_BLOCK = 4096
_CLOUD_PIXELS = 16

DISTANCE_NAMES = {
    "vector": "Euclidean distance between standardized values",
    "map": "Hellinger distance between maps (0 to 1)",
    "channels": "Hellinger distance between images (0 to 1)",
    "cloud": "Hellinger distance between images of the jets (0 to 1)",
    "state": "√(1 - fidelity)",
    "density": "√(1 - superfidelity)",
}
"""Name of the distance for each kind of encoded data."""


def nearest(x: NDArray[np.generic], train: Encoded) -> tuple[NDArray[np.int64], Array]:
    """Index (n,) of the nearest of the first ``MAX_TRAIN`` training samples and the distance (n,)
    to it, for encoded samples x (n, *shape). ``DISTANCE_NAMES`` names the distances.
    """
    pool = train.x[:MAX_TRAIN]
    best, place = np.full(len(x), np.inf), np.zeros(len(x), dtype=np.int64)
    mine = _points(x, train.spec.kind)
    for begin in range(0, len(pool), _BLOCK):
        squared = _squared(
            mine, _points(pool[begin : begin + _BLOCK], train.spec.kind), train.spec.kind
        )
        found = squared.argmin(axis=1)
        value = squared[np.arange(len(x)), found]
        closer = value < best
        best, place = np.where(closer, value, best), np.where(closer, found + begin, place)
    return place, np.sqrt(np.maximum(best, 0))


def _points(x: NDArray[np.generic], kind: str) -> NDArray[np.generic]:
    """Samples as rows whose scalar products or distances give the result."""
    if kind == "density":
        return np.asarray(lift(x), dtype=np.float64)  # type: ignore[arg-type]
    flat = np.asarray(cloud_images(x, _CLOUD_PIXELS, R) if kind == "cloud" else x).reshape(
        len(x), -1
    )
    if kind in ("map", "channels", "cloud"):
        share = np.maximum(flat.astype(np.float64), 0)
        roots: NDArray[np.generic] = np.sqrt(
            share / np.maximum(share.sum(axis=1, keepdims=True), 1e-12)
        )
        return roots
    return flat.astype(np.complex128 if kind == "state" else np.float64)


def _squared(a: NDArray[np.generic], b: NDArray[np.generic], kind: str) -> Array:
    """Squared distances (n, m)."""
    products = a @ b.conj().T  # type: ignore[operator]
    if kind == "state":
        return np.asarray(1 - np.abs(products) ** 2)
    if kind in ("map", "channels", "cloud", "density"):
        return np.asarray(1 - products.real)
    return np.asarray((a**2).sum(1)[:, None] + (b**2).sum(1)[None, :] - 2 * products)
