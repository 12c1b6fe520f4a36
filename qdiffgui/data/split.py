"""Which samples train and which are held out: one rule for all models, so that all are evaluated on
the same samples.
"""

from __future__ import annotations

import numpy as np

from qdiffgui.data.types import Array, Dataset, Densities, Physical, States
from qdiffgui.errors import DataError


def split(dataset: Dataset, test_fraction: float, seed: int = 0) -> tuple[Physical, Physical]:
    """Training and held-out samples; see ``split_rows``."""
    train, test = split_rows(dataset.content, test_fraction, seed)
    return dataset.content.take(train), dataset.content.take(test)


def split_rows(content: Physical, test_fraction: float, seed: int = 0) -> tuple[Array, Array]:
    """Rows of the training samples and of the held-out samples.

    Each class is split in the same proportion, after a shuffle with ``seed``. Quantum states are
    independent draws: the first half trains and the second half is held out, whatever
    ``test_fraction`` (see ``data.ensembles``).

    Parameters
    ----------
    content : Physical
        All samples.
    test_fraction : float
        Fraction to hold out, 0 to 1.
    seed : int
        Seed of the shuffle.

    Returns
    -------
    tuple of ndarray, shape (n_train,) and (n_test,), int64
        Disjoint rows that cover all samples.

    Raises
    ------
    DataError
        If one of the two parts of a class would be empty.
    """
    if isinstance(content, (States, Densities)):
        half = len(content) // 2
        return np.arange(half), np.arange(half, len(content))
    train, test = [], []
    for label in np.unique(content.label):
        rows = np.random.default_rng([seed, int(label) + 128]).permutation(
            np.flatnonzero(content.label == label)
        )
        n_test = round(test_fraction * len(rows))
        if not 0 < n_test < len(rows):
            raise DataError(
                f"{len(rows)} samples of one class cannot be split with a held-out fraction "
                f"of {test_fraction:.0%}: use more samples or another fraction."
            )
        test.append(rows[:n_test])
        train.append(rows[n_test:])
    shuffle = np.random.default_rng([seed, 127]).permutation
    return shuffle(np.concatenate(train)), shuffle(np.concatenate(test))
