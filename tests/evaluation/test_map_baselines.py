"""Trivial generators of shares in levels: what each of them keeps and what it loses."""

from __future__ import annotations

import numpy as np

from qdiffgui.data.types import Encoded, Spec
from qdiffgui.diffusion.share_levels import ShareLevels
from qdiffgui.evaluation import baselines
from qdiffgui.evaluation.map_baselines import copula_shares, independent_shares, markov_shares

N = 6000
D = 5


def chained_maps() -> Encoded:
    """Maps whose third share is high if the first is; cell 1 is empty in half of them, and nothing
    is left after cell 3 in a third.
    """
    rng = np.random.default_rng(0)
    first = rng.uniform(0.1, 0.5, N)
    share = np.stack([first, rng.uniform(0.2, 0.6, N), first + 0.3, rng.uniform(0.2, 0.6, N)])
    share[1] *= rng.random(N) < 0.5
    share[3] = np.where(rng.random(N) < 1 / 3, 1, share[3])
    x, left = np.zeros((N, D)), np.ones(N)
    for k, v in enumerate(share):
        x[:, k] = left * v
        left = left - x[:, k]
    x[:, -1] = left
    return Encoded(x[:, :, None].astype(np.float32), np.full(N, -1, np.int8), Spec("map", (D, 1)))


def shares(x: np.ndarray) -> np.ndarray:
    """The shares (n, D - 1) of maps."""
    left = np.cumsum(x.reshape(-1, D)[:, ::-1], axis=1)[:, ::-1]
    return x.reshape(-1, D)[:, :-1] / left[:, :-1]


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(a.argsort().argsort(), b.argsort().argsort())[0, 1])


def test_single_shares_and_empty_cells_are_right():
    train = chained_maps()
    codec = ShareLevels(train.spec.shape)
    codec.fit(train.x)
    for generate in (independent_shares, markov_shares, copula_shares):
        levels = codec.encode(generate(train, N, 1))
        for level, expected in zip(levels.T, codec.frequencies):
            found = np.bincount(level, minlength=16) / N
            np.testing.assert_allclose(found, expected, atol=0.03)


def test_only_the_copula_knows_pairs_that_are_not_neighbors():
    train = chained_maps()
    found = {
        generate: rank_correlation(*shares(generate(train, N, 2))[:, [0, 2]].T)
        for generate in (independent_shares, markov_shares, copula_shares)
    }
    assert rank_correlation(*shares(train.x)[:, [0, 2]].T) > 0.99
    assert abs(found[independent_shares]) < 0.05
    assert abs(found[markov_shares]) < 0.1
    assert found[copula_shares] > 0.9


def test_the_chain_knows_neighbors():
    rng = np.random.default_rng(3)
    first = rng.uniform(0.1, 0.5, N)
    x = np.stack([first, (1 - first) * (first + 0.2)])
    x = np.vstack([x, 1 - x.sum(axis=0)]).T.astype(np.float32)[:, :, None]
    train = Encoded(x, np.full(N, -1, np.int8), Spec("map", (3, 1)))
    cells = markov_shares(train, N, 4)[:, :, 0]
    assert rank_correlation(cells[:, 0], cells[:, 1] / (1 - cells[:, 0])) > 0.98


def test_they_stand_next_to_maps_only():
    keys = {"share-independent", "share-markov", "share-copula"}
    for kind in ("vector", "map", "channels", "cloud", "state", "density"):
        assert keys & set(baselines.trivial_for(kind)) == (keys if kind == "map" else set())
