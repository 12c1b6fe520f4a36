"""Differences of models in a table of runs, with errors and in sentences, and what must be said of
a comparison: seeds and training budgets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from qdiffgui.duration import duration
from qdiffgui.evaluation.metric_value import Cell, distance_from_best
from qdiffgui.evaluation.number_format import format_number, format_with_error
from qdiffgui.evaluation.run_table import TableRow
from qdiffgui.evaluation.verdict import SIGMAS

ENOUGH_SEEDS = 3
_SAME_TIME = 1.5  # factor between two training times that is worth a word
_LISTED = 6


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
