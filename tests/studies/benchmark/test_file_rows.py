"""Samples of a file as a row of a benchmark, and compared like those of a run."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from qdiffgui.cli.benchmark import named_files
from qdiffgui.config import override
from qdiffgui.data.types import Jets
from qdiffgui.errors import DataError, UserError
from qdiffgui.evaluation.class_samples import split_by_class
from qdiffgui.evaluation.columns import Column
from qdiffgui.evaluation.energy_mover import coverage_and_matching
from qdiffgui.evaluation.features import constituents
from qdiffgui.experiment.file_samples import encode_file
from qdiffgui.experiment.prepare import Prepared, prepare
from qdiffgui.presets import masked, observables
from qdiffgui.studies.benchmark.measure import measure
from qdiffgui.studies.benchmark.measure_seed import file_key
from qdiffgui.studies.benchmark.result import ModelResult
from qdiffgui.studies.benchmark.run import check
from qdiffgui.studies.benchmark.verdict import file_sentences
from tests.cli.conftest import Command, command  # noqa: F401
from tests.runs.tiny import DIGITS, tiny
from tests.studies.benchmark.test_benchmark import lineup

FEW = ["data.n_jets=400", "evaluation.test_fraction=0.5"]


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(override(observables.JETS_OBSERVABLES_MLP_PLAIN, FEW))


@pytest.fixture
def gluons(prepared: Prepared, tmp_path: Path) -> Path:
    """A JetNet file of the gluons among the training jets, by h5py alone."""
    jets = prepared.train_content
    assert isinstance(jets, Jets)
    own = jets.take(np.flatnonzero(jets.label == 0))
    counts = np.diff(own.offsets)
    particles = np.zeros((len(own), 150, 4), np.float32)
    place = np.arange(len(own.pt)) - np.repeat(own.offsets[:-1], counts)
    jet = np.repeat(np.arange(len(own)), counts)
    total = np.bincount(jet, own.pt)
    particles[jet, place] = np.stack(
        [own.eta, own.phi, own.pt / total[jet], np.ones(len(jet))], axis=1
    )
    features = np.stack([total, 0 * total, 0 * total, counts], axis=1)
    path = tmp_path / "g150.hdf5"
    with h5py.File(path, "w") as file:
        file["particle_features"], file["jet_features"] = particles, features
    return path


def test_a_file_is_a_row_and_changes_no_other(prepared: Prepared, gluons: Path) -> None:
    file = encode_file(prepared, gluons, "Theirs")
    assert set(file.encoded.label) == {0}
    assert len(file.rows(1)) == 0
    assert any("differs in form from the data" in note for note in file.notes)
    drawn = {"copy": prepared.train}
    alone = measure(prepared, drawn, {"copy": "Copy"}, 100, 0)
    found = measure(
        prepared,
        drawn,
        {"copy": "Copy", file_key("Theirs"): "Theirs"},
        100,
        0,
        files={file_key("Theirs"): file},
    )
    row = found.rows["all"].pop("file:Theirs")
    assert found.rows == alone.rows
    assert (
        row["w1:multiplicity"]["value"] > 3 * found.rows["all"]["floor"]["w1:multiplicity"]["value"]
    )
    assert found.labels["file:Theirs"] == "Theirs"
    assert any(note.startswith("Theirs: The class follows") for note in found.notes)


@pytest.mark.slow
def test_the_radius_of_the_energy_mover_is_chosen_and_said() -> None:
    prepared = prepare(override(masked.JETS_RADIAL_MASKED, FEW))
    found = measure(prepared, {"copy": prepared.train}, {"copy": "Copy"}, 200, 0, emd_radius=0.4)
    assert any(note.endswith("R = 0.4 (JetNet: 1).") for note in found.notes)
    name, rows = next(iter(found.encoded.items()))
    label = {text: key for key, text in prepared.test.spec.classes.items()}.get(name)
    test = split_by_class(
        prepared.train,
        prepared.test,
        prepared.train_content,
        prepared.test_content,
        {} if label is None else {label: name},
        200,
        0,
    )[0].test
    clouds = (constituents(x, prepared.representation, seed=0) for x in (rows["copy"], test))
    by_hand = coverage_and_matching(*clouds, seed=0, radius=0.4)
    assert found.rows[name]["copy"]["emd-mmd"]["value"] == by_hand[1].value


def test_a_file_that_cannot_be_compared_is_refused_before_training(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "images.h5", "w") as file:
        file["X"], file["y"] = np.random.default_rng(0).random((40, 8, 8)), np.ones(40)
    with pytest.raises(DataError, match=r"'images\.h5' cannot be compared with these data\."):
        check(
            lineup().changed({"data": {"kind": "qg-jets", "n_jets": 400}}),
            {"Theirs": str(tmp_path / "images.h5")},
        )


def test_the_verdict_names_the_file() -> None:
    def cells(value: float) -> dict:
        return {"auc": {"value": value, "error": 0.01}}

    rows = {"mlp": cells(0.6), "file:A": cells(0.7), "zero": cells(1.0), "marginals": cells(0.65)}
    labels = {"mlp": "MLP", "file:A": "A", "zero": "All zero", "marginals": "Independent"}
    model = ModelResult("mlp", "MLP", "ddpm", "matched", {}, 1, 1, 1, (), {})
    column = Column("auc", "Classifier AUC", "", "half")
    said = list(file_sentences({"all": rows}, [column], [model], labels, ["file:A"]))
    assert said[0].startswith("A is worse than MLP on the classifier test")
    assert said[1].startswith("A does not beat Independent on the classifier test. A model that")
    rows["pca-gaussian"], labels["pca-gaussian"] = cells(0.9), "PCA"
    said = list(file_sentences({"all": rows}, [column], [model], labels, ["file:A"]))
    assert said[1] == "A does not beat Independent, but beats PCA on the classifier test."


def test_names_and_files() -> None:
    assert named_files(["A=x.h5"])["A"].endswith("/x.h5")
    for wrong in (["x.h5"], ["=x.h5"], ["A="], ["A=x", "A=y"]):
        with pytest.raises(UserError):
            named_files(wrong)


def test_a_file_is_compared_like_a_run(tmp_path: Path, command: Command) -> None:
    settings = DIGITS | {"evaluation": {"n_generated": 60, "test_fraction": 0.5}}
    path, config = tmp_path / "images.h5", tmp_path / "tiny.json"
    config.write_text(tiny(settings, name="tiny", iterations=20).model_dump_json())
    runs = ("--runs", tmp_path / "runs")
    assert command("train", "--config", config, *runs).status == 0
    with h5py.File(path, "w") as file:
        file["X"] = np.random.default_rng(0).random((80, 8, 8))
        file["y"] = np.ones(80)
    ended = command("evaluate", path, "--like", "tiny", "--json", *runs)
    assert ended.status == 0, ended.err
    (report,) = ended.json
    own = command("evaluate", "tiny", "--json", *runs).json[0]
    shared = {column["key"] for column in report["columns"]}
    assert {column["key"] for column in own["columns"]} - shared == {"held-out-loss"}
    mine, theirs = (
        [
            (row["key"], {key: row["values"][key] for key in shared})
            for row in one["rows"]
            if row["key"] != "model"
        ]
        for one in (report, own)
    )
    assert mine == theirs, "the same floor and trivial generators"
    assert report["rows"][0]["label"] == "images.h5"
    assert any("names no class" in note for note in report["notes"])
    text = command("evaluate", path, "tiny", "--like", "tiny", *runs)
    assert text.status == 2
    both = command("evaluate", path, "--like", "tiny", "--against", path, *runs)
    assert both.status == 2
