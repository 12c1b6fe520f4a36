"""The ablation study of the open run, next to its result."""

from __future__ import annotations

from pathlib import Path

import ipywidgets as w

from qdiffgui.errors import UserError
from qdiffgui.ui.area import Host
from qdiffgui.ui.live_run import LiveRun
from qdiffgui.ui.markup import INLINE, box
from qdiffgui.ui.panels.study import Study

_EFFORTS = [("all", 1.0), ("1/2", 0.5), ("1/4", 0.25), ("1/10", 0.1)]


class Ablation(Study):
    """``qdiffgui ablate`` of the open run."""

    def __init__(self, host: Host) -> None:
        self.run: LiveRun | None = None
        self.seeds = w.BoundedIntText(3, min=1, max=20, description="Seeds", **INLINE)
        self.effort = w.Dropdown(
            options=_EFFORTS,
            description="Steps",
            tooltip="Share of the optimizer steps of the run that every variant trains",
            **INLINE,
        )
        super().__init__(
            host,
            "ablation",
            "Trains variants of this model: without entangling gates, with a frozen circuit, with "
            "a network in its place, and untrained. They are compared by the run's own "
            "evaluation, with the floor and the trivial generators. Finished runs are kept.",
            "Start ablation study",
        )
        choices = box([self.seeds, self.effort], "qd-row")
        self.root.children = (self.about, choices, *self.root.children[1:])
        for choice in (self.seeds, self.effort):
            choice.observe(lambda _: self.refresh(), "value")

    def open(self, run: LiveRun | None) -> None:
        """Set the run that is studied."""
        self.run = run
        self.refresh()

    def folder(self) -> Path | None:
        return None if self.run is None else self.run.run.path / "ablation"

    def blocker(self) -> str:
        if self.run is None:
            return "open a finished run first"
        if not self.run.config.model.has_circuit:
            return "this run has no circuit"
        if getattr(self.run.config.model, "circuit", "trained") in ("frozen", "separable"):
            return "this run is an ablation itself"
        return "" if self.run.run.model_file.exists() else "this run has no trained model yet"

    def title(self) -> str:
        return f"Ablation of {self.run.state.name}" if self.run is not None else ""

    def arguments(self) -> list[str]:
        if self.run is None:
            raise UserError("Open a finished run first.")
        return [
            "ablate",
            self.run.id,
            "--seeds",
            str(self.seeds.value),
            "--effort",
            f"{self.effort.value:g}",
            "--runs",
            str(self.host.store.root),
        ]
