"""Parts shared out among threads: every part once, errors told, nobody waits for a helper that never comes."""

from __future__ import annotations

import threading
from queue import SimpleQueue

import pytest

from qdiffgui.engine import threads
from qdiffgui.engine.threads import Crew, Pace, each

PARTS = [(0, 3), (3, 5), (5, 9), (9, 10)]


def test_every_part_is_done_once_by_whoever_is_free():
    crew = Crew()
    both = threading.Barrier(2, timeout=30)  # passed by two threads at once or not at all
    done, workers = SimpleQueue(), set()

    def work(part, first, last):
        both.wait()
        workers.add(threading.current_thread().name)
        done.put((part, (first, last)))

    crew.run(PARTS, work, helpers=1)
    assert sorted(done.get() for _ in range(len(PARTS))) == list(enumerate(PARTS))
    assert done.empty()
    assert len(workers) == 2


def test_the_caller_does_everything_where_no_helper_comes(monkeypatch):
    crew = Crew()
    monkeypatch.setattr(crew, "_hire", lambda helpers: None)
    done = []
    crew.run(PARTS, lambda part, *_: done.append(part), helpers=3)
    assert done == [0, 1, 2, 3]


def test_an_error_of_any_part_reaches_the_caller_and_the_crew_goes_on():
    crew = Crew()

    def work(part, first, last):
        if part == 2:
            raise MemoryError("no room")

    for _ in range(3):
        with pytest.raises(MemoryError, match="no room"):
            crew.run(PARTS, work, helpers=2)
    done = SimpleQueue()
    crew.run(PARTS, lambda part, *_: done.put(part), helpers=2)
    assert done.qsize() == len(PARTS)


@pytest.mark.parametrize("helpers_pay", [True, False])
def test_the_faster_way_is_kept_and_the_other_tried_now_and_then(helpers_pay):
    pace = Pace()
    chosen = []
    for _ in range(1000):
        helped = pace.helped()
        chosen.append(helped)
        pace.record(helped, 1.0 if helped == helpers_pay else 1.2)
    wrong = [i for i, helped in enumerate(chosen) if helped != helpers_pay]
    assert 0 < sum(i >= 20 for i in wrong) < 20
    for _ in range(1000):  # the machine becomes busy, or idle
        helped = pace.helped()
        chosen.append(helped)
        pace.record(helped, 1.2 if helped == helpers_pay else 1.0)
    assert sum(helped == helpers_pay for helped in chosen[-500:]) < 20


def test_alone_or_together_all_parts_are_done(monkeypatch):
    monkeypatch.setattr(Pace, "KEEP", 2)
    pace = Pace()
    for _ in range(20):
        done = SimpleQueue()
        each(PARTS, lambda part, *_, done=done: done.put(part), 3, pace)
        assert sorted(done.get() for _ in range(done.qsize())) == [0, 1, 2, 3]
    assert pace.seconds[True]
    assert pace.seconds[False]


def test_one_part_needs_no_thread(monkeypatch):
    monkeypatch.setattr(threads, "_CREW", None)
    done = []
    each([(0, 7)], lambda *part: done.append(part), 8, Pace())
    assert done == [(0, 0, 7)]
