"""Hypothesis strategies of damaged data files: bytes changed anywhere, and whole files whose arrays
make no sense.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from hypothesis import strategies as st

Step = tuple[str, float, int]
BYTES = st.lists(
    st.tuples(
        st.sampled_from(["set", "set", "flip", "cut", "drop", "insert", "repeat", "zero"]),
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 255),
    ),
    min_size=1,
    max_size=6,
)
"""Changes of bytes: what, where (a share of the file, or of its first 4 kB), and a value."""
ARRAYS = st.lists(
    st.tuples(
        st.sampled_from(["value", "value", "type", "shape"]),
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 255),
    ),
    min_size=1,
    max_size=4,
)
"""Changes of arrays: what, where (a share of all elements), and which of the values below."""
VALUES = (np.nan, np.inf, -np.inf, 1e300, -1e300, 1e20, -1.0, 0.0, 1e-300, 2.5, 21, 2**62, 255)
TYPES = ("f2", "f4", "f8", "i1", "i8", "u1", "u8", "?", "S3", "c8", "f4")


def change_bytes(content: bytes, steps: list[Step]) -> bytes:
    """The content after all steps; never more than 4 kB longer."""
    data = bytearray(content)
    for number, (what, where, value) in enumerate(steps):
        if not data:
            break
        reach = len(data) if number % 2 else min(len(data), 4096)
        at = int(where * reach)
        if what == "set":
            data[at] = value
        elif what == "flip":
            data[at] ^= 1 << value % 8
        elif what == "cut":
            del data[max(at, 1) :]
        elif what == "drop":
            del data[at : at + value + 1]
        elif what == "insert":
            data[at:at] = bytes([value]) * (value % 16 + 1)
        elif what == "repeat":
            data[at:at] = data[at : at + value]
        else:
            data[at : at + value] = bytes(len(data[at : at + value]))
    return bytes(data)


def change_arrays(arrays: dict[str, Any], steps: list[Step]) -> dict[str, Any]:
    """The arrays after all steps."""
    changed = dict(arrays)
    names = sorted(changed)
    for what, where, value in steps:
        name = names[value % len(names)]
        array = np.asarray(changed[name])
        if what == "value" and array.size and array.dtype.kind in "fiu":
            array = array.copy()
            with np.errstate(all="ignore"):
                array.reshape(-1)[int(where * array.size)] = np.asarray(
                    VALUES[value % len(VALUES)]
                ).astype(array.dtype)
        elif what == "type":
            array = _as_type(array, TYPES[value % len(TYPES)])
        elif what == "shape":
            array = _reshaped(array, where, value)
        changed[name] = array
    return changed


def _as_type(array: np.ndarray, kind: str) -> np.ndarray:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is lost is meant to be lost
        try:
            return array.astype(kind)
        except ValueError:  # text that is no number
            return array


def _reshaped(array: np.ndarray, where: float, value: int) -> np.ndarray:
    kind = value % 7
    if kind == 0:
        return array.T
    if kind == 1:
        return array[..., None]
    if kind == 2:
        return array.reshape(-1)
    if kind == 3:
        return array[: int(where * len(array))] if array.ndim else array
    if kind == 4:
        return array[:0] if array.ndim else array
    if kind == 5:
        return np.concatenate([array, array]) if array.ndim else array
    return np.asfortranarray(array)


def read_hdf5(path: Path) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """All arrays of a file, and the attributes of all objects."""
    arrays: dict[str, Any] = {}
    attributes: dict[str, dict[str, Any]] = {}

    def visit(name: str, item: Any) -> None:
        attributes[name] = dict(item.attrs)
        if isinstance(item, h5py.Dataset):
            arrays[name] = item[()]

    with h5py.File(path) as file:
        file.visititems(visit)
    return arrays, attributes


def write_hdf5(path: Path, arrays: dict[str, Any], attributes: dict[str, dict[str, Any]]) -> None:
    with h5py.File(path, "w") as file:
        for name, values in arrays.items():
            file[name] = values
        for name, found in attributes.items():
            if name in file:
                file[name].attrs.update(found)
