"""The CMS images as parquet: one jet per row, ``X_jets`` nested [channels][height][width]. Needs
pyarrow, an optional extra.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from qdiffgui.data.formats import checks
from qdiffgui.data.formats.cms_images import image_slice
from qdiffgui.data.formats.labels import read_labels
from qdiffgui.data.formats.layout import QUARK_GLUON, Layout, number_bytes, used_classes
from qdiffgui.data.formats.parquet_rows import (
    ParquetRows,
    is_list,
    joined,
    label_values,
    list_lengths,
    n_rows,
    numbers,
)
from qdiffgui.data.types import Array, Images
from qdiffgui.errors import DataError


def matches(file: Any) -> bool:
    """Whether the file has the columns ``X_jets`` or ``X_jet``, and ``y``."""
    columns = set(file.schema_arrow.names)
    return "y" in columns and not columns.isdisjoint(("X_jets", "X_jet"))


def open_layout(file: Any, path: Path, channels: str = "sum") -> Layout:
    """``X_jets`` or ``X_jet``, ``y`` (1 quark, 0 gluon), and optionally ``pt`` and ``m0``."""
    columns = file.schema_arrow.names
    name = next((key for key in ("X_jets", "X_jet") if key in columns), None)
    if name is None or "y" not in columns:
        found = ", ".join(f"'{checks.one_line(key, 24)}'" for key in columns[:6]) or "no columns"
        raise DataError(
            f"Expected the columns 'X_jets' and 'y' as in the CMS images; found {found}: choose "
            "another file."
        )
    n = n_rows(file)
    checks.size(n, 0, "jet")
    extra = [key for key in ("pt", "m0") if key in columns]
    rows = ParquetRows(file, [name, *extra])
    labels, notes = read_labels(label_values(file, path, "y"), n, name="y", known=QUARK_GLUON)
    shape = _images(rows[:1].column(name), name).shape[1:]
    sample_bytes = number_bytes(shape)
    checks.size(n, sample_bytes, "jet")

    def read(start: int, stop: int) -> Images:
        table = rows[start:stop]
        pixels = _images(table.column(name), name, shape)
        facts = {key: numbers(table.column(key), key) for key in extra}
        return image_slice(pixels, labels[start:stop], facts, name, start, channels)

    shapes = {
        name: f"({n}, {', '.join(map(str, shape))}) nested",
        "y": f"({n},)",
        **dict.fromkeys(extra, f"({n},)"),
    }
    classes = used_classes(labels, QUARK_GLUON)
    return Layout(
        "cms-parquet",
        "CMS jet images (ML4SCI), parquet",
        n,
        "jet",
        labels,
        classes,
        shapes,
        sample_bytes,
        read,
        notes,
    )


def _images(column: Any, name: str, shape: tuple[int, ...] | None = None) -> Array:
    """A nested column as (n, channels, height, width) float32, every image of the same shape."""
    import pyarrow

    values, lengths = joined(column), []
    for _ in range(3):
        if not is_list(values.type) or values.null_count:
            raise DataError(
                f"Expected '{name}' nested [channels][height][width]; found "
                f"{checks.one_line(column.type)}: write it as nested lists."
            )
        found = np.unique(list_lengths(values))
        if len(found) != 1 or found[0] == 0:
            raise DataError(
                f"Expected images of one shape in '{name}'; found several: write images of one "
                "shape."
            )
        lengths.append(int(found[0]))
        values = values.flatten()
    if shape is not None and tuple(lengths) != shape:
        raise DataError(
            f"Expected images of one shape in '{name}'; found {tuple(lengths)} and {shape}: write "
            "images of one shape."
        )
    if (
        not (pyarrow.types.is_floating(values.type) or pyarrow.types.is_integer(values.type))
        or values.null_count
    ):
        raise DataError(
            f"Expected numbers in '{name}'; found the type {checks.one_line(values.type)}: write "
            "them as float32."
        )
    return np.asarray(values.to_numpy(zero_copy_only=False)).reshape(-1, *lengths)
