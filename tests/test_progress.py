"""Progress bars: where they are shown, what they show, and that they leave nothing behind."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

import qdiffgui
from qdiffgui import progress
from tests.runs.tiny import STATES, tiny


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_DELAY", 0)


@pytest.mark.parametrize(
    ("wanted", "visible", "watched", "shown"),
    [
        (None, True, False, True),
        (None, True, True, False),
        (None, False, False, False),
        (True, False, True, True),
        (False, True, False, False),
    ],
)
def test_a_bar_is_shown_where_somebody_sees_it(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wanted: bool | None,
    visible: bool,
    watched: bool,
    shown: bool,
) -> None:
    monkeypatch.setattr(progress, "is_visible", lambda: visible)
    with progress.progress_bar(wanted, "work", watched=watched) as show:
        show(1, 4, "")
    out, err = capsys.readouterr()
    assert out == ""
    assert ("work" in err) == shown


def test_a_pipe_is_no_place_for_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not progress.is_visible()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert progress.is_visible()


def test_without_tqdm_there_are_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with progress.progress_bar(True, "work") as show:
        for done in range(5):
            show(done, 40, f"step {done}")
    assert capsys.readouterr().err == "[  0%] step 0\n[ 10%] step 4\n"


def test_a_training_run_shows_its_steps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    threads = threading.active_count()
    run = qdiffgui.train(tiny(STATES, iterations=20), runs=tmp_path, progress=True)
    err = capsys.readouterr().err
    assert "20/20" in err
    assert "loss" in err
    qdiffgui.evaluate(run.model_file, progress=True)
    assert "evaluating: 100%" in capsys.readouterr().err
    qdiffgui.load(run.model_file).sample(4, progress=True)
    assert "sampling: 100%" in capsys.readouterr().err
    assert threading.active_count() == threads


def test_samples_of_a_report_do_not_move_its_bar() -> None:
    seen: list[float] = []
    with progress.listening("report", lambda done, text: seen.append(done)):
        progress.tell("report", 0.5)
        progress.tell("samples", 0.1)
    progress.tell("report", 0.9)
    assert seen == [0.5]
