"""Metrics of jets as clouds, on the shipped jets: the reference values of the field, and cases
known by hand.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qdiffgui import catalog
from qdiffgui.config.data import QuarkGluonJets
from qdiffgui.data.clouds import leading, relative_mass
from qdiffgui.data.observables import masses, observables
from qdiffgui.data.ragged import flatten
from qdiffgui.data.types import Jets
from qdiffgui.evaluation import (
    classifier,
    energy_mover,
    jetnet_w1,
    manifold,
    physics_distance,
    separation,
)
from qdiffgui.evaluation.efp import efps, four_point_primes
from qdiffgui.evaluation.wasserstein import w1

N = 2000


@pytest.fixture(scope="module")
def jets() -> dict[str, Jets]:
    content = (
        catalog.datasets["qg-jets"].load()(QuarkGluonJets(classes="both", n_jets=12000), 0).content
    )
    return {
        name: content.take(np.flatnonzero(content.label == label))
        for label, name in ((0, "gluon"), (1, "quark"))
    }


@pytest.fixture(scope="module")
def clouds(jets: dict[str, Jets]) -> dict[str, np.ndarray]:
    gluons, quarks = leading(jets["gluon"]), leading(jets["quark"])
    return {"g": gluons[:N], "g2": gluons[N : 2 * N], "q": quarks[:N]}


@pytest.fixture(scope="module")
def polynomials(clouds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: efps(c) for name, c in clouds.items()}


def test_a_cloud_holds_the_leading_constituents(jets: dict[str, Jets]) -> None:
    few, all_of_them = leading(jets["gluon"], 5), leading(jets["gluon"], 200)
    assert few.shape == (len(jets["gluon"]), 5, 3)
    assert np.all(np.diff(few[:, :, 2], axis=1) <= 0)
    np.testing.assert_allclose(all_of_them[:, :, 2].sum(1), 1)
    np.testing.assert_array_equal(few, all_of_them[:, :5])
    first = int(np.argmax(jets["gluon"].pt[: jets["gluon"].offsets[1]]))
    np.testing.assert_allclose(few[0, 0, :2], [jets["gluon"].eta[first], jets["gluon"].phi[first]])


def test_the_relative_mass_is_the_mass(jets: dict[str, Jets]) -> None:
    massless = replace(jets["gluon"], pid=None)
    total = np.add.reduceat(massless.pt.astype(np.float64), massless.offsets[:-1])
    mass = relative_mass(leading(massless, 200)) * total
    np.testing.assert_allclose(mass, observables(massless, ["mass"])["mass"], rtol=1e-6)
    two = np.array([[[0.1, 0.0, 0.5], [-0.1, 0.0, 0.5]]])
    np.testing.assert_allclose(relative_mass(two), 0.5 * np.sqrt(2 * (np.cosh(0.2) - 1)))


def as_jetnet(jets: Jets) -> Jets:
    """Jets with JetNet's ``etarel``: the pseudorapidity of each particle less that of the jet."""
    flat = flatten(jets)
    pt = jets.pt.astype(np.float64)
    pz = np.hypot(pt, masses(jets.pid)) * np.sinh(jets.eta + jets.facts["y"][flat.jet])
    across = np.hypot(flat.sum(pt * np.cos(flat.y)), flat.sum(pt * np.sin(flat.y)))
    return replace(jets, eta=np.arcsinh(pz / pt) - np.arcsinh(flat.sum(pz) / across)[flat.jet])


@pytest.fixture(scope="module")
def jetnet_clouds(jets: dict[str, Jets]) -> dict[str, np.ndarray]:
    gluons, quarks = (leading(as_jetnet(jets[name])) for name in ("gluon", "quark"))
    return {"g": gluons[:N], "g2": gluons[N : 2 * N], "q": quarks[:N]}


def over_batches(distance, generated: np.ndarray, real: np.ndarray) -> float:
    """As JetNet gives its W1: the mean of 5 batches drawn with replacement, which of equal samples
    is √2 times that of all.
    """
    rng = np.random.default_rng(0)
    rows = rng.integers(N, size=(5, 2, N))
    return float(np.mean([distance(generated[i], real[j]) for i, j in rows]))


