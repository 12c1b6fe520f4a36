"""Every published task is whole: it can be loaded, and its bars name each figure once."""

from __future__ import annotations

import pytest

from qdiffgui import catalog
from qdiffgui.errors import ConfigError
from qdiffgui.reproduction import Task, reproduce
from qdiffgui.reproduction.report import markdown


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


def test_no_result_is_a_page_too() -> None:
    machine = {
        "processor": "a processor", "cpus": 2, "started": "2026-01-01T00:00", "versions": dict.fromkeys(
            ("qdiffgui", "torch", "pennylane", "numba"), "1"
        ),
    }  # fmt: skip
    assert "0 of 0 bars passed" in markdown([], machine, 0)
