"""Checks of the files of an imported run, so that all later readers can rely on them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, ValidationError, model_validator

from qdiffgui import file_layout
from qdiffgui.data.formats.checks import one_line
from qdiffgui.data.hdf5 import open_untrusted, walk
from qdiffgui.errors import DataError
from qdiffgui.events import MOST_LINE, from_json, is_header
from qdiffgui.runs.files import read_json
from qdiffgui.runs.preview_checks import Part, Profile, Trajectory

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
            raise ValueError("the number of bins must be the number of edges minus one")
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


def check_files(folder: Path, bundle: str) -> None:
    """Check all files of a run in ``folder`` except its settings and status.

    Raises ``DataError`` for the first wrong file.
    """
    tests: dict[str, Callable[[Path], None]] = {
        "metrics.json": _model(_Report),
        "trajectory.json": _model(Trajectory),
        "film.json": _model(Trajectory),
        "environment.json": _mapping,
        "events.jsonl": _events,
        "model.h5": _hdf5,
        "samples.h5": _hdf5,
        "checkpoint.h5": _hdf5,
    }
    for name, test in tests.items():
        path = folder / name
        if not path.exists():
            continue
        try:
            test(path)
        except (ValidationError, ValueError, OSError, RuntimeError, KeyError) as error:
            reason = str(error).rstrip(".") if isinstance(error, DataError) else _first(error)
            raise DataError(
                f"The {name} in '{bundle}' is not valid ({reason}): nothing was imported."
            ) from error


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
        raise ValueError("expected a JSON object")


def _events(path: Path) -> None:
    """Check line by line. The last line may be incomplete: a killed run leaves it so."""
    with path.open("rb") as stream:
        while line := stream.readline(MOST_LINE):
            if len(line) == MOST_LINE:
                raise ValueError(f"a line is longer than {MOST_LINE >> 20} MB")
            if line.endswith(b"\n") and not is_header(line):
                from_json(line)


def _hdf5(path: Path) -> None:
    """Check the format: no links, and every array is stored in the file in its declared size."""
    with open_untrusted(path) as file:
        wanted = _FORMATS.get(path.name)
        if wanted is not None and file.attrs.get("format") != wanted:
            raise ValueError(f"expected the format {wanted}")
        if path.name == "checkpoint.h5":
            file_layout.require_readable("The checkpoint", file.attrs.get("layout"))
        for _ in walk(file, kinds="fiubcSO"):
            pass
