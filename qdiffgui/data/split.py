"""Which samples train and which are held out: one rule for every model, so that all are judged on the same samples."""

from __future__ import annotations

import numpy as np

from qdiffgui.data.types import Array, Dataset, Densities, Physical, States
from qdiffgui.errors import DataError


def split(dataset: Dataset, test_fraction: float, seed: int = 0) -> tuple[Physical, Physical]:
    """Training and held-out samples; see ``split_rows``."""
    train, test = split_rows(dataset.content, test_fraction, seed)
    return dataset.content.take(train), dataset.content.take(test)


def split_rows(content: Physical, test_fraction: float, seed: int = 0) -> tuple[Array, Array]:
    """Rows to train on and rows held out, each (n,) int64, disjoint, together all; each class is cut in the same proportion.

    Samples of jets and images are shuffled from ``seed``. An ensemble of states is independent draws: its first half is the training
    pool, its second half is held out (``data.ensembles``), whatever ``test_fraction``.

    Raises
    ------
    DataError
        if either part of some class would be empty.
    """
    if isinstance(content, (States, Densities)):
        half = len(content) // 2
        return np.arange(half), np.arange(half, len(content))
    train, test = [], []
    for label in np.unique(content.label):
        rows = np.random.default_rng([seed, int(label) + 128]).permutation(np.flatnonzero(content.label == label))
        n_test = round(test_fraction * len(rows))
        if not 0 < n_test < len(rows):
            raise DataError(
                f"{len(rows)} samples of one class cannot be split into training and {test_fraction:.0%} held out: "
                "use more samples or another fraction."
            )
        test.append(rows[:n_test])
        train.append(rows[n_test:])
    shuffle = np.random.default_rng([seed, 127]).permutation
    return shuffle(np.concatenate(train)), shuffle(np.concatenate(test))
