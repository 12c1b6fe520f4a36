"""EnergyFlow's quark and gluon jets, npz (Komiske, Metodiev, Thaler, arXiv:1810.05165)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from qdiffgui.config.columns import OF_PARTICLES, Columns
from qdiffgui.data.formats import checks, particle_columns
from qdiffgui.data.formats.columns import require_particle
from qdiffgui.data.formats.jagged import jets_from
from qdiffgui.data.formats.labels import Labels, read_labels
from qdiffgui.data.formats.layout import QUARK_GLUON, Layout, number_bytes, used_classes
from qdiffgui.data.formats.npz import NpyStream, Npz
from qdiffgui.data.observables import masses
from qdiffgui.data.types import UNLABELLED, Array, Jets
from qdiffgui.errors import DataError

COLUMNS = True
"""The user may say which column of ``X`` is what, by number."""
_N_LOOKED_AT = 500


def matches(archive: Npz) -> bool:
    """Whether the archive has ``X``, as EnergyFlow's has."""
    return "X" in archive.names


def open_layout(
    archive: Npz, path: Path, channels: str = "sum", columns: Columns | None = None
) -> Layout:
    """``X`` (N, M, 4): pT (GeV), rapidity, azimuth, PDG id, zero-padded; optionally ``y`` (N,): 1
    quark, 0 gluon.
    """
    if "X" not in archive.names:
        found = (
            ", ".join(f"'{checks.one_line(name, 24)}'" for name in archive.names[:6]) or "nothing"
        )
        raise DataError(
            f"Expected the arrays 'X' and 'y' as in EnergyFlow's npz; found {found}: write the "
            "file with these names."
        )
    particles = archive.array("X")
    named = columns.named if columns is not None else {}
    if len(particles.shape) != 3 or (particles.shape[2] not in (3, 4) and not named):
        raise DataError(
            "Expected 'X' (N, particles, 4) with pT, rapidity, azimuth, PDG id; found "
            f"{particles.shape}: write 'X' with this shape."
        )
    n = particles.shape[0]
    sample_bytes = number_bytes(particles.shape[1:])
    checks.size(n, sample_bytes, "jet")
    labels, notes = _labels(archive, n)
    said: list[str] = [*particles.said]
    say = said.append
    chosen = _chosen(named, particles.shape[2])
    remapped = False
    if not chosen:
        first = _padded(particles, 0, min(n, _N_LOOKED_AT), say)
        remapped = particle_columns.has_remapped_ids(first)
        said += particle_columns.look_at(first, remapped=remapped)

    def read(start: int, stop: int) -> Jets:
        x = _padded(particles, start, stop, say)
        if chosen:
            values = {role: x[:, :, column].reshape(-1) for role, column in chosen.items()}
            particle_columns.check(values, x.shape[1], start)
            return jets_from(values, np.full(len(x), x.shape[1]), labels[start:stop])
        if remapped:
            x[:, :, 3] = particle_columns.original_ids(x[:, :, 3])
        particle_columns.require_ids(x, start)
        return relative_to_axis(x, labels[start:stop], start, say)

    shapes = {"X": f"{particles.shape} {particles.dtype}"}
    if "y" in archive.names:
        truth = archive.array("y", kinds="fiubUS")
        shapes["y"] = f"{truth.shape} {truth.dtype}"
    return Layout(
        "energyflow",
        "EnergyFlow quark and gluon jets",
        n,
        "jet",
        labels,
        used_classes(labels, QUARK_GLUON),
        shapes,
        sample_bytes,
        read,
        notes,
        mapping={role: str(column) for role, column in chosen.items()},
        said=said,
    )


