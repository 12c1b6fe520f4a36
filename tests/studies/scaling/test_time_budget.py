"""Time that is shared out: by a clock that the tests turn."""

from __future__ import annotations

from qdiffgui.studies.scaling.time_budget import TimeBudget


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def work(allowance: TimeBudget, clock: Clock, pieces: list[float]) -> int:
    """How many pieces were done."""
    done = 0
    for k, seconds in enumerate(pieces):
        if allowance.allows(f"piece {k}"):
            with allowance.piece():
                clock.now += seconds
            done += 1
    return done


def test_a_piece_begins_only_where_one_that_grows_still_fits() -> None:
    clock = Clock()
    allowance = TimeBudget(10.0, clock)
    assert work(allowance, clock, [1, 2, 2, 2, 1]) == 4  # after 7 seconds the next may take 4
    assert allowance.left_out == ["piece 4"]
    assert allowance.left == 3


def test_the_first_piece_is_always_done() -> None:
    clock = Clock()
    allowance = TimeBudget(0.5, clock)
    assert work(allowance, clock, [2, 2]) == 1
    assert allowance.left_out == ["piece 1"]


def test_what_a_part_does_not_take_is_there_for_the_next() -> None:
    clock = Clock()
    allowance = TimeBudget(12.0, clock)
    first = allowance.share(3)
    assert first.seconds == 4
    work(first, clock, [1])
    assert allowance.share(2).seconds == 5.5
    work(first, clock, [9])
    work(first, clock, [1])
    assert allowance.left_out == ["piece 0"]
