"""Trivial generators: each for vectors, maps and states."""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui.data.types import Encoded, Spec
from qdiffgui.evaluation import baselines, map_baselines


def made(kind: str, n: int = 500, seed: int = 0) -> Encoded:
    rng = np.random.default_rng(seed)
    if kind == "vector":
        x, spec = (
            rng.multivariate_normal([1, -1], [[1, 0.8], [0.8, 1]], n).astype(np.float32),
            Spec("vector", (2,)),
        )
    elif kind == "map":
        x, spec = (
            rng.dirichlet([0.5, 1, 2, 1, 1, 3], n).reshape(n, 2, 3).astype(np.float32),
            Spec("map", (2, 3)),
        )
    elif kind == "channels":
        x, spec = (
            rng.dirichlet(np.full(12, 0.6), n).reshape(n, 3, 2, 2).astype(np.float32),
            Spec("channels", (3, 2, 2)),
        )
    elif kind == "cloud":
        x, spec = made_clouds(n, rng), Spec("cloud", (5, 3))
    else:
        z = 0.2 * (rng.standard_normal((n, 4)) + 1j * rng.standard_normal((n, 4)))
        z[:, 0] = 1
        z *= np.exp(2j * np.pi * rng.random((n, 1))) / np.linalg.norm(z, axis=1, keepdims=True)
        x, spec = z.astype(np.complex64), Spec("state", (4,))
    if kind == "density":
        x = (0.8 * x[:, :, None] * x[:, None, :].conj() + 0.05 * np.eye(4)).astype(np.complex64)
        spec = Spec("density", (4, 4))
    return Encoded(x, np.full(n, -1, np.int8), spec)


def made_clouds(n: int, rng: np.random.Generator) -> np.ndarray:
    """Two to five particles; the hardest and the second are back to back."""
    x = np.concatenate(
        [rng.normal(0, 0.1, (n, 5, 2)), rng.dirichlet(np.full(6, 2.0), n)[:, :5, None]], axis=2
    )
    x[np.arange(5)[None, :] >= rng.integers(2, 6, n)[:, None]] = 0
    x = np.take_along_axis(x, np.argsort(-x[:, :, 2], axis=1)[:, :, None], axis=1)
    x[:, 1, :2] = -x[:, 0, :2]
    return x.astype(np.float32)


CASES = [
    (kind, key)
    for kind in ("vector", "map", "channels", "cloud", "state", "density")
    for key in baselines.baselines_for(kind)
]


@pytest.mark.parametrize(("kind", "key"), CASES)
def test_every_generator_gives_encoded_samples_again(kind, key):
    train = made(kind)
    generate = baselines.baselines_for(kind)[key]
    x = generate(train, 77, 5)
    assert x.shape == (77, *train.spec.shape)
    assert x.dtype == train.x.dtype
    assert np.isfinite(x).all()
    np.testing.assert_array_equal(x, generate(train, 77, 5))
    if kind == "state":
        np.testing.assert_allclose(np.linalg.norm(x, axis=1), 1, atol=1e-5)
    if kind == "density":
        np.testing.assert_allclose(np.trace(x, axis1=1, axis2=2), 1, atol=1e-5)
        assert np.linalg.eigvalsh(x).min() > -1e-6
    if kind == "cloud" and key != "mean":  # the mean of clouds may have more particles than any
        assert (np.diff(x[:, :, 2], axis=1) <= 0).all()
        assert (x[:, :, 2].sum(axis=1) <= 1 + 1e-5).all()
        assert (x[x[:, :, 2] <= 0] == 0).all()
    if train.spec.of_fractions and key != "zero":
        assert (x >= 0).all()
        np.testing.assert_allclose(x.reshape(77, -1).sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    ("kind", "key"), [case for case in CASES if case[1] not in ("zero", "mean")]
)
def test_random_generators_depend_on_the_seed(kind, key):
    generate = baselines.baselines_for(kind)[key]
    assert not np.array_equal(generate(made(kind), 20, 1), generate(made(kind), 20, 2))


def test_every_generator_has_a_label_and_states_their_own():
    for kind, key in CASES:
        assert baselines.baseline_label(key, kind)
    labels = [baselines.baseline_label("zero", kind) for kind in ("map", "state", "density")]
    assert len(set(labels)) == 3


def test_zero_is_the_ground_state_for_states():
    np.testing.assert_array_equal(baselines.zero(made("state"), 3), np.eye(4)[[0, 0, 0]])
    assert not baselines.zero(made("map"), 3).any()


def test_the_mean_state_is_found_whatever_the_phases():
    psi = made("state").x
    assert abs(baselines.mean_state(psi)[0]) ** 2 > 0.99
    assert abs(psi.mean(axis=0)[0]) < 0.2, "the plain mean of states of random phase says nothing"


def test_marginals_keep_marginals_and_lose_the_correlation():
    train = made("vector", 5000)
    x = baselines.marginals(train, 5000, 1)
    np.testing.assert_allclose(x.mean(axis=0), train.x.mean(axis=0), atol=0.06)
    np.testing.assert_allclose(x.std(axis=0), train.x.std(axis=0), rtol=0.04)
    assert abs(np.corrcoef(x.T)[0, 1]) < 0.05
    assert np.corrcoef(train.x.T)[0, 1] > 0.75


