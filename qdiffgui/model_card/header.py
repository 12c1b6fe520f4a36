"""The header of a model file: settings, facts and card, read without torch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py

from qdiffgui import file_layout
from qdiffgui.config import Experiment, parse
from qdiffgui.data.formats.checks import one_line
from qdiffgui.data.hdf5 import open_untrusted
from qdiffgui.errors import ConfigError, DataError
from qdiffgui.model_card.build import build_card
from qdiffgui.model_card.schema import Card
from qdiffgui.model_card.stored import read_card

FORMAT = "qdiffgui-model"
VERSION = 1
"""Layout of a model file, in its attribute ``format_version``."""
BROKEN = (ValueError, TypeError, KeyError, RuntimeError, OSError, AttributeError)
"""What reading a damaged model file can raise."""


@dataclass(frozen=True)
class Header:
    """Settings, facts and card of a model file; ``card`` is None for files without one."""

    config: Experiment
    facts: Mapping[str, Any]
    card: Card | None

    def present_card(self) -> Card:
        """The card; for files without one, what their settings and facts say."""
        return self.card or build_card(self.config, self.facts)


def read_header(file: h5py.File, name: str) -> Header:
    """The header of an open file, called ``name`` in errors.

    Raises
    ------
    DataError
        If the file is not a model, is damaged, or was written by a newer version.
    """
    try:
        about = dict(file.attrs)
    except BROKEN as error:
        raise damaged(name, error) from error
    if not isinstance(found := about.get("format"), str) or found != FORMAT:
        raise DataError(
            f"'{name}' is not a qdiffgui model: expected an HDF5 file written by "
            "'qdiffgui export --model'."
        )
    file_layout.require_readable(f"'{name}'", about.get("format_version"), VERSION)
    try:
        config = parse(str(about["config"]))
        given = {
            "dataset": about["dataset"],
            "dataset_digest": about.get("dataset_digest", ""),
            "created": about["created"],
        }
        if not all(isinstance(text, str) for text in given.values()):
            raise ValueError("its facts are not texts")
        given["versions"] = json.loads(str(about.get("versions", "{}")))
        return Header(config, json.loads(about["facts"]) | given, read_card(file))
    except BROKEN as error:
        if isinstance(error, ConfigError):
            raise
        raise damaged(name, error) from error


def header_of(path: Path) -> Header:
    """The header of a model file. Raises like ``read_header``."""
    with open_untrusted(path) as file:
        return read_header(file, path.name)


def damaged(name: str, error: Exception) -> DataError:
    """The error for a model file in which ``error`` was found."""
    reason = one_line(error, 200).rstrip(".")
    return DataError(f"'{name}' is damaged ({reason}): export the model again.")
