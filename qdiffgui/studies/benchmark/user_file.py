"""A benchmark on the user's own file: the line-up that fits it, or why none does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from qdiffgui import catalog
from qdiffgui.config.data import JetFile
from qdiffgui.data.files import load_file
from qdiffgui.data.representation import Representation
from qdiffgui.data.sniff import open_layout
from qdiffgui.data.types import Dataset
from qdiffgui.errors import ConfigError, DataError, UserError
from qdiffgui.registry import Entry
from qdiffgui.studies.benchmark.lineup import Lineup

N_LOOKED_AT = 200
FEW = 2000
"""If a file has fewer samples than this, half of them are held out, as most metrics need."""


def choose_lineup(path: str) -> Entry:
    """Choose the line-up for a file: one made for the file's layout, else the first that fits.

    Raises ``DataError`` for a file that cannot be used, and ``UserError`` if no line-up fits.
    """
    with open_layout(path) as layout:
        key = layout.key
    found = {
        entry.key: _reason_unsuitable(entry.load(), path) for entry in catalog.benchmarks.values()
    }
    fitting = [catalog.benchmarks[name] for name, reason in found.items() if reason is None]
    if not fitting:
        raise UserError(f"No line-up fits '{Path(path).name}': {next(iter(found.values()))}")
    return next((entry for entry in fitting if key in entry.facts.get("suits", ())), fitting[0])


def lineup_for_file(entry: Entry, path: str) -> Lineup:
    """The line-up on a file, without models that cannot learn its samples.

    A line-up of one class keeps that class if the file labels classes. Half of a small file is held
    out. Raises ``DataError`` for a file that cannot be used, and ``UserError`` if its content does
    not fit the line-up's representation; the message names the line-ups that fit.
    """
    lineup: Lineup = entry.load()
    reason = _reason_unsuitable(lineup, path)
    if reason is not None:
        others = [
            f"{other.key} ({other.label})"
            for other in catalog.benchmarks.values()
            if _reason_unsuitable(other.load(), path) is None
        ]
        hint = f"Line-ups that fit: {', '.join(others)}." if others else "No line-up fits."
        raise UserError(
            f"The line-up '{entry.key}' does not fit '{Path(path).name}': {reason} {hint}"
        )
    with open_layout(path) as layout:
        names, n = set(layout.classes.values()), layout.n
    settings = _settings(lineup, path)
    changes = {
        "data": settings.model_copy(update={"classes": _class_of(lineup, names)}).model_dump(
            mode="json"
        )
    }
    if n < FEW:
        changes["evaluation"] = lineup.base.evaluation.model_dump(mode="json") | {
            "test_fraction": 0.5,
            "n_generated": max(20, min(lineup.base.evaluation.n_generated, n // 2)),
        }
    return _without_unfit_models(lineup.changed(changes), path)


def _without_unfit_models(lineup: Lineup, path: str) -> Lineup:
    """The line-up without models that cannot be built for the file's samples; it says why."""
    spec = _fitted(lineup, _first(lineup, path)).spec
    kept, left_out = [], []
    for contestant in lineup.contestants:
        config = contestant.experiment
        try:
            catalog.models[config.model.kind].load()(
                config.model, spec, config.training, config.seed
            )
        except ConfigError as error:
            left_out.append(f"{contestant.label} is left out. {error}")
        else:
            kept.append(contestant)
    if not kept:
        raise UserError(f"No model of this line-up fits '{Path(path).name}'. {left_out[0]}")
    return replace(lineup, contestants=tuple(kept), left_out=tuple(left_out))


def _first(lineup: Lineup, path: str) -> Dataset:
    """The first samples of the file."""
    return load_file(_settings(lineup, path).model_copy(update={"n_jets": N_LOOKED_AT}))


def _fitted(lineup: Lineup, few: Dataset) -> Representation:
    """The line-up's representation, fitted on samples of a file; raises ``DataError`` or
    ``ConfigError`` if it cannot represent them.
    """
    settings = lineup.base.representation
    representation: Representation = catalog.representations[settings.kind].load()(settings)
    representation.fit(few.content, few.classes)
    representation.encode(few.content.take(np.arange(1)))
    return representation


def _settings(lineup: Lineup, path: str) -> JetFile:
    """Data settings for the present content of a file; channels stay separate only if the
    representation keeps them.
    """
    return JetFile(
        path=path, channels="separate" if lineup.base.representation.kind == "channels" else "sum"
    ).pinned()


def _class_of(lineup: Lineup, names: set[str]) -> str:
    wanted: str = getattr(lineup.base.data, "classes", "both")
    return wanted if wanted in names else "both"


def _reason_unsuitable(lineup: Lineup, path: str) -> str | None:
    """Why the line-up cannot use the first samples of the file, or None if it can. Raises
    ``DataError`` for a file that cannot be used.
    """
    settings = lineup.base.representation
    if "file" not in settings.from_data:
        return f"it needs {lineup.base.data.gives}, which files do not contain."
    few = _first(lineup, path)
    try:
        _fitted(lineup, few)
    except (DataError, ConfigError) as error:
        return str(error)
    return None
