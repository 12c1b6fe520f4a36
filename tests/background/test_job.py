"""Commands in processes of their own: real ones."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qdiffgui.background import job as jobs
from qdiffgui.background.job import Job, JobRecord
from qdiffgui.errors import UserError
from qdiffgui.runs.process import process_of
from tests.waiting import wait_for


def test_a_command_leaves_its_result_and_how_it_went(tmp_path: Path):
    job = Job(tmp_path / "study")
    assert job.record().status == "none"
    assert job.last_line() == ""
    process = job.start(["list", "presets", "--json"], "Presets")
    assert job.record().status == "running"
    process.wait()
    assert (job.record().status, job.record().title) == ("done", "Presets")
    assert json.loads(job.result_file.read_bytes())
    assert job.record().ended >= job.record().started


def test_a_command_that_fails_says_why(tmp_path: Path):
    job = Job(tmp_path / "study")
    job.start(["inspect", "nothing-like-this"], "Nothing").wait()
    assert job.record().status == "failed"
    assert "There is no preset called 'nothing-like-this'" in job.last_line()


def test_one_that_is_stopped_or_killed_has_stopped(tmp_path: Path):
    job = Job(tmp_path / "study")
    process = job.start(["inspect", "jets-observables-mlp"], "Look")
    job.stop()
    process.wait()
    assert job.record().status == "stopped"
    process = job.start(["inspect", "jets-observables-mlp"], "Look")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    wait_for(lambda: job.record().status == "stopped")


def test_one_of_another_machine_is_not_stopped_here(tmp_path: Path):
    """On a shared folder: the process of the same number on this machine is somebody else's."""
    job = Job(tmp_path / "study")
    bystander = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True
    )
    owner = process_of(bystander.pid).model_copy(update={"host": "elsewhere"})
    job.folder.mkdir()
    job.record_file.write_text(
        JobRecord(status="running", title="Scaling", owner=owner).model_dump_json()
    )
    with pytest.raises(UserError, match="'Scaling' runs on elsewhere"):
        job.stop()
    assert bystander.communicate(b"\n") == (None, None)
    assert bystander.returncode == 0


def test_its_own_word_on_how_it_ended_is_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A command that fails at once, on a machine that is slow to write down that it runs."""
    find = jobs.process_of

    def slow(pid: int):
        time.sleep(1.5)
        return find(pid)

    monkeypatch.setattr(jobs, "process_of", slow)
    job = Job(tmp_path / "study")
    job.start(["no-such-command"], "Nothing").wait()
    assert job.record().status == "failed"
