"""The columns of the comparison table: every registered metric that fits the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qdiffgui import catalog
from qdiffgui.evaluation.features import describe_observable
from qdiffgui.registry import Entry

MEAN = "w1:mean"
MEMORY, TAGGER = "memorisation", "tagger"
"""Columns that need more than two samples of one class; see ``studies.benchmark.measure``."""


@dataclass(frozen=True)
class Column:
    """One column of ``metrics.json``.

    Parameters
    ----------
    key : str
        Key of the metric, followed by ``:observable`` if it is a metric of one observable.
    label : str
        Name in a table.
    unit : str
        Unit of the values; empty if there is none.
    better : {"lower", "higher", "half", "floor"}
        Which values are good; see ``distance_from_best``.

    Examples
    --------
    >>> from qdiffgui.evaluation import Column
    >>> Column("auc", "Classifier AUC", "", "half").row()
    {'key': 'auc', 'label': 'Classifier AUC', 'unit': '', 'better': 'half'}
    """

    key: str
    label: str
    unit: str
    better: str

    def row(self) -> dict[str, str]:
        return {"key": self.key, "label": self.label, "unit": self.unit, "better": self.better}


@dataclass(frozen=True)
class Scale:
    """The scales that make W1 of different observables comparable: W1 between the two classes, or
    the standard deviation of the data.

    Parameters
    ----------
    values : mapping of str to float
        Observable to its scale (positive, in the observable's unit). Observables that do not
        separate the classes are missing, such as total pT in a narrow window of pT.
    unit : str
        Name of the scale in a table.

    Examples
    --------
    >>> from qdiffgui.evaluation import Scale
    >>> Scale({"mass": 15.2}, "W1(quark, gluon)").values["mass"]
    15.2
    """

    values: Mapping[str, float]
    unit: str


def state_columns(n_qubits: int, kind: str = "state") -> list[Column]:
    """Columns for pure states, or for mixed ones if ``kind`` is "density"."""
    return [
        _column_of(entry)
        for entry in metrics_of(kind)
        if entry.facts.get("n_qubits", n_qubits) == n_qubits
    ]


def feature_columns(names: tuple[str, ...], scale: Scale) -> list[Column]:
    """Columns for samples with the observables ``names``.

    First the metrics of whole samples, then W1 in units of ``scale`` (its mean first) for each
    observable that has a scale, then every metric of one observable in the observable's unit.
    """
    columns = [_column_of(entry) for entry in metrics_of("raw-and-derived")]
    scaled = [name for name in names if name in scale.values]
    if scaled:
        columns.append(Column(MEAN, "W1, mean of observables", scale.unit, "lower"))
    columns += [
        Column(f"w1-relative:{name}", f"W1 {describe_observable(name)[0]}", scale.unit, "lower")
        for name in scaled
    ]
    for entry in metrics_of("observable"):
        columns += [
            Column(
                f"{entry.key}:{name}",
                f"{entry.label} {describe_observable(name)[0]}",
                describe_observable(name)[1],
                entry.facts["better"],
            )
            for name in names
        ]
    return columns + [_column_of(entry) for entry in metrics_of("sample")]


def full_columns(names: tuple[str, ...], kinds: tuple[str, ...]) -> list[Column]:
    """Columns of ``full_cells`` for observables ``names`` and for each other kind of ``kinds``."""
    columns = [
        Column(
            f"{entry.key}:{name}",
            f"{entry.label} {describe_observable(name)[0]}",
            "",
            entry.facts["better"],
        )
        for entry in metrics_of("observable", full=True)
        for name in names
    ]
    return columns + [_column_of(entry) for of in kinds for entry in metrics_of(of, full=True)]


def shortage(kind: str, n: int) -> list[str]:
    """One sentence for each metric of a report that needs more than n samples on each side."""
    return [
        (
            f"{entry.label} needs at least {entry.facts['least']} samples on each side; there are "
            f"{n}, so it is not computed."
        )
        for of in ((kind,) if kind in ("state", "density") else ("raw-and-derived", "observable"))
        for entry in metrics_of(of)
        if n < entry.facts["least"]
    ]


def below_least(kinds: Sequence[str], n: int) -> list[str]:
    """Labels of all metrics of ``kinds`` that need more than n samples on each side."""
    found = [entry for of in kinds for full in (False, True) for entry in metrics_of(of, full)]
    return [entry.label for entry in found if n < entry.facts["least"]]


def full_shortage(kinds: Sequence[str], n: int) -> list[str]:
    """One sentence for each required number of samples above n, naming the metrics of
    ``full_cells`` that need it.
    """
    short: dict[int, list[str]] = {}
    for entry in (
        entry for of in kinds for entry in metrics_of(of, full=True) if n < entry.facts["least"]
    ):
        short.setdefault(entry.facts["least"], []).append(entry.label)
    return [
        (
            f"{', '.join(labels)} {'needs' if len(labels) == 1 else 'need'} at least {least} "
            f"samples on each side; there are {n}, so "
            f"{'it is' if len(labels) == 1 else 'they are'} not computed."
        )
        for least, labels in sorted(short.items())
    ]


def _column_of(entry: Entry) -> Column:
    return Column(entry.key, entry.label, "", entry.facts["better"])


def metrics_of(of: str, full: bool = False) -> Iterator[Entry]:
    """The registered metrics of ``of``, such as "sample" or "observable": those of every report, or
    the expensive ones that no report of a run computes.
    """
    return (
        entry
        for entry in catalog.metrics.values()
        if entry.facts.get("of") == of and bool(entry.facts.get("full")) == full
    )
