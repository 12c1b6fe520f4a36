"""What blank images do, in plain words made from the numbers and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qdiffgui.benchmark.blanks import GIVEN, WITH, WITHOUT, Blanks
from qdiffgui.evaluation.columns import Cell, Column
from qdiffgui.evaluation.number import number
from qdiffgui.evaluation.verdict import SIGMAS, distance

Rows = Mapping[str, Mapping[str, Cell]]


def sentences(blanks: Blanks, models: Sequence[str], labels: Mapping[str, str]) -> Iterator[str]:
    """How floors move, then for each of ``models`` which metrics get worse or better where the data hold blank images."""
    known = [c for c in blanks.columns if _moved(blanks, WITH, "floor", c) is not None]
    moved = [c for c in known if _moved(blanks, WITH, "floor", c)]
    yield (
        f"{blanks.share:.0%} of the images are blank. They were left out of training and of every table above. Put back, on {blanks.n} "
        f"images a side, they move real against real by more than {SIGMAS:g} standard errors in {len(moved)} of {len(known)} figures"
        f"{': ' + _names(moved) if moved else ''}."
    )
    for key in models:
        yield from _of_model(blanks, key, labels.get(key, key))
    if blanks.few:
        yield (
            f"{', '.join(blanks.few)}: {blanks.n} images a side are fewer than these need to judge a model by; read their differences, not "
            "their values."
        )
    yield "FPD, KPD, W1-M, W1-P, W1-EFP and the energy mover's distances take the brightest 30 pixels, angles in units of the frame's side."


def _of_model(blanks: Blanks, key: str, label: str) -> Iterator[str]:
    for variant, text in ((WITH, f"{label}, which makes no blank image,"), (GIVEN, f"{label} with as many blank images put in")):
        sides: dict[int, list[Column]] = {1: [], 0: [], -1: []}
        for column in blanks.columns:
            side = _better(blanks, variant, key, column)
            if side is not None:
                sides[side].append(column)
        worse, level, better = sides[-1], sides[0], sides[1]
        parts = [
            f"looks worse for blank images in the data on {_names(worse)}" if worse else "",
            f"looks better for them on {_names(better)}" if better else "",
            f"is unmoved on {_others(level, worse or better)}" if level else "",
        ]
        told = "; ".join(part for part in parts if part)
        if told:
            yield f"{text} {told}."


def row(blanks: Blanks, column: Column, models: Sequence[str]) -> list[str]:
    """The cells of a metric: floor without and with, and each model without, with, with blanks put in."""
    cells = [_cell(blanks, variant, "floor", column) for variant in (WITHOUT, WITH)]
    cells += [_cell(blanks, variant, key, column) for key in models for variant in (WITHOUT, WITH, GIVEN)]
    return ["—" if cell is None else number(cell) for cell in cells]


def _cell(blanks: Blanks, variant: str, key: str, column: Column) -> Cell:
    return blanks.table.get(variant, {}).get(key, {}).get(column.key)


def _moved(blanks: Blanks, variant: str, key: str, column: Column) -> bool | None:
    before, after = _cell(blanks, WITHOUT, key, column), _cell(blanks, variant, key, column)
    if before is None or after is None:
        return None
    return bool(abs(after["value"] - before["value"]) > SIGMAS * _error(before, after))


def _better(blanks: Blanks, variant: str, key: str, column: Column) -> int | None:
    """1: with blank images the figure is nearer to the best one by more than the errors; -1: farther; 0: neither; None: unknown."""
    before, after = _cell(blanks, WITHOUT, key, column), _cell(blanks, variant, key, column)
    if before is None or after is None:
        return None
    gap = _badness(before, column, _cell(blanks, WITHOUT, "floor", column)) - _badness(
        after, column, _cell(blanks, WITH, "floor", column)
    )
    return 0 if abs(gap) <= SIGMAS * _error(before, after) else (1 if gap > 0 else -1)


def _badness(cell: dict[str, float], column: Column, floor: Cell) -> float:
    if column.better == "floor":
        return abs(cell["value"] - (floor["value"] if floor is not None else 0.0))
    return -cell["value"] if column.better == "higher" else distance(cell["value"], column.better)


def _error(a: dict[str, float], b: dict[str, float]) -> float:
    return float((a["error"] ** 2 + b["error"] ** 2) ** 0.5)


def _others(columns: Sequence[Column], after_some: object) -> str:
    if not after_some:
        return "every figure"
    return f"the other {len(columns)} figures" if len(columns) > 3 else _names(columns)


def _names(columns: Sequence[Column]) -> str:
    return ", ".join(column.label for column in columns)