def _labels(archive: Npz, n: int) -> Labels:
    if "y" not in archive.names:
        note = "The file has no labels 'y': all jets are unlabeled."
        return Labels(np.full(n, UNLABELLED, dtype=np.int8), (note,))
    truth = archive.array("y", kinds="fiubUS")
    if truth.shape[:1] != (n,) or len(truth.shape) > 2:
        raise DataError(
            f"Expected one label in 'y' for each of {n} jets; found the shape {truth.shape}: write "
            "'y' with the shape (N,)."
        )
    if truth.dtype.kind in "SU":
        checks.label_length(truth.dtype.itemsize // (4 if truth.dtype.kind == "U" else 1), "y")
    checks.size(n, max(1, int(np.prod(truth.shape[1:]))) * truth.dtype.itemsize, "label")
    return read_labels(truth.read(0, n), n, name="y", known=QUARK_GLUON)


def _chosen(named: Mapping[str, str], width: int) -> dict[str, int]:
    """Role to column number, as the user said; empty for the columns of EnergyFlow."""
    found: dict[str, int] = {}
    for role, column in named.items():
        if role not in OF_PARTICLES or not column.isdecimal() or int(column) >= width:
            raise DataError(
                f"Expected columns of 'X' by number from 0 to {width - 1}, such as 'pt=0, eta=1, "
                f"phi=2'; found '{checks.one_line(role)}={checks.one_line(column)}': correct "
                "data.columns."
            )
        found[role] = int(column)
    if found:
        require_particle(found)
    return found


def _padded(particles: NpyStream, start: int, stop: int, say: Callable[[str], None]) -> Array:
    """Particles (n, m, columns) float64 of these rows, all padding replaced by zeros."""
    x = particles.read(start, stop).astype(np.float64)
    filled = np.isnan(x).all(axis=2) | ((x == x[:, :, :1]).all(axis=2) & (x[:, :, 0] < 0))
    if filled.any():
        value = x[filled][0, 0]
        shown = "NaN" if np.isnan(value) else f"{value:g}"
        say(f"Particles whose columns all hold {shown} count as padding.")
        x[filled] = 0.0
    checks.finite(x, "X", "jet", start)
    return x


def relative_to_axis(
    x: Array, label: Array, start: int, say: Callable[[str], None] = lambda text: None
) -> Jets:
    """Zero-padded particles ``x`` (n, m, 3 or 4) of pT, rapidity, azimuth and PDG id as ``Jets``,
    relative to the axis of their four-momentum sum. ``say`` receives what was done to them.
    """
    checks.finite(x, "X", "jet", start)
    checks.not_negative(x[:, :, 0], "X", "pT", "jet", start)
    checks.bounded(x[:, :, 1], checks.LARGEST_ANGLES["rapidity"], "X", "rapidities", "jet", start)
    kept = x[:, :, 0] > 0
    pt, y, phi = (np.where(kept, x[:, :, column], 0.0) for column in range(3))
    ids = np.where(kept, x[:, :, 3], 0.0).astype(np.int32) if x.shape[2] == 4 else None
    transverse = pt if ids is None else np.where(kept, np.hypot(pt, masses(ids)), 0.0)
    energy, pz = (transverse * np.cosh(y)).sum(axis=1), (transverse * np.sinh(y)).sum(axis=1)
    px, py = (pt * np.cos(phi)).sum(axis=1), (pt * np.sin(phi)).sum(axis=1)
    axis_y = 0.5 * np.log(np.maximum(energy + pz, 1e-12) / np.maximum(energy - pz, 1e-12))
    axis_phi = np.arctan2(py, px)
    turned = (phi - axis_phi[:, None] + np.pi) % (2 * np.pi) - np.pi
    largest = checks.LARGEST_ANGLES["phi"]
    if np.abs(phi).max(initial=0) > largest:
        if (pt * (np.abs(turned) < 1.2)).sum() < 0.9 * pt.sum():
            checks.bounded(phi, largest, "X", "azimuths in rad", "jet", start)
        say("Azimuths beyond ±2π are read modulo 2π.")
    return Jets(
        pt=pt[kept].astype(np.float32),
        eta=(y - axis_y[:, None])[kept].astype(np.float32),
        phi=turned[kept].astype(np.float32),
        offsets=np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(np.int64),
        label=label,
        jet_pt=np.hypot(px, py).astype(np.float32),
        pid=None if ids is None or not ids.any() else ids[kept],
        facts={"y": axis_y.astype(np.float32)},
    )
