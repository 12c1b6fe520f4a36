"""Runs are moved between machines, deleted and restored."""

from __future__ import annotations

from pathlib import Path

from qdiffgui.runs.store import RunStore
from tests.cli.conftest import Command
from tests.runs.tiny import tiny


def test_a_run_travels(command: Command, settings: Path, tmp_path: Path) -> None:
    here, there, file = tmp_path / "here", tmp_path / "there", tmp_path / "run.zip"
    run = command("train", "--config", settings, "--runs", here, "--json").json["run"]
    assert command("runs", "export", run, file, "--runs", here).out.strip() == str(file)
    found = command("runs", "import", file, "--runs", there, "--json").json
    assert (found["run"], found["status"]) == (run, "done")
    assert [row["run"] for row in command("runs", "--runs", there, "--json").json] == [run]
    assert command("sample", run, "--runs", there, "-n", 5, "-o", tmp_path / "x.h5").status == 0
    file.write_bytes(b"no zip")
    refused = command("runs", "import", file, "--runs", there, "--json")
    assert (refused.status, "not a bundle" in refused.json["error"]) == (2, True)


def test_the_bin(command: Command, settings: Path, tmp_path: Path) -> None:
    folder = tmp_path / "r"
    run = command("train", "--config", settings, "--runs", folder, "--json").json["run"]
    assert "The bin is empty" in command("runs", "bin", "--runs", folder).err
    assert command("runs", "delete", run, "--runs", folder).status == 0
    assert command("runs", "--runs", folder, "--json").json == []
    (listed,) = command("runs", "bin", "--runs", folder, "--json").json
    assert (listed["run"], listed["name"]) == (run, "tiny")
    assert run in command("runs", "bin", "--runs", folder).out
    assert command("runs", "restore", run, "--runs", folder).out.strip() == run
    assert command("runs", "restore", run, "--runs", folder).status == 2
    assert command("runs", "delete", run, "--runs", folder).status == 0
    assert (
        command("runs", "bin", "--empty", "--older", 1, "--runs", folder, "--json").json["runs"]
        == 0
    )
    freed = command("runs", "bin", "--empty", "--runs", folder, "--json").json
    assert (freed["runs"], freed["bytes"] > 1000) == (1, True)
    assert command("runs", "bin", "--runs", folder, "--json").json == []


def test_a_run_is_renamed_tagged_and_noted(command: Command, tmp_path: Path) -> None:
    made = RunStore(tmp_path).create(tiny(name="one"))
    options = ["--name", "two", "--tag", "#paper", "--tag", "6 qubits", "--note", "why"]
    said = command("runs", "annotate", made.id, *options, "--runs", tmp_path)
    assert said.out == "two #paper #6 qubits\n"
    assert made.state().note == "why"
    assert command("runs", "annotate", "two", "--note", "", "--runs", tmp_path).status == 0
    state = made.state()
    assert (state.name, state.tags, state.note) == ("two", ("paper", "6 qubits"), "")


def test_damaged_tags_do_not_hide_a_run(tmp_path: Path) -> None:
    made = RunStore(tmp_path).create(tiny(name="one"))
    for tags in ({"a": 1}, [["x"], None], [f"t{i}" for i in range(500)], ["y" * 9999]):
        made.annotate(tags=tags)
        (state,) = RunStore(tmp_path).list()
        assert len(state.tags) <= 20
