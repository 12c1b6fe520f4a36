"""Groups of the table of runs: seeds of one model, sweeps, studies, benchmarks, tags, models."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from qdiffgui import catalog
from qdiffgui.errors import UserError
from qdiffgui.evaluation.number_format import format_number, format_with_error
from qdiffgui.evaluation.run_table import settings_key
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.nested import folders
from qdiffgui.runs.record import RunState
from qdiffgui.runs.store import RunStore
from qdiffgui.studies.benchmark.jobs import Jobs
from qdiffgui.ui.labels import metric_label

SEEDS, STUDIES, TAGS, MODELS = "seeds", "studies", "tags", "models"
MODES = (
    ("", "no groups"),
    (SEEDS, "seeds of a model"),
    (STUDIES, "sweep, study, benchmark"),
    (TAGS, "first tag"),
    (MODELS, "kind of model"),
)
"""(key, label) of the ways to group."""


class RunGroups:
    """The groups of the runs of ``store``. What does not change in the life of a run is kept."""

    def __init__(self, store: RunStore) -> None:
        self.store = store
        self._settings: dict[str, str] = {}
        self._stores: dict[Path, RunStore] = {}
        self._benchmarks: dict[str, tuple[str, str]] = {}

    def nested(self) -> list[RunState]:
        """The runs of sweeps and studies. Their ids are ``SWEEP/RUN`` and ``studies/RUN``."""
        found: list[RunState] = []
        for folder in folders(self.store.root):
            inside = self._stores.setdefault(folder, RunStore(folder))
            found += [
                state.model_copy(update={"id": self.store.reference(RunDirectory(state.directory))})
                for state in inside.list()
            ]
        return found

    def assign(self, mode: str, states: Sequence[RunState]) -> dict[str, tuple[str, str]]:
        """Run id -> (key, label) of its group; runs that belong to none are left out."""
        if mode == STUDIES:
            self._benchmarks = {
                run: (f"benchmark {job.id}", f"Benchmark {job.id}")
                for job in Jobs(self.store).list()
                for run in job.record().runs
            }
        made = {state.id: self._group(mode, state) for state in states}
        return {name: group for name, group in made.items() if group is not None}

    def _group(self, mode: str, state: RunState) -> tuple[str, str] | None:
        if mode == TAGS:
            return (state.tags[0], f"#{state.tags[0]}") if state.tags else None
        if mode == MODELS:
            known = catalog.models
            label = known[state.model].label if state.model in known else state.model
            return (state.model, label) if state.model else None
        if mode == STUDIES:
            folder, slash, _ = state.id.rpartition("/")
            if slash:
                return folder, "Studies" if folder == "studies" else f"Sweep {folder}"
            return self._benchmarks.get(state.id)
        if mode == SEEDS and (key := self._key(state)):
            return key, state.name
        return None

    def _key(self, state: RunState) -> str:
        """A digest of the settings less the seed; "" if they cannot be read."""
        if state.id not in self._settings:
            self._settings[state.id] = ""
            with contextlib.suppress(UserError):
                settings = settings_key(RunDirectory(state.directory).config())
                self._settings[state.id] = hashlib.sha256(settings.encode()).hexdigest()[:12]
        return self._settings[state.id]


def group_row(
    label: str, mode: str, states: Sequence[RunState], metric: str, metric_name: str
) -> dict[str, Any]:
    """The row of a group: how many runs, their states, the range of dates and of the metric. For
    seeds of one model: mean and standard deviation.
    """
    counts: dict[str, int] = {}
    for state in states:
        counts[str(state.status)] = counts.get(str(state.status), 0) + 1
    status = ", ".join(f"{n} {name}" for name, n in counts.items())
    known = [state for state in states if metric in state.metrics]
    values = [state.metrics[metric] for state in known]
    if mode == SEEDS:  # a seed that was trained again counts once
        values = list({state.seed: state.metrics[metric] for state in known}.values())
    seeds = {state.seed for state in states}
    about = f"{len(states)} runs" + (f", {len(seeds)} seeds" if mode == SEEDS else "")
    return {
        "label": label,
        "about": about,
        "status": status,
        "values": {"metric": _metric(values, mode, metric_name)},
    }


def _metric(values: Sequence[float], mode: str, name: str) -> list[str]:
    if not values:
        return ["–", ""]
    before = f"{name}, " if name else ""
    if mode == SEEDS and len(values) > 1:
        cell = {"value": float(np.mean(values)), "error": float(np.std(values, ddof=1))}
        return [format_with_error(cell), f"{before}mean of {len(values)}"]
    low, high = format_number(min(values)), format_number(max(values))
    return [low if low == high else f"{low} to {high}", f"{before}{len(values)} runs"]


def rows_of_groups(
    groups: Mapping[str, tuple[str, str]],
    mode: str,
    states: Sequence[RunState],
    metric: str,
) -> dict[str, dict[str, Any]]:
    """Key -> row of each group of at least two of ``states``.

    ``metric`` is the key of the metric shown; "" for the headline metric of the first run, which is
    then named in the row.
    """
    members: dict[str, list[RunState]] = {}
    for state in states:
        if state.id in groups:
            members.setdefault(groups[state.id][0], []).append(state)
    labels = dict(groups.values())
    made = {}
    for key, found in members.items():
        if len(found) > 1:
            shown = metric or next((next(iter(s.metrics)) for s in found if s.metrics), "")
            name = "" if metric else metric_label(shown)
            made[key] = group_row(labels[key], mode, found, shown, name)
    return made
