from __future__ import annotations

import numpy as np
import pytest

from qdiffgui.config.data import QuarkGluonJets
from qdiffgui.config.representation import LogPolar as LogPolarSettings
from qdiffgui.data.observables import observables
from qdiffgui.data.representations.logpolar import LogPolar
from qdiffgui.data.shipped import load_jets
from qdiffgui.data.types import Dataset, Jets
from qdiffgui.errors import DataError


def test_both_classes_with_their_names(shipped: Dataset) -> None:
    assert isinstance(shipped.content, Jets)
    assert len(shipped) == 2000
    assert shipped.classes == {0: "gluon", 1: "quark"}
    assert 900 < shipped.content.label.sum() < 1100
    assert shipped.content.offsets[-1] == len(shipped.content.pt) == len(shipped.content.pid)


@pytest.mark.parametrize(
    ("classes", "label", "expected"),
    [
        (
            "gluon",
            0,
            {"multiplicity": 53.5, "mass": 52.8, "ptd": 0.272, "lha": 0.354, "width": 0.163},
        ),
        (
            "quark",
            1,
            {"multiplicity": 33.7, "mass": 37.7, "ptd": 0.380, "lha": 0.256, "width": 0.097},
        ),
    ],
)
def test_one_class_has_its_physics(classes: str, label: int, expected: dict[str, float]) -> None:
    data = load_jets(QuarkGluonJets(classes=classes, n_jets=5000))
    assert set(data.content.label) == {label}
    found = observables(data.content)
    for name, value in expected.items():
        assert np.mean(found[name]) == pytest.approx(value, rel=0.02), name


def test_mass_and_pt_agree_with_the_generator(shipped: Dataset) -> None:
    found = observables(shipped.content, ("mass", "pt", "multiplicity"))
    jets = shipped.content
    assert np.mean(np.abs(found["mass"] / jets.facts["mass"] - 1)) < 2e-4
    np.testing.assert_allclose(found["pt"], jets.jet_pt, rtol=1e-3)


def test_equal_settings_give_equal_data(shipped: Dataset) -> None:
    assert load_jets(QuarkGluonJets(n_jets=2000), seed=5).digest == shipped.digest
    assert load_jets(QuarkGluonJets(n_jets=2001)).digest != shipped.digest


def test_more_of_a_class_than_there_are() -> None:
    with pytest.raises(DataError, match="25000"):
        load_jets(QuarkGluonJets(classes="quark", n_jets=30000))


def test_twenty_thousand_jets_are_loaded_and_encoded() -> None:
    """Their time is measured by ``benchmarks/data.py``."""
    data = load_jets(QuarkGluonJets(n_jets=20000))
    representation = LogPolar(LogPolarSettings())
    representation.fit(data.content, data.classes)
    x = representation.encode(data.content).x
    assert len(x) == 20000
    np.testing.assert_allclose(x.sum(axis=(1, 2)), 1, atol=1e-5)
