"""Classifier two-sample test: known AUCs, its error, what it does at the ends."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from qdiffgui.evaluation import classifier
from qdiffgui.evaluation.classifier import auc_error, classifier_auc


def test_two_gaussians_have_the_auc_of_theory():
    rng = np.random.default_rng(0)
    a, b = rng.normal(0.0, 1, (2000, 1)), rng.normal(1.0, 1, (2000, 1))
    best = roc_auc_score(np.repeat([0, 1], 2000), np.concatenate([a, b]))
    assert best == pytest.approx(norm.cdf(1 / np.sqrt(2)), abs=0.03)
    assert best - 0.03 < classifier_auc(a, b).value < best


def test_a_correlation_is_seen_that_no_marginal_shows():
    rng = np.random.default_rng(1)
    real = rng.multivariate_normal([0, 0], [[1, 0.9], [0.9, 1]], 2000)
    assert classifier_auc(rng.normal(size=(2000, 2)), real).value > 0.8


def test_equal_distributions_scatter_about_a_half_on_both_sides():
    rng = np.random.default_rng(2)
    found = [
        classifier_auc(rng.normal(size=(200, 2)), rng.normal(size=(200, 2)), seed=i)
        for i in range(5)
    ]
    assert all(abs(m.value - 0.5) < 4 * m.error for m in found)
    assert min(m.value for m in found) < 0.5 < max(m.value for m in found)


def test_the_seed_fixes_it():
    a, b = np.random.default_rng(3).normal(size=(2, 100, 2))
    assert classifier_auc(a, b, seed=1) == classifier_auc(a, b, seed=1)


def test_a_constant_generator_is_always_told_apart_unless_the_data_are_that_constant():
    real = np.random.default_rng(4).normal(size=(300, 2))
    assert classifier_auc(np.zeros((300, 2)), real) == (1.0, 0.0)
    blank = real.copy()
    blank[:75] = 0
    assert classifier_auc(np.zeros((300, 2)), blank).value == pytest.approx(1 - 0.25 / 2)


def test_a_very_large_sample_is_cut(monkeypatch):
    monkeypatch.setattr(classifier, "MAX_SAMPLES", 100)
    rng = np.random.default_rng(6)
    found = classifier_auc(rng.normal(size=(5000, 1)), rng.normal(size=(5000, 1)))
    assert found.error == pytest.approx(classifier.FOLD_SCATTER * auc_error(found.value, 100, 100))


def test_maps_are_flattened():
    rng = np.random.default_rng(5)
    assert classifier_auc(rng.random((200, 3, 3)), rng.random((200, 3, 3)) + 2).value > 0.99


@pytest.mark.parametrize(("auc", "n", "expected"), [(0.5, 100, 0.0409), (0.9, 50, 0.0321)])
def test_hanley_and_mcneils_error(auc, n, expected):
    assert auc_error(auc, n, n) == pytest.approx(expected, abs=2e-4)


def test_a_perfect_auc_has_no_error():
    assert auc_error(1.0, 10, 10) == 0
