"""What a comparison of samples made elsewhere says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import qdiffgui
from qdiffgui.data.types import Showers
from qdiffgui.errors import DataError, UserError
from tests.evaluation.samples.test_formats import calo, clouds, energyflow, jetnet, table


def values(report: dict, key: str, column: str) -> float:
    return next(row for row in report["rows"] if row["key"] == key)["values"][column]["value"]


def test_with_training_samples_there_are_a_floor_and_trivial_generators(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)

    def bent(n: int) -> np.ndarray:
        x = rng.normal(size=(n, 2))
        return np.column_stack([x[:, 0], x[:, 0] ** 2 + 0.3 * x[:, 1]])

    good = qdiffgui.compare(bent(400), bent(400), train=bent(800), html=tmp_path / "page.html")
    assert good["verdict"][0] == "The model beats all trivial generators by classifier AUC."
    keys = [row["key"] for row in good["rows"]]
    assert keys[:3] == ["model", "floor", "zero"]
    assert "gaussian-copula" in keys
    assert {row["n"] for row in good["rows"]} == {400}
    assert abs(values(good, "model", "memorisation") - 0.5) < 0.1
    page = (tmp_path / "page.html").read_text()
    assert "generated against reference" in page
    assert "Two-sample tests" in page
    assert "plot-mismodeling" in page
    assert {test["key"] for test in good["tests"]} >= {"ks", "sliced-w1", "gaussian-mmd", "auc"}
    assert all(test["p"] > 0.01 for test in good["tests"])
    assert "trivial generators" in page
    train = bent(400)
    copied = qdiffgui.compare(train, bent(400), train=train)
    assert values(copied, "model", "memorisation") > 0.9


def test_without_training_samples_the_reference_gives_the_floor() -> None:
    rng = np.random.default_rng(0)
    report = qdiffgui.compare(rng.normal(1, 1, (200, 1)), rng.normal(size=(500, 1)))
    assert [row["key"] for row in report["rows"]] == ["model", "floor"]
    assert "for the floor (other reference samples)" in report["verdict"][0]
    assert report["verdict"][-1].startswith("Without training samples")
    assert all(test["p"] < 0.01 for test in report["tests"])
    few = qdiffgui.compare(rng.normal(1, 1, (200, 1)), rng.normal(size=(300, 1)))
    assert few["tests"] == []  # without a floor there is no null distribution
    assert [row["key"] for row in few["rows"]] == ["model"]
    assert "(0.5 if a classifier cannot separate them)" in few["verdict"][0]


def test_classes_are_matched_by_name(tmp_path: Path) -> None:
    """Gluons of a JetNet file against a file of quarks and gluons."""
    generated, jets = jetnet(tmp_path / "generated", 1)
    path, _ = energyflow(tmp_path / "reference", 0)
    with np.load(path) as found:
        x = found["X"]
    both = np.concatenate([x, x * [1, 1, 1, 1]])
    np.savez(path, X=both, y=np.repeat([0, 1], len(x)))
    report = qdiffgui.compare(generated, path)
    assert report["classes"] == ["gluon"]
    assert any(note.startswith("PDG ids are not used") for note in report["notes"])
    assert qdiffgui.compare(jets, path, label="quark")["classes"] == ["quark"]
    assert qdiffgui.compare(jets, path)["classes"] == ["all"]
    with pytest.raises(DataError, match="it has gluon, quark"):
        qdiffgui.compare(jets, path, label="top")


def test_a_file_that_keeps_fewer_constituents_is_compared_on_these() -> None:
    few, many = clouds(1)[:, [0, 1, 3, 4]], clouds(0)
    report = qdiffgui.compare(few, many)
    assert any(note.startswith("Only the 4 leading constituents") for note in report["notes"])
    assert values(report, "model", "w1:multiplicity") == 0


def test_relative_pt_is_recognized() -> None:
    jets = clouds(0)
    relative = (
        jets / [1, 1, 1] / np.stack([np.ones(len(jets))] * 2 + [jets[:, :, 2].sum(1)], 1)[:, None]
    )
    report = qdiffgui.compare(relative, jets)
    assert any("pT relative to the jet" in note for note in report["notes"])
    assert values(report, "model", "w1:mass") < 1e-6


def test_jets_are_compared_with_a_table_of_observables() -> None:
    jets = clouds(0)
    mass = {"mass": np.random.default_rng(0).gamma(9, 6, len(jets)), "x": np.ones(len(jets))}
    report = qdiffgui.compare(jets, mass)
    assert "w1:mass" in {column["key"] for column in report["columns"]}
    assert "w1:pt" not in {column["key"] for column in report["columns"]}


def test_showers_are_compared_voxel_by_voxel(tmp_path: Path) -> None:
    """The same layer energies, spread over other voxels."""
    path, content = calo(tmp_path / "showers", 0)
    layers = content.pixels.sum(axis=2)
    lit = replace(content, pixels=np.zeros_like(content.pixels))
    lit.pixels[:, :, 0] = layers
    report = qdiffgui.compare(lit, path)
    assert values(report, "model", "w1:depth") < 1e-5
    assert values(report, "model", "w1-lit") > 0.5
    only = Showers(layers / 1e3, content.facts["incident_energy"] / 1e3, content.label)
    report = qdiffgui.compare(only, path)
    assert "w1-lit" not in {column["key"] for column in report["columns"]}
    assert values(report, "model", "w1:depth") < 1e-5


def test_states_are_judged(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)

    def haar(n: int, d: int = 4) -> np.ndarray:
        z = rng.normal(size=(n, d)) + 1j * rng.normal(size=(n, d))
        return z / np.linalg.norm(z, axis=1, keepdims=True)

    report = qdiffgui.compare(haar(80), haar(200), train=haar(100))
    assert values(report, "model", "wasserstein") < 2 * values(report, "floor", "wasserstein")
    report = qdiffgui.compare(haar(80, 2), "cluster")
    assert values(report, "model", "wasserstein") > 10 * values(report, "floor", "wasserstein")


def test_what_cannot_be_compared_is_said(tmp_path: Path) -> None:
    jets, _ = jetnet(tmp_path / "jets", 0)
    showers, _ = calo(tmp_path / "showers", 0)
    columns, held = table(tmp_path / "table", 0)
    with pytest.raises(DataError, match=r"g30\.hdf5 holds jets .* set\.hdf5 holds calorimeter"):
        qdiffgui.compare(jets, showers)
    with pytest.raises(DataError, match="Expected observables that all samples have"):
        qdiffgui.compare(columns, {"x": held["mass"]})
    with pytest.raises(DataError, match="hold the same samples"):
        qdiffgui.compare(columns, columns, train=columns)
    with pytest.raises(DataError, match="Expected a file or a data set"):
        qdiffgui.compare(columns, "qg-jet")
    with pytest.raises(DataError, match="Expected finite numbers; found others in sample 3"):
        qdiffgui.compare(np.where(np.arange(40)[:, None] == 3, np.nan, 1.0), held)
    with pytest.raises(DataError, match="at least 30 samples"):
        qdiffgui.compare(np.ones((20, 1)), np.ones((50, 1)))
    with pytest.raises(UserError, match="Expected n of 30 or more"):
        qdiffgui.compare(held, held, n=3)
