from __future__ import annotations

import pytest

from qdiffgui.config.data import Digits
from qdiffgui.data.digits import load_digits
from qdiffgui.errors import DataError


def test_chosen_digits_only() -> None:
    data = load_digits(Digits(digits=(3, 1)))
    assert data.classes == {1: "1", 3: "3"}
    assert set(data.content.label) == {1, 3}
    assert data.content.pixels.shape == (365, 8, 8)
    assert data.content.pixels.max() == 16


def test_no_such_digit() -> None:
    with pytest.raises(DataError, match="11"):
        load_digits(Digits(digits=(1, 11)))
