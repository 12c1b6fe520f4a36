"""The CMS images as parquet: one jet per row, ``X_jets`` nested [channels][height][width]. Needs
pyarrow, an optional extra.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from qdiffgui import paths
from qdiffgui.data.formats import checks
from qdiffgui.data.formats.cms_images import image_slice
from qdiffgui.data.formats.labels import read_labels
from qdiffgui.data.formats.layout import QUARK_GLUON, Layout, used_classes
from qdiffgui.data.types import Array, Images
from qdiffgui.errors import DataError

_MAX_GROUP = 256 << 20


@contextmanager
def open_parquet(path: Path) -> Iterator[Any]:
    """A ``pyarrow.parquet.ParquetFile``. Damage found at any time raises ``DataError``, and so does
    a missing pyarrow.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise DataError(
            f"pyarrow, which reads parquet files, is not installed: {paths.install('parquet')}"
        ) from error
    try:
        with pyarrow.parquet.ParquetFile(path, memory_map=False) as file:
            yield file
    except (pyarrow.ArrowException, OSError) as error:
        raise DataError(
            f"Expected a complete parquet file; '{checks.one_line(path.name)}' is truncated or "
            "damaged: copy it again."
        ) from error


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
    starts = row_groups(file.metadata)
    n = int(starts[-1])
    if n == 0:
        checks.size(0, 0, "jet")
    extra = [key for key in ("pt", "m0") if key in columns]
    truth = label_values(file.read(columns=["y"]).column("y"), "y")
    labels, notes = read_labels(truth, n, name="y", known=QUARK_GLUON)
    shape = _images(
        file.read_row_group(int(np.flatnonzero(np.diff(starts))[0]), columns=[name]).column(name),
        name,
    ).shape[1:]
    sample_bytes = int(np.prod(shape)) * 8
    checks.size(n, sample_bytes, "jet")

    def read(start: int, stop: int) -> Images:
        groups = [g for g in range(len(starts) - 1) if starts[g] < stop and starts[g + 1] > start]
        table = file.read_row_groups(groups, columns=[name, *extra], use_threads=False)
        rows = slice(start - int(starts[groups[0]]), stop - int(starts[groups[0]]))
        pixels = _images(table.column(name), name, shape)[rows]
        facts = {key: numbers(table.column(key), key)[rows] for key in extra}
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


def row_groups(metadata: Any) -> Array:
    """First row of each row group, and the number of rows, (n_groups + 1,) int64. Refuses groups
    that are too large to unpack.
    """
    counts = [metadata.row_group(g).num_rows for g in range(metadata.num_row_groups)]
    largest = max(
        (metadata.row_group(g).total_byte_size for g in range(metadata.num_row_groups)), default=0
    )
    if largest > _MAX_GROUP:
        raise DataError(
            f"Expected row groups of at most {_MAX_GROUP >> 20} MB; found one of "
            f"{largest / 1e9:,.1f} GB: write the file with smaller row groups."
        )
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def numbers(column: Any, name: str) -> Array:
    """A flat numeric column as float64 (n,); refuses anything else and missing values."""
    import pyarrow

    if pyarrow.types.is_boolean(column.type):
        column = column.cast(pyarrow.int8())
    if (
        not (pyarrow.types.is_floating(column.type) or pyarrow.types.is_integer(column.type))
        or column.null_count
    ):
        what = "missing values" if column.null_count else f"the type {checks.one_line(column.type)}"
        raise DataError(f"Expected numbers in '{name}'; found {what}: write the column as numbers.")
    return np.asarray(column.to_numpy(), dtype=np.float64)


def label_values(column: Any, name: str) -> Array:
    """A column of labels, (n,) or (n, classes): numbers, truth values, text or short lists."""
    import pyarrow
    import pyarrow.types as kinds

    kind = column.type
    if kinds.is_dictionary(kind):
        kind = kind.value_type
        column = column.cast(kind)
    if kinds.is_list(kind) or kinds.is_large_list(kind) or kinds.is_fixed_size_list(kind):
        values = joined(column)
        lengths = np.unique(np.asarray(list_lengths(values)))
        if len(lengths) == 1 and not values.null_count:
            inner = numbers(pyarrow.chunked_array([values.flatten()]), name)
            return inner.reshape(-1, int(lengths[0])) if lengths[0] else inner
    if (kinds.is_string(kind) or kinds.is_large_string(kind)) and not column.null_count:
        return np.asarray(column.to_pylist())
    return numbers(column, name)


def joined(column: Any) -> Any:
    """A chunked column as one array."""
    import pyarrow

    values = column.combine_chunks()
    if isinstance(values, pyarrow.ChunkedArray):
        values = pyarrow.concat_arrays(values.chunks)
    return values


def list_lengths(values: Any) -> Array:
    """Lengths of the lists of an array of lists, also of a fixed size."""
    import pyarrow.types as kinds

    if kinds.is_fixed_size_list(values.type):
        return np.full(len(values), values.type.list_size)
    return np.asarray(values.value_lengths().fill_null(0))


def _images(column: Any, name: str, shape: tuple[int, ...] | None = None) -> Array:
    """A nested column as (n, channels, height, width) float32, every image of the same shape."""
    import pyarrow
    import pyarrow.types as kinds

    values, lengths = joined(column), []
    for _ in range(3):
        kind = values.type
        nested = kinds.is_list(kind) or kinds.is_large_list(kind) or kinds.is_fixed_size_list(kind)
        if not nested or values.null_count:
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
