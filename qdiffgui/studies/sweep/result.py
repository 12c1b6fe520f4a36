"""The result of a sweep: its table, as Python shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from qdiffgui import html_table
from qdiffgui.evaluation.metric_value import headline_key
from qdiffgui.studies.sweep.columns import FLOOR
from qdiffgui.studies.sweep.directory import SweepDirectory
from qdiffgui.studies.sweep.table import rows

_FACTS = ("status", "n_parameters", "training_seconds")


class SweepResult(list[dict[str, Any]]):
    """The runs of a sweep: a list with one row (a dict) per run.

    A row has the varied settings, ``status``, costs, and each metric with its floor.

    Parameters
    ----------
    sweep : SweepDirectory
        The sweep.

    Attributes
    ----------
    sweep : SweepDirectory
        The sweep.
    """

    def __init__(self, sweep: SweepDirectory) -> None:
        super().__init__(rows(sweep))
        self.sweep = sweep

    @property
    def path(self) -> Path:
        """Folder of the sweep: tables, report, and the folder of each run."""
        return self.sweep.path

    @property
    def headline(self) -> str:
        """Key of the metric that ranks the runs: the goal of the sweep, else the headline one."""
        measured = [
            name
            for name in (self[0] if self else ())
            if FLOOR + name in self[0] and any(row[name] is not None for row in self)
        ]
        return self.sweep.plan().goal or headline_key(measured)

    def plots(self) -> dict[str, go.Figure]:
        """Title and plot of the headline metric versus each varied setting; empty before a run has
        finished.
        """
        from qdiffgui.studies.sweep.report import sweep_plots

        return dict(sweep_plots(self.sweep, self))

    def __repr__(self) -> str:
        done = sum(row["status"] == "done" for row in self)
        varied = ", ".join(axis.field for axis in self.sweep.plan().axes)
        return f"<Sweep '{self.sweep.id}': {done} of {len(self)} runs done, over {varied}>"

    def _repr_html_(self) -> str:
        metric = self.headline
        names = [axis.field for axis in self.sweep.plan().axes] + list(_FACTS)
        names += [metric, FLOOR + metric] if metric else []
        return html_table.grid(
            names,
            [[_text(row.get(name)) for name in names] for row in self],
            f"Sweep {self.sweep.id}",
        )


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
