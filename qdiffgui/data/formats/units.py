"""The unit of energies and momenta: recognized by their size or said by the user, one rule for all
formats.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from qdiffgui.data.formats.layout import Content, Layout, lit
from qdiffgui.data.observables import UNITS
from qdiffgui.data.types import Array, Images, Jets, Table

LARGEST_JET = 1e4
"""No collider makes jets of a median pT above this many GeV."""
LARGEST_CONSTITUENT = 200.0
"""Jets of many constituents do not have a median constituent pT above this many GeV."""
LOWEST_SHOWER = 250.0
"""Showers of a median incident energy below this many MeV are not measured."""
_N_LOOKED_AT = 200
_MANY = 5
_FACTS = ("pt", "mass", "m0", "incident_energy")


def in_unit(layout: Layout, wanted: str = "auto") -> Layout:
    """The layout with its energies in the unit of its format.

    Parameters
    ----------
    layout : Layout
        The file, open for reading.
    wanted : {"auto", "GeV", "MeV"}
        The unit of the numbers in the file. "auto" takes that of the format, unless the numbers
        cannot be in it; a note then says so.

    Returns
    -------
    Layout
        The same layout, or one that multiplies what it reads.
    """
    if not layout.unit:
        return layout
    notes: tuple[str, ...] = ()
    found = wanted
    if wanted == "auto":
        first = layout.read(0, max(1, min(layout.n, _N_LOOKED_AT, layout.rows_per_slice)))
        found, notes = _recognized(first, layout)
    if found == layout.unit:
        return layout
    factor = 1e-3 if found == "MeV" else 1e3
    read = layout.read
    return replace(
        layout,
        read=lambda start, stop: _times(read(start, stop), factor),
        notes=(*layout.notes, *notes),
    )


def _recognized(content: Content, layout: Layout) -> tuple[str, tuple[str, ...]]:
    """The unit of the numbers, and a note where it is not that of the format."""
    content = content.take(np.flatnonzero(lit(content)))
    if not len(content):
        return layout.unit, ()
    if layout.unit == "MeV":
        energies = content.facts.get("incident_energy") if isinstance(content, Images) else None
        if energies is None or not 0 < float(np.median(energies)) < LOWEST_SHOWER:
            return "MeV", ()
        return "GeV", (_note("incident energy", float(np.median(energies)), "GeV", "MeV"),)
    typical = _median_pt(content)
    if typical > LARGEST_JET:
        return "MeV", (_note("jet pT", typical, "MeV", "GeV"),)
    if isinstance(content, Jets):
        median = float(np.median(content.pt))
        if median > LARGEST_CONSTITUENT and float(np.median(np.diff(content.offsets))) >= _MANY:
            return "MeV", (_note("constituent pT", median, "MeV", "GeV"),)
    return "GeV", ()


def _median_pt(content: Content) -> float:
    """The median jet pT, 0 if it is not known."""
    if isinstance(content, Jets):
        values: Array | None = np.add.reduceat(content.pt.astype(np.float64), content.offsets[:-1])
    elif isinstance(content, Table):
        values = content.values.get("pt")
    else:
        values = content.facts.get("pt")
    return 0.0 if values is None or not len(values) else float(np.median(values))


def _note(what: str, typical: float, found: str, unit: str) -> str:
    change = "divided" if found == "MeV" else "multiplied"
    return (
        f"The median {what} in the file is {typical:,.0f}: energies are read as {found} and "
        f"{change} by 1000. If they are {unit}, set data.energy_unit to {unit}."
    )


def _times(content: Content, factor: float) -> Content:
    scale = np.float32(factor)
    if isinstance(content, Table):
        return replace(
            content,
            values={
                name: values * factor if UNITS.get(name) == "GeV" else values
                for name, values in content.values.items()
            },
        )
    facts = {
        name: values * scale if name in _FACTS else values for name, values in content.facts.items()
    }
    if isinstance(content, Images):
        return replace(content, pixels=content.pixels * scale, facts=facts)
    return replace(content, pt=content.pt * scale, jet_pt=content.jet_pt * scale, facts=facts)
