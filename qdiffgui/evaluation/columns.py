"""The columns of the comparison table and what stands in a cell: every metric of the registry that fits the data."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from qdiffgui import catalog
from qdiffgui.evaluation.measured import Measured
from qdiffgui.evaluation.view import View, describe
from qdiffgui.evaluation.wasserstein import mean_measure
from qdiffgui.registry import Entry

Array = NDArray[Any]
Cell = dict[str, float] | None
MEAN = "w1:mean"


@dataclass(frozen=True)
class Column:
    """One column of ``metrics.json``. ``better``: lower | higher | half | floor (see ``catalog.metrics``)."""

    key: str
    label: str
    unit: str
    better: str

    def row(self) -> dict[str, str]:
        return {"key": self.key, "label": self.label, "unit": self.unit, "better": self.better}


@dataclass(frozen=True)
class Scale:
    """In units of what W1 of each observable is also given: W1 between the two classes, or the standard deviation of real samples.

    values : observable -> scale in the observable's unit, > 0; without those that have no scale (total pT does not tell quarks from
    gluons where the sample is a window in pT).      unit : how a table writes it.
    """

    values: Mapping[str, float]
    unit: str


def for_states(n_qubits: int, kind: str = "state") -> list[Column]:
    """Columns for pure states or, of ``kind`` "density", for mixed ones."""
    return [
        Column(entry.key, entry.label, "", entry.facts["better"])
        for entry in _metrics(kind)
        if entry.facts.get("n_qubits", n_qubits) == n_qubits
    ]


def for_views(names: tuple[str, ...], scale: Scale) -> list[Column]:
    """Columns for vectors and maps with observables ``names``: metrics of whole samples, W1 in units of ``scale`` where an observable
    has one (their mean first), then every metric of one observable in its own unit."""
    columns = [Column(entry.key, entry.label, "", entry.facts["better"]) for entry in _metrics("sample")]
    scaled = [name for name in names if name in scale.values]
    if scaled:
        columns.append(Column(MEAN, "W1, mean of observables", scale.unit, "lower"))
    columns += [Column(f"w1-relative:{name}", f"W1 {describe(name)[0]}", scale.unit, "lower") for name in scaled]
    for entry in _metrics("observable"):
        columns += [
            Column(f"{entry.key}:{name}", f"{entry.label} {describe(name)[0]}", describe(name)[1], entry.facts["better"])
            for name in names
        ]
    return columns


def state_cells(generated: Array, real: Array, seed: int) -> dict[str, Cell]:
    """Cells of a row for states (n, d) against (m, d), or density matrices (n, d, d) against (m, d, d)."""
    n_qubits = real.shape[1].bit_length() - 1
    return {
        entry.key: _cell(entry, generated, real, seed)
        for entry in _metrics("state" if real.ndim == 2 else "density")
        if entry.facts.get("n_qubits", n_qubits) == n_qubits
    }


def view_cells(generated: View, real: View, scale: Scale, seed: int, *, few: bool = False) -> dict[str, Cell]:
    """Cells of a row for vectors and maps, ``None`` where there are too few samples for a metric to mean anything, unless ``few``: to see
    what moves a figure, not to judge by it."""
    cells = {entry.key: _cell(entry, generated.features, real.features, seed, few=few) for entry in _metrics("sample")}
    for entry in _metrics("observable"):
        for name, values in real.observables.items():
            cells[f"{entry.key}:{name}"] = _cell(entry, generated.observables[name], values, seed, few=few)
    return cells | _relative(cells, generated, real, scale, seed)


def _cell(
    entry: Entry, generated: Array, real: Array, seed: int, *, few: bool = False, known: dict[str, Any] | None = None
) -> Cell:
    """``few``: also of fewer samples than mean anything. ``known``: what metrics of several parts gave of the same samples."""
    if min(len(generated), len(real)) < (2 if few else entry.facts["least"]):
        return None
    known = {} if known is None else known
    try:
        if entry.target not in known:
            known[entry.target] = entry.load()(generated, real, seed=seed)
        given = known[entry.target]
        found: Measured = given[entry.facts["part"]] if "part" in entry.facts else given
    except Exception:
        if entry.target.startswith("qdiffgui."):
            raise
        # a plug-in's metric must not take the report of a long training with it
        logging.getLogger(__name__).warning("The metric '%s' (%s) failed.", entry.key, entry.target, exc_info=True)
        return None
    return found.plain()


def _relative(cells: Mapping[str, Cell], generated: View, real: View, scale: Scale, seed: int) -> dict[str, Cell]:
    """W1 in units of ``scale``, and its mean over observables."""
    names = [name for name in real.observables if name in scale.values]
    relative: dict[str, Cell] = {}
    for name in names:
        cell = cells[f"w1:{name}"]
        relative[f"w1-relative:{name}"] = cell and {key: value / scale.values[name] for key, value in cell.items()}
    if names:
        complete = None not in relative.values()
        used = {name: scale.values[name] for name in names}
        relative[MEAN] = mean_measure(generated.observables, real.observables, used, seed=seed).plain() if complete else None
    return relative


def shortage(kind: str, n: int) -> list[str]:
    """One sentence for each metric of a report that n samples a side are too few for."""
    return [
        f"{entry.label} needs at least {entry.facts['least']} samples a side and there are {n}: not given."
        for of in ((kind,) if kind in ("state", "density") else ("sample", "observable"))
        for entry in _metrics(of)
        if n < entry.facts["least"]
    ]


def below_least(kinds: Sequence[str], n: int) -> list[str]:
    """Labels of all metrics of ``kinds`` that n samples a side are too few for."""
    found = [entry for of in kinds for full in (False, True) for entry in _metrics(of, full)]
    return [entry.label for entry in found if n < entry.facts["least"]]


def full_shortage(kinds: Sequence[str], n: int) -> list[str]:
    """One sentence for all metrics of ``full_cells`` of each least number of samples that n samples a side fall short of."""
    short: dict[int, list[str]] = {}
    for entry in (entry for of in kinds for entry in _metrics(of, full=True) if n < entry.facts["least"]):
        short.setdefault(entry.facts["least"], []).append(entry.label)
    return [
        f"{', '.join(labels)} mean{'s' if len(labels) == 1 else ''} nothing below {least} samples a side and there are {n}: not given."
        for least, labels in sorted(short.items())
    ]


def full_cells(
    generated: Mapping[str, Array], real: Mapping[str, Array], of: str, seed: int, *, few: bool = False
) -> dict[str, Cell]:
    """The dear metrics of ``of`` ("sample", "observable", "cloud", "efp"), which only a benchmark computes, for named arrays (n, ...) and
    (m, ...); keys are ``metric:name``, or ``metric`` for the name "". ``few`` as for ``view_cells``."""
    cells: dict[str, Cell] = {}
    for name, values in generated.items():
        known: dict[str, Any] = {}
        for entry in _metrics(of, full=True):
            cells[f"{entry.key}:{name}" if name else entry.key] = _cell(entry, values, real[name], seed, few=few, known=known)
    return cells


def full_columns(names: tuple[str, ...], kinds: tuple[str, ...]) -> list[Column]:
    """Columns of ``full_cells`` for observables ``names`` and for each other kind of ``kinds``."""
    columns = [
        Column(f"{entry.key}:{name}", f"{entry.label} {describe(name)[0]}", "", entry.facts["better"])
        for entry in _metrics("observable", full=True)
        for name in names
    ]
    return columns + [
        Column(entry.key, entry.label, "", entry.facts["better"]) for of in kinds for entry in _metrics(of, full=True)
    ]


def _metrics(of: str, full: bool = False) -> Iterator[Entry]:
    return (entry for entry in catalog.metrics.values() if entry.facts.get("of") == of and bool(entry.facts.get("full")) == full)
