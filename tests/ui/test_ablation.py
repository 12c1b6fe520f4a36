"""The card of the ablation study: when it can start, and the command it runs."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

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
    return SimpleNamespace(run=run, id=run.id, config=config, state=run.state())


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
