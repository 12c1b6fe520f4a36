"""Reduced jet images, as papers keep them: ``X`` (N, height, width) and ``y``."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

from qdiffgui.data.formats import checks, guard
from qdiffgui.data.formats.cms_images import channel_names
from qdiffgui.data.formats.layout import QUARK_GLUON, Layout, labels_of, used_classes
from qdiffgui.data.types import Images
from qdiffgui.errors import DataError


def matches(file: h5py.File) -> bool:
    """Whether the file has ``X`` and ``y``; their contents are not looked at."""
    return guard.has(file, "X", "y")


def open_layout(file: h5py.File, path: Path, channels: str = "sum") -> Layout:
    """``X`` (N, height, width) or (N, height, width, channels ≤ 8), ``y`` (N,) with 1 quark, 0 gluon. The pixels have no known angle."""
    pixels = guard.dataset(file, "X", ndim=(3, 4))
    if pixels.ndim == 4 and pixels.shape[3] > 8:
        raise DataError(
            f"Expected 'X' (N, height, width) or (N, height, width, channels); found {pixels.shape}: reorder the axes."
        )
    n = len(pixels)
    sample_bytes = int(np.prod(pixels.shape[1:])) * pixels.dtype.itemsize
    checks.size(n, sample_bytes, "image")
    truth = guard.column(file, "y", n)
    labels = labels_of(truth[:], n, name="y", known=QUARK_GLUON)

    def read(start: int, stop: int) -> Images:
        values = pixels[start:stop]
        checks.finite(values, "X", "image", start)
        checks.not_negative(values, "X", "pixels", "image", start)
        if values.ndim == 4:
            if channels == "separate":
                apart = np.ascontiguousarray(np.moveaxis(values, 3, 1), dtype=np.float32)
                return Images(apart, labels[start:stop], channels=channel_names(values.shape[3]))
            values = values[..., 0] if channels == "tracks" else values.sum(axis=3)
        return Images(values.astype(np.float32), labels[start:stop])

    shapes = {"X": guard.shape_text(pixels), "y": guard.shape_text(truth)}
    classes = used_classes(labels, QUARK_GLUON)
    chunk = guard.chunk_rows(pixels)
    return Layout(
        "reduced-images", "Reduced jet images", n, "image", labels, classes, shapes, sample_bytes, read, chunk_rows=chunk
    )
