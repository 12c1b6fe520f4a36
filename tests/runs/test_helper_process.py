"""Helper processes get their task, end with the block and with this process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from qdiffgui.evaluation import cell_cache
from qdiffgui.runs import helper_process
from tests.waiting import wait_for

MODULE = """
import sys, time
from qdiffgui.runs.helper_process import take_task
task = take_task()
open(task, "w").write("begun")
time.sleep(3600)
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "sleeping_helper.py").write_text(MODULE)
    monkeypatch.setenv(cell_cache.SWITCH, "1")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(helper_process.__file__).parents[2]}")
    return "sleeping_helper"


def children() -> set[psutil.Process]:
    return set(psutil.Process().children())


def test_it_gets_its_task_and_ends_with_the_block(module: str, tmp_path: Path) -> None:
    before, file = children(), tmp_path / "begun"
    with helper_process.running_helper(module, str(file)):
        wait_for(lambda: file.exists() and file.read_text() == "begun")
        (process,) = children() - before
    assert not process.is_running()


def test_it_ends_with_the_process_that_started_it(module: str, tmp_path: Path) -> None:
    file = tmp_path / "begun"
    code = (
        "import os, time\nfrom qdiffgui.runs.helper_process import running_helper\n"
        f"with running_helper({module!r}, {str(file)!r}):\n"
        "    print(os.getpid(), flush=True)\n    time.sleep(3600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    parent.stdout.readline()
    wait_for(file.exists)
    (process,) = psutil.Process(parent.pid).children()
    parent.kill()
    parent.communicate()
    wait_for(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)


@pytest.mark.parametrize("why", ["turned off", "no cache", "no more processes"])
def test_without_it_the_block_runs_all_the_same(
    why: str, module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(why)

    if why == "turned off":
        monkeypatch.setenv(helper_process.SWITCH, "0")
    elif why == "no cache":
        monkeypatch.setenv(cell_cache.SWITCH, "0")
    else:
        monkeypatch.setattr(helper_process.subprocess, "Popen", refuse)
    before = children()
    with helper_process.running_helper(module, str(tmp_path / "begun")):
        assert children() == before
