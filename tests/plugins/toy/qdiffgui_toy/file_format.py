"""A file format: a module with ``matches`` and ``open_layout``."""

from pathlib import Path
from typing import IO

import numpy as np

from qdiffgui.data.formats import checks
from qdiffgui.data.formats.layout import QUARK_GLUON, Layout, labels_of, used_classes
from qdiffgui.data.types import Table
from qdiffgui.errors import DataError

HEADER = b"label,mass,width\n"


def matches(stream: IO[bytes]) -> bool:
    return stream.read(len(HEADER)) == HEADER


def open_layout(stream: IO[bytes], path: Path, channels: str = "sum") -> Layout:
    stream.seek(0)
    rows = np.loadtxt(stream, delimiter=",", skiprows=1, ndmin=2)
    if rows.shape[1:] != (3,):
        raise DataError(
            f"Expected label, mass and width per line of '{path.name}': check the file."
        )
    checks.size(len(rows), 24, "jet")
    for column, name in ((1, "mass"), (2, "width")):
        checks.finite(rows[:, column], name, "jet")
        checks.not_negative(rows[:, column], name, name, "jet")
    labels = labels_of(rows[:, 0], len(rows), name="label", known=QUARK_GLUON)

    def read(start: int, stop: int) -> Table:
        values = {"mass": rows[start:stop, 1], "width": rows[start:stop, 2]}
        return Table(values, labels[start:stop])

    return Layout(
        key="toy-csv",
        label="Toy jets, CSV",
        n=len(rows),
        noun="jet",
        labels=labels,
        classes=used_classes(labels, QUARK_GLUON),
        shapes={"rows": str(rows.shape)},
        sample_bytes=24,
        read=read,
    )
