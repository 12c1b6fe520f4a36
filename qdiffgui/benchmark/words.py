"""The verdict of a benchmark in plain words, made from the numbers and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qdiffgui.benchmark.result import Model
from qdiffgui.evaluation.baselines import TRIVIAL
from qdiffgui.evaluation.columns import MEAN, Cell, Column
from qdiffgui.evaluation.heading import heading
from qdiffgui.evaluation.number import number
from qdiffgui.evaluation.verdict import RULE, compare, distance

JUDGES = (
    ("auc", "the classifier test"), (MEAN, "W1 (mean of observables)"), ("fpd", "FPD"), ("w1-layers", "W1 of the layers"),
)  # fmt: skip
Rows = Mapping[str, Mapping[str, Cell]]


def sentences(
    table: Mapping[str, Rows], columns: Sequence[Column], models: Sequence[Model], labels: Mapping[str, str], n_seeds: int
) -> Iterator[str]:
    """For each class and judge: the best quantum model, the best classical one, the gap between them, and who beats the trivial
    generators. Two figures differ where they are more than two combined errors apart; errors are standard deviations over seeds."""
    better = {column.key: column.better for column in columns}
    if n_seeds < 3:
        yield f"{n_seeds} seed{'s' if n_seeds > 1 else ''}: at least 3 are needed before a difference means anything."
    for name, rows in table.items():
        prefix = heading(name, ": ")
        for key, words in JUDGES:
            if key in better:
                yield from (prefix + text for text in _judged(rows, key, words, better[key], models, labels))
    if any(model.role == "quantum" for model in models):
        yield "No quantum advantage is claimed, and none follows: every circuit here was simulated, exactly and without noise."
    else:
        yield "No quantum model is in this line-up: it says what classical ones reach, and nothing of circuits."


def _judged(rows: Rows, key: str, words: str, better: str, models: Sequence[Model], labels: Mapping[str, str]) -> Iterator[str]:
    quantum = _best([m.key for m in models if m.role == "quantum"], rows, key, better)
    classical = _best([m.key for m in models if m.role != "quantum"], rows, key, better)
    matched = _best([m.key for m in models if m.role == "matched"], rows, key, better)
    floor = number(rows.get("floor", {}).get(key))
    parts = [
        f"the best {kind} model is {labels[who]} ({number(rows[who][key])})"
        for kind, who in (("quantum", quantum), ("classical", classical))
        if who is not None
    ]
    if parts:
        yield f"On {words} {' and '.join(parts)}; real against real gives {floor}."
    if quantum is not None and classical is not None:
        yield _gap(rows, key, words, better, quantum, classical, labels)
        if matched is not None and matched != classical:
            yield _gap(rows, key, words, better, quantum, matched, labels, " (as many parameters)")
    for model in models:
        lost = [r for r in TRIVIAL if r in rows and compare(_cell(rows, model.key, key), _cell(rows, r, key), better) <= 0]
        if lost and key == "auc" and _cell(rows, model.key, key) is not None:
            names = ", ".join(labels[r] for r in lost)
            yield f"{labels[model.key]} does not beat {names} on {words}. {RULE}."


def _gap(
    rows: Rows, key: str, words: str, better: str, quantum: str, classical: str, labels: Mapping[str, str], aside: str = ""
) -> str:
    a, b = rows[quantum][key], rows[classical][key]
    assert a is not None
    assert b is not None
    side = compare(a, b, better)
    gap = abs(distance(a["value"], better) - distance(b["value"], better))
    error = (a["error"] ** 2 + b["error"] ** 2) ** 0.5
    verb = {1: "is better than", 0: "is level with", -1: "is worse than"}[side]
    return f"{labels[quantum]} {verb} {labels[classical]}{aside} on {words}: the gap is {number({'value': gap, 'error': error})}."


def _cell(rows: Rows, row: str, key: str) -> Cell:
    return rows.get(row, {}).get(key)


def _best(keys: Sequence[str], rows: Rows, column: str, better: str) -> str | None:
    found = [(distance(cell["value"], better), key) for key in keys if (cell := _cell(rows, key, column)) is not None]
    return min(found)[1] if found else None
