"""Jets for the tests of data: real ones, and made ones of any shape."""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui.config.data import QuarkGluonJets
from qdiffgui.data.shipped import load_jets
from qdiffgui.data.types import Dataset, Jets


@pytest.fixture(scope="session")
def shipped() -> Dataset:
    """2000 of the shipped jets."""
    return load_jets(QuarkGluonJets(n_jets=2000))


def make_jets(counts: list[int], seed: int = 0) -> Jets:
    """Made jets with given numbers of constituents: pT of any size, angles up to beyond the edge of
    every map.
    """
    rng = np.random.default_rng(seed)
    n = sum(counts)
    return Jets(
        pt=rng.lognormal(1.0, 2.0, n).astype(np.float32),
        eta=rng.normal(0, 0.2, n).astype(np.float32),
        phi=rng.normal(0, 0.2, n).astype(np.float32),
        offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        label=(np.arange(len(counts)) % 2).astype(np.int8),
        jet_pt=np.zeros(len(counts), np.float32),
    )
