"""HDF5 datasets of unknown origin: nothing followed out of the file, declared sizes held against what is stored."""

from __future__ import annotations

from itertools import islice

import h5py
import numpy as np

from qdiffgui.data.formats.checks import one_line
from qdiffgui.errors import DataError

FREE_BYTES = 256 << 20
"""Below this declared size nothing can go wrong, whatever is stored."""
MAX_RATIO = 250
"""Declared over stored bytes; sparse CMS images reach about 75."""


def has(file: h5py.File, *names: str) -> bool:
    """Whether the file has all these names (paths with '/'), or links in their place; nothing is followed but own groups."""
    return all(_link(file, name) is not None for name in names)


def _link(file: h5py.File, name: str) -> object | None:
    """The link of that name, or None; where a group on the way is no group of this file, the link that stands for it."""
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


def dataset(file: h5py.File, name: str, *, ndim: tuple[int, ...]) -> h5py.Dataset:
    """The numeric dataset of that name, of as many dimensions as allowed, proven to lie in this file and to be as large as it says.

    Raises
    ------
    DataError
        for a link out of the file (external, soft, virtual, external storage), a type that is not numeric, another number of
        dimensions, or a declared size far beyond what is stored.
    """
    link = _link(file, name)
    if not isinstance(link, h5py.HardLink):
        sort = "an external link" if isinstance(link, h5py.ExternalLink) else "a soft link"
        raise DataError(f"Expected the data of '{name}' in the file itself; found {sort}: copy the data into the file.")
    if file.get(name, getclass=True) is not h5py.Dataset:
        raise DataError(f"Expected an array under '{name}'; found something else: write the file anew.")
    found: h5py.Dataset = file[name]
    stored_here(found, name)
    if found.shape is None or found.ndim not in ndim:
        expected = " or ".join(str(n) for n in ndim)
        raise DataError(f"Expected '{name}' with {expected} dimensions; found the shape {found.shape}: write the file anew.")
    return found


def stored_here(found: h5py.Dataset, name: str, *, kinds: str = "fiub") -> None:
    """Refuse a dataset whose data lie elsewhere, whose type is not of these numpy ``kinds``, or that declares far more than it stores."""
    if not isinstance(found, h5py.Dataset) or found.is_virtual or found.external:
        sort = "external storage" if isinstance(found, h5py.Dataset) and found.external else "a virtual dataset"
        raise DataError(f"Expected the data of '{name}' in the file itself; found {sort}: copy the data into the file.")
    if found.dtype.kind not in kinds:
        raise DataError(f"Expected numbers in '{name}'; found the type {one_line(found.dtype)}: write them as float32.")
    if found.shape is not None:
        _check_size(found, name)


def column(file: h5py.File, name: str, n: int) -> h5py.Dataset:
    """The dataset of that name, proven to hold one number a sample: (n,) or (n, 1)."""
    found = dataset(file, name, ndim=(1, 2))
    if found.size != n or len(found) != n:
        raise DataError(f"Expected {n} numbers in '{name}', one a sample; found the shape {found.shape}: write the file anew.")
    return found


def chunk_rows(found: h5py.Dataset) -> int:
    """Rows that are unpacked together."""
    return int(found.chunks[0]) if found.chunks else 1


def _check_size(found: h5py.Dataset, name: str) -> None:
    declared = int(np.prod([int(length) for length in found.shape], dtype=object)) * found.dtype.itemsize
    stored = found.id.get_storage_size()
    if declared > FREE_BYTES and declared > MAX_RATIO * stored:
        raise DataError(
            f"'{name}' declares {declared / 1e9:,.1f} GB and {stored / 1e6:,.1f} MB are stored: expected data of about the declared "
            "size; nothing was read: write the file anew."
        )
    chunk = int(np.prod(found.chunks, dtype=object)) * found.dtype.itemsize if found.chunks else 0
    if chunk > FREE_BYTES:
        raise DataError(
            f"'{name}' is stored in chunks of {chunk / 1e9:,.1f} GB: expected at most {FREE_BYTES >> 20} MB; "
            "write it with smaller chunks."
        )


def shape_text(found: h5py.Dataset) -> str:
    """Shape and type of a dataset as a report writes them, "(1000, 125, 125) float32"; nothing of it is read."""
    return f"{tuple(int(length) for length in found.shape)} {found.dtype}"


def keys(file: h5py.File) -> str:
    """The first names in the file, to tell what was found."""
    names = [f"'{one_line(name, 24)}'" for name in islice(iter(file), 7)]
    if not names:
        return "no data at all"
    return ", ".join(names[:6]) + (" and more" if len(names) > 6 else "")
