"""C2, D2 and τ21 are those of the definitions, written out with loops."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import dist

import numpy as np
import pytest

from qdiffgui.data import substructure
from qdiffgui.data.observables import observables
from qdiffgui.data.ragged import flatten
from qdiffgui.data.types import Array, Dataset, Jets
from tests.data.conftest import make_jets

COUNTS = [0, 1, 2, 3, 4, 0, 5, 3, 9, 12, 12, 17, 1, 2]
Particle = tuple[float, tuple[float, float]]  # z, and rapidity and azimuth


def particles(jets: Jets) -> list[list[Particle]]:
    flat = flatten(jets)
    rows = [(float(z), (float(x), float(y))) for z, x, y in zip(flat.z, flat.x, flat.y)]
    return [rows[a:b] for a, b in zip(jets.offsets[:-1], jets.offsets[1:])]


def correlation(jet: list[Particle], n: int) -> float:
    """e_n: products of n fractions and of all distances between them (arXiv:1305.0007, eq. 2)."""
    return sum(
        np.prod([z for z, _ in some]) * np.prod([dist(a, b) for (_, a), (_, b) in pairs])
        for some in combinations(jet, n)
        if (pairs := list(combinations(some, 2)))
    )


def tau(jet: list[Particle], n_axes: int) -> float:
    """τ_N with the axes of exclusive kT clustering, winner takes all."""
    subjets = list(jet)
    while len(subjets) > n_axes:
        a, b = min(
            combinations(subjets, 2),
            key=lambda pair: min(pair[0][0], pair[1][0]) * dist(pair[0][1], pair[1][1]),
        )
        subjets.remove(a)
        subjets.remove(b)
        subjets.append((a[0] + b[0], max(a, b)[1]))
    return sum(z * min(dist(at, axis) for _, axis in subjets) for z, at in jet)


def direct(jets: Jets) -> dict[str, Array]:
    found: dict[str, list[float]] = {"c2": [], "d2": [], "tau21": []}
    for jet in particles(jets):
        e2, e3 = correlation(jet, 2), correlation(jet, 3)
        one = tau(jet, 1) if jet else 0.0
        found["c2"].append(e3 / e2**2 if e2 else 0.0)
        found["d2"].append(e3 / e2**3 if e2 else 0.0)
        found["tau21"].append(tau(jet, 2) / one if one else 0.0)
    return {name: np.array(values) for name, values in found.items()}


@pytest.mark.parametrize("seed", range(3))
def test_values_are_those_of_the_definitions(seed: int) -> None:
    jets = make_jets(COUNTS, seed)
    found = observables(jets, ("c2", "d2", "tau21"))
    for name, expected in direct(jets).items():
        np.testing.assert_allclose(found[name], expected, rtol=1e-10, atol=0)
        assert (expected > 0).sum() == sum(count > 2 for count in COUNTS)


def test_simulated_jets_too(shipped: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = np.diff(shipped.content.offsets)
    few = shipped.content.take(np.flatnonzero(sizes < 20)[:10])
    monkeypatch.setattr(substructure, "_MOST_PAIRS", 500)  # jets of one size in several parts
    found = observables(few, ("c2", "d2", "tau21"))
    for name, expected in direct(few).items():
        np.testing.assert_allclose(found[name], expected, rtol=1e-10)


def one_jet(z: list[float], x: list[float], y: list[float]) -> Jets:
    n = len(z)
    numbers = (np.array(column, dtype=np.float64) for column in (z, x, y))
    return Jets(*numbers, np.array([0, n]), np.int8([0]), np.array([100.0]))


def test_an_equilateral_triangle_by_hand() -> None:
    """Three equal particles, sides of 0.2: e2 = 3/9 · 0.2, e3 = 0.2³/27, and each axis is a
    particle, so τ1 = 2/3 · 0.2 and τ2 = 1/3 · 0.2.
    """
    jet = one_jet([1, 1, 1], [0, 0.2, 0.1], [0, 0, 0.1 * np.sqrt(3)])
    found = observables(jet, ("c2", "d2", "tau21"))
    assert found["c2"][0] == pytest.approx(0.2 / 3, rel=1e-12)
    assert found["d2"][0] == pytest.approx(1, rel=1e-12)
    assert found["tau21"][0] == pytest.approx(0.5, rel=1e-12)


def test_two_particles_and_one_direction_give_zero() -> None:
    for jet in (one_jet([3, 1], [0, 0.1], [0, 0]), one_jet([3, 1, 2], [0.1] * 3, [0.2] * 3)):
        assert all(v[0] == 0 for v in observables(jet, ("c2", "d2", "tau21")).values())


def test_two_prongs_have_a_small_ratio_of_tau() -> None:
    two = one_jet([5, 1, 5, 1], [0, 0.01, 0.3, 0.31], [0, 0, 0, 0])
    spread = one_jet([3, 3, 3, 3], [0, 0.3, 0.0, 0.3], [0, 0, 0.3, 0.3])
    assert observables(two, ["tau21"])["tau21"][0] < 0.02
    assert observables(spread, ["tau21"])["tau21"][0] > 0.5


def test_ratios_do_not_depend_on_scale_turn_or_order() -> None:
    jets = make_jets([12] * 30, 4)
    order = np.argsort(np.random.default_rng(0).random((30, 12)), axis=1)
    rows = (order + 12 * np.arange(30)[:, None]).ravel()
    turned = replace(jets, pt=7 * jets.pt[rows], eta=jets.phi[rows], phi=-jets.eta[rows])
    before, after = (observables(j, ("c2", "d2", "tau21")) for j in (jets, turned))
    for name in before:
        np.testing.assert_allclose(after[name], before[name], rtol=1e-6)
    wide = observables(replace(jets, eta=2 * jets.eta, phi=2 * jets.phi), tuple(before))
    np.testing.assert_allclose(wide["c2"], 2 * before["c2"], rtol=1e-10)
    np.testing.assert_allclose(wide["d2"], before["d2"], rtol=1e-10)
    np.testing.assert_allclose(wide["tau21"], before["tau21"], rtol=1e-10)


def test_values_of_simulated_jets(shipped: Dataset) -> None:
    some = shipped.content.take(np.arange(500))
    found = observables(some, ("c2", "d2", "tau21"))
    assert np.all((found["tau21"] > 0) & (found["tau21"] <= 1))
    gluon = some.label == 0
    # gluon jets radiate more: a larger C2
    assert found["c2"][gluon].mean() > found["c2"][~gluon].mean()
    assert found["d2"][gluon].mean() < found["d2"][~gluon].mean()
