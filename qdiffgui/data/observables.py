"""Jet observables, vectorized over ragged jets.

With z_i = pT_i / Σ pT, ΔR_i the distance from the jet axis, and R = 0.4, the radius of the shipped
jets (used for every file, so that values compare). Angularities: Larkoski, Thaler and Waalewijn,
arXiv:1408.3122. C2, D2 and τ21: ``data.substructure``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qdiffgui.data import substructure
from qdiffgui.data.pixels import to_jets
from qdiffgui.data.ragged import Flat, flatten
from qdiffgui.data.types import Array, Images, Jets, Physical, Showers, Table
from qdiffgui.errors import DataError

R = 0.4

# GeV, by |PDG id|, of particles that reach a detector; others count as massless
_MASSES = {
    11: 0.000511,
    13: 0.105658,
    22: 0.0,
    130: 0.497611,
    211: 0.139570,
    310: 0.497611,
    321: 0.493677,
    2112: 0.939565,
    2212: 0.938272,
}


@dataclass(frozen=True)
class Observable:
    """One observable: its label and unit on an axis, and its function of jets."""

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
    """Mass of each particle in GeV, (n,) float64, from its PDG id; 0 for ids that do not occur in
    jets.
    """
    found: Array = _BY_ID[np.minimum(np.abs(pid), len(_BY_ID) - 1)]
    return found


def four_momentum(jets: Jets, flat: Flat) -> tuple[Array, Array, Array, Array]:
    """E, px, py and pz of each jet in GeV, each (n_jets,) float64, in the frame where its axis has
    rapidity and azimuth 0.

    If PDG ids are known, the angles are rapidities and the masses follow from the ids. Otherwise
    constituents count as massless.
    """
    pt = jets.pt.astype(np.float64)
    transverse = pt if jets.pid is None else np.sqrt(pt**2 + masses(jets.pid) ** 2)
    boost = np.exp(flat.x)
    return (
        flat.sum(transverse * (boost + 1 / boost) / 2),
        flat.sum(pt * np.cos(flat.y)),
        flat.sum(pt * np.sin(flat.y)),
        flat.sum(transverse * (boost - 1 / boost) / 2),
    )


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
            "multiplicity",
            "Constituents",
            "",
            "Number of constituents.",
            lambda jets, flat: np.diff(jets.offsets).astype(float),
        ),
        Observable(
            "ptd",
            "pTD",
            "",
            "√Σ z²: 1 if one constituent carries all pT.",
            lambda jets, flat: np.sqrt(flat.sum(flat.z**2)),
        ),
        Observable("width", "Width", "", "Σ z ΔR/0.4.", _angularity(1.0, R)),
        Observable("lha", "LHA", "", "Les Houches angularity, Σ z √(ΔR/0.4).", _angularity(0.5, R)),
        Observable("girth", "Girth", "rad", "Σ z ΔR.", _angularity(1.0, 1.0)),
        Observable(
            "pt",
            "Jet pT",
            "GeV",
            "Transverse momentum of the four-momentum sum of all constituents.",
            _pt,
        ),
        Observable(
            "c2",
            "C2",
            "",
            "Ratio e₃/e₂² of energy correlations, β = 1 (rad); 0 below three particles.",
            lambda jets, flat: substructure.c2(flat),
        ),
        Observable(
            "d2",
            "D2",
            "",
            "Ratio e₃/e₂³ of energy correlations, β = 1 (rad); 0 below three particles.",
            lambda jets, flat: substructure.d2(flat),
        ),
        Observable(
            "tau21",
            "τ21",
            "",
            "N-subjettiness ratio τ₂/τ₁, β = 1, kT axes (winner-take-all); 0 below three.",
            lambda jets, flat: substructure.tau21(flat),
        ),
    )
}


_SHORT = {"ptd": "pTD", "lha": "LHA", "pt": "pT", "c2": "C2", "d2": "D2", "tau21": "τ21"}


def short(key: str) -> str:
    """Short name of an observable, as in papers: ``pTD`` for ``ptd``."""
    return _SHORT.get(key, key)


UNITS: dict[str, str] = {key: item.unit for key, item in OBSERVABLES.items()}


def names_for(content: Physical) -> tuple[str, ...]:
    """The observables of these data: all for jets and for images with an angular scale, the columns
    of a table, none for quantum states and showers.
    """
    if isinstance(content, Table):
        return tuple(content.values)
    has_angles = isinstance(content, Jets) or (
        isinstance(content, Images) and content.pixel_size > 0
    )
    return tuple(OBSERVABLES) if has_angles else ()


def observables(content: Physical, names: Sequence[str] | None = None) -> dict[str, Array]:
    """Observables of jets.

    ``Images`` with an angular scale count as jets of pseudo-constituents. The observables of a jet
    without constituents are 0.

    Parameters
    ----------
    content : Jets, Images or Table
        The jets (GeV, rad).
    names : sequence of str, optional
        Which observables; by default all, or those of the table.

    Returns
    -------
    dict of str to ndarray, shape (n,), float64
        Values by name, in the unit ``UNITS[name]``.

    Raises
    ------
    DataError
        For quantum states, images without an angular scale, unknown names, and names that a table
        does not hold.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.data.observables import observables
    >>> from qdiffgui.data.types import Jets
    >>> two = np.array([60, 40], np.float32)
    >>> jets = Jets(two, two / 1000, two * 0, np.array([0, 2]), np.array([0]), np.array([100.0]))
    >>> {name: round(float(v[0]), 3) for name, v in observables(jets, ["ptd", "pt"]).items()}
    {'ptd': 0.721, 'pt': 100.0}
    """
    chosen = (
        tuple(names)
        if names is not None
        else tuple(content.values if isinstance(content, Table) else OBSERVABLES)
    )
    if isinstance(content, Table):
        missing = [name for name in chosen if name not in content.values]
        if missing:
            raise DataError(
                f"The table has {', '.join(content.values)}, but not {', '.join(missing)}: choose "
                "from those it has."
            )
        return {name: np.asarray(content.values[name], dtype=np.float64) for name in chosen}
    unknown = [name for name in chosen if name not in OBSERVABLES]
    if unknown:
        raise DataError(
            f"There is no observable '{unknown[0]}': choose from {', '.join(OBSERVABLES)}."
        )
    jets = as_jets(content)
    flat = flatten(jets)
    return {name: OBSERVABLES[name].compute(jets, flat) for name in chosen}


def as_jets(content: Physical) -> Jets:
    """Jets unchanged, and images as jets of pseudo-constituents. Raises ``DataError`` for other
    data.
    """
    if isinstance(content, Jets):
        return content
    if isinstance(content, Images):
        return to_jets(content)
    found = _KINDS.get(type(content), "quantum states")
    raise DataError(
        f"Expected jets with constituents; these data are {found}: choose another representation "
        "or data set."
    )


_KINDS: dict[type, str] = {Table: "a table of observables", Showers: "calorimeter showers"}


def radial_edges(n_bins: int) -> Array:
    """Bin edges in ΔR (rad), (n_bins + 1,): 0, then 0.004 to 0.42 in equal ratios. The last bin
    also holds what lies beyond.
    """
    return np.concatenate([[0.0], np.geomspace(0.004, 0.42, n_bins) if n_bins > 1 else [0.42]])


def radial_bin(flat: Flat, edges: Array) -> Array:
    """Radial bin of each constituent, (n_constituents,) int64 in 0..len(edges)-2."""
    return np.minimum(
        np.searchsorted(edges, np.hypot(flat.x, flat.y), side="right") - 1, len(edges) - 2
    )
