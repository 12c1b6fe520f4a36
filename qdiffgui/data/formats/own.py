"""Our own ragged layout (see ``data.compact``), and the plainer one of generated samples (see ``data.save``)."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from qdiffgui.data.formats import checks, guard
from qdiffgui.data.formats.layout import QUARK_GLUON, Layout, labels_of, used_classes
from qdiffgui.data.types import UNLABELLED, Array, Jets
from qdiffgui.errors import DataError


def matches(file: h5py.File) -> bool:
    """Whether the file has ``constituents/offsets``, which both of our layouts of constituents have."""
    return guard.has(file, "constituents/offsets")


def open_layout(file: h5py.File, path: Path, channels: str = "sum") -> Layout:
    """``constituents/offsets`` (N + 1), ``constituents/pt`` and the angles ``drap``, ``dphi`` (integers, steps of the attribute
    ``angle_step``) or ``eta``, ``phi`` (rad); ``jets/label`` and ``jets/pt`` where they are there."""
    compact = guard.has(file, "constituents/drap")
    names = ("pt", "drap", "dphi") if compact else ("pt", "eta", "phi")
    missing = [name for name in names if not guard.has(file, f"constituents/{name}")]
    if missing:
        raise DataError(
            f"Expected 'constituents/{missing[0]}' beside 'constituents/offsets'; it is missing: write the file anew."
        )
    columns = {name: guard.dataset(file, f"constituents/{name}", ndim=(1,)) for name in names}
    offsets = _offsets(file, columns)
    n = len(offsets) - 1
    per_jet = {key: guard.column(file, f"jets/{key}", n) for key in ("label", "pt") if guard.has(file, f"jets/{key}")}
    sample_bytes = max(1, 16 * int(offsets[-1]) // n)
    checks.size(n, sample_bytes, "jet")
    label = per_jet["label"][:] if "label" in per_jet else np.full(n, UNLABELLED)
    labels = labels_of(label, n, name="jets/label", known=QUARK_GLUON)
    step = _step(columns["drap"].parent) if compact else 1.0
    pid, pdgids = _pid(file, len(columns["pt"]))

    def read(start: int, stop: int) -> Jets:
        rows = slice(int(offsets[start]), int(offsets[stop]))
        pt, eta, phi = (columns[name][rows].astype(np.float32) for name in names)
        given = (
            per_jet["pt"][start:stop].reshape(-1).astype(np.float32) if "pt" in per_jet else np.zeros(stop - start, np.float32)
        )
        own = offsets[start : stop + 1] - offsets[start]
        _check(pt, eta * step, phi * step, given, own, start)
        ids = None if pid is None else _look_up(pdgids, pid[rows])
        return Jets(pt, eta * np.float32(step), phi * np.float32(step), own, labels[start:stop], given, pid=ids)

    shapes = {f"constituents/{name}": guard.shape_text(column) for name, column in columns.items()}
    shapes["constituents/offsets"] = f"({n + 1},)"
    classes = used_classes(labels, QUARK_GLUON)
    return Layout("qdiffgui", "Jets in our own layout", n, "jet", labels, classes, shapes, sample_bytes, read)


def _offsets(file: h5py.File, columns: dict[str, h5py.Dataset]) -> Array:
    offsets = guard.dataset(file, "constituents/offsets", ndim=(1,))
    if len(offsets) > checks.MAX_SAMPLES or len(offsets) < 2:
        checks.size(max(len(offsets) - 1, 0), 0, "jet")
    values: Array = offsets[:].astype(np.int64)
    lengths = {len(column) for column in columns.values()}
    if values[0] != 0 or np.any(np.diff(values) < 0) or lengths != {int(values[-1])}:
        raise DataError(
            "Expected 'constituents/offsets' to rise from 0 to the number of constituents; they do not: "
            "the file is damaged, write it anew."
        )
    if int(np.diff(values).max()) * 16 > checks.MAX_SAMPLE_BYTES:
        raise DataError(
            f"Expected jets of some hundred constituents; found one of {np.diff(values).max():,}: write the file anew."
        )
    return values


def _step(group: h5py.Group) -> float:
    step = np.asarray(group.attrs.get("angle_step", np.nan))
    if step.shape != () or step.dtype.kind not in "fiu" or not 0 < float(step) < 1:
        raise DataError(
            "Expected the attribute 'angle_step' (rad) on 'constituents'; it is missing or no angle: write the file anew."
        )
    return float(step)


def _pid(file: h5py.File, n: int) -> tuple[h5py.Dataset | None, Array]:
    """PDG ids: indices into a table, where the file has both."""
    if not guard.has(file, "constituents/pid"):
        return None, np.zeros(0, np.int32)
    pid = guard.dataset(file, "constituents/pid", ndim=(1,))
    table = np.asarray(pid.attrs.get("pdgids", []))
    if len(pid) != n or table.ndim != 1 or table.dtype.kind not in "iu" or pid.dtype.kind != "u":
        raise DataError(
            "Expected 'constituents/pid' as indices into its attribute 'pdgids', one a constituent; found otherwise: write the file anew."
        )
    return pid, table.astype(np.int32)


def _look_up(pdgids: Array, index: Array) -> Array:
    if len(index) and int(index.max()) >= len(pdgids):
        raise DataError(
            f"Expected 'constituents/pid' below {len(pdgids)}; found {index.max()}: the file is damaged, write it anew."
        )
    found: Array = pdgids[index]
    return found


def _check(pt: Array, eta: Array, phi: Array, jet_pt: Array, offsets: Array, start: int) -> None:
    checks.finite(jet_pt, "jets/pt", "jet", start)
    checks.not_negative(jet_pt, "jets/pt", "pT", "jet", start)
    for name, values, limit in (("pt", pt, np.inf), ("angle", eta, 8.0), ("angle", phi, 8.0)):
        wrong = ~np.isfinite(values) | (np.abs(values) > limit) | ((values < 0) if name == "pt" else False)
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            jet = start + int(np.searchsorted(offsets, row, side="right")) - 1
            expected = "finite pT of 0 or more" if name == "pt" else "angles within ±8 rad of the axis"
            found = "NaN" if np.isnan(values[row]) else f"{values[row]:g}"
            raise DataError(
                f"Expected {expected} in 'constituents'; found {found} in jet {jet} (counted from 0): leave that jet out."
            )
