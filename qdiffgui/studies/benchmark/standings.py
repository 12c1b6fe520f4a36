"""The models of a benchmark in order of quality, while it runs and at its end.

While it runs, the values are those of the reports of the finished runs. At the end all models are
judged again, on equal numbers of the same samples. Needs neither torch nor PennyLane.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qdiffgui.errors import UserError
from qdiffgui.evaluation.metric_value import Cell, distance_from_best, headline_key
from qdiffgui.runs.state import Status
from qdiffgui.studies.benchmark.averages import Table, average_tables
from qdiffgui.studies.benchmark.jobs import Job, JobModel, JobRecord

MODEL, FLOOR = "model", "floor"  # rows of a report
Reports = dict[str, dict[str, Any]]
"""Run id -> its report, reduced to the headline metric."""
SIDES = {1: "better", 0: "level", -1: "worse"}


@dataclass(frozen=True)
class Ranked:
    """A row of the ranking: a model, the floor, or a trivial generator.

    Attributes
    ----------
    key, label, role : str
        As in the line-up; the role of other rows is "floor" or "trivial".
    n_seeds : int
        Seeds behind the values; 0 if there are no values yet.
    cells : mapping
        Class -> value of the headline metric.
    against_best : mapping
        Class -> "best", "level" or "worse", compared with the best model of that class. Empty for
        rows that are no models.
    unbeaten : mapping
        Class -> labels of the trivial generators that the model does not beat.
    """

    key: str
    label: str
    role: str
    n_seeds: int
    cells: Mapping[str, Cell]
    against_best: Mapping[str, str]
    unbeaten: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Standings:
    """Rows, the best model first, models without values last, then floor and trivial generators.

    ``metric`` is the label of the headline metric, ``classes`` those of the values.
    """

    metric: str
    classes: tuple[str, ...]
    rows: tuple[Ranked, ...]

    @property
    def models(self) -> tuple[Ranked, ...]:
        """The rows of models."""
        return tuple(row for row in self.rows if row.role not in ("floor", "trivial"))


def standings(job: Job, record: JobRecord, known: Reports | None = None) -> Standings | None:
    """The ranking of a benchmark now; None as long as there is nothing to rank.

    Parameters
    ----------
    job : Job
        The benchmark.
    record : JobRecord
        Its present record.
    known : dict, optional
        Keeps what was read of finished runs for the next call.
    """
    known = {} if known is None else known
    result = job.result() if record.status == "done" else None
    if result is not None:
        models = [JobModel.model_validate(model) for model in result["models"]]
        return rank(result["table"], result["columns"], models, result["labels"])
    columns: dict[str, Mapping[str, str]] = {}
    labels: dict[str, str] = {}
    by_seed: dict[int, dict[str, dict[str, Mapping[str, Cell]]]] = {}
    n_models = len(record.models)
    for i, name in enumerate(record.runs if n_models else ()):
        report = known.get(name) or _headline(job, name)
        if report is None:
            continue
        known[name] = report
        table = by_seed.setdefault(i // n_models, {})
        for row in report["rows"]:
            key = record.models[i % n_models].key if row["key"] == MODEL else row["key"]
            table.setdefault(row["class"], {}).setdefault(key, row["values"])
            labels.setdefault(key, row["label"])
        columns |= {column["key"]: column for column in report["columns"]}
    if not columns:
        return None
    table_of_all = average_tables(list(by_seed.values()), list(columns))
    return rank(table_of_all, list(columns.values()), record.models, labels)


def rank(
    table: Table,
    columns: Sequence[Mapping[str, str]],
    models: Sequence[JobModel],
    labels: Mapping[str, str],
) -> Standings | None:
    """Rank models by the headline metric that they have, averaged over classes.

    Parameters
    ----------
    table : mapping
        Class -> row -> column -> cell. Rows that are no models are the floor and the trivial
        generators.
    columns : sequence of mapping
        With ``key``, ``label`` and ``better``.
    models : sequence of JobModel
        The models, also those without values.
    labels : mapping
        Row -> label.

    Returns
    -------
    Standings or None
        Two values are level if they are at most two combined errors apart. None if no model has a
        value.
    """
    from qdiffgui.evaluation.baselines import TRIVIAL

    measured = {
        key
        for rows in table.values()
        for model in models
        for key, cell in rows.get(model.key, {}).items()
        if cell is not None
    }
    metric = headline_key([column["key"] for column in columns if column["key"] in measured])
    if not metric:
        return None
    column = next(column for column in columns if column["key"] == metric)
    better = column["better"]
    cells = {
        name: {row: found.get(metric) for row, found in rows.items()}
        for name, rows in table.items()
    }
    best = {name: _best(found, models, better) for name, found in cells.items()}

    def of(key: str, label: str, role: str, *, is_model: bool) -> Ranked:
        own = {name: found.get(key) for name, found in cells.items()}
        given = [cell for cell in own.values() if cell is not None]
        against, unbeaten = {}, {}
        for name, cell in own.items() if is_model else ():
            if cell is None:
                continue
            side = _side(cell, cells[name].get(best[name]), better)
            against[name] = "best" if key == best[name] else SIDES[side]
            unbeaten[name] = [
                labels.get(other, other)
                for other in TRIVIAL
                if cells[name].get(other) and _side(cell, cells[name][other], better) <= 0
            ]
        seeds = int(max((cell.get("n_seeds", 1) for cell in given), default=0))
        return Ranked(key, label, role, seeds, own, against, unbeaten)

    ranked = [of(model.key, model.label, model.role, is_model=True) for model in models]
    ranked.sort(key=lambda row: _distance(row, better))
    others = dict.fromkeys(row for rows in cells.values() for row in rows)
    known = {model.key for model in models}
    rest = [
        of(key, labels.get(key, key), FLOOR if key == FLOOR else "trivial", is_model=False)
        for key in others
        if key not in known and (key == FLOOR or key in TRIVIAL)
    ]
    rest.sort(key=lambda row: (row.role != FLOOR, _distance(row, better)))
    return Standings(column["label"], tuple(cells), (*ranked, *rest))


def _side(cell: Cell, other: Cell, better: str) -> int:
    from qdiffgui.evaluation.verdict import compare

    return compare(cell, other, better)


def _best(cells: Mapping[str, Cell], models: Sequence[JobModel], better: str) -> str:
    found = [
        (distance_from_best(cell["value"], None, better), model.key)
        for model in models
        if (cell := cells.get(model.key)) is not None
    ]
    return min(found)[1] if found else ""


def _distance(row: Ranked, better: str) -> float:
    """Mean over classes of the distance from the best value; infinite without values."""
    found = [
        distance_from_best(cell["value"], None, better)
        for cell in row.cells.values()
        if cell is not None
    ]
    return sum(found) / len(found) if found else float("inf")


def _headline(job: Job, name: str) -> dict[str, Any] | None:
    """The report of a finished run, reduced to its headline metric; None if there is none."""
    try:
        run = job.store.get(name)
        report = run.metrics() if run.record().status == Status.DONE else None
    except UserError:
        return None
    if report is None:
        return None
    own = [row["values"] for row in report["rows"] if row["key"] == MODEL]
    keys = [column["key"] for column in report["columns"]]
    key = headline_key([key for key in keys if any(values.get(key) for values in own)])
    rows = [
        {"class": row["class"], "key": row["key"], "label": row["label"]}
        | {"values": {key: row["values"].get(key)}}
        for row in report["rows"]
    ]
    return {"columns": [c for c in report["columns"] if c["key"] == key], "rows": rows}
