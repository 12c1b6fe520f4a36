"""The card of the ablation study: when it can start, and the command it runs."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from qdiffgui.background.job import JobRecord
from qdiffgui.config import override
from qdiffgui.runs.store import RunStore
from qdiffgui.ui.panels.ablation_card import Ablation
from tests.runs.tiny import DIGITS, STATES, tiny


def card(root: Path) -> Ablation:
    host: Any = SimpleNamespace(
        store=RunStore(root), alerts=SimpleNamespace(catch=lambda act: act()), browser=None
    )
    return Ablation(host)


def opened(root: Path, config: Any, *, trained: bool = True) -> Any:
    run = RunStore(root).create(config)
    if trained:
        run.model_file.touch()
    return SimpleNamespace(run=run, id=run.id, reference=run.id, config=config, state=run.state())


def test_it_says_why_it_cannot_start(tmp_path: Path) -> None:
    shown = card(tmp_path)
    assert "open a finished run first" in shown.about.value
    for config, trained, reason in (
        (tiny(DIGITS), True, "this run has no circuit"),
        (tiny(STATES), False, "no trained model yet"),
        (override(tiny(STATES), ["model.circuit=separable"]), True, "is an ablation itself"),
    ):
        shown.open(opened(tmp_path, config, trained=trained))
        assert shown.start.disabled
        assert reason in shown.about.value


def test_the_command_follows_the_choices(tmp_path: Path) -> None:
    shown, run = card(tmp_path), opened(tmp_path, tiny(STATES, name="states"))
    shown.open(run)
    assert not shown.start.disabled
    shown.seeds.value, shown.effort.value = 5, 0.25
    assert shown.arguments()[:6] == ["ablate", run.id, "--seeds", "5", "--effort", "0.25"]
    assert "--effort 0.25" in shown.command.value
    assert shown.folder() == run.run.path / "ablation"
    assert shown.title() == "Ablation of states"


def test_the_runs_of_a_finished_study_can_be_opened(tmp_path: Path) -> None:
    shown, run = card(tmp_path), opened(tmp_path, tiny(STATES))
    shown.open(run)
    assert "is-hidden" in shown.runs_row._dom_classes
    folder = run.run.path / "ablation"
    folder.mkdir()
    (folder / "job.json").write_text(JobRecord(status="done", started=1, ended=2).model_dump_json())
    rows = [{"label": "No entangling gates", "runs": ["one", "two"]}, {"label": "Untrained"}]
    (folder / "result.json").write_text(json.dumps({"rows": rows}))
    shown.refresh()
    assert "is-hidden" not in shown.runs_row._dom_classes
    assert [name for _, name in shown.variant.options] == ["one", "two"]
    asked: list[tuple[str, str]] = []
    shown.host.act = lambda op, name: asked.append((op, name))  # type: ignore[method-assign]
    shown.variant.value = "two"
    shown.runs_row.children[1].click()
    assert asked == [("open", "two")]
