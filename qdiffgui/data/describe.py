"""The content of a data file, for ``qdiffgui check-data`` and for the page, before training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from qdiffgui.config.columns import Columns
from qdiffgui.data.files import MIN_SAMPLES, mapping_note, too_small_class
from qdiffgui.data.formats.checks import one_line
from qdiffgui.data.formats.layout import Content, Layout, concatenate, lit, memory_bytes
from qdiffgui.data.observables import OBSERVABLES, UNITS, observables
from qdiffgui.data.plausibility import remarks
from qdiffgui.data.sniff import open_layout
from qdiffgui.data.types import Array, Images, Jets, Table
from qdiffgui.errors import DataError

LOOKED_AT_BYTES = 48 << 20
"""The samples up to this many bytes are compared with each other."""
SCAN_BYTES = 512 << 20
"""Larger files are checked in slices spread over the file, up to this many bytes (as 64-bit
numbers)."""


@dataclass(frozen=True)
class Description:
    """The content of a readable file.

    ``format`` and ``label`` are the key and the name of its format, ``noun`` is what a sample is
    called. ``n`` counts the samples, ``counts`` those of each class, and ``n_checked`` those whose
    values were all checked. ``shapes`` are those of the arrays in the file. ``ranges`` maps each
    quantity to (low, high, unit). ``problems`` say why a model cannot be trained on the file.
    ``mapping`` says which column is used for what, where their names are free.
    """

    file: str
    format: str
    label: str
    noun: str
    n: int
    counts: Mapping[str, int]
    shapes: Mapping[str, str]
    ranges: Mapping[str, tuple[float, float, str]]
    n_checked: int
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())
    mapping: Mapping[str, str] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        """Plain data, with ranges as ``{"low", "high", "unit"}``."""
        plain = asdict(self)
        plain["ranges"] = {
            name: {"low": low, "high": high, "unit": unit}
            for name, (low, high, unit) in self.ranges.items()
        }
        return {
            **plain,
            "problems": list(self.problems),
            "notes": list(self.notes),
            "usable": self.usable,
        }

    def lines(self) -> list[str]:
        """The description as lines of text for a terminal."""
        counts = ", ".join(f"{count:,} {name}" for name, count in self.counts.items())
        out = [f"{self.file}: {self.label}", f"{self.n:,} {self.noun}s: {counts}"]
        out += mapping_note(self.mapping)
        out += [f"{name}: {shape}" for name, shape in self.shapes.items()]
        out += [
            f"{name}: {low:.4g} to {high:.4g} {unit}".rstrip()
            for name, (low, high, unit) in self.ranges.items()
        ]
        return [*out, *self.notes, *(f"Problem: {problem}" for problem in self.problems)]


def describe(
    path: str | Path,
    *,
    inside: Path | None = None,
    columns: Columns | None = None,
    opened: Callable[[Layout], None] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Description:
    """Recognize a file, count its samples and check their values, slice by slice.

    Parameters
    ----------
    path : str or Path
        The file.
    inside : Path, optional
        Refuse files outside this folder.
    columns : Columns, optional
        What the user said about the columns of a ROOT or parquet file.
    opened : callable, optional
        Called with the layout before any sample is read.
    progress : callable, optional
        Called with the part of the file that was checked, 0 to 1.

    Returns
    -------
    Description
        What the file holds.

    Raises
    ------
    DataError
        If the file cannot be read, is of no known format, or holds values that are not physical.
    """
    with open_layout(path, inside=inside, columns=columns) as layout:
        if opened is not None:
            opened(layout)
        scan, slices = _Scan(), _spread(layout)
        for done, (start, stop) in enumerate(slices, start=1):
            scan.add(layout.read(start, stop))
            if progress is not None:
                progress(done / len(slices))
        if scan.n_lit == 0:
            raise DataError(
                f"Expected {layout.noun}s that are not empty; found {scan.n:,}, all of them empty: "
                "choose another file."
            )
        problems, notes = _remarks(layout, scan)
        return Description(
            file=one_line(Path(path).name, 120),
            format=layout.key,
            label=layout.label,
            noun=layout.noun,
            n=layout.n,
            counts=layout.counts(),
            shapes=dict(layout.shapes),
            ranges=scan.ranges(),
            n_checked=scan.n,
            problems=problems,
            notes=notes,
            mapping=dict(layout.mapping),
        )


def _spread(layout: Layout) -> list[tuple[int, int]]:
    slices = list(layout.slices())
    most = max(1, SCAN_BYTES // max(layout.sample_bytes * layout.rows_per_slice, 1))
    if len(slices) <= most:
        return slices
    return [slices[i] for i in np.unique(np.linspace(0, len(slices) - 1, most).round().astype(int))]


class _Scan:
    """Ranges of the slices that were added; ``looked_at`` are the first ones of them."""

    def __init__(self) -> None:
        self.n = self.n_lit = 0
        self._ranges: dict[str, tuple[float, float, str]] = {}
        self.looked_at: list[Content] = []
        self.has_images = False
        self._bytes = 0

    def add(self, content: Content) -> None:
        kept = content.take(np.flatnonzero(lit(content)))
        self.n += len(content)
        self.n_lit += len(kept)
        if not len(kept):
            return
        self.has_images |= isinstance(kept, Images)
        if self._bytes < LOOKED_AT_BYTES:
            self.looked_at.append(kept)
            self._bytes += memory_bytes(kept)
        if isinstance(kept, Table):
            for name, values in kept.values.items():
                self._extend(OBSERVABLES[name].label, values, UNITS[name])
            return
        if isinstance(kept, Jets):
            found = observables(kept, ("pt", "multiplicity"))
            self._extend("jet pT", found["pt"], "GeV")
            self._extend("constituents", found["multiplicity"], "")
            self._extend("ΔR", np.hypot(kept.eta, kept.phi), "rad")
        else:
            flat = kept.pixels.reshape(len(kept), -1)
            self._extend("pixels", flat, kept.unit)
            self._extend("lit pixels", (flat > 0).sum(axis=1), "")
        units = {"pt": "GeV", "m0": "GeV", "mass": "GeV", "incident_energy": "MeV"}
        for name, values in kept.facts.items():
            self._extend(f"{name} in the file", values, units.get(name, ""))

    def _extend(self, name: str, values: Array, unit: str) -> None:
        low, high, _ = self._ranges.get(name, (np.inf, -np.inf, unit))
        self._ranges[name] = (float(min(low, values.min())), float(max(high, values.max())), unit)

    def ranges(self) -> dict[str, tuple[float, float, str]]:
        return dict(self._ranges)


def _remarks(layout: Layout, scan: _Scan) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Problems and notes."""
    problems: list[str] = []
    notes = [*layout.notes, *dict.fromkeys(layout.said)]
    if scan.n == layout.n and scan.n_lit < MIN_SAMPLES:
        problems.append(
            f"Training needs at least {MIN_SAMPLES} {layout.noun}s that are not empty; this file "
            f"holds {scan.n_lit}."
        )
    if scan.n_lit < scan.n:
        empty = "empty" if layout.noun == "jet" and not scan.has_images else "blank"
        notes.append(
            f"{scan.n - scan.n_lit} of {scan.n} {layout.noun}s ({1 - scan.n_lit / scan.n:.0%}) "
            f"are {empty} and will be left out."
        )
    if few := too_small_class(layout, layout.labels):
        problems.append(few)
    if scan.looked_at:
        found = remarks(concatenate(scan.looked_at), layout.classes, layout.noun)
        problems += found.problems
        notes += found.notes
    if scan.n < layout.n:
        notes.append(
            f"The values of {scan.n:,} of {layout.n:,} {layout.noun}s, spread over the file, were "
            "checked."
        )
    return tuple(problems), tuple(notes)
