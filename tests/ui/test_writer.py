"""The one thread that changes widgets: at most ten rounds a second, latest wins, the last one always comes."""

from __future__ import annotations

import threading
import time

import pytest

from qdiffgui.ui.writer import Writer


@pytest.fixture
def errors():
    return []


def test_many_quick_updates_end_on_the_last_value(errors):
    seen = []
    writer = Writer(errors.append)
    writer.start()
    for i in range(5000):
        writer.post("value", lambda i=i: seen.append(i))
    writer.close()
    assert seen[-1] == 4999
    assert len(seen) < 500
    assert not errors


def test_rate_is_bounded(errors):
    rounds = []
    writer = Writer(errors.append, period=0.05)
    writer.start()
    end = time.monotonic() + 0.6
    while time.monotonic() < end:
        writer.post("x", lambda: rounds.append(time.monotonic()))
        time.sleep(0.001)
    writer.close()
    assert 2 <= len(rounds) <= 0.6 / 0.05 + 3


def test_different_keys_all_come_in_order(errors):
    seen = []
    writer = Writer(errors.append)
    for name in "abc":
        writer.post(name, lambda name=name: seen.append(name))
    writer.flush()
    assert seen == ["a", "b", "c"]


def test_an_error_is_reported_and_the_rest_goes_on(errors):
    seen = []
    writer = Writer(errors.append)
    writer.post("bad", lambda: 1 / 0)
    writer.post("good", lambda: seen.append(1))
    writer.flush()
    assert seen == [1]
    assert isinstance(errors[0], ZeroDivisionError)


def test_regular_actions_run_in_one_thread(errors):
    threads = set()
    writer = Writer(errors.append, period=0.01)
    writer.every(0.01, lambda: threads.add(threading.current_thread().name))
    writer.start()
    time.sleep(0.2)
    writer.close()
    assert threads == {"page-writer"}
