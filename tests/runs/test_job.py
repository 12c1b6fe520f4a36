"""Commands in processes of their own: real ones."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

from qdiffgui.runs.job import Job
from tests.runs.tiny import wait_for


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
    wait_for(lambda: job.record().status == "stopped", 10)
