"""A file of the user's in a benchmark: the line-up that suits it, or the reason why one does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from qdiffgui import catalog
from qdiffgui.benchmark.lineup import Lineup
from qdiffgui.config.data import JetFile
from qdiffgui.data.files import load_file
from qdiffgui.data.representation import Representation
from qdiffgui.data.sniff import open_layout
from qdiffgui.data.types import Dataset
from qdiffgui.errors import ConfigError, DataError, UserError
from qdiffgui.registry import Entry

N_LOOKED_AT = 200
FEW = 2000
"""Below so many samples in a file half of them are held out: else most metrics would have too few."""


def choose(path: str) -> Entry:
    """The line-up for a file: of those that fit, one that is made for its layout if there is any, else the first.

    Raises ``DataError`` for a file that cannot be used, ``UserError`` where no line-up fits.
    """
    with open_layout(path) as layout:
        key = layout.key
    found = {entry.key: _misfit(entry.load(), path) for entry in catalog.benchmarks.values()}
    fitting = [catalog.benchmarks[name] for name, reason in found.items() if reason is None]
    if not fitting:
        raise UserError(f"No line-up fits '{Path(path).name}': {next(iter(found.values()))}")
    return next((entry for entry in fitting if key in entry.facts.get("suits", ())), fitting[0])


def on_file(entry: Entry, path: str) -> Lineup:
    """The models of a line-up on a file, those that can learn what it holds. One class alone stays one where the file tells the classes; of
    a small file half is held out.

    Raises ``DataError`` for a file that cannot be used, ``UserError`` where its content does not fit the line-up's representation, with
    the line-ups that do.
    """
    lineup: Lineup = entry.load()
    reason = _misfit(lineup, path)
    if reason is not None:
        others = [other.key for other in catalog.benchmarks.values() if _misfit(other.load(), path) is None]
        hint = f"there {'is' if len(others) == 1 else 'are'} {', '.join(others)}" if others else "there is none"
        raise UserError(f"'{entry.key}' does not fit '{Path(path).name}', for which {hint}: {reason}")
    with open_layout(path) as layout:
        told, n = set(layout.classes.values()), layout.n
    settings = _settings(lineup, path)
    changes = {"data": settings.model_copy(update={"classes": _one_of(lineup, told)}).model_dump(mode="json")}
    if n < FEW:
        changes["evaluation"] = lineup.base.evaluation.model_dump(mode="json") | {
            "test_fraction": 0.5, "n_generated": max(20, min(lineup.base.evaluation.n_generated, n // 2)),
        }  # fmt: skip
    return _learning(lineup.changed(changes), path)


def _learning(lineup: Lineup, path: str) -> Lineup:
    """The line-up without models that cannot be built for the file's samples, and why."""
    spec = _fitted(lineup, _first(lineup, path)).spec
    kept, left_out = [], []
    for contestant in lineup.contestants:
        config = contestant.experiment
        try:
            catalog.models[config.model.kind].load()(config.model, spec, config.training, config.seed)
        except ConfigError as error:
            left_out.append(f"{contestant.label} is left out. {error}")
        else:
            kept.append(contestant)
    if not kept:
        raise UserError(f"No model of this line-up can learn '{Path(path).name}'. {left_out[0]}")
    return replace(lineup, contestants=tuple(kept), left_out=tuple(left_out))


def _first(lineup: Lineup, path: str) -> Dataset:
    """The first samples of the file."""
    return load_file(_settings(lineup, path).model_copy(update={"n_jets": N_LOOKED_AT}))


def _fitted(lineup: Lineup, few: Dataset) -> Representation:
    """The line-up's representation, fitted on samples of a file; raises ``DataError`` or ``ConfigError`` where it cannot show them."""
    settings = lineup.base.representation
    representation: Representation = catalog.representations[settings.kind].load()(settings)
    representation.fit(few.content, few.classes)
    representation.encode(few.content.take(np.arange(1)))
    return representation


def _settings(lineup: Lineup, path: str) -> JetFile:
    """How the line-up reads a file: channels apart only where its representation keeps them."""
    return JetFile(path=path, channels="separate" if lineup.base.representation.kind == "channels" else "sum")


def _one_of(lineup: Lineup, told: set[str]) -> str:
    wanted: str = getattr(lineup.base.data, "classes", "both")
    return wanted if wanted in told else "both"


def _misfit(lineup: Lineup, path: str) -> str | None:
    """Why the line-up cannot show the first samples of the file; None where it can. Raises ``DataError`` for a file that cannot be used."""
    settings = lineup.base.representation
    if "file" not in settings.from_data:
        return f"it is of {lineup.base.data.gives}, which files do not hold."
    few = _first(lineup, path)
    try:
        _fitted(lineup, few)
    except (DataError, ConfigError) as error:
        return str(error)
    return None
