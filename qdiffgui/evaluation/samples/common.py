"""Both sides of a comparison in one form, so that no difference of file formats counts as one of
the samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from qdiffgui.data.formats.calo_challenge import GEOMETRIES
from qdiffgui.data.observables import OBSERVABLES, observables
from qdiffgui.data.ragged import flatten
from qdiffgui.data.showers import as_showers
from qdiffgui.data.types import (
    Array,
    Densities,
    Images,
    Jets,
    Physical,
    Points,
    Showers,
    States,
    Table,
)
from qdiffgui.errors import DataError


@dataclass(frozen=True)
class VoxelShowers(Showers):
    """Showers with the energies of their voxels, ``voxels`` (n, n_voxels) float32, GeV."""

    voxels: Array = field(default_factory=lambda: np.zeros((0, 0), np.float32))

    def take(self, index: Array) -> Self:
        return replace(super().take(index), voxels=self.voxels[index])


_NOUNS: dict[type, str] = {
    Jets: "jets with constituents",
    Images: "images",
    Table: "a table of observables",
    Points: "points in a plane",
    Showers: "calorimeter showers",
    States: "pure quantum states",
    Densities: "mixed quantum states",
}
_FULL = 0.1
_RELATIVE, _GEV = 2.0, 10.0


def to_common(
    contents: Sequence[Physical], names: Sequence[str]
) -> tuple[list[Physical], list[str]]:
    """Samples in one form, and notes on what was changed.

    Voxels become layer energies if another sample has no voxels. Jets and a table of observables
    become tables of the shared observables. Jets of files that keep only the leading constituents
    are compared on these; PDG ids are dropped unless all have them; jets in units of their own pT
    make all jets so.

    Parameters
    ----------
    contents : sequence of Physical
        Generated samples, reference and, if there are any, training samples.
    names : sequence of str
        Their names, for messages.

    Returns
    -------
    list of Physical, list of str

    Raises
    ------
    DataError
        If the samples are not of one kind.
    """
    kinds = {type(content) for content in contents}
    if kinds == {Jets}:
        return _common_jets([c for c in contents if isinstance(c, Jets)], names)
    if all(_is_shower(content) for content in contents):
        return _common_showers(contents, names), []
    if kinds <= {Jets, Table}:
        return _common_tables(contents, names)
    if len(kinds) > 1:
        raise DataError(
            "Expected samples of one kind; "
            f"{', '.join(f'{name} holds {_noun(c)}' for name, c in zip(names, contents))}: "
            "compare files of one kind."
        )
    shapes = {_shape(content) for content in contents}
    if len(shapes) > 1:
        raise DataError(
            "Expected samples of one shape; "
            f"{', '.join(f'{name} has {_shape(c)}' for name, c in zip(names, contents))}."
        )
    return list(contents), []


def _is_shower(content: Physical) -> bool:
    return isinstance(content, Showers) or (
        isinstance(content, Images) and "incident_energy" in content.facts
    )


def _noun(content: Physical) -> str:
    return "calorimeter showers" if _is_shower(content) else _NOUNS[type(content)]


def _shape(content: Physical) -> tuple[Any, ...]:
    if isinstance(content, Images):
        return (*content.pixels.shape[1:], content.pixel_size)
    if isinstance(content, States):
        return content.psi.shape[1:]
    return content.rho.shape[1:] if isinstance(content, Densities) else ()


def _common_showers(contents: Sequence[Physical], names: Sequence[str]) -> list[Physical]:
    showers = [as_showers(content) for content in contents]
    layers = [side.layers.shape[1] for side in showers]
    if len(set(layers)) > 1:
        raise DataError(
            "Expected showers in one calorimeter; "
            f"{', '.join(f'{name} has {n} layers' for name, n in zip(names, layers))}."
        )
    widths = {c.pixels.shape[2] if isinstance(c, Images) else 0 for c in contents}
    if len(widths) > 1 or 0 in widths:
        return list(showers)
    return [
        _with_voxels(side, content)
        for side, content in zip(showers, contents)
        if isinstance(content, Images)
    ]


def _with_voxels(showers: Showers, images: Images) -> VoxelShowers:
    """Showers with the voxels of images whose rows are layers, without the padding of layers with
    fewer voxels than the widest one.
    """
    gev = np.float32(1e-3 if images.unit == "MeV" else 1.0)
    n_layers, width = images.pixels.shape[1:]
    there = np.ones((n_layers, width), bool)
    for geometry in GEOMETRIES.values():
        sizes = [n_alpha * n_r for n_alpha, n_r in geometry.layers]
        if len(sizes) == n_layers and max(sizes) == width:
            there = np.arange(width) < np.array(sizes)[:, None]
    return VoxelShowers(
        showers.layers, showers.incident, showers.label, images.pixels[:, there] * gev
    )


def _common_tables(
    contents: Sequence[Physical], names: Sequence[str]
) -> tuple[list[Physical], list[str]]:
    tables = [c for c in contents if isinstance(c, Table)]
    shared = [
        name for name in tables[0].values if all(name in table.values for table in tables[1:])
    ]
    if len(tables) < len(contents):
        shared = [name for name in shared if name in OBSERVABLES]
    if not shared:
        raise DataError(
            "Expected observables that all samples have; "
            f"{', '.join(f'{name} has {_columns(c)}' for name, c in zip(names, contents))}."
        )
    dropped = sorted({name for table in tables for name in table.values} - set(shared))
    notes = [f"Left out, because not all samples have it: {', '.join(dropped)}."] if dropped else []
    return [Table(observables(c, shared), c.label) for c in contents], notes


def _columns(content: Physical) -> str:
    return ", ".join(content.values) if isinstance(content, Table) else "constituents"


def _common_jets(jets: list[Jets], names: Sequence[str]) -> tuple[list[Physical], list[str]]:
    notes: list[str] = []
    without = [name for name, side in zip(names, jets) if side.pid is None]
    if without and len(without) < len(jets):
        jets = [replace(side, pid=None) for side in jets]
        notes.append(
            f"PDG ids are not used, because {' and '.join(without)} has none: all constituents "
            "count as massless. If one file has rapidities and another pseudorapidities, the "
            "difference counts as one of the samples."
        )
    jets, cut = _equally_many(jets)
    if cut:
        notes.append(
            f"Only the {cut} leading constituents of each jet are compared: one of the files holds "
            "no more."
        )
    units = [_typical_pt(side) for side in jets]
    if min(units) < _RELATIVE and max(units) > _GEV:
        jets = [
            _in_units_of_jet_pt(side) if pt >= _RELATIVE else side for side, pt in zip(jets, units)
        ]
        notes.append(
            "One of the samples has pT relative to the jet: all are compared in units of jet pT, "
            "so mass and pT are fractions of it."
        )
    return list(jets), notes


def _equally_many(jets: list[Jets]) -> tuple[list[Jets], int]:
    """Jets cut to the same number of leading constituents, and this number; 0 if none is cut.

    A sample counts as cut if at least a tenth of its jets hold exactly the largest number.
    """
    most = [int(np.diff(side.offsets).max(initial=0)) for side in jets]
    full = [
        n
        for side, n in zip(jets, most)
        if np.mean(np.diff(side.offsets) == n) >= _FULL and n < max(most)
    ]
    if not full:
        return jets, 0
    return [_leading(side, min(full)) for side in jets], min(full)


def _leading(jets: Jets, n: int) -> Jets:
    counts = np.diff(jets.offsets)
    if counts.max(initial=0) <= n:
        return jets
    jet = np.repeat(np.arange(len(jets)), counts)
    order = np.lexsort((-jets.pt, jet))
    rank = np.arange(len(order)) - np.repeat(jets.offsets[:-1], counts)
    rows = order[rank < n]
    return replace(
        jets,
        pt=jets.pt[rows],
        eta=jets.eta[rows],
        phi=jets.phi[rows],
        pid=None if jets.pid is None else jets.pid[rows],
        offsets=np.concatenate([[0], np.cumsum(np.minimum(counts, n))]).astype(np.int64),
    )


def _typical_pt(jets: Jets) -> float:
    return float(np.median(flatten(jets).total)) if len(jets) else 0.0


def jet_pt(jets: Jets) -> Array:
    """pT of each jet, (n_jets,) float64: the scalar sum over its constituents, or the value in the
    file if that is larger.
    """
    return np.maximum(flatten(jets).total, jets.jet_pt.astype(np.float64))


def _in_units_of_jet_pt(jets: Jets) -> Jets:
    total = jet_pt(jets)
    scale = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    return replace(
        jets,
        pt=(jets.pt * np.repeat(scale, np.diff(jets.offsets))).astype(np.float32),
        jet_pt=(jets.jet_pt * scale).astype(np.float32),
    )
