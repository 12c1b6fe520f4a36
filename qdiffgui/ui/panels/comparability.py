"""Which runs can share a plot: those with the same data, representation and evaluation settings."""

from __future__ import annotations

from collections.abc import Mapping

from qdiffgui import catalog
from qdiffgui.config import Experiment
from qdiffgui.evaluation.number_format import format_number
from qdiffgui.evaluation.run_table import comparison_basis
from qdiffgui.ui.live_run import LiveRun
from qdiffgui.ui.panels.settings_table import flat_settings

_PARTS = ("data", "representation", "evaluation")
Runs = Mapping[str, LiveRun]


def groups(runs: Runs) -> dict[str, dict[str, LiveRun]]:
    """Groups of comparable runs, largest first; keys are stable when runs are added or removed."""
    made: dict[str, dict[str, LiveRun]] = {}
    for name, run in runs.items():
        key = "".join(part.model_dump_json() for part in comparison_basis(run.config))
        made.setdefault(key, {})[name] = run
    return dict(sorted(made.items(), key=lambda pair: -len(pair[1])))


def in_words(config: Experiment) -> str:
    """A short description of data, representation and evaluation."""
    parts = [_label("data", config.data.kind), _label("representation", config.representation.kind)]
    return ", ".join([*parts, f"{format_number(config.evaluation.n_generated)} generated"])


def explain_difference(config: Experiment, other: Experiment) -> str:
    """How ``other`` differs: "Jets 600 instead of 2000, representation Log-polar map
    instead of Jet observables".
    """
    found = []
    for part in _PARTS:
        mine, theirs = (dict(flat_settings(getattr(one, part))) for one in (config, other))
        kind = mine.get("Kind"), theirs.get("Kind")
        keys = (
            ["Kind"]
            if kind[0] != kind[1]
            else [key for key in theirs if mine.get(key) != theirs[key]]
        )
        for key in keys:
            name, new, old = (part if key == "Kind" else key), theirs[key], mine.get(key, "–")
            if key == "Kind":
                new, old = _label(part, new), _label(part, old)
            found.append(f"{name} {new} instead of {old}")
    return ", ".join(found)


def _label(part: str, kind: str) -> str:
    registry = catalog.datasets if part == "data" else catalog.representations
    return registry[kind].label if kind in registry else kind
