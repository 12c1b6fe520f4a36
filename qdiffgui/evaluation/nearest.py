"""The nearest training sample of each generated one: has the model learned the data by heart?

What to hold the distances against is the same of held-out samples, which no model has seen: generated samples much nearer to the training
ones than held-out samples are have been copied, those much further off are not like the data.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qdiffgui.data.clouds import pictures
from qdiffgui.data.observables import R
from qdiffgui.data.types import Encoded
from qdiffgui.evaluation.quantum import lift

Array = NDArray[np.floating]
MAX_TRAIN = 20_000
_BLOCK = 4096
_CLOUD_PIXELS = 16

MEASURE = {
    "vector": "Euclidean distance of the standardised numbers",
    "map": "Hellinger distance of the maps, 0 to 1",
    "channels": "Hellinger distance of the images, 0 to 1",
    "cloud": "Hellinger distance of images of the jets, 0 to 1",
    "state": "√(1 - fidelity)",
    "density": "√(1 - superfidelity)",
}
"""What the distance is, by the kind of encoded data."""


def nearest(x: NDArray[np.generic], train: Encoded) -> tuple[NDArray[np.int64], Array]:
    """The place (n,) of the nearest among the first ``MAX_TRAIN`` training samples, and the distance (n,), of encoded x (n, *shape).

    Distances are those of ``MEASURE``.
    """
    pool = train.x[:MAX_TRAIN]
    best, place = np.full(len(x), np.inf), np.zeros(len(x), dtype=np.int64)
    mine = _points(x, train.spec.kind)
    for begin in range(0, len(pool), _BLOCK):
        squared = _squared(mine, _points(pool[begin : begin + _BLOCK], train.spec.kind), train.spec.kind)
        found = squared.argmin(axis=1)
        value = squared[np.arange(len(x)), found]
        closer = value < best
        best, place = np.where(closer, value, best), np.where(closer, found + begin, place)
    return place, np.sqrt(np.maximum(best, 0))


def _points(x: NDArray[np.generic], kind: str) -> NDArray[np.generic]:
    """Samples as rows whose scalar products or distances say it all."""
    if kind == "density":
        return np.asarray(lift(x), dtype=np.float64)  # type: ignore[arg-type]
    flat = np.asarray(pictures(x, _CLOUD_PIXELS, R) if kind == "cloud" else x).reshape(len(x), -1)
    if kind in ("map", "channels", "cloud"):
        share = np.maximum(flat.astype(np.float64), 0)
        roots: NDArray[np.generic] = np.sqrt(share / np.maximum(share.sum(axis=1, keepdims=True), 1e-12))
        return roots
    return flat.astype(np.complex128 if kind == "state" else np.float64)


def _squared(a: NDArray[np.generic], b: NDArray[np.generic], kind: str) -> Array:
    """(n, m) squared distances."""
    products = a @ b.conj().T  # type: ignore[operator]
    if kind == "state":
        return np.asarray(1 - np.abs(products) ** 2)
    if kind in ("map", "channels", "cloud", "density"):
        return np.asarray(1 - products.real)
    return np.asarray((a**2).sum(1)[:, None] + (b**2).sum(1)[None, :] - 2 * products)
