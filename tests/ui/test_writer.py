"""The writer works in the kernel's event loop: at most ten rounds a second, latest wins, the last
one always comes.
"""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from qdiffgui.ui import writer as writer_module
from qdiffgui.ui.writer import Writer


@pytest.fixture
def errors():
    return []


class Loop:
    """An event loop whose clock moves only when a test moves it."""

    def __init__(self):
        self.now = 100.0
        self.delays: list[float] = []

    def call_later(self, delay, callback, *args, context=None):
        self.delays.append(delay)
        self.callback = lambda: callback(*args)
        return SimpleNamespace(cancel=lambda: None)

    def go_on(self):
        """Wait for the next round, and do it."""
        self.now += self.delays[-1]
        self.callback()


@pytest.fixture
def loop(monkeypatch):
    made = Loop()
    monkeypatch.setattr(writer_module, "time", SimpleNamespace(monotonic=lambda: made.now))
    monkeypatch.setattr(
        writer_module, "asyncio", SimpleNamespace(get_running_loop=lambda: made), raising=True
    )
    return made


def test_many_quick_updates_of_a_thread_end_on_the_last_value(kernel, errors):
    seen, rounds = [], []
    writer = Writer(errors.append)
    writer.every(0.0, lambda: rounds.append(1))
    kernel.cell(writer.start)

    def learn():
        for i in range(5000):
            writer.post("value", lambda i=i: seen.append(i))
            if i % 100 == 0:
                time.sleep(0.005)

    thread = threading.Thread(target=learn)
    thread.start()
    kernel.wait(lambda: not thread.is_alive())
    kernel.wait(lambda: seen[-1] == 4999)
    assert len(seen) <= len(rounds) + 1, "more than one a round"
    assert seen == sorted(seen)
    assert not errors
    writer.close()


def test_rounds_are_a_period_apart(loop, errors):
    rounds = []
    writer = Writer(errors.append, period=0.1)
    writer.every(0.0, lambda: rounds.append(loop.now))
    writer.start()
    for _ in range(8):
        loop.go_on()
    assert np.diff(rounds) == pytest.approx(0.1)


def test_a_regular_action_comes_about_as_often_as_asked(loop, errors):
    seen = []
    writer = Writer(errors.append, period=0.1)
    writer.every(0.25, lambda: seen.append(loop.now))
    writer.start()
    for _ in range(13):
        loop.go_on()
    assert np.diff(seen) == pytest.approx(0.3)


@pytest.mark.parametrize(("takes", "pause"), [(0.02, 0.08), (0.05, 0.05), (0.7, 0.7)])
def test_a_long_round_leaves_as_much_time_to_what_the_browser_says(loop, errors, takes, pause):
    def slow():
        loop.now += takes

    writer = Writer(errors.append, period=0.1)
    writer.every(0.0, slow)
    writer.start()
    for _ in range(4):
        loop.go_on()
    assert loop.delays[1:] == pytest.approx([pause] * 4)


def test_different_keys_all_come_in_order(errors):
    seen = []
    writer = Writer(errors.append)
    for name in "abc":
        writer.post(name, lambda name=name: seen.append(name))
    writer.flush()
    assert seen == ["a", "b", "c"]


def test_an_error_is_reported_and_the_rest_goes_on(kernel, errors):
    seen = []
    writer = Writer(errors.append)
    writer.post("bad", lambda: 1 / 0)
    writer.post("good", lambda: seen.append(1))
    writer.every(0.0, lambda: seen.append(2))
    kernel.cell(writer.start)
    kernel.wait(lambda: seen.count(2) >= 2)
    assert seen[0] == 1
    assert isinstance(errors[0], ZeroDivisionError)
    writer.close()


def test_everything_is_done_in_the_thread_of_the_loop_and_nothing_after_the_end(kernel, errors):
    threads = []
    writer = Writer(errors.append, period=0.01)
    writer.every(0.01, lambda: threads.append(threading.current_thread()))
    kernel.cell(writer.start)
    other = threading.Thread(
        target=lambda: writer.post("x", lambda: threads.append(threading.current_thread()))
    )
    other.start()
    kernel.wait(lambda: len(threads) > 5 and not other.is_alive())
    assert set(threads) == {threading.current_thread()}
    writer.post("last", lambda: threads.append("last"))
    writer.close()
    assert threads[-1] == "last"
    kernel.go_on(0.1)
    assert threads[-1] == "last"


def test_it_may_be_closed_by_what_it_does(kernel, errors):
    seen = []
    writer = Writer(errors.append, period=0.01)
    writer.every(0.0, lambda: seen.append(1) or writer.close())
    kernel.cell(writer.start)
    kernel.go_on(0.1)
    assert seen == [1]
    assert not errors


def test_outside_of_an_event_loop_it_says_so(errors):
    with pytest.raises(RuntimeError, match="event loop"):
        Writer(errors.append).start()
