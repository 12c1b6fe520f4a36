from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qdiffgui import events as ev
from qdiffgui.config import Experiment
from qdiffgui.runs import follow
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.follow import Follower, read_events
from qdiffgui.runs.store import RunStore


@pytest.fixture
def run(store: RunStore) -> RunDirectory:
    return store.create(Experiment())


def line(step: int, loss: float = 1.0) -> bytes:
    return ev.to_json(ev.Loss(step=step, seconds=step / 7, loss=loss)).encode() + b"\n"


def append(run: RunDirectory, data: bytes) -> None:
    with run.events_file.open("ab") as stream:
        stream.write(data)


def steps(events: object) -> list[int]:
    return [event.step for event in events]  # type: ignore[attr-defined]


def test_only_what_is_new(run: RunDirectory) -> None:
    follower = Follower(run)
    assert not follower.poll()
    append(run, line(1) + line(2))
    assert steps(follower.poll().events) == [1, 2]
    assert not follower.poll()
    append(run, line(3))
    news = follower.poll()
    assert (steps(news.events), news.reset) == ([3], False)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(cuts=st.lists(st.integers(0, 600), max_size=6))
def test_torn_lines_wait_until_they_are_whole(run: RunDirectory, cuts: list[int]) -> None:
    run.events_file.unlink(missing_ok=True)
    whole = b"".join(line(i) for i in range(1, 9))
    follower, seen, at = Follower(run), [], 0
    for cut in [*sorted(min(c, len(whole)) for c in cuts), len(whole)]:
        append(run, whole[at:cut])
        at = cut
        seen += steps(follower.poll().events)
    assert seen == list(range(1, 9))


def test_a_resume_that_rewrites_the_end_is_seen_however_long_it_grew(run: RunDirectory) -> None:
    append(run, line(1) + line(2) + line(3, loss=0.5))
    follower = Follower(run)
    follower.poll()
    run.events_file.write_bytes(line(1) + line(2))
    append(run, line(3, loss=0.25) + line(4) + line(5))
    news = follower.poll()
    assert (steps(news.events), news.reset) == ([1, 2, 3, 4, 5], True)
    assert not follower.poll()


def test_a_resume_before_anything_new_was_seen_needs_no_reset(run: RunDirectory) -> None:
    append(run, line(1))
    follower = Follower(run)
    follower.poll()
    append(run, line(2))
    run.events_file.write_bytes(line(1) + line(2, loss=3))
    news = follower.poll()
    assert (steps(news.events), news.reset) == ([2], False)


def test_a_damaged_line_is_left_out(run: RunDirectory) -> None:
    append(run, line(1) + b'{"step": 2, "broken\n' + b"\xff\xfe\n" + line(3))
    assert steps(read_events(run)) == [1, 3]


def test_catching_up_keeps_the_newest_picture_only(run: RunDirectory) -> None:
    pictures = [ev.Samples(step=i, seconds=0, kind="map", data={"i": i}) for i in range(4)]
    append(
        run,
        b"".join(ev.to_json(picture).encode() + b"\n" + line(picture.step) for picture in pictures),
    )
    quick = Follower(run).poll().events
    assert [event.step for event in quick if isinstance(event, ev.Samples)] == [3]
    assert len(quick) == 5
    assert len(read_events(run)) == 8


def test_a_long_run_is_read_in_slices_and_its_losses_are_thinned(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "_SLICE", 1000)
    monkeypatch.setattr(follow, "_ALL_BYTES", 5000)
    for i in range(1, 1001):
        append(run, line(i))
        if i % 250 == 0:
            for event in (
                ev.Metrics(step=i, seconds=i, values={"w1": 1.0}),
                ev.Samples(step=i, seconds=i, kind="map", data={}),
            ):
                append(run, ev.to_json(event).encode() + b"\n")
    follower = Follower(run)
    events = follower.poll().events
    losses = steps(event for event in events if isinstance(event, ev.Loss))
    assert 30 < len(losses) < 200
    assert losses == sorted(losses)
    assert steps(e for e in events if isinstance(e, ev.Metrics)) == [250, 500, 750, 1000]
    assert steps(e for e in events if isinstance(e, ev.Samples)) == [1000]
    assert len(read_events(run)) == 1008
    append(run, line(1001))  # and it goes on line by line
    assert steps(follower.poll().events) == [1001]


def test_an_endless_line_is_skipped(run: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "_SLICE", 1000)
    monkeypatch.setattr(follow, "MOST_LINE", 5000)
    append(run, line(1) + b"a" * 20_000 + b"\n" + line(2))
    assert steps(read_events(run)) == [1, 2]
