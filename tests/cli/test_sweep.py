"""``qdiffgui sweep``: errors and plans. Runs on a cluster are tested in tests/studies/sweep."""

from __future__ import annotations

from pathlib import Path

import pytest

from qdiffgui.studies.sweep import directory
from qdiffgui.studies.sweep.plan import list_points, make_plan
from tests.cli.conftest import Command
from tests.runs.tiny import tiny


def test_a_plan_says_how_many_runs_and_how_long(
    command: Command, settings: Path, tmp_path: Path
) -> None:
    arguments = (
        "sweep",
        "--config",
        settings,
        "--over",
        "seed=0..2",
        "--over",
        "training.iterations=10,20",
        "--plan",
    )
    found = command(*arguments, "--workers", 2, "--runs", tmp_path / "r", "--json").json
    assert (found["runs"], found["workers"]) == (6, 2)
    assert found["seconds"] > 0
    assert found["points"][1] == {"training.iterations": 10, "seed": 1}
    assert "6 runs, about" in command(*arguments, "--runs", tmp_path / "r").out
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "at least one --over"),
        (["--over", "model.n_layers=2"], "There is no setting 'model.n_layers'"),
        (["--over", "training.batch_size=0..4"], "greater than or equal to 2 (found 0)"),
        (["--over", "seed=0..1", "--search", "random"], "needs --trials N"),
        (["--over", "seed=0..1", "--table", "table.txt"], "Expected --table FILE.csv or FILE.h5"),
        (["--resume", "nothing"], "There is no sweep 'nothing'"),
        (["--stop", "last"], "There is no sweep 'last'"),
    ],
)
def test_bad_input_is_one_sentence(
    command: Command, settings: Path, tmp_path: Path, arguments: list[str], says: str
) -> None:
    ended = command("sweep", "--config", settings, "--runs", tmp_path / "r", *arguments)
    assert ended.status == 2
    assert says in ended.err


def test_a_sweep_is_asked_to_stop(command: Command, tmp_path: Path) -> None:
    plan = make_plan(tiny(), ["seed=0..1"])
    sweep = directory.create(plan, list_points(plan), tmp_path)
    assert command("sweep", "--stop", sweep.id, "--runs", tmp_path).status == 0
    assert sweep.stop_requested()
