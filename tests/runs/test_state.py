from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdiffgui.errors import UserError
from qdiffgui.runs.state import ACTIVE, MOVES, RESUMABLE, Status, actions, check_move

# what an action leads to in the end, through legal moves
EFFECTS = {"pause": Status.PAUSED, "cancel": Status.CANCELLED, "resume": Status.RUNNING}


def reachable(start: Status) -> set[Status]:
    found, waiting = set(), [start]
    while waiting:
        for after in MOVES[waiting.pop()] - found:
            found.add(after)
            waiting.append(after)
    return found


@given(st.lists(st.sampled_from(Status), max_size=30))
def test_only_moves_of_the_table_pass(wishes: list[Status]) -> None:
    status = Status.QUEUED
    for wish in wishes:
        if wish in MOVES[status]:
            check_move(status, wish)
            status = wish
        else:
            with pytest.raises(UserError, match=f"{status} cannot become {wish}"):
                check_move(status, wish)
    assert (status in ACTIVE) == (
        status not in {Status.DONE, Status.FAILED, Status.CANCELLED, Status.INTERRUPTED}
    )


@given(st.sampled_from(Status))
def test_actions_are_those_that_can_work(status: Status) -> None:
    allowed = actions(status)
    for action, effect in EFFECTS.items():
        if action in allowed:
            assert effect in reachable(status)
    assert ("delete" in allowed) == (status not in ACTIVE)
    assert ("resume" in allowed) == (status in RESUMABLE or status == Status.PAUSED)
    assert {"rename", "copy"} <= allowed


@given(st.sampled_from(sorted(ACTIVE)))
def test_whatever_is_active_can_be_cancelled_fail_and_be_interrupted(status: Status) -> None:
    assert {Status.CANCELLED, Status.FAILED, Status.INTERRUPTED} <= reachable(status)
    assert "cancel" in actions(status) or status == Status.CANCELLING


def test_done_is_the_end() -> None:
    assert reachable(Status.DONE) == set()
    assert {status for status in Status if reachable(status) >= {Status.DONE}} == set(Status) - {
        Status.DONE
    }
