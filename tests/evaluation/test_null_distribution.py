"""p-values: uniform between held-out samples, small where there is a difference."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest

from qdiffgui.config.data import QuarkGluonJets
from qdiffgui.data.observables import observables
from qdiffgui.data.shipped import load_jets
from qdiffgui.evaluation import two_sample
from qdiffgui.evaluation.null_distribution import state_tests, two_sample_tests
from qdiffgui.evaluation.physics_distance import frechet, polynomial_mmd
from qdiffgui.evaluation.wasserstein import w1

NAMES = ("mass", "multiplicity", "ptd", "width")


@pytest.fixture(scope="module")
def jets() -> dict[str, np.ndarray]:
    """Observables of simulated jets, (n, 4) for each class."""
    dataset = load_jets(QuarkGluonJets())
    values = np.stack(list(observables(dataset.content, NAMES).values()), axis=1)
    return {name: values[dataset.content.label == k] for k, name in dataset.classes.items()}


def test_p_is_uniform_between_samples_of_one_distribution(jets) -> None:
    rng = np.random.default_rng(0)
    found: dict[str, list[float]] = {}
    for i in range(200):
        rows = rng.permutation(len(jets["gluon"]))[:300]
        sides = (jets["gluon"][part] for part in np.split(rows, 3))
        for test in two_sample_tests(*sides, n_null=59, seed=i):
            found.setdefault(test.key, []).append(test.p)
    assert len(found) == 7
    for key, values in found.items():
        assert kstest(values, "uniform").pvalue > 0.01, key


def test_quarks_are_not_gluons(jets) -> None:
    gluons, quarks = jets["gluon"], jets["quark"]
    for test in two_sample_tests(quarks, gluons[:3000], gluons[3000:6000]):
        assert test.p < 0.01, test
        assert test.value > test.high > test.median
        assert test.plain()["n_null"] == 199


def test_a_small_shift_is_found_by_most(jets) -> None:
    """2 % in every observable."""
    held, others, made = np.split(jets["gluon"][:9000], 3)
    p = {test.key: test.p for test in two_sample_tests(made * 1.02, held, others)}
    assert p["ks"] < 0.05
    assert p["sliced-w1"] < 0.05


def test_efps_give_fpd_and_kpd_only() -> None:
    rng = np.random.default_rng(0)
    made, held, others = np.abs(rng.normal(size=(3, 200, 36)))
    tests = two_sample_tests(made * 1.3, held, others, efps=True, n_null=49)
    assert [test.key for test in tests] == ["fpd", "kpd"]
    assert all(test.p == 0.02 for test in tests)


def test_too_few_or_constant_samples_give_no_test() -> None:
    few, same = np.zeros((5, 2)), np.ones((100, 2))
    assert two_sample_tests(few, same, same) == []
    assert two_sample_tests(same, same, same) == []
    nan = np.full((100, 2), np.nan)
    assert two_sample_tests(nan, same, same) == []


def test_states_of_equal_mean_differ_in_the_second_moment() -> None:
    """Two orthogonal states against a circle: the mean density matrices agree."""
    angle = np.random.default_rng(0).uniform(0, 2 * np.pi, 600)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    two = np.eye(2)[np.arange(300) % 2]
    p = {test.key: test.p for test in state_tests(two, circle[:300], circle[300:])}
    assert p["squared-overlap-mmd"] < 0.01 < p["overlap-mmd"]


def test_statistics_of_a_split_are_those_of_the_plain_functions() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(120, 3))
    x[:, 2] = np.round(x[:, 2])  # with ties
    first = rng.permuted(np.arange(120)[None, :].repeat(4, 0) < 60, axis=1)
    from scipy.stats import ks_2samp

    kernel = two_sample.quartic_kernel(x)
    for i, row in enumerate(first):
        a, b = x[row], x[~row]
        ks = np.mean([ks_2samp(p, q).statistic for p, q in zip(a.T, b.T)])
        assert two_sample.mean_ks(x, first)[i] == pytest.approx(ks, abs=1e-6)
        axes = np.eye(3)
        assert two_sample.sliced(x, first, axes)[1][i] == pytest.approx(
            np.mean([w1(p, q) for p, q in zip(a.T, b.T)]), rel=1e-4
        )
        assert two_sample.frechet_distance(x, first)[i] == pytest.approx(frechet(a, b))
        assert two_sample.kernel_distance(kernel, first)[i] == pytest.approx(polynomial_mmd(a, b))
        between = np.corrcoef(a.T) - np.corrcoef(b.T)
        assert two_sample.correlation_distance(x, first)[i] == pytest.approx(
            np.linalg.norm(between)
        )
