"""What goes by when a file is looked at: ranges, means of each class, copies, order and padding."""

from __future__ import annotations

import hashlib

import numpy as np

from qdiffgui.data.formats.layout import Content, lit
from qdiffgui.data.observables import OBSERVABLES, UNITS, observables
from qdiffgui.data.pixels import image_moments
from qdiffgui.data.types import Array, Images, Jets, Table

FACT_UNITS = {"pt": "GeV", "m0": "GeV", "mass": "GeV", "incident_energy": "MeV"}
COUNT, WIDTH = "count", "width"
"""What gluon jets have more of than quark jets: constituents or lit pixels, and the width."""


class Scan:
    """Extremes, means and oddities of slices of one file.

    n, n_lit : samples that went by, and those with something in them.     n_copies : those equal to an earlier one.
    n_unsorted, n_full : jets whose constituents are not in falling order of pT, and jets that fill all ``capacity`` places.
    blank : label -> samples with nothing in them.
    """

    def __init__(self, capacity: int = 0) -> None:
        self.n = self.n_lit = self.n_copies = self.n_unsorted = self.n_full = 0
        self.blank: dict[int, int] = {}
        self.capacity = capacity
        self._ranges: dict[str, tuple[float, float, str]] = {}
        self._sums: dict[str, dict[int, Array]] = {}
        self._names: dict[str, str] = {}
        self._seen: set[bytes] = set()

    def add(self, content: Content) -> None:
        """Look at one slice, as ``Layout.read`` gives it."""
        full = lit(content)
        kept = content.take(np.flatnonzero(full))
        self.n += len(content)
        self.n_lit += len(kept)
        for label, count in zip(*np.unique(content.label[~full], return_counts=True)):
            self.blank[int(label)] = self.blank.get(int(label), 0) + int(count)
        if not len(kept):
            return
        self._count_copies(kept)
        if isinstance(kept, Table):
            for name, values in kept.values.items():
                self._extend(OBSERVABLES[name].label, values, UNITS[name])
            self._compare(kept.label, "constituents", kept.values.get("multiplicity"), "width", kept.values.get("width"))
            return
        self._of_jets(kept) if isinstance(kept, Jets) else self._of_images(kept)
        for name, values in kept.facts.items():
            self._extend(f"{name} in the file", values, FACT_UNITS.get(name, ""))

    def ranges(self) -> dict[str, tuple[float, float, str]]:
        """Quantity -> (low, high, unit), empty samples left out."""
        return dict(self._ranges)

    def means(self, quantity: str) -> tuple[str, dict[int, tuple[float, float]]]:
        """The name of ``COUNT`` or ``WIDTH`` in this file, and label -> (mean, standard error); empty where there is none."""
        found = {}
        for label, (n, total, squares) in self._sums.get(quantity, {}).items():
            spread = max(squares / n - (total / n) ** 2, 0.0)
            found[label] = (float(total / n), float(np.sqrt(spread / n)))
        return self._names.get(quantity, quantity), found

    def _of_jets(self, jets: Jets) -> None:
        found = observables(jets, ("pt", "mass", "multiplicity", "ptd", "width"))
        for name, values in found.items():
            self._extend("constituents" if name == "multiplicity" else OBSERVABLES[name].label, values, UNITS[name])
        self._extend("ΔR", np.hypot(jets.eta, jets.phi), "rad")
        self._compare(jets.label, "constituents", found["multiplicity"], "width", found["width"])
        rising = np.diff(jets.pt) > 0
        rising[jets.offsets[1:-1] - 1] = False  # from one jet to the next
        self.n_unsorted += int(np.add.reduceat(np.append(rising, False), jets.offsets[:-1]).astype(bool).sum())
        self.n_full += int((found["multiplicity"] >= self.capacity).sum()) if self.capacity else 0

    def _of_images(self, images: Images) -> None:
        flat = images.pixels.reshape(len(images), -1)
        n_lit, total = (flat > 0).sum(axis=1), flat.sum(axis=1, dtype=np.float64)
        self._extend("pixels", flat, images.unit)
        self._extend("lit pixels", n_lit, "")
        self._extend("sum of pixels", total, images.unit)
        if "incident_energy" in images.facts:
            incident = images.facts["incident_energy"].astype(np.float64)
            self._extend("deposited / incident energy", total / np.where(incident > 0, incident, np.nan), "")
        if images.pixel_size > 0:
            found = observables(images, ("mass", "width"))
            self._extend("jet mass", found["mass"], "GeV" if "pt" in images.facts else images.unit)
            self._compare(images.label, "lit pixels", n_lit, "width", found["width"])
        else:
            self._compare(images.label, "lit pixels", n_lit, "RMS radius in pixels", image_moments(images.pixels)["spread"])

    def _extend(self, name: str, values: Array, unit: str) -> None:
        low, high, _ = self._ranges.get(name, (np.inf, -np.inf, unit))
        if np.isfinite(values).any():
            self._ranges[name] = (float(min(low, np.nanmin(values))), float(max(high, np.nanmax(values))), unit)

    def _compare(self, label: Array, count_name: str, count: Array | None, width_name: str, width: Array | None) -> None:
        for quantity, name, values in ((COUNT, count_name, count), (WIDTH, width_name, width)):
            if values is None:
                continue
            self._names[quantity] = name
            of = self._sums.setdefault(quantity, {})
            for key in np.unique(label):
                mine = values[label == key].astype(np.float64)
                of[int(key)] = of.get(int(key), np.zeros(3)) + np.array([len(mine), mine.sum(), np.square(mine).sum()])

    def _count_copies(self, content: Content) -> None:
        for row in _rows(content):
            key = hashlib.blake2b(row, digest_size=8).digest()
            self.n_copies += key in self._seen
            self._seen.add(key)


def _rows(content: Content) -> list[bytes]:
    """The numbers of each sample."""
    if isinstance(content, Images):
        return [image.tobytes() for image in content.pixels]
    if isinstance(content, Table):
        table = np.stack(list(content.values.values()), axis=1)
        return [row.tobytes() for row in table]
    stacked = np.stack([content.pt, content.eta, content.phi], axis=1)
    return [stacked[start:stop].tobytes() for start, stop in zip(content.offsets[:-1], content.offsets[1:])]
