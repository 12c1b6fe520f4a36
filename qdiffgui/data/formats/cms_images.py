"""ML4SCI / CMS Open Data quark and gluon images: 125x125 pixels of Tracks, ECAL and HCAL (Andrews
et al., arXiv:1902.08276).
"""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from qdiffgui.data.formats import checks, guard
from qdiffgui.data.formats.labels import read_labels
from qdiffgui.data.formats.layout import QUARK_GLUON, Layout, number_bytes, used_classes
from qdiffgui.data.types import Array, Images
from qdiffgui.errors import DataError

PIXEL = 0.0174
"""Pixel size, rad: that of an ECAL crystal."""
MAX_CHANNELS = 8
_NAMES = ("Tracks", "ECAL", "HCAL")


def matches(file: h5py.File) -> bool:
    """Whether the file has ``X_jets`` or ``X_jet``, as in the CMS images; reads only names."""
    return guard.has(file, "X_jets") or guard.has(file, "X_jet")


def open_layout(file: h5py.File, path: Path, channels: str = "sum") -> Layout:
    """``X_jets`` (N, 125, 125, 3), ``y`` (1 quark, 0 gluon), and optionally ``m0`` and ``pt`` (N,).

    ``channels`` is "sum", "tracks" or "separate".
    """
    name = "X_jets" if guard.has(file, "X_jets") else "X_jet"
    if not guard.has(file, "y"):
        raise DataError(
            f"Expected '{name}' and 'y' as in the CMS images; found {guard.keys(file)}: add the "
            "labels 'y'."
        )
    pixels = guard.dataset(file, name, ndim=(4,))
    n, axis = len(pixels), channel_axis(pixels.shape, name)
    sample_bytes = number_bytes(pixels.shape[1:])
    checks.size(n, sample_bytes, "jet")
    truth = guard.label_values(file, "y", n)
    labels, notes = read_labels(truth, n, name="y", known=QUARK_GLUON)
    extra = {key: guard.column(file, key, n) for key in ("pt", "m0") if guard.has(file, key)}

    def read(start: int, stop: int) -> Images:
        facts = {key: column[start:stop].reshape(-1) for key, column in extra.items()}
        return image_slice(
            np.moveaxis(pixels[start:stop], axis, 1),
            labels[start:stop],
            facts,
            name,
            start,
            channels,
        )

    shapes = {name: guard.shape_text(pixels), "y": guard.shape_text(file["y"])}
    shapes.update({key: guard.shape_text(column) for key, column in extra.items()})
    classes = used_classes(labels, QUARK_GLUON)
    return Layout(
        "cms-images",
        "CMS jet images (ML4SCI), HDF5",
        n,
        "jet",
        labels,
        classes,
        shapes,
        sample_bytes,
        read,
        (*notes, *channels_note(axis)),
    )


def channel_axis(shape: tuple[int, ...], name: str) -> int:
    """The axis of the channels in images (N, height, width, channels) or (N, channels, height,
    width): the last one if it is short enough. Raises ``DataError`` if neither is.
    """
    for axis in (3, 1):
        if 1 <= shape[axis] <= MAX_CHANNELS:
            return axis
    raise DataError(
        f"Expected '{name}' (N, height, width, channels) with at most {MAX_CHANNELS} channels; "
        f"found {shape}: reorder the axes."
    )


def channels_note(axis: int) -> tuple[str, ...]:
    """A note if the channels come first."""
    return ("The channels come before height and width: they were read so.",) if axis == 1 else ()


def channel_names(n_channels: int) -> tuple[str, ...]:
    """Names of the channels: Tracks, ECAL and HCAL, then numbers."""
    return tuple(_NAMES[i] if i < len(_NAMES) else f"channel {i}" for i in range(n_channels))


def image_slice(
    pixels: Array, label: Array, facts: dict[str, Array], name: str, start: int, channels: str
) -> Images:
    """Checked images of one slice, from ``pixels`` (n, channels, height, width) with the tracks as
    channel 0.

    The pT of tracks must not be negative. Calorimeter noise may be negative and counts as 0.
    """
    checks.finite(pixels, name, "jet", start)
    checks.not_negative(pixels[:, 0], name, "pT of tracks", "jet", start)
    for key, column in facts.items():
        checks.finite(column, key, "jet", start)
        checks.not_negative(column, key, "pT" if key == "pt" else "mass", "jet", start)
    kept = np.maximum(pixels, 0, dtype=np.float32)  # float16 would overflow in the sum
    if channels != "separate":
        kept = kept[:, 0] if channels == "tracks" else kept.sum(axis=1)
    return Images(
        np.ascontiguousarray(kept, dtype=np.float32),
        label,
        pixel_size=PIXEL,
        facts={key: column.astype(np.float32) for key, column in facts.items()},
        channels=channel_names(pixels.shape[1]) if channels == "separate" else (),
    )
