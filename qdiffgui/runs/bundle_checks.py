"""What the files of an imported run must be, so that whoever shows or loads them later meets no surprise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import h5py
from pydantic import BaseModel, Field, ValidationError, model_validator

from qdiffgui.data.formats import guard
from qdiffgui.data.formats.checks import one_line
from qdiffgui.data.hdf5 import open_untrusted
from qdiffgui.errors import DataError
from qdiffgui.events import from_json
from qdiffgui.runs.files import read_json
from qdiffgui.runs.picture_checks import Film, Part, Profile

_FORMATS = {"model.h5": "qdiffgui-model", "samples.h5": "qdiffgui-samples"}


class _Column(Part):
    key: str = Field(max_length=200)
    label: str = Field(max_length=200)
    unit: str = Field(max_length=80)
    better: Literal["lower", "higher", "half", "floor"]


class _Cell(Part):
    value: float
    error: float


class _Row(Part):
    key: str
    label: str
    class_: str = Field(alias="class")
    values: dict[str, _Cell | None]


class _Histogram(Part):
    observable: str
    label: str
    unit: str
    class_: str = Field(alias="class")
    edges: list[float] = Field(min_length=2, max_length=10_000)
    real: list[float]
    model: list[float] | None
    floor_error: list[float]

    @model_validator(mode="after")
    def _fits(self) -> _Histogram:
        n = len(self.edges) - 1
        if any(len(part) != n for part in (self.real, self.floor_error, self.model or self.real)):
            raise ValueError("as many bins as edges less one")
        return self


class _Report(Part):
    columns: list[_Column] = Field(min_length=1)
    rows: list[_Row]
    verdict: list[str]
    notes: list[str] = Field(default=[])
    histograms: list[_Histogram]
    profile: Profile
    n_generated: int
    n_test: int
    classes: list[str]


def files(folder: Path, bundle: str) -> None:
    """Check every file of a run in ``folder`` but its settings and status; raises ``DataError`` naming the first that is not right."""
    tests: dict[str, Callable[[Path], None]] = {
        "metrics.json": _model(_Report), "film.json": _model(Film), "environment.json": _mapping, "events.jsonl": _events,
        "model.h5": _hdf5, "samples.h5": _hdf5, "checkpoint.h5": _hdf5,
    }  # fmt: skip
    for name, test in tests.items():
        path = folder / name
        if not path.exists():
            continue
        try:
            test(path)
        except (ValidationError, ValueError, OSError, RuntimeError, KeyError) as error:
            why = str(error) if isinstance(error, DataError) else _first(error)
            raise DataError(f"The {name} in '{bundle}' is not what a run writes ({why}): nothing was imported.") from error


def _first(error: Exception) -> str:
    if isinstance(error, ValidationError):
        found = error.errors()[0]
        return one_line(f"{'.'.join(map(str, found['loc']))}: {found['msg']}", 160)
    return one_line(error, 160)


def _model(expected: type[BaseModel]) -> Callable[[Path], None]:
    def check(path: Path) -> None:
        expected.model_validate(read_json(path))

    return check


def _mapping(path: Path) -> None:
    if not isinstance(read_json(path), dict):
        raise ValueError("no JSON object")


def _events(path: Path) -> None:
    """Line by line; the last may be cut short, as a killed run leaves it."""
    with path.open("rb") as stream:
        for line in stream:
            if line.endswith(b"\n"):
                from_json(line)


def _hdf5(path: Path) -> None:
    """Of the right format, no link leads anywhere, every array is in the file and as large as it says."""
    with open_untrusted(path) as file:
        wanted = _FORMATS.get(path.name)
        if wanted is not None and file.attrs.get("format") != wanted:
            raise ValueError(f"expected the format {wanted}")
        _visit(file, "")


def _visit(group: h5py.Group, prefix: str) -> None:
    for key in group:
        name = f"{prefix}{key}"
        if not isinstance(group.get(key, getlink=True), h5py.HardLink):
            raise DataError(f"'{one_line(name)}' is a link: expected the data themselves in the file.")
        item = group[key]
        if isinstance(item, h5py.Group):
            _visit(item, f"{name}/")
        elif isinstance(item, h5py.Dataset) and h5py.check_string_dtype(item.dtype) is not None:
            guard.stored_here(item, one_line(name), kinds="OS")
        else:
            guard.stored_here(item, one_line(name), kinds="fiubc")
