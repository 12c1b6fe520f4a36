"""What a recognised file is, before any sample of it has been read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from qdiffgui.data.types import UNLABELLED, Array, Images, Jets, Table
from qdiffgui.errors import DataError

SLICE_BYTES = 32 << 20
"""Files are read in slices of about this many bytes (uncompressed), never whole."""

QUARK_GLUON = {0: "gluon", 1: "quark"}

Content = Jets | Images | Table
"""What a file may hold."""


@dataclass(frozen=True)
class Layout:
    """A file of a known layout, open for reading.

    key, label : name of the layout, for programs and for people.      n : samples.      noun : what a sample is ("jet", "image", ...).
    labels : (n,) int8, -1 unknown.     classes : label -> name.     shapes : name in the file -> "(200, 102, 4) float64".
    sample_bytes : uncompressed bytes of one sample in the file.        chunk_rows : rows that are unpacked together.
    read(start, stop) : ``Jets``, ``Images`` or a ``Table`` of those rows, checked; empty ones are still in.
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

    @property
    def rows_per_slice(self) -> int:
        """Whole chunks, so that none is unpacked twice, unless they are very long."""
        rows = max(1, SLICE_BYTES // max(self.sample_bytes, 1))
        if self.chunk_rows * self.sample_bytes > 8 * SLICE_BYTES:
            return rows
        return max(rows // self.chunk_rows, 1) * self.chunk_rows

    def slices(self) -> Iterator[tuple[int, int]]:
        """Row ranges that cover the file in order."""
        for start in range(0, self.n, self.rows_per_slice):
            yield start, min(start + self.rows_per_slice, self.n)

    def counts(self) -> dict[str, int]:
        """Samples of each class by name; "unlabelled" for those without."""
        names = {**self.classes, UNLABELLED: "unlabelled"}
        found, counts = np.unique(self.labels, return_counts=True)
        return {names[int(label)]: int(count) for label, count in zip(found, counts)}


def labels_of(values: Array, n: int, *, name: str, known: Mapping[int, str]) -> Array:
    """Labels (n,) int8 from what a file says, checked against the known classes; -1 stands for unlabelled.

    Raises
    ------
    DataError
        if there are more or fewer labels than samples, or one that is no known class.
    """
    flat = np.asarray(values).reshape(-1)
    if len(flat) != n:
        raise DataError(f"Expected one label in '{name}' for each of {n} samples; found {len(flat)} labels: write the file anew.")
    meant = ", ".join(f"{label} ({text})" for label, text in known.items())
    strange = ~np.isin(flat, [UNLABELLED, *known])
    if strange.any():
        raise DataError(f"Expected the labels {meant} in '{name}'; found {flat[strange][0]:g}: translate the labels.")
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
        values = {name: np.concatenate([part.values[name] for part in tables]) for name in first.values}
        return Table(values, np.concatenate([part.label for part in tables]))
    return _concatenate_facts([part for part in parts if not isinstance(part, Table)])


def _concatenate_facts(parts: list[Jets | Images]) -> Jets | Images:
    """Jets or images; empties ``parts`` on the way."""
    first = parts[0]
    facts = {name: np.concatenate([part.facts[name] for part in parts]) for name in first.facts}
    label = np.concatenate([part.label for part in parts])
    if isinstance(first, Images):
        return replace(first, pixels=_stacked(parts), label=label, facts=facts)
    jets = [part for part in parts if isinstance(part, Jets)]
    counts = np.concatenate([np.diff(part.offsets) for part in jets])
    ids = [part.pid for part in jets if part.pid is not None]
    return Jets(
        pt=np.concatenate([part.pt for part in jets]), eta=np.concatenate([part.eta for part in jets]),
        phi=np.concatenate([part.phi for part in jets]), offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        label=label, jet_pt=np.concatenate([part.jet_pt for part in jets]), facts=facts,
        pid=np.concatenate(ids) if len(ids) == len(jets) else None,
    )  # fmt: skip


def _stacked(parts: list[Jets | Images]) -> Array:
    """Pixels of all parts, (n, height, width); each part is let go once it is copied."""
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
    """Which samples hold anything at all: (n,) bool."""
    if isinstance(content, Table):
        return np.ones(len(content), dtype=bool)
    if isinstance(content, Images):
        found: Array = np.any(content.pixels, axis=tuple(range(1, content.pixels.ndim)))
        return found
    return np.diff(content.offsets) > 0
