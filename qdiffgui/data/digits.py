"""Handwritten digits of 8x8 pixels that ship with scikit-learn (UCI Optical Recognition of
Handwritten Digits).
"""

from __future__ import annotations

import numpy as np

from qdiffgui.config.data import Digits
from qdiffgui.data import digest as hashing
from qdiffgui.data.types import Dataset, Images
from qdiffgui.errors import DataError


def load_digits(config: Digits, seed: int = 0) -> Dataset:
    """Images (n, 8, 8) float32 of the chosen digits, with gray levels 0 to 16; the label is the
    digit. ``seed`` has no effect.

    Raises
    ------
    DataError
        If a digit is not one of 0 to 9.
    """
    from sklearn import datasets  # half a second to import

    wanted = sorted(set(config.digits))
    wrong = [digit for digit in wanted if not 0 <= digit <= 9]
    if wrong:
        raise DataError(
            f"Expected digits from 0 to 9; found {wrong[0]}: choose digits in this range."
        )
    found = datasets.load_digits()
    rows = np.isin(found.target, wanted)
    images = Images(
        found.images[rows].astype(np.float32), found.target[rows].astype(np.int8), unit="gray level"
    )
    return Dataset(
        images,
        "Handwritten digits",
        hashing.digest(images),
        {digit: str(digit) for digit in wanted},
    )