def efp_w1(generated: np.ndarray, real: np.ndarray) -> float:
    a, b = efps(generated, four_point_primes()), efps(real, four_point_primes())
    return float(np.mean([w1(a[:, k], b[:, k]) for k in range(a.shape[1])]))


# Reference: 2000 against 2000 shipped jets, 30 leading particles, gluon against gluon and against
# quark, one pair, from an independent implementation of JetNet's definitions; the spreads are those
# of 6 and 12 disjoint pairs of 2000.
@pytest.mark.parametrize(
    ("distance", "same", "same_spread", "different", "spread"),
    [
        (lambda a, b: w1(relative_mass(a), relative_mass(b)), 0.0013, 0.0004, 0.0142, 0.0010),
        (lambda a, b: jetnet_w1.particle_w1(a, b)[0], 0.0018, 0.0003, 0.0140, 0.0008),
        (lambda a, b: jetnet_w1.particle_w1(a, b)[1], 0.0018, 0.0003, 0.0104, 0.0005),
        (lambda a, b: jetnet_w1.particle_w1(a, b)[2], 0.0004, 0.5e-4, 0.0115, 0.0003),
        (efp_w1, 1.6e-5, 0.4e-5, 7.1e-5, 1.1e-5),
    ],
    ids=["W1-M", "W1-P eta", "W1-P phi", "W1-P pT", "W1-EFP"],
)
def test_w1_has_the_reference_values(
    distance,
    same: float,
    same_spread: float,
    different: float,
    spread: float,
    jetnet_clouds: dict[str, np.ndarray],
) -> None:
    found = over_batches(distance, jetnet_clouds["g2"], jetnet_clouds["g"])
    assert abs(found - same) < 3 * np.sqrt(2) * same_spread
    found = over_batches(distance, jetnet_clouds["q"], jetnet_clouds["g"])
    assert abs(found - different) < 3 * np.sqrt(2) * spread


def test_what_is_told_of_eta_is_the_pseudorapidity(
    clouds: dict[str, np.ndarray], jetnet_clouds: dict[str, np.ndarray]
) -> None:
    """Soft heavy hadrons have a larger pseudorapidity than rapidity. Rapidity and azimuth are alike
    by symmetry, and the reference's eta is not: it cannot have been rapidity."""
    rapidity, azimuth, _ = jetnet_w1.particle_w1(clouds["q"], clouds["g"])
    eta, phi, _ = jetnet_w1.particle_w1(jetnet_clouds["q"], jetnet_clouds["g"])
    assert phi == pytest.approx(azimuth, rel=1e-6)
    assert eta - rapidity == pytest.approx(0.0028, abs=0.0004)


def test_w1_of_particles_is_the_mean_of_the_three(clouds: dict[str, np.ndarray]) -> None:
    measured = jetnet_w1.w1_particle(clouds["q"][:200], clouds["g"][:200])
    assert measured.value == pytest.approx(
        np.mean(jetnet_w1.particle_w1(clouds["q"][:200], clouds["g"][:200]))
    )
    assert 0 < measured.error < measured.value


@pytest.mark.parametrize(
    ("metric", "floor", "floor_error", "different", "error"),
    [
        (physics_distance.fpd, 0.0012, 0.0017, 0.047, 0.005),
        (physics_distance.kpd, -2e-5, 5e-5, 0.0043, 0.0004),
    ],
)
def test_fpd_and_kpd_have_the_reference_values(
    metric,
    floor: float,
    floor_error: float,
    different: float,
    error: float,
    polynomials: dict[str, np.ndarray],
) -> None:
    same = metric(polynomials["g2"], polynomials["g"])
    assert abs(same.value) < 2 * same.error
    assert abs(same.value - floor) < 2 * np.hypot(same.error, floor_error)
    apart = metric(polynomials["q"], polynomials["g"])
    assert abs(apart.value - different) < 4 * np.hypot(apart.error, error)


def test_frechet_is_exact_for_gaussians_in_one_dimension() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(0, 1, (5000, 1)), rng.normal(2, 3, (5000, 1))
    expected = (x.mean() - y.mean()) ** 2 + (x.std(ddof=1) - y.std(ddof=1)) ** 2
    assert physics_distance.frechet(x, y) == pytest.approx(expected, rel=1e-9)
    assert physics_distance.frechet(x, x) == pytest.approx(0, abs=1e-9)


