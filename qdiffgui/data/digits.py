"""Handwritten digits, 8x8, that come with scikit-learn (UCI Optical Recognition of Handwritten Digits)."""

from __future__ import annotations

import numpy as np

from qdiffgui.config.data import Digits
from qdiffgui.data import digest as hashing
from qdiffgui.data.types import Dataset, Images
from qdiffgui.errors import DataError


def load_digits(config: Digits, seed: int = 0) -> Dataset:
    """Images (n, 8, 8) float32 of grey levels 0..16 of the chosen digits; the label is the digit. ``seed`` does not matter.

    Raises
    ------
    DataError
        if a digit is not one of 0..9.
    """
    from sklearn import datasets  # half a second to import

    wanted = sorted(set(config.digits))
    wrong = [digit for digit in wanted if not 0 <= digit <= 9]
    if wrong:
        raise DataError(f"Digits are 0 to 9 and {wrong[0]} was asked for: choose among 0 to 9.")
    found = datasets.load_digits()
    rows = np.isin(found.target, wanted)
    images = Images(found.images[rows].astype(np.float32), found.target[rows].astype(np.int8), unit="grey level")
    return Dataset(images, "Handwritten digits", hashing.digest(images), {digit: str(digit) for digit in wanted})
