"""Which runs may stand in one figure."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from qdiffgui.runs.store import RunStore
from qdiffgui.ui.following import Following
from qdiffgui.ui.panels.compare import Compare, comparable
from tests.runs.tiny import STATES, tiny


def report(value: float) -> dict:
    column = {"key": "w", "label": "W", "unit": "", "better": "lower"}
    rows = [
        {"key": key, "label": key, "class": "all", "n": 10, "values": {"w": {"value": value, "error": 0.1}}}
        for key in ("model", "floor")
    ]
    return {"columns": [column], "rows": rows, "verdict": [], "notes": [], "classes": ["all"], "n_generated": 10, "n_test": 10}


def test_runs_on_other_data_stand_apart_and_are_named(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    made = [tiny(STATES, name="one"), tiny(name="jets <b>"), tiny(STATES, name="two", seed=1)]
    runs = [Following(store.create(config)) for config in made]
    for value, run in enumerate(runs, start=1):
        run.report = report(value)
    together, others = comparable({run.state.name: run for run in runs})
    assert list(together) == ["one", "two"]
    assert others == ["jets <b>"]
    panel = Compare(SimpleNamespace(act=lambda op, name: None))
    panel.show(runs)
    assert "jets &lt;b&gt; stands apart" in panel.left_out.value
    panel.show([runs[0], runs[2]])
    assert panel.left_out.value == ""
