"""Generate samples from the stored model of a run; runs in the helper process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from qdiffgui.config import explain
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.runs.directory import RunDirectory

if TYPE_CHECKING:
    from qdiffgui.experiment.generate import Progress
    from qdiffgui.experiment.prepare import Prepared
    from qdiffgui.model_file import TrainedModel

_CACHE: dict[tuple[str, int], tuple[TrainedModel, Prepared]] = {}


def generate(
    path: Path, settings: Mapping[str, Any], target: Path, progress: Progress
) -> dict[str, Any]:
    """See ``experiment.generate.generate``.

    Raises ``UserError`` if the run has no model or the settings are not valid for it.
    """
    from qdiffgui.experiment.generate import SamplingRequest
    from qdiffgui.experiment.generate import generate as sample

    try:
        request = SamplingRequest.model_validate(dict(settings))
    except ValidationError as error:
        raise ConfigError(explain(error)) from None
    progress(0.0, "Reading the model and the data")
    model, prepared = _model_and_data(path)
    return sample(model, prepared, request, target, progress)


def _model_and_data(path: Path) -> tuple[TrainedModel, Prepared]:
    """Model and data of a run; those of the last run are cached."""
    from qdiffgui.experiment import prepare
    from qdiffgui.model_file import load

    file = RunDirectory(path).model_file
    if not file.exists():
        raise UserError(
            "This run has no stored model yet: samples can be generated once its training has "
            "ended."
        )
    key = (str(file), file.stat().st_mtime_ns)
    if key not in _CACHE:
        model = load(file)
        found = (model, prepare(model.config))
        _CACHE.clear()
        _CACHE[key] = found
    return _CACHE[key]