def test_the_polynomial_mmd_is_its_sum_over_pairs() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(5, 3))

    def k(a, b):
        return (a @ b / 3 + 1) ** 4

    own = [
        np.mean([k(s[i], s[j]) for i in range(len(s)) for j in range(len(s)) if i != j])
        for s in (x, y)
    ]
    cross = np.mean([k(a, b) for a in x for b in y])
    assert physics_distance.polynomial_mmd(x, y) == pytest.approx(
        own[0] + own[1] - 2 * cross, rel=1e-12
    )


def test_the_energy_mover_moves_energy() -> None:
    one, other = np.array([[0.0, 0.0, 1.0]]), np.array([[0.2, 0.0, 1.0]])
    assert energy_mover.emd(one, other) == pytest.approx(0.2)  # R = 1, as in JetNet
    assert energy_mover.emd(one, other, 0.4) == pytest.approx(0.5)
    assert energy_mover.emd(one, one * [1, 1, 0.7]) == pytest.approx(0.3)
    assert energy_mover.emd(other * [1, 1, 0.7], one, 0.4) == pytest.approx(0.7 * 0.5 + 0.3)
    assert energy_mover.emd(one, np.zeros((1, 3))) == 1


def test_coverage_falls_where_the_generator_is_narrow(clouds: dict[str, np.ndarray]) -> None:
    real, held_out = clouds["g"][:90], clouds["g2"][:90]
    narrow = np.repeat(real[:3], 30, axis=0)
    good, far = energy_mover.coverage_and_matching(held_out, real)
    bad, farther = energy_mover.coverage_and_matching(narrow, held_out)
    assert 0.4 < good.value < 0.7
    assert bad.value <= 3 / energy_mover.N_JETS + 1e-9
    assert farther.value > far.value
    wide = energy_mover.coverage_and_matching(held_out, real, radius=0.4)[1]
    assert far.value < wide.value < 2.5 * far.value


def test_nearest_neighbours_tell_noise_collapse_and_copies() -> None:
    rng = np.random.default_rng(0)
    real, same, train = (rng.normal(size=(600, 3)) for _ in range(3))
    wide, narrow = 4 * rng.normal(size=(600, 3)), 0.2 * rng.normal(size=(600, 3))
    for metric in (manifold.precision, manifold.recall, manifold.density, manifold.coverage):
        assert metric(same, real).value > 0.85, metric.__name__
    assert manifold.precision(wide, real).value < 0.5
    assert manifold.recall(narrow, real).value < 0.5
    assert manifold.density(wide, real).value < 0.5
    assert manifold.coverage(narrow, real).value < 0.3
    honest, copies = (
        manifold.memorization(same, train, real),
        manifold.memorization(train, train, real),
    )
    assert abs(honest.value - 0.5) < 3 * honest.error
    assert copies.value == 1


def test_separation_power_is_known_at_both_ends() -> None:
    x = np.random.default_rng(0).normal(size=20000)
    assert separation.separation_power(x, x) == 0
    assert separation.separation_power(x + 100, x, np.linspace(-5, 105, 60)) == pytest.approx(1)
    assert separation.separation_with_error(x[:10000], x[10000:]).value < 0.01
    constant = separation.separation_with_error(np.zeros(50), np.zeros(60))
    assert constant.value == 0


def test_a_tagger_trained_on_quarks_called_gluons_is_turned_round(jets: dict[str, Jets]) -> None:
    names = ("mass", "multiplicity", "ptd", "width")
    x = np.concatenate(
        [
            np.stack(list(observables(jets[c], names).values()), axis=1)[:3000]
            for c in ("gluon", "quark")
        ]
    )
    label = np.repeat([0, 1], 3000)
    train, test = slice(0, None, 2), slice(1, None, 2)
    auc = classifier.tagger_auc(x[train], label[train], x[test], label[test])
    assert auc.value == pytest.approx(0.86, abs=0.02)
    assert classifier.tagger_auc(x[train], 1 - label[train], x[test], label[test]).value < 0.2


def test_jets_without_particles_have_no_distance_of_particles() -> None:
    some = np.abs(draw_cloud(40))
    assert jetnet_w1.w1_particle(np.zeros_like(some), some).plain() is None


def draw_cloud(n: int) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 0.1, (n, 5, 3))
