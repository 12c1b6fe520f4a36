"""Reduced jet images, as in papers: ``X`` (N, height, width) and ``y``."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from qdiffgui.data.formats import checks, guard
from qdiffgui.data.formats.cms_images import channel_axis, channel_names, channels_note
from qdiffgui.data.formats.labels import read_labels
from qdiffgui.data.formats.layout import QUARK_GLUON, Layout, number_bytes, used_classes
from qdiffgui.data.types import UNLABELLED, Images


def matches(file: h5py.File) -> bool:
    """Whether the file has ``X``; reads only names."""
    return guard.has(file, "X")


def open_layout(file: h5py.File, path: Path, channels: str = "sum") -> Layout:
    """``X`` (N, height, width) or (N, height, width, channels ≤ 8), and optionally ``y`` (N,): 1
    for quark, 0 for gluon. The pixels have no known angle.
    """
    pixels = guard.dataset(file, "X", ndim=(3, 4))
    n, axis = len(pixels), channel_axis(pixels.shape, "X") if pixels.ndim == 4 else 0
    sample_bytes = number_bytes(pixels.shape[1:])
    checks.size(n, sample_bytes, "image")
    if guard.has(file, "y"):
        truth = guard.label_values(file, "y", n)
        labels, notes = read_labels(truth, n, name="y", known=QUARK_GLUON)
    else:
        labels, notes = np.full(n, UNLABELLED, np.int8), ("The file has no labels 'y'.",)

    def read(start: int, stop: int) -> Images:
        values = pixels[start:stop]
        checks.finite(values, "X", "image", start)
        checks.not_negative(values, "X", "pixels", "image", start)
        if values.ndim == 4:
            values = np.moveaxis(values, axis, 3)
            if channels == "separate":
                apart = np.ascontiguousarray(np.moveaxis(values, 3, 1), dtype=np.float32)
                return Images(apart, labels[start:stop], channels=channel_names(values.shape[3]))
            wide = np.asarray(values, dtype=np.float32)  # float16 would overflow in the sum
            values = wide[..., 0] if channels == "tracks" else wide.sum(axis=3)
        return Images(values.astype(np.float32), labels[start:stop])

    shapes = {name: guard.shape_text(file[name]) for name in ("X", "y") if guard.has(file, name)}
    classes = used_classes(labels, QUARK_GLUON)
    return Layout(
        "reduced-images",
        "Reduced jet images",
        n,
        "image",
        labels,
        classes,
        shapes,
        sample_bytes,
        read,
        (*notes, *channels_note(axis)),
        unit="",
    )
