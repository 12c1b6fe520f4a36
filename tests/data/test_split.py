from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdiffgui.data.split import split, split_rows
from qdiffgui.data.types import Dataset, Table
from qdiffgui.errors import DataError


def table(labels: list[int]) -> Table:
    return Table({"mass": np.arange(len(labels), dtype=float)}, np.array(labels, dtype=np.int8))


@given(st.integers(20, 60), st.integers(20, 60), st.floats(0.1, 0.8), st.integers(0, 2**31 - 1))
def test_disjoint_whole_and_even(n_gluons: int, n_quarks: int, fraction: float, seed: int) -> None:
    content = table([0] * n_gluons + [1] * n_quarks)
    train, test = split_rows(content, fraction, seed)
    assert sorted([*train, *test]) == list(range(len(content)))
    for label, n in ((0, n_gluons), (1, n_quarks)):
        assert np.sum(content.label[test] == label) == round(fraction * n)


def test_seed_decides() -> None:
    content = table([0, 1] * 50)
    assert np.array_equal(split_rows(content, 0.25, 4)[1], split_rows(content, 0.25, 4)[1])
    assert not np.array_equal(split_rows(content, 0.25, 4)[1], split_rows(content, 0.25, 5)[1])


def test_contents_follow_the_rows() -> None:
    content = table([0, 1] * 50)
    train, test = split(Dataset(content, "made", "0"), 0.2, 1)
    assert len(test) == 20
    assert not set(train.values["mass"]) & set(test.values["mass"])


def test_too_few_to_split() -> None:
    with pytest.raises(DataError, match="1 samples of one class"):
        split_rows(table([0, 0, 0, 0, 1]), 0.25)
