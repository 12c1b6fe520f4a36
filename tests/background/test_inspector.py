from __future__ import annotations

import io
import json
import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from qdiffgui.background.inspect_client import Inspector
from qdiffgui.background.inspector import answer, serve
from qdiffgui.config import Experiment
from tests.runs.tiny import STATES, tiny
from tests.waiting import wait_for


@pytest.fixture(scope="module")
def inspector() -> Iterator[Inspector]:
    made = Inspector()
    yield made
    made.close()


class Answers:
    def __init__(self) -> None:
        self.found: list[tuple[dict[str, Any] | None, str | None]] = []
        self.came = threading.Event()

    def __call__(self, result: dict[str, Any] | None, error: str | None) -> None:
        self.found.append((result, error))
        self.came.set()

    def wait(self) -> tuple[dict[str, Any] | None, str | None]:
        assert self.came.wait(120), "no answer"
        return self.found[-1]


def test_what_is_shown_before_training(inspector: Inspector) -> None:
    answers = Answers()
    inspector.request(tiny(STATES), answers)
    result, error = answers.wait()
    assert error is None
    assert result is not None
    assert {"facts", "circuits", "schedule", "forward", "data", "estimate"} <= result.keys()
    assert result["circuits"][0]["gates"]
    assert result["forward"]["times"][0] == 0


def test_the_latest_question_wins_and_equal_ones_are_remembered(inspector: Inspector) -> None:
    early, late, again = Answers(), Answers(), Answers()
    assert inspector._helper._process is not None
    inspector._helper._process.send_signal(
        signal.SIGSTOP
    )  # it has begun with the first question, and cannot end before the last is asked
    inspector.request(tiny(STATES, seed=1), early)
    wait_for(lambda: inspector._pending is None)
    for seed in range(2, 5):
        inspector.request(tiny(STATES, seed=seed), early)
    inspector.request(tiny(STATES, seed=9), late)
    inspector._helper._process.send_signal(signal.SIGCONT)
    result, _ = late.wait()
    assert early.found == []
    count = inspector._helper.count
    inspector.request(tiny(STATES, seed=9, name="another name"), again)
    assert again.wait() == (result, None)
    assert inspector._helper.count == count


def test_a_file_that_is_not_there_is_a_sentence(inspector: Inspector) -> None:
    answers = Answers()
    inspector.request(
        Experiment.model_validate({"data": {"kind": "file", "path": "/nowhere/jets.h5"}}), answers
    )
    result, error = answers.wait()
    assert result is None
    assert error is not None
    assert "jets.h5" in error
    assert "Traceback" not in error


def test_it_is_started_again_when_it_died(inspector: Inspector) -> None:
    assert inspector._helper._process is not None
    inspector._helper._process.kill()
    inspector._helper._process.wait()
    answers = Answers()
    inspector.request(tiny(STATES, seed=77), answers)
    result, error = answers.wait()
    assert error is None
    assert result is not None


def test_nonsense_is_answered_and_does_not_end_it() -> None:
    out = io.StringIO()
    serve(
        io.StringIO(
            'nonsense\n[1]\n{"id": 5, "method": "dance"}\n{"id": 6, "method": "inspect", '
            '"config": {"seed": -1}}\n'
        ),
        out,
    )
    replies = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [reply["id"] for reply in replies] == [None, None, 5, 6]
    assert "dance" in replies[2]["error"]
    assert "seed" in replies[3]["error"]
    assert "result" not in answer({"id": 1, "method": "inspect", "config": {"unknown": 1}})
