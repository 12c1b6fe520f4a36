"""The reports of several runs as one table: a row per model, the floor and the trivial generators.

Runs that differ only in their seeds are one row, with the mean and the standard deviation over
seeds. Pure functions of reports; ``exports.comparison_table`` writes the table to a file.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from qdiffgui.config import Config, Experiment
from qdiffgui.duration import duration
from qdiffgui.evaluation.columns import MEAN
from qdiffgui.evaluation.metric_value import Cell, distance_from_best
from qdiffgui.evaluation.number_format import format_number, format_with_error
from qdiffgui.evaluation.verdict import SIGMAS

Cells = Mapping[str, Mapping[str, Cell]]
"""Class -> column -> value. Values over several seeds have the entry ``n_seeds``, too."""
ENOUGH_SEEDS = 3
_SAME_TIME = 1.5  # factor between two training times that is worth a word
_BASIS = ("data", "representation", "evaluation")
_NO_INFLUENCE = {"threads", "checkpoint_seconds", "preview_seconds"}
_LISTED = 6
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


class Difference(NamedTuple):
    """A value minus that of the baseline, the standard error, and what it means.

    ``verdict`` is "better", "worse" or "level"; "" for metrics without a better side. Values that
    are less than ``limit`` standard errors apart are level.
    """

    value: float
    error: float
    verdict: str
    limit: float

    def plain(self) -> dict[str, float]:
        """``{"value", "error"}``, as ``format_with_error`` takes it."""
        return {"value": self.value, "error": self.error}


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


# ---- differences


def difference(own: Cell, base: Cell, better: str) -> Difference | None:
    """A value minus the baseline's, with its standard error.

    Values over several seeds have the standard error of their mean, and differ if they are as far
    apart as ``verdict.SIGMAS`` standard errors of a normal distribution are improbable, by
    Student's t distribution. A single run next to several seeds is assumed to scatter as they do.
    Two single runs have the errors of sampling only: the scatter between runs is unknown.

    Parameters
    ----------
    own, base : mapping or None
        ``{"value", "error"}``, with ``n_seeds`` if it is a mean over seeds.
    better : {"lower", "higher", "half", "floor"}
        Which values are good; see ``distance_from_best``. "floor" gives no verdict.

    Returns
    -------
    Difference or None
        None if one of the values is missing.
    """
    if own is None or base is None:
        return None
    error, limit = _error(own, base)
    value = own["value"] - base["value"]
    if better not in ("lower", "higher", "half"):
        return Difference(value, error, "", limit)
    gap = distance_from_best(own["value"], None, better) - distance_from_best(
        base["value"], None, better
    )
    verdict = "level" if abs(gap) <= limit * error else "better" if gap < 0 else "worse"
    return Difference(value, error, verdict, limit)


def _error(own: Mapping[str, float], base: Mapping[str, float]) -> tuple[float, float]:
    """The standard error of a difference, and how many of them make it significant."""
    sides = [(cell["error"] ** 2, int(cell.get("n_seeds", 1))) for cell in (own, base)]
    several = [(variance, n) for variance, n in sides if n > 1]
    if not several:
        return float(np.sqrt(sum(variance for variance, _ in sides))), SIGMAS
    if len(several) == 1:
        sides = [(several[0][0], n) for _, n in sides]
    parts = [variance / n for variance, n in sides]
    total = sum(parts)
    weights = [part**2 / (n - 1) for part, (_, n) in zip(parts, sides) if n > 1]
    if len(several) == 1:
        freedom = several[0][1] - 1.0
    else:  # Welch and Satterthwaite
        freedom = total**2 / sum(weights) if sum(weights) else float(sum(n for _, n in sides) - 2)
    from scipy.special import ndtr, stdtrit  # a third of a second: only where there are seeds

    return float(np.sqrt(total)), float(stdtrit(freedom, ndtr(SIGMAS)))


def difference_sentence(
    own: TableRow, base: TableRow, column: Mapping[str, str], class_name: str
) -> str:
    """One sentence on two models by one metric; "" if one of them has no value."""
    mine, other = own.cell(class_name, column["key"]), base.cell(class_name, column["key"])
    found = difference(mine, other, column["better"])
    if found is None:
        return ""
    of = "" if class_name == "all" else f" for {class_name}"
    verb = {"better": "is better than", "worse": "is worse than", "level": "is level with"}
    compared = verb.get(found.verdict, "is compared with")
    unit = f" {column['unit']}" if column.get("unit") else ""
    sign = "+" if found.value >= 0 else ""
    few = found.verdict == "level" and abs(found.value) > SIGMAS * found.error
    why = (
        f" With so few seeds, less than {found.limit:.1f} standard errors is no difference."
        if few
        else ""
    )
    gap = f"{sign}{format_with_error(found.plain())}{unit}"
    return (
        f"By {column['label']}{of}, {own.label} ({_with_seeds(mine)}) {compared} {base.label} "
        f"({_with_seeds(other)}): a difference of {gap}.{why}"
    )


def _with_seeds(cell: Cell) -> str:
    n = int(cell.get("n_seeds", 1)) if cell else 1
    return f"{format_with_error(cell)}{f', {n} seeds' if n > 1 else ''}"


# ---- what a comparison must say of itself


def seed_note(models: Sequence[TableRow]) -> str:
    """A warning if any of several models has too few seeds to know how runs scatter, else ""."""
    few = [row for row in models if len(row.seeds) < ENOUGH_SEEDS]
    if len(models) < 2 or not few:
        return ""
    advice = f"Train with at least {ENOUGH_SEEDS} seeds before calling one model better."
    if all(len(row.seeds) == 1 for row in models):
        return (
            "One seed each: the errors do not contain the scatter between runs, which can be "
            f"larger than the difference. {advice}"
        )
    names = _listed([f"{row.label} ({len(row.seeds)})" for row in few])
    return f"Few seeds: {names}. The scatter between runs is poorly known. {advice}"


def budget_note(models: Sequence[TableRow]) -> str:
    """A sentence if optimizer steps or training times of models differ, else ""."""
    steps = {row.n_steps for row in models if row.n_steps is not None}
    times = [row.seconds for row in models if row.seconds]
    unequal = bool(times) and max(times) > _SAME_TIME * min(times)
    if len(models) < 2 or not (len(steps) > 1 or unequal):
        return ""
    return f"Training budgets differ: {_listed([_budget(row) for row in models])}."


def _budget(row: TableRow) -> str:
    parts = [f"{format_number(round(row.n_steps))} steps"] if row.n_steps is not None else []
    parts += [f"{duration(row.seconds)} of CPU time"] if row.seconds is not None else []
    return f"{row.label} {', '.join(parts) or 'unknown'}"


def _listed(parts: Sequence[str]) -> str:
    shown = list(parts[:_LISTED])
    more = len(parts) - len(shown)
    return "; ".join([*shown, f"and {more} more"] if more else shown)
