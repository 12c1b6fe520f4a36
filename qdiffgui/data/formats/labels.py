"""Class labels of files, in every spelling that leaves no doubt: each is translated, and a note
says how.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from qdiffgui.data.formats import checks
from qdiffgui.data.formats.checks import one_line
from qdiffgui.data.types import UNLABELLED, Array
from qdiffgui.errors import DataError

_ROWS = 1 << 16
"""Labels that are text or columns are translated in slices of this many."""
_GLUON_ID = 21
_QUARK_IDS = range(1, 7)
_WORDS = {
    "gluon": ("g", "gluons"),
    "quark": ("q", "quarks", "light quark", "u", "d", "s"),
    "top": ("t",),
    "W": ("w", "w boson"),
    "Z": ("z", "z boson"),
}


class Labels(NamedTuple):
    """Labels (n,) int8, -1 for unlabeled, and notes on how they were read."""

    labels: Array
    notes: tuple[str, ...] = ()


def read_labels(values: Array, n: int, *, name: str, known: Mapping[int, str]) -> Labels:
    """Labels from the values in a file.

    Besides the numbers of the classes, these are understood: -1 and +1, true and false, PDG ids (21
    and 1 to 6), the names of the classes, and one column per class.

    Parameters
    ----------
    values : ndarray, shape (n,), (n, 1) or (n, n_classes)
        Numbers, text or truth values.
    n : int
        Number of samples.
    name : str
        Name of the array, for messages.
    known : mapping of int to str
        Number to name of each class.

    Returns
    -------
    Labels
        The labels, and a note if they were translated.

    Raises
    ------
    DataError
        If there are more or fewer labels than samples, or if one is not understood.

    Examples
    --------
    >>> read_labels(np.array([-1, 1]), 2, name="y", known={0: "gluon", 1: "quark"})
    Labels(labels=array([0, 1], dtype=int8), notes=("Labels in 'y': -1 is gluon, 1 is quark.",))
    """
    values = np.asarray(values)
    if values.ndim == 2 and len(values) == n and values.shape[1] in (2, len(known)):
        return _from_columns(values, name, known)
    flat = values.reshape(-1)
    if len(flat) != n or (values.ndim > 1 and len(values) != n):
        found = f"the shape {values.shape}" if values.ndim > 1 else f"{len(flat)} labels"
        raise DataError(
            f"Expected one label in '{name}' for each of {n} samples; found {found}: write one per "
            "sample."
        )
    if flat.dtype.kind == "b":
        return Labels(flat.astype(np.int8), (_note(name, "false", "true", known),))
    if flat.dtype.kind not in "iuf":
        return _from_text(flat, name, known)
    checks.finite(flat, name, "sample")
    return _from_numbers(flat, name, known)


def _from_numbers(flat: Array, name: str, known: Mapping[int, str]) -> Labels:
    found = np.unique(flat)
    if len(found) == 2 and found.tolist() == [-1, 1]:
        return Labels((flat > 0).astype(np.int8), (_note(name, "-1", "1", known),))
    if _GLUON_ID in found and np.isin(np.abs(found), [_GLUON_ID, *_QUARK_IDS]).all():
        note = f"Labels in '{name}' are PDG ids: {_GLUON_ID} is {known[0]}, 1 to 6 are {known[1]}."
        return Labels((np.abs(flat) != _GLUON_ID).astype(np.int8), (note,))
    strange = found[~np.isin(found, [UNLABELLED, *known])]
    if len(strange):
        raise _not_understood(f"{strange[0]:g}", name, known)
    return Labels(flat.astype(np.int8))


def _from_text(flat: Array, name: str, known: Mapping[int, str]) -> Labels:
    words = {word: label for label, text in known.items() for word in _WORDS.get(text, ())}
    words |= {text.lower(): label for label, text in known.items()}
    words |= {str(label): label for label in known}
    if flat.dtype.kind in "SU":
        checks.label_length(flat.dtype.itemsize // (4 if flat.dtype.kind == "U" else 1), name)
    checks.texts(len(flat), name)
    labels = np.zeros(len(flat), dtype=np.int8)
    meanings: dict[str, int] = {}
    for start in range(0, len(flat), _ROWS):
        texts, where = np.unique(flat[start : start + _ROWS], return_inverse=True)
        found = [one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one)
                 for one in texts.tolist()]  # fmt: skip
        for text in found:
            label = words.get(text.strip().lower())
            if label is None:
                raise _not_understood(f"'{one_line(text, 24)}'", name, known)
            meanings[text] = label
        mine = np.array([meanings[text] for text in found], dtype=np.int8)
        labels[start : start + _ROWS] = mine[where.reshape(-1)]
    pairs = ", ".join(f"'{text}' is {known[meanings[text]]}" for text in sorted(meanings))
    return Labels(labels, (f"Labels in '{name}': {pairs}.",))


def _from_columns(values: Array, name: str, known: Mapping[int, str]) -> Labels:
    labels = np.zeros(len(values), dtype=np.int8)
    for start in range(0, len(values), _ROWS):
        part = values[start : start + _ROWS]
        numbers = part.astype(np.float64) if part.dtype.kind in "fiub" else np.zeros((1, 1))
        wrong = ~np.isin(numbers, (0, 1)).all(axis=1) | (numbers.sum(axis=1) != 1)
        if wrong.any():
            raise DataError(
                f"Expected labels in '{name}' with one 1 and otherwise 0 in each of its "
                f"{values.shape[1]} columns, or one label per sample; found other values in sample "
                f"{start + int(np.flatnonzero(wrong)[0])} (counted from 0): write one label per "
                "sample."
            )
        labels[start : start + _ROWS] = numbers.argmax(axis=1)
    pairs = ", ".join(f"column {i} is {known[i]}" for i in range(values.shape[1]))
    return Labels(labels, (f"Labels in '{name}': {pairs}.",))


def _note(name: str, zero: str, one: str, known: Mapping[int, str]) -> str:
    return f"Labels in '{name}': {zero} is {known[0]}, {one} is {known[1]}."


def _not_understood(found: str, name: str, known: Mapping[int, str]) -> DataError:
    meant = ", ".join(f"{label} ({text})" for label, text in known.items())
    return DataError(
        f"Expected the labels {meant} in '{name}', or their names; found {found}: convert the "
        "labels."
    )
