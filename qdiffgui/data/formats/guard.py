"""HDF5 datasets of unknown origin: no link is followed out of the file, and declared sizes are
compared with stored ones.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import islice

import h5py
import numpy as np

from qdiffgui import paths
from qdiffgui.data.formats import checks, stored_rows
from qdiffgui.data.formats.checks import one_line
from qdiffgui.data.formats.stored_rows import StoredRows
from qdiffgui.data.types import Array
from qdiffgui.errors import DataError

FREE_BYTES = 256 << 20
"""Arrays of at most this declared size are harmless, whatever is stored."""
_MOST_CLASSES = 16
_FILTERS = {
    32000: "lzf",
    32001: "blosc",
    32004: "lz4",
    32008: "bitshuffle",
    32015: "zstd",
    32026: "blosc2",
    307: "bzip2",
    4: "szip",
}
_MOST_FOR_A_ROW = 20
MAX_RATIO = 250
"""Largest ratio of declared to stored bytes; sparse CMS images reach about 75."""


def has(file: h5py.File, *names: str) -> bool:
    """Whether the file has all these names (paths with '/'), or links in their place. Only groups
    of the file itself are followed.
    """
    return all(_link(file, name) is not None for name in names)


def _link(file: h5py.File, name: str) -> object | None:
    """The link of that name, or None. If a group on the path is itself a link, that link."""
    group = file
    parents, _, last = name.rpartition("/")
    for part in filter(None, parents.split("/")):
        way: object | None = group.get(part, default=None, getlink=True)
        if not isinstance(way, h5py.HardLink):
            return way
        if group.get(part, getclass=True) is not h5py.Group:
            return None
        group = group[part]
    link: object | None = group.get(last, default=None, getlink=True)
    return link


def dataset(file: h5py.File, name: str, *, ndim: tuple[int, ...]) -> StoredRows:
    """The numeric dataset of that name with an allowed number of dimensions, checked to be stored
    in this file with the declared size, for reading in slices.

    Raises
    ------
    DataError
        If it is a link (external or soft), virtual or stored elsewhere, not numeric, of another
        number of dimensions, or far larger than what is stored.
    """
    link = _link(file, name)
    if not isinstance(link, h5py.HardLink):
        kind = "an external link" if isinstance(link, h5py.ExternalLink) else "a soft link"
        raise DataError(
            f"Expected the data of '{name}' in the file itself; found {kind}: copy the data into "
            "the file."
        )
    if file.get(name, getclass=True) is not h5py.Dataset:
        raise DataError(f"Expected an array under '{name}'; found something else: write an array.")
    found: h5py.Dataset = file[name]
    stored_here(found, name)
    if found.shape is None or found.ndim not in ndim:
        expected = " or ".join(str(n) for n in ndim)
        raise DataError(
            f"Expected '{name}' with {expected} dimensions; found the shape {found.shape}: reshape "
            "it."
        )
    return StoredRows(found, name)


def stored_here(found: h5py.Dataset, name: str, *, kinds: str = "fiub") -> None:
    """Refuse a dataset that is stored elsewhere, is not of these numpy ``kinds``, or declares far
    more than it stores.
    """
    if not isinstance(found, h5py.Dataset) or found.is_virtual or found.external:
        kind = (
            "external storage"
            if isinstance(found, h5py.Dataset) and found.external
            else "a virtual dataset"
        )
        raise DataError(
            f"Expected the data of '{name}' in the file itself; found {kind}: copy the data into "
            "the file."
        )
    _require_filters(found, name)
    if found.dtype.kind not in kinds:
        raise DataError(
            f"Expected numbers in '{name}'; found the type {one_line(found.dtype)}: write them "
            "as float32."
        )
    if found.shape is not None:
        _check_size(found, name)


def label_values(file: h5py.File, name: str, n: int) -> Array:
    """The labels of that name, (n,) or (n, classes): numbers, truth values or text."""
    link = _link(file, name)
    is_text = (
        isinstance(link, h5py.HardLink)
        and file.get(name, getclass=True) is h5py.Dataset
        and h5py.check_string_dtype(file[name].dtype) is not None
    )
    if not is_text:
        numbers = dataset(file, name, ndim=(1, 2))
        if len(numbers) != n or numbers.size > n * _MOST_CLASSES:
            raise _not_one_each(numbers, name, n)
        return numbers[:]
    found = file[name]
    stored_here(found, name, kinds="OS")
    if found.shape not in ((n,), (n, 1)):
        raise _not_one_each(found, name, n)
    checks.texts(n, name)
    # texts of any length lie elsewhere in the file, and many rows may point to one of them
    size = int(file.id.get_filesize()) if found.dtype.kind == "O" else found.dtype.itemsize
    rows = max(1, min(4096, FREE_BYTES // max(size, 1)))
    parts = []
    for start in range(0, n, rows):
        part = found[start : start + rows].reshape(-1)
        checks.label_length(max((len(text) for text in np.unique(part)), default=0), name)
        parts.append(part.astype(f"S{checks.MAX_LABEL}"))
    return np.concatenate(parts)


def _not_one_each(found: h5py.Dataset | StoredRows, name: str, n: int) -> DataError:
    return DataError(
        f"Expected {n} numbers in '{name}', one per sample; found the shape {found.shape}: write "
        "one per sample."
    )


def declared_bytes(found: h5py.Dataset) -> int:
    """Size in bytes of a dataset in memory, according to its shape and type."""
    lengths = [int(length) for length in found.shape or ()]
    return int(np.prod(lengths, dtype=object)) * int(found.dtype.itemsize)


def require_stored(declared: int, stored: int, name: str) -> None:
    """Refuse data that declare far more bytes than are stored."""
    if declared > FREE_BYTES and declared > MAX_RATIO * stored:
        raise DataError(
            f"'{name}' declares {declared / 1e9:,.1f} GB, but only {stored / 1e6:,.1f} MB are "
            "stored. Expected data of about the declared size; nothing was read: write the file "
            "again."
        )


def column(file: h5py.File, name: str, n: int) -> StoredRows:
    """The dataset of that name, checked to hold one number per sample: (n,) or (n, 1)."""
    found = dataset(file, name, ndim=(1, 2))
    if found.size != n or len(found) != n:
        raise _not_one_each(found, name, n)
    return found


def _check_size(found: h5py.Dataset, name: str) -> None:
    stored = int(found.id.get_storage_size())
    require_stored(declared_bytes(found), stored, name)
    chunk, most = stored_rows.chunk_bytes(found), stored_rows.MAX_CHUNK
    if chunk > most:
        raise DataError(
            f"Expected chunks of at most {most >> 20} MB; '{name}' is stored in chunks of "
            f"{chunk / 1e9:,.1f} GB: write it with smaller chunks."
        )
    together = stored_rows.row_of_chunks_bytes(found)
    if together > max(stored_rows.MAX_ROWS_OF_CHUNKS, _MOST_FOR_A_ROW * stored):
        raise DataError(
            f"Expected chunks that hold whole samples; in '{name}', {together / 1e9:,.1f} GB have "
            "to be unpacked for one: write it with chunks of fewer samples."
        )


def _require_filters(found: h5py.Dataset, name: str) -> None:
    """Refuse a dataset whose compression cannot be read here; hdf5plugin is used if it is
    installed.
    """
    settings = found.id.get_create_plist()
    codes = [settings.get_filter(i)[0] for i in range(settings.get_nfilters())]
    if all(map(h5py.h5z.filter_avail, codes)):
        return
    with suppress(ImportError):
        import hdf5plugin  # noqa: F401  its import registers the filters
    missing = [code for code in codes if not h5py.h5z.filter_avail(code)]
    if missing:
        kind = _FILTERS.get(missing[0], f"filter {missing[0]}")
        raise DataError(
            f"'{name}' is compressed with {kind}, which this installation cannot read: "
            f"{paths.install('filters')}, or write the file with gzip."
        )


def shape_text(found: h5py.Dataset | StoredRows) -> str:
    """Shape and type of a dataset as text, "(1000, 125, 125) float32", without reading it."""
    return f"{tuple(int(length) for length in found.shape)} {found.dtype}"


def keys(file: h5py.File) -> str:
    """The first names in the file, for an error message."""
    names = [f"'{one_line(name, 24)}'" for name in islice(iter(file), 7)]
    if not names:
        return "no data at all"
    return ", ".join(names[:6]) + (" and more" if len(names) > 6 else "")
