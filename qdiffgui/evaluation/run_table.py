"""The reports of several runs as one table: a row per model, the floor and the trivial generators.

Runs that differ only in their seeds are one row, with the mean and the standard deviation over
seeds. Pure functions of reports; ``exports.comparison_table`` writes the table to a file.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from qdiffgui.config import Config, Experiment
from qdiffgui.evaluation.columns import MEAN
from qdiffgui.evaluation.metric_value import Cell, distance_from_best

Cells = Mapping[str, Mapping[str, Cell]]
"""Class -> column -> value. Values over several seeds have the entry ``n_seeds``, too."""
_BASIS = ("data", "representation", "evaluation")
_NO_INFLUENCE = {"threads", "checkpoint_seconds", "preview_seconds", "live_auc"}
_WORD = "-_." + string.ascii_letters + string.digits


@dataclass(frozen=True)
class EvaluatedRun:
    """A run with its report.

    Attributes
    ----------
    name : str
        Name of the run.
    seed : int
        Its seed.
    settings : str
        Equal for runs that differ only in name and seed; see ``settings_key``.
    report : mapping
        Content of its ``metrics.json``.
    n_parameters, n_steps : int or None
        Trainable parameters, and optimizer steps done.
    seconds : float or None
        CPU time of the training, s.
    """

    name: str
    seed: int
    settings: str
    report: Mapping[str, Any]
    n_parameters: int | None = None
    n_steps: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class TableRow:
    """One generator: ``key`` is "model", "floor" or the key of a trivial generator.

    ``runs`` are the names of the runs behind a model, ``seeds`` those of the values, ``n_steps``
    and ``seconds`` means over these runs.
    """

    key: str
    label: str
    seeds: tuple[int, ...]
    cells: Cells
    runs: tuple[str, ...] = ()
    n_parameters: int | None = None
    n_steps: float | None = None
    seconds: float | None = None

    def cell(self, class_name: str, column: str) -> Cell:
        """The value of a metric for a class; None if there is none."""
        return self.cells.get(class_name, {}).get(column)


@dataclass(frozen=True)
class RunTable:
    """Rows of models (as given, or best first), then the floor, then the trivial generators."""

    columns: tuple[Mapping[str, str], ...]
    classes: tuple[str, ...]
    rows: tuple[TableRow, ...]

    @property
    def models(self) -> tuple[TableRow, ...]:
        """The rows of models."""
        return tuple(row for row in self.rows if row.key == "model")

    def columns_of(self, class_name: str) -> list[Mapping[str, str]]:
        """The columns in which any row has a value for this class."""
        return [
            column
            for column in self.columns
            if any(row.cell(class_name, column["key"]) for row in self.rows)
        ]


def settings_key(config: Experiment) -> str:
    """Equal for settings that differ only in name, seed, threads and how often files are written:
    for repeated runs of one model.
    """
    unused: Any = {"name": True, "seed": True, "training": _NO_INFLUENCE}
    return config.model_dump_json(exclude=unused)


def comparison_basis(config: Experiment) -> tuple[Config, ...]:
    """Everything that floor and trivial generators depend on, except the seed. Equal for
    comparable runs.
    """
    return tuple(getattr(config, part) for part in _BASIS)


def build_table(
    runs: Sequence[EvaluatedRun],
    *,
    metrics: Iterable[str] | None = None,
    group_seeds: bool = True,
    sort: str | None = None,
) -> RunTable:
    """The table of comparable runs.

    Parameters
    ----------
    runs : sequence of EvaluatedRun
        Runs on the same data, in the same representation, with the same evaluation. Of several
        runs with equal settings and equal seeds, the first one counts.
    metrics : iterable of str, optional
        Keys of the columns, in this order. Default: the metrics of whole samples and the mean W1,
        without those of single observables.
    group_seeds : bool
        Whether runs that differ only in their seeds become one row, with mean and standard
        deviation over seeds. Errors of a single run are those of sampling.
    sort : str, optional
        A column by which models are sorted, the best first, by the mean over classes.

    Returns
    -------
    RunTable
        The table. Floor and trivial generators are averaged over the seeds of all runs.
    """
    known = {c["key"]: c for run in runs for c in run.report["columns"]}
    wanted = [key for key in (metrics or headline_columns(known)) if key in known]
    columns = tuple(known[key] for key in wanted)
    classes = tuple(dict.fromkeys(row["class"] for run in runs for row in run.report["rows"]))
    groups: dict[str, list[EvaluatedRun]] = {}
    for i, run in enumerate(runs):
        groups.setdefault(run.settings if group_seeds else str(i), []).append(run)
    models = _distinct([_model_row(group, classes, wanted) for group in groups.values()])
    if sort in known:
        best = known[sort]["better"]
        models.sort(key=lambda row: _rank(row, str(sort), classes, best))
    others = _other_rows(runs, classes, wanted)
    return RunTable(columns, classes, (*models, *others))


def headline_columns(keys: Iterable[str]) -> list[str]:
    """The metrics of whole samples, and W1 averaged over observables."""
    return [key for key in keys if ":" not in key or key == MEAN]


def _model_row(
    group: Sequence[EvaluatedRun], classes: Sequence[str], keys: Sequence[str]
) -> TableRow:
    by_seed = {run.seed: run for run in reversed(group)}
    found = [by_seed[seed] for seed in sorted(by_seed)]
    return TableRow(
        key="model",
        label=_common_name([run.name for run in group]),
        seeds=tuple(run.seed for run in found),
        cells=_cells(found, "model", classes, keys),
        runs=tuple(run.name for run in group),
        n_parameters=next((run.n_parameters for run in found if run.n_parameters), None),
        n_steps=_mean([run.n_steps for run in found]),
        seconds=_mean([run.seconds for run in found]),
    )


def _other_rows(
    runs: Sequence[EvaluatedRun], classes: Sequence[str], keys: Sequence[str]
) -> list[TableRow]:
    """Floor and trivial generators. They depend on data and seed only, so each seed counts once."""
    by_seed = {run.seed: run for run in reversed(runs)}
    found = [by_seed[seed] for seed in sorted(by_seed)]
    labels = {row["key"]: row["label"] for run in runs for row in run.report["rows"]}
    labels.pop("model", None)
    order = sorted(labels, key=lambda key: key != "floor")
    seeds = tuple(run.seed for run in found)
    return [TableRow(key, labels[key], seeds, _cells(found, key, classes, keys)) for key in order]


def _cells(
    runs: Sequence[EvaluatedRun], row_key: str, classes: Sequence[str], keys: Sequence[str]
) -> Cells:
    values = [
        {row["class"]: row["values"] for row in run.report["rows"] if row["key"] == row_key}
        for run in runs
    ]
    return {
        name: {key: _average([of_run.get(name, {}).get(key) for of_run in values]) for key in keys}
        for name in classes
    }


def _average(cells: Sequence[Cell]) -> Cell:
    """Mean and standard deviation over seeds; a single value keeps its error."""
    found = [cell for cell in cells if cell is not None]
    if not found:
        return None
    values = [cell["value"] for cell in found]
    if len(values) > 1 and min(values) == max(values):  # without the rounding of a mean
        return {"value": values[0], "error": 0.0, "n_seeds": float(len(values))}
    error = float(np.std(values, ddof=1)) if len(values) > 1 else found[0]["error"]
    return {"value": float(np.mean(values)), "error": error, "n_seeds": float(len(values))}


def _mean(values: Sequence[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return float(np.mean(found)) if found else None


def _rank(row: TableRow, column: str, classes: Sequence[str], better: str) -> float:
    cells = [cell for name in classes if (cell := row.cell(name, column)) is not None]
    distances = [distance_from_best(cell["value"], None, better) for cell in cells]
    return float(np.mean(distances)) if distances else float("inf")


def _common_name(names: Sequence[str]) -> str:
    """The name of a model from those of its runs: what they begin with, less the seed."""
    if len(set(names)) == 1:
        return names[0]
    first, last = min(names), max(names)
    n_equal = next((i for i, (a, b) in enumerate(zip(first, last)) if a != b), len(first))
    common = first[:n_equal]
    if any(name[n_equal : n_equal + 1].isalnum() for name in (first, last)):
        common = common.rstrip(_WORD)  # no half of a word or number
    for _ in range(3):
        common = common.rstrip(" ,;:-_#(.")
        common = common.removesuffix("seed").removesuffix("s=")
    return common if len(common) >= 3 else f"{names[0]} and {len(names) - 1} more"


def _distinct(rows: list[TableRow]) -> list[TableRow]:
    """Equal labels get a number."""
    made: list[TableRow] = []
    for row in rows:
        taken, n, label = {other.label for other in made}, 1, row.label
        while label in taken:
            n += 1
            label = f"{row.label} [{n}]"
        made.append(replace(row, label=label))
    return made
