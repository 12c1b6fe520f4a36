"""Which runs may stand in one figure: those judged on the same data, in the same representation, by the same numbers of samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qdiffgui import catalog
from qdiffgui.config import Config, Experiment
from qdiffgui.ui.following import Following
from qdiffgui.ui.panels.settings_table import flat_settings

_PARTS = ("data", "representation", "evaluation")
Runs = Mapping[str, Following]


def judged_on(config: Experiment) -> tuple[Config, ...]:
    """All that floor and trivial generators hang on, but for the seed: equal for runs whose figures may be compared."""
    return tuple(getattr(config, part) for part in _PARTS)


def groups(runs: Runs) -> list[dict[str, Following]]:
    """The runs in groups whose figures may be compared, both in the order of the runs."""
    made: dict[Any, dict[str, Following]] = {}
    for name, run in runs.items():
        made.setdefault(judged_on(run.config), {})[name] = run
    return list(made.values())


def in_words(config: Experiment) -> str:
    """What a run is judged on, in short."""
    data, shown = config.data.kind, config.representation.kind
    parts = [catalog.datasets[data].label if data in catalog.datasets else data]
    parts += [catalog.representations[shown].label if shown in catalog.representations else shown]
    return ", ".join([*parts, f"{config.evaluation.n_generated} generated"])


def why_apart(config: Experiment, other: Experiment) -> str:
    """What is different about ``other``: "Jets 600 instead of 2000, Kind log-polar instead of observables"."""
    found = []
    for part in _PARTS:
        mine, theirs = (dict(flat_settings(getattr(one, part))) for one in (config, other))
        kind = mine.get("Kind"), theirs.get("Kind")
        keys = ["Kind"] if kind[0] != kind[1] else [key for key in theirs if mine.get(key) != theirs[key]]
        found += [f"{part if key == 'Kind' else key} {theirs[key]} instead of {mine.get(key, '–')}" for key in keys]
    return ", ".join(found)
