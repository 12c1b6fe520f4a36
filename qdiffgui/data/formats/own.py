"""The compact ragged layout of qdiffgui (see ``data.compact``) and the simpler one of generated
samples (see ``data.save``).
"""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from qdiffgui.data.formats import checks, guard, layout
from qdiffgui.data.formats.jetnet import CLASSES
from qdiffgui.data.formats.layout import Layout, labels_of, used_classes
from qdiffgui.data.formats.stored_rows import StoredRows
from qdiffgui.data.types import UNLABELLED, Array, Jets
from qdiffgui.errors import DataError


def matches(file: h5py.File) -> bool:
    """Whether the file has ``constituents/offsets``, as both layouts do."""
    return guard.has(file, "constituents/offsets")


def open_layout(file: h5py.File, path: Path, channels: str = "sum") -> Layout:
    """``constituents/offsets`` (N + 1), ``constituents/pt`` (GeV), the angles ``drap`` and ``dphi``
    (integers, in steps of the attribute ``angle_step``) or ``eta`` and ``phi`` (rad), and
    optionally ``jets/label`` and ``jets/pt``.
    """
    compact = guard.has(file, "constituents/drap")
    names = ("pt", "drap", "dphi") if compact else ("pt", "eta", "phi")
    missing = [name for name in names if not guard.has(file, f"constituents/{name}")]
    if missing:
        raise DataError(
            f"Expected 'constituents/{missing[0]}' in addition to 'constituents/offsets'; it is "
            "missing: write the file again."
        )
    columns = {name: guard.dataset(file, f"constituents/{name}", ndim=(1,)) for name in names}
    offsets = _offsets(file, columns)
    n = len(offsets) - 1
    per_jet = {
        key: guard.column(file, f"jets/{key}", n)
        for key in ("label", "pt")
        if guard.has(file, f"jets/{key}")
    }
    sample_bytes = _sample_bytes(offsets)
    checks.size(n, sample_bytes, "jet")
    labels = _labels(per_jet.get("label"), n)
    step = _step(columns["drap"].found.parent) if compact else 1.0
    pid, pdgids = _pid(file, len(columns["pt"]))

    def read(start: int, stop: int) -> Jets:
        rows = slice(int(offsets[start]), int(offsets[stop]))
        stored = [columns[name][rows] for name in names]
        with np.errstate(over="ignore"):  # what is beyond float32 is refused as an infinity below
            pt, eta, phi = (values.astype(np.float32) for values in stored)
        given = (
            per_jet["pt"][start:stop].reshape(-1).astype(np.float32)
            if "pt" in per_jet
            else np.zeros(stop - start, np.float32)
        )
        own = offsets[start : stop + 1] - offsets[start]
        _check(pt, eta * step, phi * step, given, own, start)
        ids = None if pid is None else _look_up(pdgids, pid[rows])
        return Jets(
            pt,
            eta * np.float32(step),
            phi * np.float32(step),
            own,
            labels[start:stop],
            given,
            pid=ids,
        )

    shapes = {f"constituents/{name}": guard.shape_text(column) for name, column in columns.items()}
    shapes["constituents/offsets"] = f"({n + 1},)"
    return Layout(
        "qdiffgui",
        "qdiffgui jets",
        n,
        "jet",
        labels,
        used_classes(labels, CLASSES),
        shapes,
        sample_bytes,
        read,
    )


def _labels(column: StoredRows | None, n: int) -> Array:
    values = np.full(n, UNLABELLED) if column is None else column[:]
    return labels_of(values, n, name="jets/label", known=CLASSES)


def _offsets(file: h5py.File, columns: dict[str, StoredRows]) -> Array:
    offsets = guard.dataset(file, "constituents/offsets", ndim=(1,))
    if len(offsets) > checks.MAX_SAMPLES or len(offsets) < 2:
        checks.size(max(len(offsets) - 1, 0), 0, "jet")
    stored = offsets[:]
    with np.errstate(invalid="ignore"):  # NaN and what is too large differ afterwards
        values: Array = stored.astype(np.int64)
    lengths = {len(column) for column in columns.values()}
    whole = bool((values == stored).all())
    if not whole or values[0] != 0 or np.any(np.diff(values) < 0) or lengths != {int(values[-1])}:
        raise DataError(
            "Expected 'constituents/offsets' to increase from 0 to the number of constituents; "
            "they do not: the file is damaged, write it again."
        )
    checks.particles(int(np.diff(values).max()))
    return values


def _sample_bytes(offsets: Array) -> int:
    """Bytes of a jet with all that is computed from it: the mean, or more if jets with many
    constituents follow each other."""
    n, each = len(offsets) - 1, 32
    found = max(1, each * int(offsets[-1]) // n)
    while True:
        rows = max(1, layout.SLICE_BYTES // found)
        starts = offsets[:-1:rows]
        ends = np.append(offsets[rows::rows], offsets[-1])[: len(starts)]
        largest = each * int((ends - starts).max(initial=0))
        if largest <= 2 * layout.SLICE_BYTES or rows == 1:
            return found
        found *= 2


def _step(group: h5py.Group) -> float:
    step = np.asarray(group.attrs.get("angle_step", np.nan))
    if step.shape != () or step.dtype.kind not in "fiu" or not 0 < float(step) < 1:
        raise DataError(
            "Expected the attribute 'angle_step' (rad) of 'constituents'; it is missing or not an "
            "angle: write the file again."
        )
    return float(step)


def _pid(file: h5py.File, n: int) -> tuple[StoredRows | None, Array]:
    """PDG ids: indices, and the table they point to, if the file has both."""
    if not guard.has(file, "constituents/pid"):
        return None, np.zeros(0, np.int32)
    pid = guard.dataset(file, "constituents/pid", ndim=(1,))
    table = np.asarray(pid.attrs.get("pdgids", []))
    if len(pid) != n or table.ndim != 1 or table.dtype.kind not in "iu" or pid.dtype.kind != "u":
        raise DataError(
            "Expected 'constituents/pid' as indices into its attribute 'pdgids', one per "
            "constituent; found other values: write the file again."
        )
    return pid, table.astype(np.int32)


def _look_up(pdgids: Array, index: Array) -> Array:
    if len(index) and int(index.max()) >= len(pdgids):
        raise DataError(
            f"Expected 'constituents/pid' below {len(pdgids)}; found {index.max()}: the file is "
            "damaged, write it again."
        )
    found: Array = pdgids[index]
    return found


def _check(pt: Array, eta: Array, phi: Array, jet_pt: Array, offsets: Array, start: int) -> None:
    checks.finite(jet_pt, "jets/pt", "jet", start)
    checks.not_negative(jet_pt, "jets/pt", "pT", "jet", start)
    for name, values, limit in (
        ("pt", pt, checks.LARGEST),
        ("angle", eta, 8.0),
        ("angle", phi, 8.0),
    ):
        wrong = (
            ~np.isfinite(values)
            | (np.abs(values) > limit)
            | ((values < 0) if name == "pt" else False)
        )
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            jet = start + int(np.searchsorted(offsets, row, side="right")) - 1
            expected = (
                f"pT from 0 to {limit:g}" if name == "pt" else "angles within ±8 rad of the axis"
            )
            found = "NaN" if np.isnan(values[row]) else f"{values[row]:g}"
            raise DataError(
                f"Expected {expected} in 'constituents'; found {found} in jet {jet} (counted "
                "from 0): remove that jet."
            )
