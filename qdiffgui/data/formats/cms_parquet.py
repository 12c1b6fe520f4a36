"""The CMS images as parquet: one jet a row, ``X_jets`` nested [channels][height][width] (pyarrow, an optional extra)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from qdiffgui import paths
from qdiffgui.data.formats import checks
from qdiffgui.data.formats.cms_images import image_slice
from qdiffgui.data.formats.layout import QUARK_GLUON, Layout, labels_of, used_classes
from qdiffgui.data.types import Array, Images
from qdiffgui.errors import DataError

_MAX_GROUP = 256 << 20


@contextmanager
def open_parquet(path: Path) -> Iterator[Any]:
    """A ``pyarrow.parquet.ParquetFile``; damage met at any time becomes a ``DataError``, and so does a missing pyarrow."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise DataError(f"Parquet files need pyarrow, which is not installed: {paths.install('parquet')}") from error
    try:
        with pyarrow.parquet.ParquetFile(path, memory_map=False) as file:
            yield file
    except (pyarrow.ArrowException, OSError) as error:
        raise DataError(
            f"Expected a whole parquet file; '{checks.one_line(path.name)}' is truncated or damaged: copy it again."
        ) from error


def open_layout(file: Any, channels: str = "sum") -> Layout:
    """``X_jets`` or ``X_jet``, ``y`` (1 quark, 0 gluon), and ``pt``, ``m0`` where they are there."""
    columns = file.schema_arrow.names
    name = next((key for key in ("X_jets", "X_jet") if key in columns), None)
    if name is None or "y" not in columns:
        found = ", ".join(f"'{checks.one_line(key, 24)}'" for key in columns[:6]) or "no columns"
        raise DataError(f"Expected the columns 'X_jets' and 'y' as in the CMS images; found {found}: choose another file.")
    starts = _row_groups(file.metadata)
    n = int(starts[-1])
    if n == 0:
        checks.size(0, 0, "jet")
    extra = [key for key in ("pt", "m0") if key in columns]
    truth = _numbers(file.read(columns=["y"]).column("y"), "y")
    checks.finite(truth, "y", "jet")
    labels = labels_of(truth, n, name="y", known=QUARK_GLUON)
    shape = _images(file.read_row_group(int(np.flatnonzero(np.diff(starts))[0]), columns=[name]).column(name), name).shape[1:]
    sample_bytes = int(np.prod(shape)) * 8
    checks.size(n, sample_bytes, "jet")

    def read(start: int, stop: int) -> Images:
        groups = [g for g in range(len(starts) - 1) if starts[g] < stop and starts[g + 1] > start]
        table = file.read_row_groups(groups, columns=[name, *extra], use_threads=False)
        rows = slice(start - int(starts[groups[0]]), stop - int(starts[groups[0]]))
        pixels = _images(table.column(name), name, shape)[rows]
        facts = {key: _numbers(table.column(key), key)[rows] for key in extra}
        return image_slice(pixels, labels[start:stop], facts, name, start, channels)

    shapes = {name: f"({n}, {', '.join(map(str, shape))}) nested", "y": f"({n},)", **dict.fromkeys(extra, f"({n},)")}
    classes = used_classes(labels, QUARK_GLUON)
    return Layout("cms-parquet", "CMS jet images (ML4SCI), parquet", n, "jet", labels, classes, shapes, sample_bytes, read)


def _row_groups(metadata: Any) -> Array:
    """First row of each row group and the end, (n_groups + 1,) int64, none of them too large to unpack."""
    counts = [metadata.row_group(g).num_rows for g in range(metadata.num_row_groups)]
    largest = max((metadata.row_group(g).total_byte_size for g in range(metadata.num_row_groups)), default=0)
    if largest > _MAX_GROUP:
        raise DataError(
            f"Expected row groups of at most {_MAX_GROUP >> 20} MB; found one of {largest / 1e9:,.1f} GB: "
            "write the file with smaller row groups."
        )
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _numbers(column: Any, name: str) -> Array:
    """A flat numeric column as float64 (n,); refuses anything else and missing values."""
    import pyarrow

    if not (pyarrow.types.is_floating(column.type) or pyarrow.types.is_integer(column.type)) or column.null_count:
        what = "missing values" if column.null_count else f"the type {checks.one_line(column.type)}"
        raise DataError(f"Expected numbers in '{name}'; found {what}: write the column anew.")
    return np.asarray(column.to_numpy(), dtype=np.float64)


def _images(column: Any, name: str, shape: tuple[int, ...] | None = None) -> Array:
    """A nested column as (n, channels, height, width) float32, every image of the same shape."""
    import pyarrow

    values, lengths = column.combine_chunks(), []
    if isinstance(values, pyarrow.ChunkedArray):
        values = pyarrow.concat_arrays(values.chunks)
    for _ in range(3):
        if not (pyarrow.types.is_list(values.type) or pyarrow.types.is_large_list(values.type)) or values.null_count:
            raise DataError(
                f"Expected '{name}' nested [channels][height][width]; found {checks.one_line(column.type)}: write it anew."
            )
        found = np.unique(np.asarray(values.value_lengths()))
        if len(found) != 1 or found[0] == 0:
            raise DataError(f"Expected images of one shape in '{name}'; found several: write the file anew.")
        lengths.append(int(found[0]))
        values = values.flatten()
    if shape is not None and tuple(lengths) != shape:
        raise DataError(f"Expected images of one shape in '{name}'; found {tuple(lengths)} and {shape}: write the file anew.")
    if not (pyarrow.types.is_floating(values.type) or pyarrow.types.is_integer(values.type)) or values.null_count:
        raise DataError(f"Expected numbers in '{name}'; found the type {checks.one_line(values.type)}: write them as float32.")
    return np.asarray(values.to_numpy(zero_copy_only=False)).reshape(-1, *lengths)
