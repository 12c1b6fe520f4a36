"""Small maps for the tests of the models of shares in levels."""

from __future__ import annotations

import numpy as np

from qdiffgui.data.types import Encoded, Spec


def pairs(n: int = 600, classes: bool = False) -> Encoded:
    """Maps (n, 3, 1) whose first two shares are about 0.2 or 0.8, and mostly the same. With
    classes, those of class 1 mostly differ.
    """
    rng = np.random.default_rng(0)
    label = rng.integers(2, size=n).astype(np.int8) if classes else np.full(n, -1, np.int8)
    first = rng.integers(2, size=n)
    second = np.where(rng.random(n) < 0.9, first, 1 - first)
    second = np.where(label == 1, 1 - second, second)
    a, b = 0.2 + 0.6 * np.stack([first, second]) + rng.uniform(-0.1, 0.1, (2, n))
    x = np.stack([a, (1 - a) * b, (1 - a) * (1 - b)], axis=1)[:, :, None]
    return Encoded(
        x.astype(np.float32), label, Spec("map", (3, 1), {0: "a", 1: "b"} if classes else {})
    )


def agreement(x: np.ndarray) -> float:
    """The fraction of maps whose first two shares lie on the same side of 1/2."""
    first, second = x[:, 0, 0] > 0.5, x[:, 1, 0] > x[:, 2, 0]
    return float((first == second).mean())
