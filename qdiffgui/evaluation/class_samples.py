"""Samples of one class for an evaluation: as many held-out as training and generated ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.data.types import UNLABELLED, Encoded, Physical
from qdiffgui.evaluation import baselines

Array = NDArray[Any]
Sampler = Callable[[int, int | None, int], Array]


@dataclass(frozen=True)
class ClassSamples:
    """The samples of one class, or of all classes together.

    ``label`` is what the sampler is asked for, ``None`` if it has no classes. ``test`` holds n
    held-out samples and ``floor`` as many training samples, each with its physical content.
    ``train`` holds all training samples of the class.
    """

    name: str
    label: int | None
    train: Encoded
    test: Encoded
    test_content: Physical
    floor: Encoded
    floor_content: Physical

    def __len__(self) -> int:
        return len(self.test)


def split_by_class(
    train: Encoded,
    test: Encoded,
    train_content: Physical,
    test_content: Physical,
    classes: Mapping[int, str],
    n: int,
    seed: int,
) -> list[ClassSamples]:
    """The samples of each of ``classes``; if ``classes`` is empty, all samples together, named
    after their class if they have only one.
    """
    names: dict[int | None, str] = dict(classes.items()) if classes else {None: _only_class(test)}
    groups = []
    for label, name in names.items():
        in_train = np.arange(len(train)) if label is None else np.flatnonzero(train.label == label)
        in_test = np.arange(len(test)) if label is None else np.flatnonzero(test.label == label)
        size = min(n, len(in_train), len(in_test))
        if size == 0:
            continue
        rng = np.random.default_rng([seed, 0 if label is None else label + 1])
        rows, floor = in_test[:size], rng.choice(in_train, size, replace=False)
        groups.append(
            ClassSamples(
                name,
                label,
                train.take(in_train),
                test.take(rows),
                test_content.take(rows),
                train.take(floor),
                train_content.take(floor),
            )
        )
    return groups


def _only_class(test: Encoded) -> str:
    found = set(np.unique(test.label).tolist())
    if len(found) == 1 and found != {UNLABELLED}:
        return test.spec.classes.get(found.pop(), "all")
    return "all"


def draw_model_samples(
    group: ClassSamples, sampler: Sampler, n: int, seed: int
) -> tuple[Encoded | None, str]:
    """As many generated samples as ``group`` holds, and a note on those that are not finite.

    The sampler is always asked for ``n`` samples with ``seed``, so that the samples of the report
    are those that are saved.
    """
    x = np.asarray(sampler(n, group.label, seed))
    finite = np.isfinite(x.reshape(len(x), -1)).all(axis=1)
    note = (
        f"{int((~finite).sum())} of {len(x)} generated samples ({group.name}) are not finite "
        "and were left out."
    )
    x = x[finite][: len(group)]
    return (as_encoded(x, group) if len(x) else None), "" if finite.all() else note


def draw_baseline_samples(group: ClassSamples, seed: int) -> dict[str, Encoded]:
    """As many samples of each trivial generator as ``group`` holds, fitted on the training samples
    of the class.
    """
    generators = baselines.baselines_for(group.train.spec.kind).items()
    return {
        key: as_encoded(generate(group.train, len(group), seed + i), group)
        for i, (key, generate) in enumerate(generators, start=1)
    }


def as_encoded(x: Array, group: ClassSamples) -> Encoded:
    """Samples x (n, *spec.shape) as encoded data of the class of ``group``; unlabeled if it holds
    all classes.
    """
    label = UNLABELLED if group.label is None else group.label
    return Encoded(x, np.full(len(x), label, dtype=np.int8), group.train.spec)
