"""Sample anew from the stored model of a run: what the helper process does for the page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from qdiffgui.config import explain
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.runs.directory import RunDirectory

if TYPE_CHECKING:
    from qdiffgui.experiment.generate import Tell
    from qdiffgui.experiment.prepare import Prepared
    from qdiffgui.model_file import TrainedModel

_LAST: dict[tuple[str, int], tuple[TrainedModel, Prepared]] = {}


def generate(path: Path, asked: Mapping[str, Any], target: Path, tell: Tell) -> dict[str, Any]:
    """See ``experiment.generate``; raises ``UserError`` where the run has no model, or cannot do what is ``asked``."""
    from qdiffgui.experiment.generate import Asked
    from qdiffgui.experiment.generate import generate as sample

    try:
        wanted = Asked.model_validate(dict(asked))
    except ValidationError as error:
        raise ConfigError(explain(error)) from None
    tell(0.0, "Reading the model and the data")
    model, prepared = _opened(path)
    return sample(model, prepared, wanted, target, tell)


def _opened(path: Path) -> tuple[TrainedModel, Prepared]:
    """Model and data of a run; those of the last one are kept."""
    from qdiffgui.experiment import prepare
    from qdiffgui.model_file import load

    file = RunDirectory(path).model_file
    if not file.exists():
        raise UserError("This run has no stored model yet: samples can be drawn anew when its training has ended.")
    key = (str(file), file.stat().st_mtime_ns)
    if key not in _LAST:
        model = load(file)
        found = (model, prepare(model.config))
        _LAST.clear()
        _LAST[key] = found
    return _LAST[key]
