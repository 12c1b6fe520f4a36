"""Stored arrays are refused where no number can be meant."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from qdiffgui.data.hdf5 import open_untrusted, read_tree
from qdiffgui.data.representations.totals import Totals
from qdiffgui.data.stored_arrays import LARGEST, load_exactly, require_finite, require_like
from qdiffgui.errors import DataError


@pytest.mark.parametrize("value", [3e38, -3e38])
def test_numbers_that_would_overflow_are_refused(value: float) -> None:
    arrays = {"theta": np.array([0.1, value], np.float32)}
    with pytest.raises(DataError, match="beyond"):
        require_finite(arrays)
    with pytest.raises(DataError, match="beyond"):
        require_like(arrays, {"theta": np.zeros(2, np.float32)})
    require_finite({"theta": np.array([LARGEST, -LARGEST])})


def test_texts_are_no_totals() -> None:
    """They passed for numbers until the first sample was drawn."""
    found = Totals.learn(np.linspace(1, 2, 50), np.zeros(50, np.int64))
    state = found.state() | {"totals/quantiles": found.quantiles.astype("S1")}
    held: list[Totals] = []
    with pytest.raises(DataError, match="do not fit"):
        load_exactly(
            state, lambda given: held.append(Totals.from_state(given)), lambda: held[0].state()
        )


def test_a_name_that_is_no_text_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["weight_name"] = np.zeros(3)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"weight_name", b"wei\xa8ht_name"))
    with pytest.raises(DataError, match="damaged"), open_untrusted(path) as file:
        read_tree(file)
