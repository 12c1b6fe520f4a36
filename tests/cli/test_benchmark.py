"""``qdiffgui benchmark``: what cannot be is said in one sentence, before anything is trained."""

from __future__ import annotations

from pathlib import Path

import pytest

from qdiffgui.runs.store import RunStore
from qdiffgui.studies.benchmark.jobs import BenchmarkRequest, Jobs
from tests.cli.conftest import Command


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["jets-images", "--model", "nothing"], "has no model 'nothing'. Expected any of "),
        (["--resume", "nothing"], "There is no benchmark 'nothing'"),
        (["--resume", "last"], "There is no benchmark 'last'"),
        (["jets-images", "--resume", "last"], "Expected --resume alone"),
    ],
)
def test_bad_input_is_one_sentence(
    command: Command, tmp_path: Path, arguments: list[str], says: str
) -> None:
    found = command("benchmark", *arguments, "--runs", tmp_path / "runs")
    assert found.status != 0
    assert says in found.err
    assert RunStore(tmp_path / "runs").list() == []


def test_a_stored_one_is_continued_and_a_finished_one_is_not(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = Jobs(RunStore(tmp_path / "runs"))
    job = jobs.create(BenchmarkRequest(lineup="jets-images"))
    started = []
    monkeypatch.setattr(
        "qdiffgui.studies.benchmark.jobs.Job.start", lambda job: started.append(job.id)
    )
    arguments = ("benchmark", "--resume", "last", "--background", "--runs", tmp_path / "runs")
    assert command(*arguments).out.strip() == str(job.path)
    assert started == [job.id]
    job.write(status="done")
    found = command(*arguments)
    assert "is done: its report is" in found.err
    assert started == [job.id]
