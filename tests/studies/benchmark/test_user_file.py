"""Every importer through the benchmark: a line-up that fits, models that can be built and trained
on the file, or one sentence.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qdiffgui import catalog
from qdiffgui.config.data import QuarkGluonJets
from qdiffgui.data.save import save_physical
from qdiffgui.data.shipped import load_jets
from qdiffgui.errors import DataError, UserError
from qdiffgui.experiment.prepare import build, prepare
from qdiffgui.studies.benchmark import user_file
from qdiffgui.studies.benchmark.lineup import Lineup
from qdiffgui.studies.benchmark.run import check
from tests.data import files


def learn(lineup: Lineup) -> None:
    """Every model takes a step on the file and gives samples."""
    prepared = prepare(lineup.base)
    for contestant in lineup.contestants:
        training = contestant.experiment.training.model_copy(
            update={"batch_size": 8, "iterations": 2}
        )
        model = build(contestant.experiment.model_copy(update={"training": training}), prepared)
        model.fit(prepared.train)
        assert np.isfinite(model.step(0).loss)
        assert model.sample(3, None, seed=0).x.shape == (3, *prepared.train.spec.shape)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("data/formats/QG_jets.npz", "jets-observables"),
        ("data/formats/g.hdf5", "jets-observables"),
        ("data/formats/t.hdf5", "jets-observables"),
        ("data/formats/quark-gluon_data-set_n60.hdf5", "images-16x16"),
        ("data/formats/QCDToGGQQ_IMGjet_RH1all_jet0_run0_n20.test.snappy.parquet", "images-16x16"),
        ("data/cms_qg_16x16_1k.h5", "images-16x16"),
        ("data/formats/dataset_2_fixture.hdf5", "calorimeter"),
    ],
)
def test_a_line_up_is_chosen_and_learns(shared: Path, name: str, expected: str) -> None:
    entry = user_file.choose_lineup(str(shared / name))
    assert entry.key == expected
    lineup = user_file.lineup_for_file(entry, str(shared / name))
    assert {c.experiment.data.path for c in lineup.contestants} == {str(shared / name)}
    learn(lineup)


def test_jets_of_any_layout_fit_every_line_up_of_jets(tmp_path: Path) -> None:
    jets = load_jets(QuarkGluonJets(n_jets=300)).content
    for name in ("jets.npz", "jets.h5"):
        save_physical(tmp_path / name, jets)
        for key in ("jets-observables", "jets-images", "images-16x16"):
            lineup = user_file.lineup_for_file(catalog.benchmarks[key], str(tmp_path / name))
            assert lineup.base.evaluation.test_fraction == 0.5, "of a small file half is held out"
            check(lineup)


def test_a_model_that_cannot_learn_the_file_is_left_out_with_the_reason(shared: Path) -> None:
    """45 layers and their remainder are no power of two of cells, as QuDDPM needs."""
    lineup = user_file.lineup_for_file(
        catalog.benchmarks["calorimeter"], str(shared / "data/formats/dataset_2_fixture.hdf5")
    )
    whole = {c.key for c in catalog.benchmarks["calorimeter"].load().contestants}
    assert whole - {c.key for c in lineup.contestants} == {"quddpm"}
    assert len(lineup.left_out) == 1
    assert "is left out." in lineup.left_out[0]
    assert "power of two" in lineup.left_out[0]
    assert lineup.scaled(0.1).left_out == lineup.left_out


def test_a_file_that_does_not_fit_is_refused_with_the_line_ups_that_do(shared: Path) -> None:
    path = str(shared / "data/cms_qg_16x16_1k.h5")
    with pytest.raises(
        UserError,
        match=(
            r"'jets-observables' does not fit 'cms.*known angular.* Line-ups that fit: "
            r"jets-images \(8x8 jet images\), "
        ),
    ):
        user_file.lineup_for_file(catalog.benchmarks["jets-observables"], path)


def test_a_tiny_file_is_refused_before_anything_is_trained(tmp_path: Path) -> None:
    path = files.reduced(tmp_path / "tiny.h5", n=50)
    lineup = user_file.lineup_for_file(catalog.benchmarks["jets-images"], str(path))
    with pytest.raises(
        UserError, match=r"at least 30 samples .*50 samples leave 2[0-9]; use a larger file"
    ):
        check(lineup)


def test_what_is_no_data_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(DataError, match="plain text"):
        user_file.choose_lineup(str(tmp_path / "notes.txt"))


def test_one_class_stays_one_where_the_file_tells_it(tmp_path: Path) -> None:
    save_physical(tmp_path / "jets.npz", load_jets(QuarkGluonJets(n_jets=300)).content)
    entry = catalog.benchmarks["jets-images"]
    gluons = {"data": QuarkGluonJets(classes="gluon", n_jets=200).model_dump(mode="json")}
    lineup = entry.load().changed(gluons)
    assert user_file._class_of(lineup, {"gluon", "quark"}) == "gluon"
    assert user_file._class_of(lineup, {"unlabeled"}) == "both"
