"""The ablation study of the open run, next to its result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets as w

from qdiffgui.background.job import Job
from qdiffgui.errors import UserError
from qdiffgui.runs.files import read_json
from qdiffgui.ui.area import Host
from qdiffgui.ui.live_run import LiveRun
from qdiffgui.ui.markup import INLINE, box, button, visible
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
        self.variant = w.Dropdown(options=[], description="Run", **INLINE)
        open_run = button(
            "Open run",
            lambda: host.act("open", str(self.variant.value)),
            "qd-ablation-open",
            "Open this run as any other",
        )
        self.runs_row = box([self.variant, open_run], "qd-row")
        super().__init__(
            host,
            "ablation",
            "Trains variants of this model: without entangling gates, with a frozen circuit, with "
            "a network in its place, and untrained. They are compared by the run's own "
            "evaluation, with the floor and the trivial generators. Finished runs are kept.",
            "Start ablation study",
        )
        choices = box([self.seeds, self.effort], "qd-row")
        self.controls.children = (self.about, choices, *self.controls.children[1:])
        self.root.children = (*self.root.children, self.runs_row)
        for choice in (self.seeds, self.effort):
            choice.observe(lambda _: self.refresh(), "value")

    def open(self, run: LiveRun | None) -> None:
        """Set the run that is studied."""
        self.run = run
        self.refresh()

    def refresh(self) -> None:
        super().refresh()
        self._offer_runs()

    def _offer_runs(self) -> None:
        """The runs of a finished study."""
        folder, options = self.folder(), []
        if folder is not None and Job(folder).record().status == "done":
            options = runs_of(read_json(Job(folder).result_file))
        if options != list(self.variant.options):
            self.variant.options = options
        visible(self.runs_row, bool(options))

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
            self.run.reference,
            "--seeds",
            str(self.seeds.value),
            "--effort",
            f"{self.effort.value:g}",
            "--runs",
            str(self.host.store.root),
        ]


def runs_of(result: Any) -> list[tuple[str, str]]:
    """Label and id of each run of an ablation study, from its ``result.json``."""
    rows = result.get("rows") if isinstance(result, dict) else None
    return [
        (f"{row['label']} · {name}", str(name))
        for row in rows or ()
        if isinstance(row, dict)
        for name in row.get("runs", ())
    ]
