from __future__ import annotations

from pathlib import Path

import pytest

from qdiffgui import catalog
from qdiffgui.cli.options import build_experiment, find_run
from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.runs.store import RunStore


@pytest.mark.parametrize("key", list(catalog.presets))
def test_presets_and_changes(key: str) -> None:
    experiment = build_experiment(key, None, ["training.iterations=7"], 5, "mine")
    preset = catalog.presets[key].load()
    assert (experiment.training.iterations, experiment.seed, experiment.name) == (7, 5, "mine")
    assert experiment.model == preset.model
    assert build_experiment(key, None, [], None, None) == preset


def test_a_file_of_settings_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(Experiment(seed=4).model_dump_json())
    assert build_experiment(None, path, [], None, None) == Experiment(seed=4)
    assert build_experiment(None, None, [], None, None) == Experiment()
    for content in ("{", "[]", '{"seed": "x"}'):
        path.write_text(content)
        with pytest.raises(UserError):
            build_experiment(None, path, [], None, None)


def test_runs_by_id_or_folder(tmp_path: Path) -> None:
    run = RunStore(tmp_path).create(Experiment())
    assert (
        find_run(run.id, tmp_path)
        == find_run(str(run.path), None)
        == find_run("last", tmp_path)
        == run
    )


def test_the_path_of_data_is_kept_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    experiment = build_experiment(None, None, ["data.kind=file", "data.path=my.h5"], None, None)
    assert experiment.model_dump()["data"]["path"] == str(tmp_path / "my.h5")
