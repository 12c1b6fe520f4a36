"""What is compared with what."""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui.data.types import Encoded, Spec, Table
from qdiffgui.evaluation.class_samples import (
    draw_baseline_samples,
    draw_model_samples,
    split_by_class,
)

CLASSES = {0: "gluon", 1: "quark"}


def sample(n: int, first: float, classes: dict[int, str] | None = None) -> tuple[Encoded, Table]:
    """n samples, numbered from ``first``, labels alternating."""
    x = np.arange(first, first + n, dtype=np.float32)[:, None]
    label = (np.arange(n) % 2).astype(np.int8)
    return Encoded(
        x, label, Spec("vector", (1,), CLASSES if classes is None else classes, ("mass",))
    ), Table({"mass": x[:, 0]}, label)


def groups_of(n_train: int, n_test: int, classes: dict[int, str], n: int, seed: int = 0):
    (train, train_content), (test, test_content) = sample(n_train, 0), sample(n_test, 1000)
    return split_by_class(train, test, train_content, test_content, classes, n, seed)


@pytest.mark.parametrize(
    ("n_train", "n_test", "n", "expected"),
    [(100, 40, 1000, 20), (30, 40, 1000, 15), (100, 40, 7, 7)],
)
def test_everything_in_a_class_has_one_size(n_train, n_test, n, expected):
    for group in groups_of(n_train, n_test, CLASSES, n):
        assert (
            len(group)
            == len(group.floor)
            == len(group.test_content)
            == len(group.floor_content)
            == expected
        )
        assert set(group.test.label) == set(group.train.label) == {group.label}
        assert CLASSES[group.label] == group.name
        assert all(len(encoded) == expected for encoded in draw_baseline_samples(group, 0).values())


def test_the_floor_is_real_and_disjoint_from_what_is_held_out():
    for group in groups_of(100, 40, CLASSES, 1000):
        assert (group.floor.x < 1000).all()
        assert (group.test.x >= 1000).all()
        assert len(set(group.floor.x.ravel().tolist())) == len(group.floor), (
            "drawn without replacement"
        )
        np.testing.assert_array_equal(group.floor.x[:, 0], group.floor_content.values["mass"])
        np.testing.assert_array_equal(group.test.x[:, 0], group.test_content.values["mass"])


def test_without_classes_all_samples_are_one_group():
    (group,) = groups_of(100, 40, {}, 1000)
    assert (group.name, group.label, len(group)) == ("all", None, 40)
    assert set(group.test.label) == {0, 1}


def test_a_lone_class_gives_its_name():
    (train, train_content), (test, test_content) = sample(40, 0), sample(20, 1000)
    gluons = [np.flatnonzero(part.label == 0) for part in (train, test)]
    (group,) = split_by_class(
        train.take(gluons[0]),
        test.take(gluons[1]),
        train_content.take(gluons[0]),
        test_content.take(gluons[1]),
        {},
        100,
        0,
    )
    assert (group.name, group.label) == ("gluon", None)


def test_a_class_that_is_not_there_is_left_out():
    assert [g.name for g in groups_of(100, 40, {0: "gluon", 7: "top"}, 1000)] == ["gluon"]


def test_the_sampler_is_asked_for_what_is_saved():
    asked = []

    def sampler(n, label, seed):
        asked.append((n, label, seed))
        return np.zeros((n, 1), np.float32)

    group = groups_of(100, 40, CLASSES, 5000)[1]
    found, note = draw_model_samples(group, sampler, 5000, 11)
    assert asked == [(5000, 1, 11)]
    assert len(found) == len(group) == 20
    assert set(found.label) == {1}
    assert note == ""


def test_samples_that_are_not_finite_are_left_out_and_counted():
    def sampler(n, label, seed):
        x = np.ones((n, 1), np.float32)
        x[::2] = np.nan
        return x

    group = groups_of(100, 40, CLASSES, 5000)[0]
    found, note = draw_model_samples(group, sampler, 30, 0)
    assert len(found) == 15
    assert note.startswith("15 of 30 generated samples (gluon) are not finite")
    nothing, note = draw_model_samples(group, lambda n, label, seed: np.full((n, 1), np.inf), 30, 0)
    assert nothing is None
    assert note.startswith("30 of 30")
