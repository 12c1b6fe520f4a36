"""A file of the user's as a data set."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qdiffgui.config.data import JetFile
from qdiffgui.data.digest import digest
from qdiffgui.data.formats.checks import one_line
from qdiffgui.data.formats.layout import Content, Layout, concatenate, lit
from qdiffgui.data.sniff import open_layout
from qdiffgui.data.types import Array, Dataset, Images
from qdiffgui.errors import DataError

MIN_SAMPLES = 20
MAX_LOADED_BYTES = 1 << 30
"""Images beyond this much memory are left out, with a note."""


def load_file(config: JetFile, seed: int = 0) -> Dataset:
    """Jets or images of a file in any known layout; whole and checked, or not at all. ``seed`` does not matter.

    At most ``n_jets``, the first of each class, in the file's proportions. Empty jets and blank images are left out, with a note.

    Raises
    ------
    DataError
        if the file is not of a known layout, holds anything that is not physical, or fewer than 20 samples of the chosen class.
    """
    with open_layout(config.path, channels=config.channels) as layout:
        rows = _chosen(layout, config.classes, config.n_jets)
        content, notes, n_empty = _read(layout, rows)
        names = {label: name for label, name in layout.classes.items() if label in content.label}
        label = f"{layout.label}: {one_line(Path(config.path).name, 120)}"
        return Dataset(content, label, digest(content), names, (*layout.notes, *notes), n_empty)


def _chosen(layout: Layout, classes: str, n_wanted: int) -> Array:
    """Rows to read, ascending: the first of each chosen class, in the file's proportions."""
    labels = layout.labels
    if classes != "both":
        wanted = [label for label, name in layout.classes.items() if name == classes]
        eligible = np.flatnonzero(np.isin(labels, wanted))
        if not len(eligible):
            found = ", ".join(f"{count} {name}" for name, count in layout.counts().items())
            raise DataError(f"Expected {classes} {layout.noun}s in the file; found {found}: choose 'both' or another file.")
    else:
        eligible = np.arange(layout.n)
    if len(eligible) < MIN_SAMPLES:
        raise DataError(
            f"Expected at least {MIN_SAMPLES} {layout.noun}s to train on; found {len(eligible)}: choose a larger file or both classes."
        )
    if len(eligible) <= n_wanted:
        return eligible
    share = n_wanted / len(eligible)
    groups = [eligible[labels[eligible] == label] for label in np.unique(labels[eligible])]
    return np.sort(np.concatenate([rows[: max(1, round(share * len(rows)))] for rows in groups]))[:n_wanted]


def _read(layout: Layout, rows: Array) -> tuple[Content, list[str], int]:
    """The rows, slice by slice, without the empty ones; what there is to say about it; how many were empty."""
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
        n_bytes += parts[-1].pixels.nbytes if isinstance(parts[-1], Images) else 0
        if n_bytes > MAX_LOADED_BYTES:
            notes.append(
                f"Only the first {n_loaded} {layout.noun}s of those asked for fit into {MAX_LOADED_BYTES >> 30} GB of memory."
            )
            break
    if n_loaded < MIN_SAMPLES:
        raise DataError(
            f"Expected at least {MIN_SAMPLES} {layout.noun}s with something in them; found {n_loaded}, and {n_empty} that are empty: "
            "choose another file."
        )
    if n_empty:
        noun = "blank" if any(isinstance(part, Images) for part in parts) else "empty"
        notes.append(f"{n_empty} {noun} {layout.noun}s were left out.")
    return concatenate(parts), notes, n_empty
