"""JetClass: jets of ten classes in ROOT files (Qu, Li, Qian, arXiv:2202.03772; Zenodo 6619768)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qdiffgui.config.columns import Columns
from qdiffgui.data.formats.flat import JaggedTable
from qdiffgui.data.formats.jagged import LabelsAndClasses, open_jagged
from qdiffgui.data.formats.layout import Layout
from qdiffgui.data.formats.root import RootFile
from qdiffgui.data.types import Array
from qdiffgui.errors import DataError

COLUMNS = True
CLASSES = {
    10: "QCD",
    11: "Hbb",
    12: "Hcc",
    13: "Hgg",
    14: "H4q",
    15: "Hqql",
    16: "Zqq",
    17: "Wqq",
    18: "Tbqq",
    19: "Tbl",
}
"""Labels start at 10, so that none is mistaken for a gluon or quark jet."""
_MOMENTA = {"px": "part_px", "py": "part_py", "pz": "part_pz", "energy": "part_energy"}


def matches(file: RootFile) -> bool:
    """Whether the only tree has ``label_QCD`` and the momenta of the particles."""
    if len(file.trees) != 1:
        return False
    table = file.table()
    return "label_QCD" in table.numbers and set(_MOMENTA.values()) <= table.lists.keys()


def open_layout(
    file: RootFile, path: Path, channels: str = "sum", columns: Columns | None = None
) -> Layout:
    """``part_px``, ``part_py``, ``part_pz`` and ``part_energy`` (GeV) of the particles, and one
    branch for each class that is 1 for its jets: ``label_QCD``, ``label_Hbb``, ...
    """
    columns = columns or Columns()
    named = {**_MOMENTA, "jet_pt": "jet_pt", **columns.named}
    return open_jagged(
        file.table(),
        "jetclass",
        "JetClass jets",
        Columns(named),
        _labels,
    )


def _labels(table: JaggedTable) -> LabelsAndClasses:
    labels: Array = np.zeros(table.n, dtype=np.int8)
    marked: Array = np.zeros(table.n, dtype=np.int64)
    for label, name in CLASSES.items():
        if f"label_{name}" in table.numbers:
            mine = table.read_number(f"label_{name}", 0, table.n) != 0
            labels[mine] = label
            marked += mine
    if (marked != 1).any():
        row = int(np.flatnonzero(marked != 1)[0])
        raise DataError(
            f"Expected one of the branches 'label_...' to be 1 for each jet; found {marked[row]} "
            f"in jet {row} (counted from 0): remove that jet."
        )
    return labels, CLASSES
