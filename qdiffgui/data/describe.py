"""What is in a file: for ``qdiffgui check-data`` and for the page, before anything is trained on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from qdiffgui.data.files import MIN_SAMPLES
from qdiffgui.data.formats.checks import one_line
from qdiffgui.data.formats.layout import Content, Layout, lit
from qdiffgui.data.observables import OBSERVABLES, UNITS, observables
from qdiffgui.data.sniff import open_layout
from qdiffgui.data.types import Array, Jets, Table
from qdiffgui.errors import DataError

SCAN_BYTES = 512 << 20
"""Larger files are looked at in slices spread over them, up to this many bytes (uncompressed)."""


@dataclass(frozen=True)
class Description:
    """A readable file.

    format : key of the layout.      label : its name for people.      n : samples.      counts : class -> samples.
    shapes : as in the file.       ranges : quantity -> (low, high, unit).        n_checked : samples whose every number was looked at.
    problems : why it cannot be trained on as it is.       notes : what one should know.
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

    @property
    def usable(self) -> bool:
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        """Plain data; ranges as objects {"low", "high", "unit"}."""
        plain = asdict(self)
        plain["ranges"] = {name: {"low": low, "high": high, "unit": unit} for name, (low, high, unit) in self.ranges.items()}
        return {**plain, "problems": list(self.problems), "notes": list(self.notes), "usable": self.usable}

    def lines(self) -> list[str]:
        """Sentences and short lists for a terminal."""
        counts = ", ".join(f"{count:,} {name}" for name, count in self.counts.items())
        out = [f"{self.file}: {self.label}", f"{self.n:,} {self.noun}s: {counts}"]
        out += [f"{name}: {shape}" for name, shape in self.shapes.items()]
        out += [f"{name}: {low:.4g} to {high:.4g} {unit}".rstrip() for name, (low, high, unit) in self.ranges.items()]
        return [*out, *self.notes, *(f"Problem: {problem}" for problem in self.problems)]


def describe(path: str | Path, *, inside: Path | None = None) -> Description:
    """Look at a file: recognise, count and check it, in slices.

    Raises
    ------
    DataError
        one sentence that says why the file is refused.
    """
    with open_layout(path, inside=inside) as layout:
        scan = _Scan()
        for start, stop in _spread(layout):
            scan.add(layout.read(start, stop))
        if scan.n_lit == 0:
            raise DataError(
                f"Expected {layout.noun}s with something in them; found {scan.n:,} that are all empty: choose another file."
            )
        problems, notes = _remarks(layout, scan)
        return Description(
            file=one_line(Path(path).name, 120), format=layout.key, label=layout.label, noun=layout.noun, n=layout.n,
            counts=layout.counts(), shapes=dict(layout.shapes), ranges=scan.ranges(), n_checked=scan.n, problems=problems, notes=notes,
        )  # fmt: skip


def _spread(layout: Layout) -> list[tuple[int, int]]:
    slices = list(layout.slices())
    most = max(1, SCAN_BYTES // max(layout.sample_bytes * layout.rows_per_slice, 1))
    if len(slices) <= most:
        return slices
    return [slices[i] for i in np.unique(np.linspace(0, len(slices) - 1, most).round().astype(int))]


class _Scan:
    """Extremes and means of what went by."""

    def __init__(self) -> None:
        self.n = self.n_lit = 0
        self._ranges: dict[str, tuple[float, float, str]] = {}
        self._lit_pixels: dict[int, list[float]] = {}

    def add(self, content: Content) -> None:
        kept = content.take(np.flatnonzero(lit(content)))
        self.n += len(content)
        self.n_lit += len(kept)
        if not len(kept):
            return
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
            self._count_lit(kept.label, (flat > 0).sum(axis=1))
        units = {"pt": "GeV", "m0": "GeV", "mass": "GeV", "incident_energy": "MeV"}
        for name, values in kept.facts.items():
            self._extend(f"{name} in the file", values, units.get(name, ""))

    def _extend(self, name: str, values: Array, unit: str) -> None:
        low, high, _ = self._ranges.get(name, (np.inf, -np.inf, unit))
        self._ranges[name] = (float(min(low, values.min())), float(max(high, values.max())), unit)

    def _count_lit(self, label: Array, n_lit: Array) -> None:
        for key in np.unique(label):
            total = self._lit_pixels.setdefault(int(key), [0.0, 0.0])
            total[0] += float(n_lit[label == key].sum())
            total[1] += float((label == key).sum())

    def lit_pixels(self) -> dict[int, float]:
        """Mean number of lit pixels of each class, blank images left out."""
        return {label: total / count for label, (total, count) in self._lit_pixels.items()}

    def ranges(self) -> dict[str, tuple[float, float, str]]:
        return dict(self._ranges)


def _remarks(layout: Layout, scan: _Scan) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Problems and notes."""
    problems, notes = [], list(layout.notes)
    if scan.n == layout.n and scan.n_lit < MIN_SAMPLES:
        problems.append(f"{scan.n_lit} {layout.noun}s with something in them are too few to train on: {MIN_SAMPLES} are needed.")
    if scan.n_lit < scan.n:
        sort = "empty" if layout.key in ("energyflow", "jetnet", "qdiffgui") else "blank"
        notes.append(
            f"{scan.n - scan.n_lit} of {scan.n} {layout.noun}s ({1 - scan.n_lit / scan.n:.0%}) are {sort} and will be left out."
        )
    lit_pixels = scan.lit_pixels()
    if 0 in lit_pixels and 1 in lit_pixels:
        gluon, quark = lit_pixels[0], lit_pixels[1]
        verdict = "as gluon jets should have more, the labels look right" if gluon > quark else (
            "gluon jets should have more: the labels may be swapped"
        )  # fmt: skip
        notes.append(f"Lit pixels on average: {gluon:.1f} for label 0 (gluon), {quark:.1f} for label 1 (quark); {verdict}.")
    if scan.n < layout.n:
        notes.append(f"{scan.n:,} of {layout.n:,} {layout.noun}s, spread over the file, were checked number by number.")
    return tuple(problems), tuple(notes)