def test_pca_gaussian_keeps_the_covariance_and_nothing_else():
    rng = np.random.default_rng(0)
    skewed = rng.exponential(1, (5000, 2))
    skewed[:, 1] += skewed[:, 0]
    train = Encoded(skewed.astype(np.float32), np.zeros(5000, np.int8), Spec("vector", (2,)))
    x = baselines.pca_gaussian(train, 20000, 1)
    np.testing.assert_allclose(np.cov(x.T), np.cov(skewed.T), rtol=0.06)
    assert x.min() < 0 <= skewed.min()


def test_pca_gaussian_of_one_component():
    train = Encoded(
        np.random.default_rng(0).normal(3, 2, (1000, 1)).astype(np.float32),
        np.zeros(1000, np.int8),
        Spec("vector", (1,)),
    )
    assert baselines.pca_gaussian(train, 4000, 0).std() == pytest.approx(2, rel=0.1)


def test_bootstrap_only_remembers():
    train = made("vector", 50)
    known = {tuple(row) for row in train.x}
    assert {tuple(row) for row in baselines.bootstrap(train, 200, 0)} <= known


def test_a_cluster_of_states_is_gaussian():
    train, held_out = made("state", 2000), made("state", 2000, seed=1)
    x = baselines.pca_gaussian(train, 2000, 0)
    populations = (np.abs(x) ** 2).mean(axis=0)
    np.testing.assert_allclose(populations, (np.abs(held_out.x) ** 2).mean(axis=0), atol=0.01)


def test_zero_is_the_maximally_mixed_state_and_the_mean_the_mean_for_density_matrices():
    train = made("density")
    np.testing.assert_allclose(baselines.zero(train, 2), np.stack([np.eye(4) / 4] * 2))
    np.testing.assert_allclose(baselines.mean(train, 1)[0], train.x.mean(axis=0), atol=1e-6)


def test_a_gaussian_of_density_matrices_has_their_covariance():
    rng = np.random.default_rng(0)
    bloch = np.array([0, 0, 0.3]) + 0.1 * rng.standard_normal((3000, 3)) * [1, 0.5, 0]
    pauli = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
    rho = (0.5 * (np.eye(2) + np.einsum("nk,kij->nij", bloch, pauli))).astype(np.complex64)
    x = baselines.pca_gaussian(
        Encoded(rho, np.full(3000, -1, np.int8), Spec("density", (2, 2))), 3000, 1
    )
    found = np.einsum("nij,kji->nk", x, pauli).real
    np.testing.assert_allclose(found.std(axis=0), [0.1, 0.05, 0], atol=0.005)
    np.testing.assert_allclose(found.mean(axis=0), [0, 0, 0.3], atol=0.01)


def test_random_mixed_states_have_the_purity_of_their_measure():
    """Hilbert-Schmidt measure: E Tr ρ² = 2 d/(d² + 1)."""
    x = baselines.hilbert_schmidt(made("density"), 4000, 0)
    assert np.square(np.abs(x)).sum(axis=(1, 2)).mean() == pytest.approx(8 / 17, abs=0.005)


def test_log_normal_keeps_log_covariance_and_the_share_of_empty_cells():
    rng = np.random.default_rng(0)
    logs = rng.multivariate_normal([0, 0, 1], [[1, 0.8, 0], [0.8, 1, 0], [0, 0, 0.3]], 8000)
    cells = np.exp(logs)
    cells[logs[:, 0] < -0.8, 0] = 0
    cells[logs[:, 1] < -0.8, 1] = 0
    cells = np.concatenate([cells, np.zeros((8000, 1))], axis=1)
    x = (cells / cells.sum(axis=1, keepdims=True)).reshape(-1, 2, 2).astype(np.float32)
    train = Encoded(x, np.zeros(8000, np.int8), Spec("map", (2, 2)))
    drawn = map_baselines.log_normal(train, 20000, 1).reshape(-1, 4)
    flat = x.reshape(-1, 4)
    np.testing.assert_allclose((drawn == 0).mean(axis=0), (flat == 0).mean(axis=0), atol=0.02)
    assert (drawn[:, 3] == 0).all()
    both = [((f[:, 0] == 0) & (f[:, 1] == 0)).mean() for f in (drawn, flat)]
    assert both[0] == pytest.approx(both[1], abs=0.06)
    assert both[0] > 1.6 * (flat[:, 0] == 0).mean() * (flat[:, 1] == 0).mean()


def test_log_normal_stands_beside_maps_only():
    assert "log-normal" in baselines.baselines_for("map")
    assert not {"log-normal"} & {
        *baselines.baselines_for("vector"),
        *baselines.baselines_for("state"),
    }


def test_what_the_trivial_clouds_know():
    train = made("cloud", 4000)
    real = train.x
    alone = baselines.baselines_for("cloud")["marginals"](train, 4000, 1)
    together = baselines.baselines_for("cloud")["pca-gaussian"](train, 4000, 1)
    for x in (alone, together):
        assert (x[:, :, 2] > 0).sum(axis=1).mean() == pytest.approx(
            (real[:, :, 2] > 0).sum(axis=1).mean(), abs=0.1
        )
        np.testing.assert_allclose(x[:, 0].std(axis=0), real[:, 0].std(axis=0), rtol=0.15)
    assert np.corrcoef(real[:, 0, 0], real[:, 1, 0])[0, 1] == pytest.approx(-1)
    assert abs(np.corrcoef(alone[:, 0, 0], alone[:, 1, 0])[0, 1]) < 0.1
    assert (
        np.corrcoef(together[:, 0, 0], together[:, 1, 0])[0, 1] < -0.5
    )  # sorting again exchanges some
