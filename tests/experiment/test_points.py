"""Drawn points end to end: trained, judged, sampled, written and compared, as numbers and as
states.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import qdiffgui
from qdiffgui.data.points import read_points, shape_points, store_points
from qdiffgui.data.save import save_physical
from qdiffgui.data.types import Points
from qdiffgui.errors import UserError
from qdiffgui.experiment import inspect, prepare
from qdiffgui.experiment.file_samples import encode_file
from qdiffgui.runs.reports import report_of_file

QUICK = ("training.iterations=24", "evaluation.n_generated=60")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store_points(tmp_path_factory.mktemp("drawn"), shape_points("spiral", 120))


def config_of(preset: str, file: Path, *more: str) -> qdiffgui.Experiment:
    drawn = ("data.shape=drawn", f"data.path={file}")
    return qdiffgui.preset(preset, *drawn, *QUICK, *more)


@pytest.mark.parametrize("preset", ["points-circuit", "points-network", "points-quddpm"])
def test_a_drawing_is_trained_judged_and_sampled(preset: str, file: Path, tmp_path: Path) -> None:
    run = qdiffgui.train(config_of(preset, file), runs=tmp_path)
    assert run.config().data.content  # tied to what was drawn
    report = qdiffgui.evaluate(run)
    keys = [column["key"] for column in report["columns"]]
    assert {"auc", "w1:x", "w1:y"} <= set(keys)
    assert ("wasserstein" in keys) == (preset == "points-quddpm")
    rows = {row["key"]: row["values"] for row in report["rows"]}
    assert {"model", "floor", "marginals", "pca-gaussian"} <= set(rows)
    assert rows["model"]["auc"] is None  # 60 held-out points are too few
    assert rows["model"]["w1:x"]["value"] > rows["floor"]["w1:x"]["value"] / 3
    assert not any("PYTHIA" in note for note in report["notes"])
    content = qdiffgui.load(run.model_file).sample(50, seed=1)
    assert isinstance(content, Points)
    save_physical(tmp_path / "new.csv", content)
    assert read_points(tmp_path / "new.csv") == pytest.approx(content.xy, abs=1e-3)


def test_states_of_points_have_the_metrics_of_both(file: Path, tmp_path: Path) -> None:
    more = ("data.shape=ring", "data.n_points=440", "evaluation.n_generated=220")
    run = qdiffgui.train(config_of("points-quddpm", file, *more), runs=tmp_path)
    report = qdiffgui.evaluate(run)
    for row in report["rows"]:
        assert row["values"]["auc"] is not None
        assert row["values"]["wasserstein"] is not None
    assert "classifier AUC" in report["verdict"][0]
    kinds = [test["key"] for test in report["tests"]]
    assert len(kinds) == len(set(kinds))


def test_the_preview_shows_points_in_a_fixed_window(file: Path) -> None:
    found = inspect(config_of("points-quddpm", file))
    assert found["roundtrip"] == {}
    frames = found["forward"]["frames"]
    assert len({tuple(frame["window"]) for frame in frames}) == 1
    x, y = np.array(frames[0]["plane"])
    cx, cy, half = frames[0]["window"]
    assert max(np.abs(x - cx).max(), np.abs(y - cy).max()) <= half


def test_points_of_a_file_are_one_more_model(file: Path, tmp_path: Path) -> None:
    config = config_of("points-quddpm", file)
    save_physical(tmp_path / "others.csv", Points.of(shape_points("ring", 100)))
    encoded = encode_file(prepare(config), tmp_path / "others.csv")
    assert encoded.encoded.x.shape == (100, 2)
    report = report_of_file(config, tmp_path / "others.csv")
    rows = {row["key"]: row["values"] for row in report["rows"]}
    assert rows["model"]["w1:x"]["value"] > 0
    assert report["file_digest"] == encoded.digest
    assert prepare(config).test.spec == encoded.encoded.spec


def test_only_points_become_csv(tmp_path: Path) -> None:
    states = prepare(qdiffgui.preset("quddpm-cluster-1q", "data.n_states=20")).train_content
    with pytest.raises(UserError, match="CSV files hold points"):
        save_physical(tmp_path / "states.csv", states)
