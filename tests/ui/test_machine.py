from __future__ import annotations

from types import SimpleNamespace

import pytest

from qdiffgui.ui import machine


@pytest.fixture
def clock(monkeypatch):
    """Two cores: seconds gone by, and seconds in which they had nothing to do."""
    made = SimpleNamespace(now=100.0, idle=50.0)
    monkeypatch.setattr(machine, "time", SimpleNamespace(monotonic=lambda: made.now))
    monkeypatch.setattr(machine.psutil, "cpu_times", lambda: SimpleNamespace(idle=made.idle))
    monkeypatch.setattr(machine.psutil, "cpu_count", lambda: 2)
    return made


@pytest.mark.parametrize(
    ("free", "idle"), [(2.0, True), (1.5, True), (1.3, False), (1.0, False), (0.0, False)]
)
def test_a_machine_is_idle_where_most_of_it_was_free_since_the_last_question(clock, free, idle):
    asked = machine.Idleness()
    clock.now, clock.idle = clock.now + 1, clock.idle + free
    assert asked.now() == idle
    clock.now, clock.idle = clock.now + 1, clock.idle + 2
    assert asked.now()


def test_a_moment_is_too_short_to_judge_and_does_not_end_the_interval(clock):
    asked = machine.Idleness()
    clock.now, clock.idle = clock.now + 0.1, clock.idle + 0.2
    assert not asked.now()
    clock.now = clock.now + 0.9
    assert not asked.now()  # of the whole second a tenth was free


def test_lines_name_processor_and_memory():
    processor, memory = machine.lines()
    assert "cores" in processor
    assert "GB free of" in memory
