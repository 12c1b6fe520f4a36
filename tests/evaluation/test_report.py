"""The whole report: on real jets, maps, images and states."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from qdiffgui.config.data import Cluster, QuarkGluonJets
from qdiffgui.config.representation import LogPolar, Observables, Radial, State
from qdiffgui.data.ensembles import load_cluster
from qdiffgui.data.representations.logpolar import LogPolar as LogPolarOf
from qdiffgui.data.representations.observables import Observables as ObservablesOf
from qdiffgui.data.representations.radial import Radial as RadialOf
from qdiffgui.data.representations.state import State as StateOf
from qdiffgui.data.shipped import load_jets
from qdiffgui.data.types import Dataset
from qdiffgui.evaluation import baselines
from qdiffgui.evaluation.columns import Scale
from qdiffgui.evaluation.report import _about, evaluate
from qdiffgui.evaluation.scales import scale_of

MAKERS = {Observables: ObservablesOf, LogPolar: LogPolarOf, Radial: RadialOf, State: StateOf}
TRIVIAL_ROWS = {"zero", "mean", "marginals", "pca-gaussian", "bootstrap"}
OF_VECTORS = TRIVIAL_ROWS | {"gaussian-copula"}


@pytest.fixture(scope="module")
def jets() -> Dataset:
    return load_jets(QuarkGluonJets(n_jets=1600))


def prepared(dataset: Dataset, settings, n_test: int):
    """Arguments of ``evaluate`` but the sampler: the last ``n_test`` samples are held out."""
    rows = np.arange(len(dataset))
    train_content, test_content = (
        dataset.content.take(rows[:-n_test]),
        dataset.content.take(rows[-n_test:]),
    )
    representation = MAKERS[type(settings)](settings)
    representation.fit(train_content, dataset.classes)
    return {
        "train": representation.encode(train_content, seed=1),
        "test": representation.encode(test_content, seed=2),
        "train_content": train_content,
        "test_content": test_content,
        "representation": representation,
    }


def sampler_of(train, key: str):
    """A "model" that is one of the trivial generators, with other random numbers."""

    def sampler(n, label, seed):
        of_class = train if label is None else train.take(np.flatnonzero(train.label == label))
        return baselines.baselines_for(train.spec.kind)[key](of_class, n, seed + 1000)

    return sampler


def row(report, key, class_name):
    (found,) = [r for r in report["rows"] if r["key"] == key and r["class"] == class_name]
    return found["values"]


@pytest.fixture(scope="module")
def observables_report(jets):
    given = prepared(jets, Observables(), 700)
    return evaluate(
        **given,
        sampler=sampler_of(given["train"], "marginals"),
        classes=jets.classes,
        n_generated=300,
        seed=0,
    )


def test_it_has_tests_maps_and_findings(observables_report):
    """Independent observables: some tests see that, and the maps say where."""
    report = observables_report
    assert report["version"] == 2
    assert "thorough" not in report
    for name in ("gluon", "quark"):
        tests = {test["key"]: test for test in report["tests"] if test["class"] == name}
        assert {"ks", "sliced-ks", "sliced-w1", "correlation", "frechet", "auc"} <= set(tests)
        assert {"quartic-mmd", "gaussian-mmd"} <= set(tests)
        assert tests["correlation"]["p"] < 0.01
        assert all(0 < test["p"] <= 1 for test in tests.values())
    maps = report["mismodeling"]
    assert [of_class["class"] for of_class in maps] == report["classes"]
    assert all(len(of_class["pairs"]) == 6 for of_class in maps)
    assert len(report["findings"]) == 4
    json.dumps(report, allow_nan=False)


def test_it_has_the_promised_form(observables_report):
    report = observables_report
    assert json.loads(json.dumps(report, allow_nan=False)) == report, "plain data, nothing infinite"
    assert report["classes"] == ["gluon", "quark"]
    assert (report["n_generated"], report["n_test"]) == (300, 700)
    keys = [column["key"] for column in report["columns"]]
    assert keys[:2] == ["auc", "w1:mean"]
    assert {"w1:mass", "w1:multiplicity", "w1:ptd", "w1:width", "w1-relative:mass"} < set(keys)
    for name in report["classes"]:
        assert {r["key"] for r in report["rows"] if r["class"] == name} == {
            "model",
            "floor",
            *OF_VECTORS,
        }
    for r in report["rows"]:
        assert list(r["values"]) == keys
        assert r["n"] == 300
    assert {(h["observable"], h["class"]) for h in report["histograms"]} == {
        (o, c) for o in ("mass", "multiplicity", "ptd", "width") for c in ("gluon", "quark")
    }
    assert report["profile"] == {}
    assert any("generator level" in note for note in report["notes"])


def test_the_numbers_say_what_the_model_is(observables_report):
    """Independent components as the model: right in every observable, told apart at once by the
    classifier.
    """
    for name in ("gluon", "quark"):
        model, floor, pca = (
            row(observables_report, key, name) for key in ("model", "floor", "pca-gaussian")
        )
        assert model["auc"]["value"] > 0.8 > pca["auc"]["value"]
        assert abs(floor["auc"]["value"] - 0.5) < 4 * floor["auc"]["error"]
        assert (
            model["w1:mean"]["value"]
            < 0.2
            < row(observables_report, "zero", name)["w1:mean"]["value"]
        )
        assert 0.3 < floor["w1:mass"]["value"] < 4, (
            "W1(mass) of 300 training and 300 held-out jets is one or two GeV"
        )
    assert (
        "By classifier AUC, the model does not beat Independent components, PCA-Gaussian and "
        "Gaussian copula." in observables_report["verdict"][0]
    )


def test_the_same_seed_gives_the_same_report(jets):
    given = prepared(jets, Observables(names=("mass", "ptd")), 300)
    args = {
        **given,
        "sampler": sampler_of(given["train"], "pca-gaussian"),
        "classes": jets.classes,
        "n_generated": 60,
    }
    assert evaluate(**args, seed=3) == evaluate(**args, seed=3)
    assert evaluate(**args, seed=3) != evaluate(**args, seed=4)


def test_maps_are_judged_without_multiplicity_and_with_a_profile(jets):
    given = prepared(jets, Radial(n_bins=8), 300)
    report = evaluate(
        **given, sampler=sampler_of(given["train"], "bootstrap"), classes={}, n_generated=250
    )
    assert report["classes"] == ["all"]
    assert not any("multiplicity" in column["key"] for column in report["columns"])
    assert any(
        "multiplicity is not stored in such a map" in note.lower() for note in report["notes"]
    )
    assert any("after encoding and decoding" in note for note in report["notes"])
    (profile,) = report["profile"]["classes"]
    assert profile["shape"] == [8, 1]
    assert len(profile["edges"]) == 9
    assert sum(profile["real"]) == pytest.approx(1, abs=1e-3)
    assert sum(profile["model"]) == pytest.approx(1, abs=1e-3)
    assert (
        row(report, "model", "all")["auc"]["value"]
        < row(report, "marginals", "all")["auc"]["value"]
    )
    assert row(report, "zero", "all")["w1:mass"]["value"] > 30, "a blank jet has no mass"


def test_one_class_is_measured_in_standard_deviations():
    gluons = load_jets(QuarkGluonJets(classes="gluon", n_jets=400))
    given = prepared(gluons, LogPolar(n_r=3, n_phi=2), 120)
    report = evaluate(
        **given, sampler=sampler_of(given["train"], "bootstrap"), classes={}, n_generated=100
    )
    assert report["classes"] == ["gluon"]
    assert {c["unit"] for c in report["columns"] if c["key"].startswith("w1-relative")} == {"σ"}
    assert row(report, "model", "gluon")["auc"] is None
    assert any(
        "Classifier AUC needs at least 200 samples on each side" in note for note in report["notes"]
    )


def test_states_have_a_haar_start_and_no_histograms():
    dataset = load_cluster(Cluster(n_states=600), 0)
    given = prepared(dataset, State(), 600)
    report = evaluate(
        **given, sampler=sampler_of(given["train"], "haar"), classes={}, n_generated=600
    )
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert {r["key"] for r in report["rows"]} == {"model", "floor", "haar", *TRIVIAL_ROWS}
    assert row(report, "floor", "all")["wasserstein"]["value"] < 0.005
    assert row(report, "model", "all")["wasserstein"]["value"] == pytest.approx(0.41, abs=0.08)
    assert row(report, "floor", "all")["f0"]["value"] == pytest.approx(0.988, abs=0.003)
    assert row(report, "zero", "all")["spread"]["value"] == 0
    assert report["histograms"] == []
    assert any(
        "blocks of 120 generated and 120 held-out states" in note for note in report["notes"]
    )
    assert "has learned nothing" in report["verdict"][0]


@pytest.mark.parametrize("of", ["states", "jets"])
def test_without_floor_and_trivial_generators_the_rows_of_the_model_are_the_same(jets, of):
    states = load_cluster(Cluster(n_states=200), 0)
    given = prepared(*((states, State()) if of == "states" else (jets, Observables())), 100)
    args = {
        **given,
        "sampler": sampler_of(given["train"], "bootstrap"),
        "classes": {} if of == "states" else jets.classes,
        "n_generated": 100,
    }
    alone, whole = evaluate(**args, with_baselines=False), evaluate(**args)
    assert alone["rows"] == [row for row in whole["rows"] if row["key"] == "model"]
    assert alone["rows"][0]["values"]
    assert alone["verdict"] == []
    left_out = {"rows": [], "verdict": [], "tests": [], "mismodeling": [], "findings": []}
    assert alone | left_out == whole | left_out


def test_a_model_that_broke_is_reported_and_the_rest_stands(jets):
    given = prepared(jets, Observables(), 100)
    report = evaluate(
        **given, sampler=lambda n, label, seed: np.full((n, 4), np.nan), classes={}, n_generated=100
    )
    assert set(row(report, "model", "all").values()) == {None}
    assert row(report, "floor", "all")["w1:mass"] is not None
    assert any(
        "100 of 100 generated samples (all) are not finite" in note for note in report["notes"]
    )
    assert all(h["model"] is None for h in report["histograms"])
    assert "too few samples with finite values" in report["verdict"][0]
    json.dumps(report, allow_nan=False)


def test_a_handful_of_samples_does_not_break_it(jets):
    dataset = Dataset(jets.content.take(np.arange(30)), "few", "", jets.classes)
    given = prepared(dataset, Observables(), 8)
    report = evaluate(
        **given,
        sampler=sampler_of(given["train"], "bootstrap"),
        classes=jets.classes,
        n_generated=50,
    )
    assert {value for r in report["rows"] for value in r["values"].values()} == {None}
    assert report["verdict"]


@pytest.mark.slow
def test_known_figures_of_gluon_jets():
    """MODELS.md, section 6: independent marginals 0.93, PCA-Gaussian 0.66, floor 0.50 on four
    observables of gluon jets.
    """
    gluons = load_jets(QuarkGluonJets(classes="gluon", n_jets=25000))
    given = prepared(gluons, Observables(), 8000)
    report = evaluate(
        **given, sampler=sampler_of(given["train"], "marginals"), classes={}, n_generated=8000
    )
    for key, expected in (("marginals", 0.93), ("pca-gaussian", 0.66), ("floor", 0.50)):
        found = row(report, key, "gluon")["quick-auc"]["value"]
        assert found == pytest.approx(expected, abs=0.02), key
    for key, expected in (("pca-gaussian", 0.684), ("gaussian-copula", 0.665), ("floor", 0.50)):
        found = row(report, key, "gluon")["auc"]["value"]
        assert found == pytest.approx(expected, abs=0.02), key


def test_chance_is_no_scale(jets: Dataset) -> None:
    """W1 between classes that are none, of few samples, must not become the unit that everything is
    given in.
    """
    for seed in range(5):
        label = np.random.default_rng(seed).integers(0, 2, 240).astype(np.int8)
        content = replace(jets.content.take(np.arange(240)), label=label)
        representation = ObservablesOf(Observables())
        representation.fit(content, jets.classes)
        assert scale_of(representation.encode(content), content, representation, seed).unit == "σ"
    content = jets.content
    representation.fit(content, jets.classes)
    real = scale_of(representation.encode(content), content, representation, 0)
    assert real.unit == "W1(quark, gluon)"
    assert set(real.values) == {"mass", "multiplicity", "ptd", "width"}


@pytest.mark.parametrize(
    ("scaled", "unit", "note"),
    [
        (
            {"mass": 15.0},
            "W1(quark, gluon)",
            "Jet pT does not separate the classes, so the mean of W1 in units of W1(quark, gluon) "
            "leaves it out.",
        ),
        (
            {},
            "σ",
            "Jet mass, Jet pT are constant, so the mean of W1 in units of σ leaves them out.",
        ),
    ],
)
def test_observables_without_a_scale_are_named(scaled, unit, note):
    assert _about("vector", ("mass", "pt"), Scale(scaled, unit))[-1] == note


def test_a_report_does_not_import_the_statistics_of_scipy() -> None:
    """They take seconds, and every training ends with a report."""
    code = "import sys, qdiffgui.evaluation.report; print('scipy.stats' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert said.strip() == "False"
