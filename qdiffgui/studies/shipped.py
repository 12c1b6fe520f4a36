"""A study of gradients that ships with the package, so that the lesson on barren plateaus has its
result at once. ``tools/make_study.py`` makes it again.
"""

from __future__ import annotations

from pathlib import Path

from qdiffgui import paths
from qdiffgui.config import Experiment, parse
from qdiffgui.errors import ConfigError
from qdiffgui.runs.files import read_json

RESULT, FIGURES = "result.json", "figures.json"


def shipped_study(config: Experiment) -> Path | None:
    """The folder with the shipped study of these settings, apart from their name and seed.

    It holds ``result.json`` (``preset``, ``config``, ``verdict``, ``about``) and ``figures.json``
    (see ``plots.export.titled``). None if there is no such study.
    """
    try:
        folder = paths.assets() / "studies" / "gradients"
    except FileNotFoundError:
        return None
    found = read_json(folder / RESULT)
    if not isinstance(found, dict) or not (folder / FIGURES).is_file():
        return None
    try:
        studied = parse(found["config"])
    except (ConfigError, KeyError):
        return None
    same = studied.model_copy(update={"seed": config.seed}).digest() == config.digest()
    return folder if same else None
