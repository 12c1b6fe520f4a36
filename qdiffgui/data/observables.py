"""Jet observables, vectorised over ragged jets.

Definitions: z_i = pT_i / Σ pT, ΔR_i from the jet axis, R = 0.4 the radius of the shipped jets (used for every file, so that numbers
compare). Angularities: Larkoski, Thaler, Waalewijn, arXiv:1408.3122.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qdiffgui.data.pixels import to_jets
from qdiffgui.data.ragged import Flat, flatten
from qdiffgui.data.types import Array, Images, Jets, Physical, Showers, Table
from qdiffgui.errors import DataError

R = 0.4

# GeV, by |PDG id|, of what reaches a detector; anything else is taken as massless
_MASSES = {11: 0.000511, 13: 0.105658, 22: 0.0, 130: 0.497611, 211: 0.139570, 310: 0.497611, 321: 0.493677, 2112: 0.939565,
           2212: 0.938272}  # fmt: skip


@dataclass(frozen=True)
class Observable:
    """One observable: what a plot writes on its axis, and how it is computed from jets."""

    key: str
    label: str
    unit: str
    help: str
    compute: Callable[[Jets, Flat], Array]

    def row(self) -> dict[str, Any]:
        return {"key": self.key, "label": self.label, "unit": self.unit, "help": self.help}


_BY_ID = np.zeros(max(_MASSES) + 2)
_BY_ID[list(_MASSES)] = list(_MASSES.values())


def masses(pid: Array) -> Array:
    """Mass of each particle, GeV (n,) float64, from its PDG id; 0 for ids that do not occur in jets."""
    found: Array = _BY_ID[np.minimum(np.abs(pid), len(_BY_ID) - 1)]
    return found


def four_momentum(jets: Jets, flat: Flat) -> tuple[Array, Array, Array, Array]:
    """E, px, py, pz of each jet, each (n_jets,) float64, GeV, in the frame where its axis has rapidity and azimuth 0.

    Angles are rapidities where PDG ids are known, and masses come from those; else constituents are massless.
    """
    pt = jets.pt.astype(np.float64)
    transverse = pt if jets.pid is None else np.sqrt(pt**2 + masses(jets.pid) ** 2)
    boost = np.exp(flat.x)
    return (
        flat.sum(transverse * (boost + 1 / boost) / 2), flat.sum(pt * np.cos(flat.y)), flat.sum(pt * np.sin(flat.y)),
        flat.sum(transverse * (boost - 1 / boost) / 2),
    )  # fmt: skip


def _mass(jets: Jets, flat: Flat) -> Array:
    energy, px, py, pz = four_momentum(jets, flat)
    squared: Array = np.maximum(energy**2 - px**2 - py**2 - pz**2, 0.0)
    return np.sqrt(squared)


def _pt(jets: Jets, flat: Flat) -> Array:
    pt = jets.pt.astype(np.float64)
    return np.hypot(flat.sum(pt * np.cos(flat.y)), flat.sum(pt * np.sin(flat.y)))


def _angularity(power: float, radius: float) -> Callable[[Jets, Flat], Array]:
    def compute(jets: Jets, flat: Flat) -> Array:
        return flat.sum(flat.z * (np.hypot(flat.x, flat.y) / radius) ** power)

    return compute


OBSERVABLES: dict[str, Observable] = {
    item.key: item
    for item in (
        Observable("mass", "Jet mass", "GeV", "Invariant mass of all constituents.", _mass),
        Observable(
            "multiplicity", "Constituents", "", "How many constituents.", lambda jets, flat: np.diff(jets.offsets).astype(float)
        ),
        Observable(
            "ptd", "pTD", "", "√Σ z²: 1 when one constituent has all pT.", lambda jets, flat: np.sqrt(flat.sum(flat.z**2))
        ),
        Observable("width", "Width", "", "Σ z ΔR/0.4.", _angularity(1.0, R)),
        Observable("lha", "LHA", "", "Les Houches angularity, Σ z √(ΔR/0.4).", _angularity(0.5, R)),
        Observable("girth", "Girth", "rad", "Σ z ΔR.", _angularity(1.0, 1.0)),
        Observable("pt", "Jet pT", "GeV", "Transverse momentum of the sum of all constituents.", _pt),
    )
}


_SHORT = {"ptd": "pTD", "lha": "LHA", "pt": "pT"}


def short(key: str) -> str:
    """The name of an observable where there is little room, as it is written in papers: ``pTD`` for ``ptd``."""
    return _SHORT.get(key, key)


UNITS: dict[str, str] = {key: item.unit for key, item in OBSERVABLES.items()}


def names_for(content: Physical) -> tuple[str, ...]:
    """The observables that these data have: all for jets and for images with an angle scale, the columns of a table, none for states."""
    if isinstance(content, Table):
        return tuple(content.values)
    has_angles = isinstance(content, Jets) or (isinstance(content, Images) and content.pixel_size > 0)
    return tuple(OBSERVABLES) if has_angles else ()


def observables(content: Physical, names: Sequence[str] | None = None) -> dict[str, Array]:
    """Observables of jets, by name, each (n,) float64 in the unit of ``OBSERVABLES[name].unit``; all of them by default.

    ``Images`` with an angle scale count as jets of pseudo-constituents; a ``Table`` gives what it holds. A jet without constituents
    gives 0 throughout.

    Raises
    ------
    DataError
        for quantum states, images without angle scale, unknown names, or names that a table does not hold.
    """
    chosen = tuple(names) if names is not None else tuple(content.values if isinstance(content, Table) else OBSERVABLES)
    if isinstance(content, Table):
        missing = [name for name in chosen if name not in content.values]
        if missing:
            raise DataError(
                f"The table holds {', '.join(content.values)}, not {', '.join(missing)}: choose among those it holds."
            )
        return {name: np.asarray(content.values[name], dtype=np.float64) for name in chosen}
    unknown = [name for name in chosen if name not in OBSERVABLES]
    if unknown:
        raise DataError(f"There is no observable '{unknown[0]}': choose among {', '.join(OBSERVABLES)}.")
    jets = as_jets(content)
    flat = flatten(jets)
    return {name: OBSERVABLES[name].compute(jets, flat) for name in chosen}


def as_jets(content: Physical) -> Jets:
    """Jets as they are, images as jets of pseudo-constituents; raises ``DataError`` for anything else."""
    if isinstance(content, Jets):
        return content
    if isinstance(content, Images):
        return to_jets(content)
    found = _SORTS.get(type(content), "quantum states")
    raise DataError(f"This needs jets with constituents, and these data are {found}: choose another representation or data set.")


_SORTS: dict[type, str] = {Table: "a table of observables", Showers: "calorimeter showers"}


def radial_edges(n_bins: int) -> Array:
    """Edges in ΔR, rad (n_bins + 1,): 0, then from .004 to .42 in equal ratios; the last bin also takes what lies beyond."""
    return np.concatenate([[0.0], np.geomspace(0.004, 0.42, n_bins) if n_bins > 1 else [0.42]])


def radial_bin(flat: Flat, edges: Array) -> Array:
    """Radial bin of each constituent, (n_constituents,) int64 in 0..len(edges)-2."""
    return np.minimum(np.searchsorted(edges, np.hypot(flat.x, flat.y), side="right") - 1, len(edges) - 2)
