"""Parts shared out among threads: every part once, errors reach the caller, and no call waits for a
helper that never comes.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue

import pytest

from qdiffgui.engine import threads
from qdiffgui.engine.threads import HelperPolicy, HelperPool, ParallelCall

PARTS = 4


def test_every_part_is_done_once_by_whichever_thread_is_free():
    pool = HelperPool()
    both = threading.Barrier(2, timeout=30)  # passed by two threads at once or not at all
    done, workers = SimpleQueue(), set()

    def work(first, last):
        both.wait()
        workers.add(threading.current_thread().name)
        done.put((first, last))

    pool.run(pool.wake(1), PARTS, work)
    assert sorted(done.get() for _ in range(PARTS)) == [(0, 1), (1, 2), (2, 3), (3, 4)]
    assert done.empty()
    assert len(workers) == 2


def test_the_caller_does_everything_if_no_helper_comes(monkeypatch):
    pool = HelperPool()
    monkeypatch.setattr(pool, "_spawn", lambda n_helpers: None)
    done = []
    pool.run(pool.wake(3), PARTS, lambda *parts: done.append(parts))
    assert done == [(0, 1), (1, 2), (2, 3), (3, 4)]


def test_a_helper_whose_caller_failed_comes_back(monkeypatch):
    monkeypatch.setattr(threads, "WAIT_SECONDS", 0.01)
    pool = HelperPool()
    pool.wake(1)  # and never run
    both = threading.Barrier(2, timeout=30)
    pool.run(pool.wake(1), 2, lambda *_: both.wait())


def test_an_error_of_any_part_reaches_the_caller_and_the_pool_stays_usable():
    pool = HelperPool()

    def work(first, last):
        if first == 2:
            raise MemoryError("no room")

    for _ in range(3):
        with pytest.raises(MemoryError, match="no room"):
            pool.run(pool.wake(2), PARTS, work)
    done = SimpleQueue()
    pool.run(pool.wake(2), PARTS, lambda *parts: done.put(parts))
    assert done.qsize() == PARTS


@pytest.mark.parametrize("helpers_pay", [True, False])
def test_the_faster_way_is_kept_and_the_other_tried_now_and_then(helpers_pay):
    policy = HelperPolicy()
    chosen = []
    for _ in range(1000):
        helped = policy.use_helpers()
        chosen.append(helped)
        policy.record(helped, 1.0 if helped == helpers_pay else 1.5)
    wrong = [i for i, helped in enumerate(chosen) if helped != helpers_pay]
    assert 0 < sum(i >= 40 for i in wrong) < 20
    for _ in range(2000):  # the machine becomes busy, or idle
        helped = policy.use_helpers()
        chosen.append(helped)
        policy.record(helped, 1.5 if helped == helpers_pay else 1.0)
    assert sum(helped == helpers_pay for helped in chosen[-500:]) < 20


def test_alone_or_together_all_parts_are_done(monkeypatch):
    monkeypatch.setattr(HelperPolicy, "N_TIMES", 2)
    policy = HelperPolicy()
    for _ in range(20):
        done = SimpleQueue()
        ParallelCall(PARTS, 3, policy).run(
            lambda *parts, done=done: [done.put(part) for part in range(*parts)]
        )
        assert sorted(done.get() for _ in range(done.qsize())) == [0, 1, 2, 3]
    assert policy.seconds[True]
    assert policy.seconds[False]


def test_one_part_needs_no_thread(monkeypatch):
    monkeypatch.setattr(threads, "_POOL", None)
    done = []
    ParallelCall(1, 8, HelperPolicy()).run(lambda *parts: done.append(parts))
    assert done == [(0, 1)]
