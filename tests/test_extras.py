"""Without the extras, everything but the page and the sweeps works; what is missing is named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runs.tiny import STATES, tiny

PAGE = ("anywidget", "ipykernel", "ipywidgets", "IPython", "mistune", "segno", "voila")
SWEEPS = ("dask", "distributed", "optuna")
_BLOCK = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocked())
"""


_TRAIN = """
from qdiffgui.cli.program import run
assert run(["train", "--config", "settings.json", "--name", "node"]) == 0
assert run(["runs"]) == 0
assert run(["evaluate", "last", "--json"]) == 0
"""


class Installation:
    """qdiffgui in processes that cannot import some packages, nor can their children."""

    def __init__(self, folder: Path, blocked: tuple[str, ...]) -> None:
        self.folder = folder
        (folder / "sitecustomize.py").write_text(_BLOCK.format(blocked=blocked))
        (folder / "settings.json").write_text(tiny(STATES, iterations=10).model_dump_json())

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(self.folder), os.environ.get("PYTHONPATH", "")])
        return subprocess.run(
            [sys.executable, *arguments],
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": path, "QDIFFGUI_RUNS": str(self.folder / "runs")},
        )

    def works(self, *arguments: str) -> str:
        done = self.run("-m", "qdiffgui", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


def test_packages_are_blocked(tmp_path: Path) -> None:
    done = Installation(tmp_path, PAGE).run("-c", "import ipywidgets")
    assert done.returncode == 1
    assert "No module named 'ipywidgets'" in done.stderr


def test_a_node_without_page_and_sweeps_trains_and_evaluates(tmp_path: Path) -> None:
    node = Installation(tmp_path, (*PAGE, *SWEEPS))
    done = node.run("-c", _TRAIN)
    assert done.returncode == 0, done.stderr
    assert "verdict" in done.stdout


def test_the_app_says_what_to_install(tmp_path: Path) -> None:
    done = Installation(tmp_path, PAGE).run("-m", "qdiffgui", "app", "--no-browser")
    assert done.returncode == 2
    assert "voila" in done.stderr
    assert "'qdiffgui[app]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_sweep_says_what_to_install(tmp_path: Path) -> None:
    node = Installation(tmp_path, SWEEPS)
    done = node.run("-m", "qdiffgui", "sweep", "--config", "settings.json", "--over", "seed=0,1")
    assert done.returncode == 2
    assert "'qdiffgui[sweeps]'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_node_without_the_page_sweeps(tmp_path: Path) -> None:
    node = Installation(tmp_path, PAGE)
    shown = node.works("sweep", "--config", "settings.json", "--over", "seed=0,1", "--workers", "1")
    assert "2" in shown
