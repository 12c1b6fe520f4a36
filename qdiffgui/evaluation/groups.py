"""What is compared with what: the classes that a model is judged on, and equal numbers of samples of each."""

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
class Group:
    """One class (or all samples together), with equal numbers of everything.

    label : what the sampler is asked for, ``None`` where it has no classes.       test, floor : (n) held-out and, as the floor, as many
    real training samples, with the physical content of each.      train : all training samples of the class.
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
    train: Encoded, test: Encoded, train_content: Physical, test_content: Physical, classes: Mapping[int, str], n: int, seed: int
) -> list[Group]:
    """A group for each of ``classes``; where that is empty, one of all samples, named after their class if they have but one."""
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
            Group(
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


def draw(group: Group, sampler: Sampler, n: int, seed: int) -> tuple[Encoded | None, str]:
    """As many generated samples as the group holds, and a sentence about those that are not finite.

    The sampler is asked for ``n`` with ``seed``, always alike, so that what is judged is what is saved.
    """
    x = np.asarray(sampler(n, group.label, seed))
    finite = np.isfinite(x.reshape(len(x), -1)).all(axis=1)
    note = f"{int((~finite).sum())} of {len(x)} generated samples ({group.name}) are not finite and were left out."
    x = x[finite][: len(group)]
    return (like(x, group) if len(x) else None), "" if finite.all() else note


def trivial(group: Group, seed: int) -> dict[str, Encoded]:
    """As many samples of each trivial generator as the group holds, each fitted on the training samples of the class."""
    made = baselines.for_kind(group.train.spec.kind).items()
    return {key: like(generate(group.train, len(group), seed + i), group) for i, (key, generate) in enumerate(made, start=1)}


def like(x: Array, group: Group) -> Encoded:
    """Samples x (n, *spec.shape) as encoded data of the group's class, unlabelled where the group is of all classes."""
    label = UNLABELLED if group.label is None else group.label
    return Encoded(x, np.full(len(x), label, dtype=np.int8), group.train.spec)
