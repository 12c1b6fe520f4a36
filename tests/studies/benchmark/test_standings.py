"""The ranking of models, and how long a benchmark takes."""

from __future__ import annotations

import pytest

from qdiffgui.runs.record import RunState
from qdiffgui.studies.benchmark.averages import average_tables
from qdiffgui.studies.benchmark.jobs import JobModel
from qdiffgui.studies.benchmark.plan import Expected, ModelTime, evaluation_time, expect, time_left
from qdiffgui.studies.benchmark.standings import rank

COLUMNS = [
    {"key": "w1:mean", "label": "W1", "unit": "", "better": "lower"},
    {"key": "auc", "label": "Classifier AUC", "unit": "", "better": "half"},
]
MODELS = [
    JobModel(key=key, label=key.upper(), role="quantum") for key in ("a", "b", "c", "waiting")
]
LABELS = {"pca-gaussian": "PCA-Gaussian", "zero": "All zero", "floor": "Floor"}


def table(**values: float) -> dict:
    rows = {
        key.replace("_", "-"): {"auc": {"value": value, "error": 0.01}}
        for key, value in values.items()
    }
    return {"all": rows}


def test_models_are_ranked_against_the_best_and_the_trivial_generators() -> None:
    found = rank(
        table(b=0.7, a=0.55, c=0.56, floor=0.5, zero=1.0, pca_gaussian=0.65),
        COLUMNS,
        MODELS,
        LABELS,
    )
    assert found.metric == "Classifier AUC"
    assert [row.label for row in found.rows] == [
        *("A", "C", "B", "WAITING"),
        *("Floor", "PCA-Gaussian", "All zero"),
    ]
    against = [row.against_best.get("all") for row in found.models]
    assert against == ["best", "level", "worse", None]
    assert [list(row.unbeaten.get("all", ())) for row in found.models[:3]] == [
        *([], []),
        ["PCA-Gaussian"],
    ]
    assert found.models[-1].n_seeds == 0


def test_an_auc_below_one_half_is_as_far_off_as_one_above() -> None:
    found = rank(table(a=0.40, b=0.55), COLUMNS, MODELS[:2], {})
    assert [row.key for row in found.models] == ["b", "a"]


def test_seeds_are_averaged_with_their_scatter() -> None:
    found = average_tables([table(a=0.5, b=0.6), table(a=0.7)], ["auc"])
    assert found["all"]["a"]["auc"] == pytest.approx(
        {"value": 0.6, "error": 0.02**0.5, "n_seeds": 2}
    )
    assert found["all"]["b"]["auc"] == {"value": 0.6, "error": 0.01, "n_seeds": 1}


def state(status: str, **fields: object) -> RunState:
    return RunState(id="r", name="r", directory="d", status=status, attempt=1, **fields)


def done(seconds: float, took: float) -> RunState:
    return state(
        "done", seconds=seconds, started=1000.0, ended=1000.0 + took, data="j", representation="o"
    )


def test_the_time_left_comes_from_runs_that_ended_and_from_what_was_expected() -> None:
    waits, runs = state("queued"), state("running", step=5, total=10, eta=7.0)
    assert time_left([("a", done(10, 15)), ("a", waits)], {}, 2) == 15
    assert time_left([("a", waits)], {}, 2) is None
    assert time_left([("a", waits), ("b", waits)], {"a": 30, "b": 10}, 2) == 30
    assert time_left([("a", done(10, 15)), ("b", runs)], {}, 2) == 12
    assert time_left([("a", done(10, 15))], {}, 2) is None
    assert time_left([("a", state("failed"))], {"a": 3}, 2) is None
    assert evaluation_time([done(10, 15), done(1, 12), waits], "j", "o") == 8
    assert evaluation_time([done(10, 15)], "j", "maps") is None


def test_what_is_finished_takes_no_time() -> None:
    times = {"a": ModelTime(100.0, 10.0, 2.0), "b": ModelTime(10.0, 0.0, 1.0)}
    some = expect(times, {"a": 1, "b": 0}, 6, 2, 20.0)
    assert (some.seconds, some.n_done, some.at_once, some.evaluation) == (100, 5, 1, 20)
    assert some.words() == (
        "6 runs, 5 of them finished: about 2 min (± 10 s, machine busy) of training. Evaluation "
        "adds about 20 s."
    )
    assert expect(times, {"a": 0, "b": 0}, 1, 2).words() == (
        "1 run, all finished: nothing is trained."
    )
    assert Expected(2, 0, 0.2, 0.0, 1.0, 2).words().startswith("2 runs: under 1 s of training, 2")
