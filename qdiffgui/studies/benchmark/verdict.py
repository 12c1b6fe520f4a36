"""The verdict of a benchmark in plain sentences, derived from the measured values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qdiffgui.evaluation.baselines import TRIVIAL
from qdiffgui.evaluation.columns import MEAN, Column
from qdiffgui.evaluation.metric_value import Cell, class_prefix, distance_from_best
from qdiffgui.evaluation.number_format import format_value, format_with_error
from qdiffgui.evaluation.verdict import compare, does_not_beat
from qdiffgui.studies.benchmark.result import ModelResult

JUDGES = (
    ("auc", "the classifier test"),
    (MEAN, "W1 (mean of observables)"),
    ("fpd", "FPD"),
    ("w1-layers", "W1 of the layers"),
)
Rows = Mapping[str, Mapping[str, Cell]]


def sentences(
    table: Mapping[str, Rows],
    columns: Sequence[Column],
    models: Sequence[ModelResult],
    labels: Mapping[str, str],
    n_seeds: int,
) -> Iterator[str]:
    """For each class and metric: the best quantum and classical models, the gap between them, and
    the models that do not beat the trivial generators.

    Two values differ if they are more than two combined errors apart. Errors are standard
    deviations over seeds.
    """
    better = {column.key: column.better for column in columns}
    if n_seeds < 3:
        yield (
            f"With {n_seeds} seed{'s' if n_seeds > 1 else ''}, differences are not conclusive; use "
            "at least 3."
        )
    for name, rows in table.items():
        prefix = class_prefix(name, ": ")
        for key, words in JUDGES:
            if key in better:
                yield from (
                    prefix + text
                    for text in _compare_on(rows, key, words, better[key], models, labels)
                )
    if any(model.role == "quantum" for model in models):
        yield (
            "No quantum advantage is claimed or implied: all circuits were simulated "
            "exactly and without noise."
        )
    else:
        yield (
            "This line-up has no quantum model. It shows what classical models reach and says "
            "nothing about circuits."
        )


def file_sentences(
    table: Mapping[str, Rows],
    columns: Sequence[Column],
    models: Sequence[ModelResult],
    labels: Mapping[str, str],
    files: Sequence[str],
) -> Iterator[str]:
    """For each file of samples made elsewhere, class and metric: how it compares with the best
    model and which trivial generators it does not beat.
    """
    better = {column.key: column.better for column in columns}
    for name, rows in table.items():
        prefix = class_prefix(name, ": ")
        for file in files:
            for key, words in JUDGES:
                cell = _cell(rows, file, key)
                best = _best([m.key for m in models], rows, key, better.get(key, ""))
                if cell is None or best is None:
                    continue
                yield prefix + _gap(rows, key, words, better[key], file, best, labels)
                if key == "auc":
                    lost = _against_trivial(rows, file, key, words, better[key], labels)
                    yield from (prefix + sentence for sentence in lost)


def _against_trivial(
    rows: Rows, row: str, key: str, words: str, better: str, labels: Mapping[str, str]
) -> Iterator[str]:
    """A sentence on the trivial generators that a row does not beat, if any."""
    beats = {
        r: compare(_cell(rows, row, key), _cell(rows, r, key), better) > 0
        for r in TRIVIAL
        if r in rows
    }
    unbeaten = [labels[r] for r, is_beaten in beats.items() if not is_beaten]
    if unbeaten:
        beaten = {r: labels[r] for r, is_beaten in beats.items() if is_beaten}
        clause, rule = does_not_beat(unbeaten, beaten)
        yield f"{labels[row]} {clause} on {words}.{rule}"


def _compare_on(
    rows: Rows,
    key: str,
    words: str,
    better: str,
    models: Sequence[ModelResult],
    labels: Mapping[str, str],
) -> Iterator[str]:
    quantum = _best([m.key for m in models if m.role == "quantum"], rows, key, better)
    classical = _best([m.key for m in models if m.role != "quantum"], rows, key, better)
    matched = _best([m.key for m in models if m.role == "matched"], rows, key, better)
    floor = format_with_error(rows.get("floor", {}).get(key))
    parts = [
        f"the best {kind} model is {labels[who]} ({format_with_error(rows[who][key])})"
        for kind, who in (("quantum", quantum), ("classical", classical))
        if who is not None
    ]
    if parts:
        yield f"On {words}, {' and '.join(parts)}; the floor is {floor}."
    if quantum is not None and classical is not None:
        yield _gap(rows, key, words, better, quantum, classical, labels)
        if matched is not None and matched != classical:
            yield _gap(rows, key, words, better, quantum, matched, labels, " (equal parameters)")
    for model in models:
        if key == "auc" and _cell(rows, model.key, key) is not None:
            yield from _against_trivial(rows, model.key, key, words, better, labels)


def _gap(
    rows: Rows,
    key: str,
    words: str,
    better: str,
    quantum: str,
    classical: str,
    labels: Mapping[str, str],
    aside: str = "",
) -> str:
    a, b = rows[quantum][key], rows[classical][key]
    assert a is not None
    assert b is not None
    side = compare(a, b, better)
    gap = abs(
        distance_from_best(a["value"], None, better) - distance_from_best(b["value"], None, better)
    )
    error = (a["error"] ** 2 + b["error"] ** 2) ** 0.5
    verb = {1: "is better than", 0: "is level with", -1: "is worse than"}[side]
    return (
        f"{labels[quantum]} {verb} {labels[classical]}{aside} on {words}: the gap is "
        f"{format_value(gap, error)}."
    )


def _cell(rows: Rows, row: str, key: str) -> Cell:
    return rows.get(row, {}).get(key)


def _best(keys: Sequence[str], rows: Rows, column: str, better: str) -> str | None:
    found = [
        (distance_from_best(cell["value"], None, better), key)
        for key in keys
        if (cell := _cell(rows, key, column)) is not None
    ]
    return min(found)[1] if found else None
