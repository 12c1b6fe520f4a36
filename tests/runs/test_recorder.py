"""What a list of runs shows of a run, while it trains and afterwards."""

from __future__ import annotations

from qdiffgui import events as ev
from qdiffgui.config import Experiment
from qdiffgui.runs.recorder import Recorder
from qdiffgui.runs.store import RunStore
from qdiffgui.ui.labels import live_words


def test_metrics_during_training_are_never_shown_as_those_of_the_report(store: RunStore) -> None:
    """Both once stood in one column, which changed its meaning when a run ended."""
    run = store.create(Experiment(), claimed=True)
    recorder = Recorder(run)
    recorder.append(ev.Metrics(step=10, seconds=1, values={"w1": 0.04}, floor={"w1": 0.01}, n=512))
    recorder.save()
    state = run.state()
    assert (state.metrics, state.floor) == ({}, {})
    assert (state.live, state.live_floor) == ({"w1": 0.04}, {"w1": 0.01})
    assert live_words(state) == "in training: W1, mean of components / σ 0.04, floor 0.01"
    recorder.append(
        ev.Metrics(step=20, seconds=2, values={"auc": 0.6}, floor={"auc": 0.5}, final=True)
    )
    recorder.save()
    recorder.close()
    state = run.state()
    assert (state.metrics, state.floor) == ({"auc": 0.6}, {"auc": 0.5})
    assert state.live == {"w1": 0.04}
    assert live_words(state) == ""


def test_a_metric_of_a_few_checkpoints_stays_known(store: RunStore) -> None:
    recorder = Recorder(store.create(Experiment(), claimed=True))
    for values in ({"w1": 0.5, "cheap-auc": 0.9}, {"w1": 0.4}):
        recorder.append(
            ev.Metrics(step=1, seconds=1, values=values, floor=dict.fromkeys(values, 0))
        )
    recorder.save()
    recorder.close()
    state = recorder.run.state()
    assert state.live == {"w1": 0.4, "cheap-auc": 0.9}
    assert state.live_floor == {"w1": 0, "cheap-auc": 0}
