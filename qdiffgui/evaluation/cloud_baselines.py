"""Trivial generators of particle clouds, with the signature of ``evaluation.baselines``.

Clouds have the shape (n, n_particles, 3): eta, phi and pT fraction of each particle, sorted by pT.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.data.clouds import counts
from qdiffgui.data.types import Encoded

Array = NDArray[Any]


def independent_particles(train: Encoded, n: int, seed: int = 0) -> Array:
    """The number of particles of a random training jet, and each particle (the hardest, the second,
    ...) from another training jet that has one of this rank. Each particle has the right
    distribution, but the particles of a jet are independent. Fractions that sum to more than 1 are
    divided by their sum.
    """
    rng = np.random.default_rng(seed)
    held = counts(train.x)
    wanted = rng.choice(held, n)
    x = np.zeros((n, *train.spec.shape))
    for rank in range(train.spec.shape[0]):
        donors, rows = np.flatnonzero(held > rank), np.flatnonzero(wanted > rank)
        x[rows, rank] = train.x[rng.choice(donors, len(rows)), rank] if len(rows) else 0
    return tidy(x, train)


def pca_gaussian(train: Encoded, n: int, seed: int = 0) -> Array:
    """A Gaussian with the mean and the full covariance of the number of particles and of eta, phi
    and ln pT of the particle of each rank.

    A particle that a training jet lacks is replaced by the mean of the jets that have one. The
    generated number of particles is rounded, and particles beyond it are left out.
    """
    places = train.spec.shape[0]
    held = counts(train.x)
    there = np.arange(places)[None, :] < held[:, None]
    raw = train.x.astype(np.float64)
    raw[:, :, 2] = np.log(np.where(there, raw[:, :, 2], 1.0))
    weight = np.maximum(there.sum(axis=0), 1)[:, None]
    raw = np.where(there[:, :, None], raw, (raw * there[:, :, None]).sum(axis=0) / weight)
    flat = np.concatenate([raw.reshape(len(raw), -1), held[:, None]], axis=1)
    values, vectors = np.linalg.eigh(np.cov(flat, rowvar=False))
    normal = np.random.default_rng(seed).standard_normal((n, flat.shape[1]))
    drawn = flat.mean(axis=0) + (normal * np.sqrt(np.maximum(values, 0))) @ vectors.T
    wanted = np.clip(np.round(drawn[:, -1]), held.min(initial=0), held.max(initial=0))
    x = drawn[:, :-1].reshape(n, *train.spec.shape)
    x[:, :, 2] = np.exp(np.minimum(x[:, :, 2], 0.0)) * (
        np.arange(places)[None, :] < wanted[:, None]
    )
    return tidy(x, train)


def tidy(x: Array, train: Encoded) -> Array:
    """Clouds sorted by pT, with fractions that sum to at most 1, and zeros as padding."""
    x = np.where(x[:, :, 2:] > 0, x, 0.0)
    x[:, :, 2] /= np.maximum(x[:, :, 2].sum(axis=1, keepdims=True), 1.0)
    order = np.argsort(-x[:, :, 2], axis=1, kind="stable")
    return np.take_along_axis(x, order[:, :, None], axis=1).astype(train.x.dtype)
