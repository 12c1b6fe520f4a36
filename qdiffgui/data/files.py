"""A file of the user as a data set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from qdiffgui.config.columns import Columns, parse_columns
from qdiffgui.config.data import JetFile
from qdiffgui.config.data_file import content_digest
from qdiffgui.data import progress
from qdiffgui.data.digest import digest
from qdiffgui.data.formats.checks import one_line
from qdiffgui.data.formats.layout import Content, Layout, concatenate, lit, memory_bytes
from qdiffgui.data.plausibility import remarks
from qdiffgui.data.sniff import open_layout
from qdiffgui.data.types import UNLABELLED, Array, Dataset, Images
from qdiffgui.errors import DataError

MIN_SAMPLES = 20
MIN_OF_A_CLASS = 4
MAX_LOADED_BYTES = 1 << 30
"""Samples beyond this many bytes of memory are left out, with a note."""
FREE_BYTES, MAX_RATIO = 128 << 20, 32
"""Of a file, at most so many times its size is loaded, if that is more than these bytes."""


def load_file(config: JetFile, seed: int = 0) -> Dataset:
    """Jets or images from a file in any known format, completely checked.

    At most ``n_jets`` are loaded: the first of each class, in the proportions of the file. Empty
    jets and blank images are left out, with a note.

    Parameters
    ----------
    config : JetFile
        Path of the file, classes, number of jets, and channels of CMS images.
    seed : int
        Has no effect.

    Returns
    -------
    Dataset
        The samples and notes about them.

    Raises
    ------
    DataError
        If the file is of no known format, holds values that are not physical, or fewer than 20
        samples of the chosen class, or if its content is not that of the settings.
    """
    columns = Columns(parse_columns(config.columns), config.energy_unit, config.swap_labels)
    with open_layout(config.path, channels=config.channels, columns=columns) as layout:
        _require_same_content(config)
        rows = _chosen(layout, config.classes, config.n_jets)
        if few := too_small_class(layout, layout.labels[rows]):
            raise DataError(few)
        most = most_loaded(Path(config.path).stat().st_size)
        content, notes, n_empty = _read(layout, rows, most)
        found = remarks(content, layout.classes, layout.noun)
        if found.problems:
            raise DataError(" ".join(found.problems))
        if (content.label == UNLABELLED).any():  # also if it is only some: see the remarks
            content = replace(content, label=np.full_like(content.label, UNLABELLED))
        names = {label: name for label, name in layout.classes.items() if label in content.label}
        label = f"{layout.label}: {one_line(Path(config.path).name, 120)}"
        said = (*layout.notes, *dict.fromkeys(layout.said), *notes, *found.notes)
        every = (*mapping_note(layout.mapping), *said)
        return Dataset(content, label, digest(content), names, every, n_empty)


def mapping_note(mapping: Mapping[str, str]) -> tuple[str, ...]:
    """Which columns of the file are used for what, as a sentence; none if their names are fixed."""
    if not mapping:
        return ()
    pairs = ", ".join(f"{role} = {one_line(name)}" for role, name in mapping.items())
    return (f"Columns: {pairs}.",)


def _require_same_content(config: JetFile) -> None:
    if config.content and content_digest(config.path) != config.content:
        raise DataError(
            f"The data file '{one_line(Path(config.path).name, 120)}' has changed since these "
            "settings were used (its content is another one): restore the original file, or start "
            "a new run with the present one (data.content empty)."
        )


def _chosen(layout: Layout, classes: str, n_wanted: int) -> Array:
    """Rows to read, ascending: the first of each chosen class, in the proportions of the file."""
    labels = layout.labels
    if classes != "both":
        wanted = [label for label, name in layout.classes.items() if name == classes]
        eligible = np.flatnonzero(np.isin(labels, wanted))
        if not len(eligible):
            found = ", ".join(f"{count} {name}" for name, count in layout.counts().items())
            raise DataError(
                f"Expected {classes} {layout.noun}s in the file; found {found}: choose 'both' or "
                "another file."
            )
    else:
        eligible = np.arange(layout.n)
    if len(eligible) < MIN_SAMPLES:
        raise DataError(
            f"Expected at least {MIN_SAMPLES} {layout.noun}s to train on; found "
            f"{len(eligible)}: choose a larger file or both classes."
        )
    if len(eligible) <= n_wanted:
        return eligible
    share = n_wanted / len(eligible)
    groups = [eligible[labels[eligible] == label] for label in np.unique(labels[eligible])]
    chosen = np.concatenate([rows[: max(1, round(share * len(rows)))] for rows in groups])
    return np.sort(chosen)[:n_wanted]


def too_small_class(layout: Layout, labels: Array) -> str:
    """A sentence if a class has so few samples that nothing could be said about it, else ""."""
    found, counts = np.unique(labels, return_counts=True)
    for label, n in zip(found.tolist(), counts.tolist()):
        if n < MIN_OF_A_CLASS and len(found) > 1 and label != UNLABELLED:
            return (
                f"Expected at least {MIN_OF_A_CLASS} {layout.noun}s of each class; found {n} "
                f"{layout.classes.get(label, label)} {layout.noun}s among {len(labels):,}: choose "
                "one class (data.classes) or a file with more of them."
            )
    return ""


def most_loaded(file_bytes: int) -> int:
    """Bytes of memory that the samples of a file of this size may take: a small file that unpacks
    to gigabytes holds little but repetitions.
    """
    return min(MAX_LOADED_BYTES, max(FREE_BYTES, MAX_RATIO * file_bytes))


def _read(layout: Layout, rows: Array, most: int) -> tuple[Content, list[str], int]:
    """The rows without the empty ones, notes about them, and the number of empty ones."""
    parts: list[Content] = []
    notes: list[str] = []
    n_empty = n_loaded = n_bytes = 0
    for start, stop in layout.slices():
        mine = rows[np.searchsorted(rows, start) : np.searchsorted(rows, stop)]
        if not len(mine):
            continue
        part = layout.read(int(mine[0]), int(mine[-1]) + 1).take(mine - mine[0])
        kept = np.flatnonzero(lit(part))
        n_empty += len(part) - len(kept)
        parts.append(part.take(kept))
        n_loaded += len(kept)
        n_bytes += memory_bytes(parts[-1])
        del part  # freed before the parts are copied into one
        progress.report(stop / layout.n)
        if n_bytes > most and stop < layout.n:
            limit = f"{most >> 30} GB" if most >= 1 << 30 else f"{most >> 20} MB"
            notes.append(
                f"Only the first {n_loaded} of the requested {layout.noun}s were loaded: they take "
                f"{limit} of memory, the most for a file of this size."
            )
            break
    if n_loaded < MIN_SAMPLES:
        raise DataError(
            f"Expected at least {MIN_SAMPLES} {layout.noun}s that are not empty; found {n_loaded}, "
            f"and {n_empty} empty ones: choose another file."
        )
    if n_empty:
        noun = "blank" if any(isinstance(part, Images) for part in parts) else "empty"
        notes.append(f"{n_empty} {noun} {layout.noun}s were left out.")
    return concatenate(parts), notes, n_empty
