"""EnergyFlow's quark and gluon jets, npz (Komiske, Metodiev, Thaler, arXiv:1810.05165)."""

from __future__ import annotations

import numpy as np

from qdiffgui.data.formats import checks
from qdiffgui.data.formats.layout import QUARK_GLUON, Layout, labels_of, used_classes
from qdiffgui.data.formats.npz import Npz
from qdiffgui.data.observables import masses
from qdiffgui.data.types import Array, Jets
from qdiffgui.errors import DataError


def open_layout(archive: Npz) -> Layout:
    """``X`` (N, M, 4): pT (GeV), rapidity, azimuth, PDG id, zero-padded; ``y`` (N,): 1 quark, 0 gluon."""
    if not {"X", "y"} <= set(archive.names):
        found = ", ".join(f"'{checks.one_line(name, 24)}'" for name in archive.names[:6]) or "nothing"
        raise DataError(
            f"Expected the arrays 'X' and 'y' as in EnergyFlow's npz; found {found}: write the file with these names."
        )
    particles, truth = archive.array("X"), archive.array("y")
    if len(particles.shape) != 3 or particles.shape[2] not in (3, 4):
        raise DataError(
            f"Expected 'X' (N, particles, 4) with pT, rapidity, azimuth, PDG id; found {particles.shape}: write the file anew."
        )
    n = particles.shape[0]
    sample_bytes = int(np.prod(particles.shape[1:])) * particles.dtype.itemsize
    checks.size(n, sample_bytes, "jet")
    if truth.shape != (n,):
        raise DataError(f"Expected one label in 'y' for each of {n} jets; found the shape {truth.shape}: write the file anew.")
    values = truth.read(0, n)
    checks.finite(values, "y", "jet")
    labels = labels_of(values, n, name="y", known=QUARK_GLUON)

    def read(start: int, stop: int) -> Jets:
        return relative_to_axis(particles.read(start, stop).astype(np.float64), labels[start:stop], start)

    shapes = {"X": f"{particles.shape} {particles.dtype}", "y": f"{truth.shape} {truth.dtype}"}
    classes = used_classes(labels, QUARK_GLUON)
    return Layout("energyflow", "EnergyFlow quark and gluon jets", n, "jet", labels, classes, shapes, sample_bytes, read)


def relative_to_axis(x: Array, label: Array, start: int) -> Jets:
    """Zero-padded particles x (n, m, 3 or 4) of pT, rapidity, azimuth, PDG id as ``Jets`` about the axis of their four-momentum sum."""
    checks.finite(x, "X", "jet", start)
    checks.not_negative(x[:, :, 0], "X", "pT", "jet", start)
    checks.bounded(x[:, :, 1], 12.0, "X", "rapidities", "jet", start)
    checks.bounded(x[:, :, 2], 13.0, "X", "azimuths", "jet", start)
    kept = x[:, :, 0] > 0
    pt, y, phi = (np.where(kept, x[:, :, column], 0.0) for column in range(3))
    ids = np.where(kept, x[:, :, 3], 0.0).astype(np.int32) if x.shape[2] == 4 else None
    transverse = pt if ids is None else np.where(kept, np.hypot(pt, masses(ids)), 0.0)
    energy, pz = (transverse * np.cosh(y)).sum(axis=1), (transverse * np.sinh(y)).sum(axis=1)
    px, py = (pt * np.cos(phi)).sum(axis=1), (pt * np.sin(phi)).sum(axis=1)
    axis_y = 0.5 * np.log(np.maximum(energy + pz, 1e-12) / np.maximum(energy - pz, 1e-12))
    axis_phi = np.arctan2(py, px)
    turned = (phi - axis_phi[:, None] + np.pi) % (2 * np.pi) - np.pi
    return Jets(
        pt=pt[kept].astype(np.float32), eta=(y - axis_y[:, None])[kept].astype(np.float32), phi=turned[kept].astype(np.float32),
        offsets=np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(np.int64), label=label,
        jet_pt=np.hypot(px, py).astype(np.float32), pid=None if ids is None or not ids.any() else ids[kept],
        facts={"y": axis_y.astype(np.float32)},
    )  # fmt: skip
