"""Whether the columns of padded particles are the pT, rapidity, azimuth and PDG id that they are
read as.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qdiffgui.data.formats import checks
from qdiffgui.data.types import Array
from qdiffgui.errors import DataError

_REMAPPED = np.array(
    [22, 211, -211, 321, -321, 130, 2112, -2112, 2212, -2212, 11, -11, 13, -13, 310]
)
"""The PDG ids that EnergyFlow's ``remap_pids`` turns into 0, 0.1, 0.2, ... 1.4."""
_IN_JETS = (
    *(0, 11, 12, 13, 14, 15, 16, 22, 111, 130, 211, 221, 223, 310, 311, 321, 331, 411, 421, 431),
    *(511, 521, 531, 2112, 2212, 3112, 3122, 3212, 3222, 3312, 3322, 3334),
)
_MANY = 50
_LARGEST_ID = 2_000_000_000
_MAPPING = "'pt=0, rapidity=1, phi=2, mass=3' (with eta=1 for pseudorapidities)"


def has_remapped_ids(x: Array) -> bool:
    """Whether the ids of particles ``x`` (n, m, 4) are those of EnergyFlow's ``remap_pids``."""
    if x.shape[2] != 4:
        return False
    ids = x[:, :, 3][x[:, :, 0] > 0]
    tenths = ids * 10
    return bool(
        (ids % 1 != 0).any()
        and (np.abs(tenths - np.round(tenths)) < 1e-6).all()
        and (ids >= 0).all()
        and (tenths < len(_REMAPPED) - 0.5).all()
        and len(np.unique(ids)) > 2
    )


def original_ids(ids: Array) -> Array:
    """PDG ids from those of ``remap_pids``; others stay."""
    tenths = np.round(ids * 10)
    known = (np.abs(ids * 10 - tenths) < 1e-6) & (tenths >= 0) & (tenths < len(_REMAPPED))
    found: Array = np.where(known, _REMAPPED[np.where(known, tenths, 0).astype(int)], ids)
    return found


def require_ids(x: Array, start: int) -> None:
    """Refuse a fourth column that is no id; the error offers the mapping with masses."""
    if x.shape[2] != 4:
        return
    wrong = ((x[:, :, 3] % 1 != 0) | (np.abs(x[:, :, 3]) > _LARGEST_ID)) & (x[:, :, 0] > 0)
    if wrong.any():
        jet, particle = np.argwhere(wrong)[0]
        raise DataError(
            f"Expected PDG ids in the fourth column of 'X'; found {x[jet, particle, 3]:g} in jet "
            f"{start + int(jet)} (counted from 0): if it is the mass, set data.columns to "
            f"{_MAPPING}."
        )


def look_at(x: Array, *, remapped: bool) -> list[str]:
    """Notes on particles ``x`` (n, m, 3 or 4), those of the first jets."""
    notes = []
    kept = x[:, :, 0] > 0
    if remapped:
        notes.append("The PDG ids are those of EnergyFlow's remap_pids: they are mapped back.")
    elif x.shape[2] == 4 and kept.any():
        share = float(np.isin(np.abs(x[:, :, 3][kept]), _IN_JETS).mean())
        if share < 0.5:
            notes.append(
                f"Only {share:.0%} of the ids in the fourth column of 'X' are PDG ids of particles "
                f"in jets; others count as massless. If it is the mass, set data.columns to "
                f"{_MAPPING}."
            )
    if _angles_look_swapped(x):
        last = ", pid=3" if x.shape[2] == 4 else ""
        notes.append(
            "The second column of 'X' looks like an azimuth and the third like a rapidity: if so, "
            f"set data.columns to 'pt=0, phi=1, rapidity=2{last}'."
        )
    return notes


def _angles_look_swapped(x: Array) -> bool:
    """Whether the second column is uniform over the circle, as azimuths are, and the third is not.

    A mean of n random directions has a length of about 1/sqrt(n).
    """
    n = len(x)
    if n < _MANY:
        return False
    pt = np.maximum(x[:, :, 0], 0)
    axes = [np.angle((pt * np.exp(1j * x[:, :, column])).sum(axis=1)) for column in (1, 2)]
    first, second = (float(np.abs(np.exp(1j * axis).mean())) for axis in axes)
    by_chance = 3 / np.sqrt(n)
    return first < by_chance + 0.05 and second > by_chance + 0.1 and float(np.std(axes[1])) > 0.2


def check(values: Mapping[str, Array], per_jet: int, start: int) -> None:
    """Refuse columns (n * per_jet,) by role that are not physical."""
    for role, found in values.items():
        jets = found.reshape(-1, per_jet)
        if role in ("pt", "energy"):
            checks.not_negative(jets, "X", role, "jet", start)
        limit = checks.LARGEST_ANGLES.get(role)
        if limit is not None:
            checks.bounded(jets, limit, "X", f"values of {role}", "jet", start)
        if role == "pid" and (found % 1 != 0).any():
            raise DataError(
                "Expected PDG ids in the column of 'X' that data.columns names pid; found "
                f"{found[found % 1 != 0][0]:g}: correct data.columns."
            )
