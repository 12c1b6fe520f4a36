"""LiveRun a run from its files: what is new, and beginning again where the file was cut back."""

from __future__ import annotations

import json

import pytest

from qdiffgui import events as ev
from qdiffgui.errors import UserError
from qdiffgui.runs.store import RunStore
from qdiffgui.ui.live_run import follow
from tests.runs.tiny import STATES, tiny


def write(run, *events, mode="a"):
    with run.events_file.open(mode) as stream:
        stream.writelines(ev.to_json(event) + "\n" for event in events)


def loss(step):
    return ev.Loss(step=step, seconds=step, loss=1 / step)


@pytest.fixture
def run(tmp_path):
    return RunStore(tmp_path).create(tiny(STATES, name="run"))


def test_says_what_is_new(run):
    write(run, ev.Started(step=0, seconds=0, total=9, n_parameters=3), loss(1), loss(2))
    seen = follow(run)
    first = seen.poll()
    assert first.reset
    assert first.losses[0] == [1, 2]
    write(run, loss(3), ev.Metrics(step=3, seconds=3, values={"w1": 0.5}, floor={"w1": 0.1}))
    second = seen.poll()
    assert not second.reset
    assert second.losses == ([3], [1 / 3])
    assert second.metrics
    assert seen.metrics["w1"] == ([3], [0.5])
    assert seen.losses[0] == [1, 2, 3]
    assert not seen.poll().losses[0]


def test_a_metric_of_a_few_checkpoints_keeps_its_floor(run):
    write(
        run,
        ev.Metrics(
            step=1,
            seconds=1,
            values={"w1": 0.5, "cheap-auc": 0.9},
            floor={"w1": 0.1, "cheap-auc": 0.5},
            spread={"w1": 0.01, "cheap-auc": 0.02},
        ),
        ev.Metrics(step=2, seconds=2, values={"w1": 0.4}, floor={"w1": 0.1}, spread={"w1": 0.01}),
    )
    seen = follow(run)
    seen.poll()
    assert seen.metrics == {"w1": ([1, 2], [0.5, 0.4]), "cheap-auc": ([1], [0.9])}
    assert seen.last_metrics.floor["cheap-auc"] == 0.5
    assert seen.last_metrics.spread == {"w1": 0.01, "cheap-auc": 0.02}


def test_a_resumed_run_begins_again_at_its_checkpoint(run):
    write(run, *[loss(step) for step in range(1, 9)])
    seen = follow(run)
    seen.poll()
    write(run, *[loss(step) for step in range(1, 5)], mode="w")
    write(run, ev.Loss(step=5, seconds=5, loss=0.25))
    changes = seen.poll()
    assert changes.reset
    assert seen.losses[0] == [1, 2, 3, 4, 5]
    assert seen.losses[1][-1] == 0.25


def test_film_and_report_are_read_when_they_change(run):
    seen = follow(run)
    assert not seen.poll().trajectory
    run.trajectory_file.write_text(
        json.dumps({"kind": "state", "times": [0], "frames": [], "truth": {"kind": "state"}})
    )
    run.metrics_file.write_text(json.dumps({"rows": []}))
    changes = seen.poll()
    assert changes.trajectory
    assert changes.report
    assert seen.truth == {"kind": "state"}
    again = seen.poll()
    assert not again.trajectory
    assert not again.report


def test_a_run_that_is_gone(run):
    run.config_file.unlink()
    with pytest.raises(UserError, match="no longer exists"):
        follow(run)
