"""The layout of a recognized file, before its samples are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np

from qdiffgui.data.types import UNLABELLED, Array, Images, Jets, Table
from qdiffgui.errors import DataError

SLICE_BYTES = 32 << 20
"""Files are read in slices of about this many bytes (as 64-bit numbers), never whole."""
_LEAST_BYTES = 256  # what a sample takes in any case

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
        Bytes of one sample in memory, with 8 bytes a number.
    read : callable
        ``read(start, stop)`` gives these rows as ``Jets``, ``Images`` or ``Table``, checked and
        including empty samples.
    notes : tuple of str
        Sentences for the user.
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
    mapping: Mapping[str, str] = field(default_factory=dict)
    unit: str = "GeV"
    said: list[str] = field(default_factory=list)

    @property
    def rows_per_slice(self) -> int:
        """Rows per slice; what has to be unpacked together is the matter of the readers."""
        return max(1, SLICE_BYTES // max(self.sample_bytes, _LEAST_BYTES))

    def slices(self) -> Iterator[tuple[int, int]]:
        """Row ranges that cover the file in order."""
        for start in range(0, self.n, self.rows_per_slice):
            yield start, min(start + self.rows_per_slice, self.n)

    def counts(self) -> dict[str, int]:
        """Number of samples of each class by name; "unlabeled" for those without a class."""
        names = {**self.classes, UNLABELLED: "unlabeled"}
        found, counts = np.unique(self.labels, return_counts=True)
        return {names[int(label)]: int(count) for label, count in zip(found, counts)}


def number_bytes(shape: Sequence[int]) -> int:
    """Bytes of 64-bit numbers of this shape: what reading them takes, whatever their type is."""
    return 8 * int(np.prod(shape, dtype=object))


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
    """Consecutive slices of one file as one; may empty ``parts`` to save memory."""
    if isinstance(parts[0], Table):
        tables = [part for part in parts if isinstance(part, Table)]
        values = {
            name: np.concatenate([part.values[name] for part in tables]) for name in parts[0].values
        }
        return Table(values, np.concatenate([part.label for part in tables]))
    return _concatenate_facts(cast("list[Jets | Images]", parts))


def _concatenate_facts(parts: list[Jets | Images]) -> Jets | Images:
    """Jets or images as one; empties ``parts`` to save memory."""
    first = parts[0]
    facts = {name: np.concatenate([part.facts[name] for part in parts]) for name in first.facts}
    label = np.concatenate([part.label for part in parts])
    if isinstance(first, Images):
        like = replace(first, pixels=first.pixels[:0])
        del first
        return replace(like, pixels=_stacked(parts), label=label, facts=facts)
    jets = [part for part in parts if isinstance(part, Jets)]
    counts = np.concatenate([np.diff(part.offsets) for part in jets])
    ids = [part.pid for part in jets if part.pid is not None]
    with_ids = len(ids) == len(jets)
    columns = [[getattr(part, name) for part in jets] for name in ("pt", "eta", "phi", "jet_pt")]
    del first
    jets.clear()
    parts.clear()
    pt, eta, phi, jet_pt = (_freed(column) for column in columns)
    return Jets(
        pt=pt,
        eta=eta,
        phi=phi,
        offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        label=label,
        jet_pt=jet_pt,
        facts=facts,
        pid=_freed(ids) if with_ids else None,
    )


def _freed(column: list[Array]) -> Array:
    """The arrays as one; the list is emptied, which frees them."""
    found = np.concatenate(column)
    column.clear()
    return found


def _stacked(parts: list[Jets | Images]) -> Array:
    """Pixels of all parts, (n, height, width); each part is freed once it is copied, the last one
    first, so that the heap can shrink.
    """
    images = [part for part in parts if isinstance(part, Images)]
    out = np.empty((sum(map(len, images)), *images[0].pixels.shape[1:]), dtype=np.float32)
    parts.clear()
    stop = len(out)
    while images:
        part = images.pop()
        out[stop - len(part) : stop] = part.pixels
        stop -= len(part)
    return out


def memory_bytes(content: Content) -> int:
    """Bytes of memory of these samples."""
    if isinstance(content, Images):
        found = content.pixels.nbytes + sum(column.nbytes for column in content.facts.values())
    elif isinstance(content, Jets):
        found = 16 * len(content.pt) + content.offsets.nbytes + content.jet_pt.nbytes
    else:
        found = sum(column.nbytes for column in content.values.values())
    return found + content.label.nbytes


def lit(content: Content) -> Array:
    """Which samples are not empty, (n,) bool."""
    if isinstance(content, Table):
        return np.ones(len(content), dtype=bool)
    if isinstance(content, Images):
        found: Array = np.any(content.pixels, axis=tuple(range(1, content.pixels.ndim)))
        return found
    return np.diff(content.offsets) > 0
