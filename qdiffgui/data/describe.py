"""What is in a file: for ``qdiffgui check-data`` and for the page, before anything is trained on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from qdiffgui.data.files import MIN_SAMPLES
from qdiffgui.data.formats.checks import one_line
from qdiffgui.data.formats.layout import Layout
from qdiffgui.data.scan import COUNT, WIDTH, Scan
from qdiffgui.data.sniff import open_layout
from qdiffgui.errors import DataError

SCAN_BYTES = 512 << 20
"""Larger files are looked at in slices spread over them, up to this many bytes (uncompressed)."""
SIGMAS = 3.0
"""Standard errors between classes before anything is said about their labels."""
TINY = 1e-12  # classes without any spread are told apart by any difference
CUT_SHARE = 0.05
"""Share of jets that fill all places of a padded array, above which it is said that they were cut."""
MOST_DEPOSITED, LEAST_DEPOSITED = 10.0, 0.01
"""Of the incident energy: a calibrated calorimeter gives about 1, raw deposits in its sensitive layers a few percent."""


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
        scan = Scan(layout.capacity)
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


def _remarks(layout: Layout, scan: Scan) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Problems and notes."""
    problems = []
    if scan.n == layout.n and scan.n_lit < MIN_SAMPLES:
        problems.append(f"{scan.n_lit} {layout.noun}s with something in them are too few to train on: {MIN_SAMPLES} are needed.")
    notes = [*layout.notes, *_empty(layout, scan), *_labels(layout, scan), *_constituents(layout, scan), *_energies(scan)]
    if scan.n_copies:
        notes.append(
            f"{scan.n_copies:,} of {scan.n_lit:,} {layout.noun}s are exact copies of others: copies may be trained on and held out at "
            "once, which makes every figure look better than it is."
        )
    if scan.n < layout.n:
        notes.append(f"{scan.n:,} of {layout.n:,} {layout.noun}s, spread over the file, were checked number by number.")
    return tuple(problems), tuple(notes)


def _empty(layout: Layout, scan: Scan) -> Iterator[str]:
    if scan.n_lit == scan.n:
        return
    sort = "empty" if layout.key in ("energyflow", "jetnet", "qdiffgui") else "blank"
    n_blank = scan.n - scan.n_lit
    by_class = ""
    if len(layout.classes) > 1:
        counts = layout.counts() if scan.n == layout.n else {}
        shares = [f"{scan.blank.get(k, 0) / counts[name]:.0%} of {name}" for k, name in layout.classes.items() if name in counts]
        by_class = f": {', '.join(shares)}" if shares else ""
    yield f"{n_blank} of {scan.n} {layout.noun}s ({n_blank / scan.n:.0%}) are {sort} and will be left out{by_class}."


def _labels(layout: Layout, scan: Scan) -> Iterator[str]:
    """Whether gluon jets have more constituents (or lit pixels) and are wider than quark jets, as they should."""
    if not {"gluon", "quark"} <= set(layout.classes.values()):
        return
    words, sides = [], []
    for quantity in (COUNT, WIDTH):
        name, means = scan.means(quantity)
        if {0, 1} <= means.keys():
            (gluon, gluon_error), (quark, quark_error) = means[0], means[1]
            sides.append((gluon - quark) / max(float(np.hypot(gluon_error, quark_error)), TINY))
            words.append(
                f"{name} {gluon:.3g} ± {gluon_error:.2g} for label 0 (gluon), {quark:.3g} ± {quark_error:.2g} for 1 (quark)"
            )
    if not words:
        return
    strongest = max(sides, key=abs)
    if abs(strongest) < SIGMAS:
        verdict = f"the classes do not differ by {SIGMAS:g} standard errors, so the labels cannot be checked"
    elif strongest > 0:
        verdict = "gluon jets should have more, and have: the labels look right"
    else:
        verdict = "gluon jets should have more, and have less: the labels look swapped, exchange 0 and 1"
    yield f"On average: {'; '.join(words)}; {verdict}."


def _constituents(layout: Layout, scan: Scan) -> Iterator[str]:
    if layout.capacity and scan.n_lit:
        most = scan.ranges()["constituents"][1]
        if scan.n_full / scan.n_lit >= CUT_SHARE:
            yield (
                f"{scan.n_full / scan.n_lit:.0%} of the jets fill all {layout.capacity} places: softer constituents were cut off, and the "
                "number of constituents, mass and width are those of what is left."
            )
        elif most < layout.capacity:
            yield f"Zero-padded to {layout.capacity} constituents; the longest jet has {most:.0f}. Padding is not read as particles."
    if scan.n_unsorted:
        share = scan.n_unsorted / scan.n_lit
        yield f"Constituents are not in falling order of pT ({share:.0%} of the jets): nothing here needs them to be."


def _energies(scan: Scan) -> Iterator[str]:
    high = scan.ranges().get("deposited / incident energy", (0.0, 0.0, ""))[1]
    if high > MOST_DEPOSITED:
        yield (
            f"Up to {high:.3g} times the incident energy is deposited: 'showers' and 'incident_energies' may not be in one unit (MeV)."
        )
    elif 0 < high < LEAST_DEPOSITED:
        yield (
            f"At most {high:.2g} of the incident energy is deposited: 'showers' and 'incident_energies' may not be in one unit (MeV)."
        )
