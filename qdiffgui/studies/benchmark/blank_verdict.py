"""The effect of blank images in plain sentences, derived from the measured values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qdiffgui.evaluation.columns import Column
from qdiffgui.evaluation.metric_value import Cell, distance_from_best
from qdiffgui.evaluation.number_format import format_with_error
from qdiffgui.evaluation.verdict import SIGMAS
from qdiffgui.studies.benchmark.blank_images import GIVEN, WITH, WITHOUT, BlankImages

Rows = Mapping[str, Mapping[str, Cell]]


def sentences(
    blanks: BlankImages, models: Sequence[str], labels: Mapping[str, str]
) -> Iterator[str]:
    """How the floor changes, then for each of ``models`` which metrics get worse or better if the
    data contain blank images.
    """
    known = [c for c in blanks.columns if _moved(blanks, WITH, "floor", c) is not None]
    moved = [c for c in known if _moved(blanks, WITH, "floor", c)]
    yield (
        f"{blanks.share:.0%} of the images are blank. They were left out of training and of every "
        f"table above. With {blanks.n} images on each side, putting them back changes the floor by "
        f"more than {SIGMAS:g} standard errors in {len(moved)} of {len(known)} metrics"
        f"{': ' + _names(moved) if moved else ''}."
    )
    for key in models:
        yield from _of_model(blanks, key, labels.get(key, key))
    if blanks.few:
        yield (
            f"{', '.join(blanks.few)}: {blanks.n} images on each side are too few to judge a "
            "model; compare the differences, not the values."
        )
    yield (
        "FPD, KPD, W1-M, W1-P, W1-EFP and the energy mover's distances use the 30 brightest "
        "pixels, with angles in units of the frame's side."
    )


def _of_model(blanks: BlankImages, key: str, label: str) -> Iterator[str]:
    for variant, text in (
        (WITH, f"With blank images in the data only, {label}"),
        (GIVEN, f"With as many blank images added to its samples, {label}"),
    ):
        sides: dict[int, list[Column]] = {1: [], 0: [], -1: []}
        for column in blanks.columns:
            side = _better(blanks, variant, key, column)
            if side is not None:
                sides[side].append(column)
        worse, level, better = sides[-1], sides[0], sides[1]
        parts = [
            f"scores worse on {_names(worse)}" if worse else "",
            f"scores better on {_names(better)}" if better else "",
            f"is unchanged on {_others(level, worse or better)}" if level else "",
        ]
        changes = "; ".join(part for part in parts if part)
        if changes:
            yield f"{text} {changes}."


def row(blanks: BlankImages, column: Column, models: Sequence[str]) -> list[str]:
    """The cells of a metric: the floor without and with blank images, and each model without them,
    with them in the data, and with them on both sides.
    """
    cells = [_cell(blanks, variant, "floor", column) for variant in (WITHOUT, WITH)]
    cells += [
        _cell(blanks, variant, key, column) for key in models for variant in (WITHOUT, WITH, GIVEN)
    ]
    return ["—" if cell is None else format_with_error(cell) for cell in cells]


def _cell(blanks: BlankImages, variant: str, key: str, column: Column) -> Cell:
    return blanks.table.get(variant, {}).get(key, {}).get(column.key)


def _moved(blanks: BlankImages, variant: str, key: str, column: Column) -> bool | None:
    before, after = _cell(blanks, WITHOUT, key, column), _cell(blanks, variant, key, column)
    if before is None or after is None:
        return None
    return bool(abs(after["value"] - before["value"]) > SIGMAS * _error(before, after))


def _better(blanks: BlankImages, variant: str, key: str, column: Column) -> int | None:
    """1 if blank images bring the metric closer to its best value by more than the errors, -1 if
    farther away, 0 for neither, None if unknown.
    """
    before, after = _cell(blanks, WITHOUT, key, column), _cell(blanks, variant, key, column)
    if before is None or after is None:
        return None
    gap = _badness(before, column, _cell(blanks, WITHOUT, "floor", column)) - _badness(
        after, column, _cell(blanks, WITH, "floor", column)
    )
    return 0 if abs(gap) <= SIGMAS * _error(before, after) else (1 if gap > 0 else -1)


def _badness(cell: dict[str, float], column: Column, floor: Cell) -> float:
    return distance_from_best(cell["value"], floor["value"] if floor else 0.0, column.better)


def _error(a: dict[str, float], b: dict[str, float]) -> float:
    return float((a["error"] ** 2 + b["error"] ** 2) ** 0.5)


def _others(columns: Sequence[Column], after_some: object) -> str:
    if not after_some:
        return "every metric"
    return f"the other {len(columns)} metrics" if len(columns) > 3 else _names(columns)


def _names(columns: Sequence[Column]) -> str:
    return ", ".join(column.label for column in columns)
