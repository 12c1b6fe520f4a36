from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from qdiffgui.cli.program import run
from tests.runs.tiny import tiny


@dataclass(frozen=True)
class Ended:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Ended]

interrupts_itself = pytest.mark.filterwarnings("ignore::ResourceWarning")
"""For tests that send themselves a signal, which may come just after a file was opened."""


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """``qdiffgui ARGUMENTS`` in this process: exit status and what it printed. Never a
    traceback.
    """

    def call(*arguments: object) -> Ended:
        capsys.readouterr()
        status = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        return Ended(status, captured.out, captured.err)

    return call


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A file with the settings of a very small training."""
    path = tmp_path / "tiny.json"
    path.write_text(
        tiny(
            name="tiny", iterations=20, checkpoint_seconds=0.5, preview_seconds=1
        ).model_dump_json()
    )
    return path
