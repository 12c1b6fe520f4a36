"""Every published task is whole: it can be loaded, and its bars name each figure once."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from qdiffgui import catalog
from qdiffgui.errors import ConfigError
from qdiffgui.registry import Registry
from qdiffgui.studies.reproduction import Bar, SeedOutcome, Task, TaskResult, judge, reproduce
from qdiffgui.studies.reproduction.report import markdown
from qdiffgui.studies.reproduction.run import _result, _Timed

MACHINE = {
    "processor": "a processor",
    "cpus": 2,
    "started": "2026-01-01T00:00",
    "versions": dict.fromkeys(("qdiffgui", "torch", "pennylane", "numba"), "1"),
}

PROMISED = (
    "quddpm-cluster-1q",
    "quddpm-cluster-2q",
    "quddpm-circle",
    "quddpm-noise",
    "quddpm-tfim",
    "msquddpm-cluster",
    "msquddpm-circle",
    "qgdm",
    "qdense-digits",
    "uss",
    "qunet-digits",
    "jets-hybrid",
    "qd3pm-jets",
    "latent-jets",
)


def test_every_published_result_that_was_promised_has_a_task() -> None:
    assert len(PROMISED) == 14
    assert not set(PROMISED) - set(catalog.reproductions)


@pytest.mark.parametrize("key", catalog.reproductions)
def test_a_task_says_what_it_is_held_against(key: str) -> None:
    entry = catalog.reproductions[key]
    task = entry.load()
    assert isinstance(task, Task)
    assert entry.facts["paper"]
    names = [bar.key for bar in task.bars]
    assert names
    assert len(names) == len(set(names))
    for bar in task.bars:
        assert bar.better != "near" or (bar.mean is not None and bar.tolerance > 0)


def test_an_unknown_task_is_refused_before_anything_runs() -> None:
    with pytest.raises(ConfigError, match="There is no published task called 'nothing'"):
        list(reproduce(["nothing"], 1, 1))


def broken(seed: int) -> SeedOutcome:
    if seed == 1:
        raise ValueError("nothing to sample")
    return SeedOutcome({"w": 0.1})


def test_a_seed_that_breaks_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry("reproductions", "published task")
    registry.add(
        "broken",
        "Broken",
        "Fails for seed 1.",
        "tests.studies.reproduction.test_tasks:BROKEN",
        paper="none",
    )
    monkeypatch.setattr(catalog, "reproductions", registry)
    futures: list[Future[_Timed]] = [Future(), Future()]
    for seed, future in enumerate(futures):
        try:
            future.set_result(_Timed(broken(seed), 1.0, 1.0))
        except ValueError as error:
            future.set_exception(error)
    result = _result("broken", futures)
    assert not result.passed
    assert result.failures == {1: "ValueError: nothing to sample"}
    assert len(result.outcomes) == 1
    text = markdown([result], MACHINE, 0)
    assert "Seed 1 failed: ValueError: nothing to sample" in text
    assert "1 of 1 bars passed" in text


BROKEN = Task((Bar("w", "W", mean=1.0),), broken)


def test_labels_break_no_table() -> None:
    """<Y>² would be a tag, and |U x - y| more columns."""
    outcomes = (SeedOutcome({"y": 0.1}),)
    result = TaskResult(
        "y",
        "Y",
        "",
        (judge(Bar("y", "<Y>² of |U x - y|", mean=1.0), outcomes),),
        outcomes,
        (1.0,),
        (1.0,),
    )
    assert "| &lt;Y>² of \\|U x - y\\| | mean ≤ 1 |" in markdown([result], MACHINE, 0)


def test_no_result_is_a_page_too() -> None:
    assert "0 of 0 bars passed" in markdown([], MACHINE, 0)
