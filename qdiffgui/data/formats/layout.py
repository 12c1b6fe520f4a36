"""The layout of a recognized file, before its samples are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from qdiffgui.data.types import UNLABELLED, Array, Images, Jets, Table
from qdiffgui.errors import DataError

SLICE_BYTES = 32 << 20
"""Files are read in slices of about this many bytes (uncompressed), never whole."""

QUARK_GLUON = {0: "gluon", 1: "quark"}

Content = Jets | Images | Table
"""What a data file can hold."""


class Format(Protocol):
    """A file format: what ``catalog.formats`` names. A module with these two functions will do.

    ``source`` is the open file, see ``container`` in ``catalog.formats``.
    """

    def matches(self, source: Any) -> bool:
        """Whether the file is of this format; reads names or the first bytes only."""

    def open_layout(self, source: Any, path: Path, channels: str = "sum") -> Layout:
        """Check the headers and the labels, and describe the file.

        ``channels`` ("sum", "tracks" or "separate") concerns images of several channels only.
        Raises ``DataError`` if the file is not valid. If the names of the columns are free, the
        format has an attribute ``COLUMNS = True`` and receives a fourth argument ``columns``, see
        ``formats.columns.Columns``.
        """


@dataclass(frozen=True)
class Layout:
    """A file of a known format, open for reading.

    Parameters
    ----------
    key, label : str
        Key and name of the format.
    n : int
        Number of samples.
    noun : str
        What a sample is called ("jet", "image", "shower").
    labels : ndarray, shape (n,), int8
        Classes, -1 if unknown.
    classes : mapping of int to str
        Label to name.
    shapes : mapping of str to str
        Name in the file to shape and type, such as "(200, 102, 4) float64".
    sample_bytes : int
        Uncompressed bytes of one sample.
    read : callable
        ``read(start, stop)`` gives these rows as ``Jets``, ``Images`` or ``Table``, checked and
        including empty samples.
    notes : tuple of str
        Sentences for the user.
    chunk_rows : int
        Number of rows that are unpacked together.
    mapping : mapping of str to str
        For formats whose columns have no fixed names: role to column, see ``formats.columns``.
    unit : {"GeV", "MeV", ""}
        Unit of the energies that ``read`` gives; "" if they are not energies.
    said : list of str
        Sentences that ``read`` adds, each once, on what it found.
    """

    key: str
    label: str
    n: int
    noun: str
    labels: Array
    classes: Mapping[int, str]
    shapes: Mapping[str, str]
    sample_bytes: int
    read: Callable[[int, int], Content]
    notes: tuple[str, ...] = field(default=())
    chunk_rows: int = 1
    mapping: Mapping[str, str] = field(default_factory=dict)
    unit: str = "GeV"
    said: list[str] = field(default_factory=list)

    @property
    def rows_per_slice(self) -> int:
        """Rows per slice: whole chunks, so that none is unpacked twice, unless they are long."""
        rows = max(1, SLICE_BYTES // max(self.sample_bytes, 1))
        if self.chunk_rows * self.sample_bytes > 8 * SLICE_BYTES:
            return rows
        return max(rows // self.chunk_rows, 1) * self.chunk_rows

    def slices(self) -> Iterator[tuple[int, int]]:
        """Row ranges that cover the file in order."""
        for start in range(0, self.n, self.rows_per_slice):
            yield start, min(start + self.rows_per_slice, self.n)

    def counts(self) -> dict[str, int]:
        """Number of samples of each class by name; "unlabeled" for those without a class."""
        names = {**self.classes, UNLABELLED: "unlabeled"}
        found, counts = np.unique(self.labels, return_counts=True)
        return {names[int(label)]: int(count) for label, count in zip(found, counts)}


def labels_of(values: Array, n: int, *, name: str, known: Mapping[int, str]) -> Array:
    """Labels (n,) int8 from the numbers in a file, checked against the known classes; -1 means
    unlabeled. ``labels.read_labels`` understands other spellings, too.

    Raises
    ------
    DataError
        If there are more or fewer labels than samples, or if one is not a known class.
    """
    flat = np.asarray(values).reshape(-1)
    if len(flat) != n:
        raise DataError(
            f"Expected one label in '{name}' for each of {n} samples; found {len(flat)} labels: "
            "write one per sample."
        )
    meant = ", ".join(f"{label} ({text})" for label, text in known.items())
    strange = ~np.isin(flat, [UNLABELLED, *known])
    if strange.any():
        raise DataError(
            f"Expected the labels {meant} in '{name}'; found {flat[strange][0]:g}: convert the "
            "labels."
        )
    return flat.astype(np.int8)


def used_classes(labels: Array, known: Mapping[int, str]) -> dict[int, str]:
    """The known classes that occur."""
    found = set(np.unique(labels).tolist())
    return {label: name for label, name in known.items() if label in found}


def concatenate(parts: list[Content]) -> Content:
    """Consecutive slices of one file as one."""
    first = parts[0]
    if isinstance(first, Table):
        tables = [part for part in parts if isinstance(part, Table)]
        values = {
            name: np.concatenate([part.values[name] for part in tables]) for name in first.values
        }
        return Table(values, np.concatenate([part.label for part in tables]))
    return _concatenate_facts([part for part in parts if not isinstance(part, Table)])


def _concatenate_facts(parts: list[Jets | Images]) -> Jets | Images:
    """Jets or images as one; may empty ``parts`` to save memory."""
    first = parts[0]
    facts = {name: np.concatenate([part.facts[name] for part in parts]) for name in first.facts}
    label = np.concatenate([part.label for part in parts])
    if isinstance(first, Images):
        return replace(first, pixels=_stacked(parts), label=label, facts=facts)
    jets = [part for part in parts if isinstance(part, Jets)]
    counts = np.concatenate([np.diff(part.offsets) for part in jets])
    ids = [part.pid for part in jets if part.pid is not None]
    return Jets(
        pt=np.concatenate([part.pt for part in jets]),
        eta=np.concatenate([part.eta for part in jets]),
        phi=np.concatenate([part.phi for part in jets]),
        offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        label=label,
        jet_pt=np.concatenate([part.jet_pt for part in jets]),
        facts=facts,
        pid=np.concatenate(ids) if len(ids) == len(jets) else None,
    )


def _stacked(parts: list[Jets | Images]) -> Array:
    """Pixels of all parts, (n, height, width); each part is freed once it is copied."""
    images = [part for part in parts if isinstance(part, Images)]
    out = np.empty((sum(map(len, images)), *images[0].pixels.shape[1:]), dtype=np.float32)
    parts.clear()
    images.reverse()
    start = 0
    while images:
        part = images.pop()
        out[start : start + len(part)] = part.pixels
        start += len(part)
    return out


def lit(content: Content) -> Array:
    """Which samples are not empty, (n,) bool."""
    if isinstance(content, Table):
        return np.ones(len(content), dtype=bool)
    if isinstance(content, Images):
        found: Array = np.any(content.pixels, axis=tuple(range(1, content.pixels.ndim)))
        return found
    return np.diff(content.offsets) > 0
