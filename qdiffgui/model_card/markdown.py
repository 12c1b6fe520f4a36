"""A model card as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import TYPE_CHECKING

from qdiffgui.data.formats.checks import one_line
from qdiffgui.evaluation.number_format import NARROW, format_number, format_p, format_value
from qdiffgui.model_card.limits import NOT_EVALUATED

if TYPE_CHECKING:
    from qdiffgui.model_card.schema import Card, Evaluation, Row

_LINE = 100
_LONGEST = 2000
_SHOWN_METRICS = 12
"""More columns do not fit a page; the JSON has all."""
_ESCAPED = str.maketrans({"|": "\\|", "`": "'"})
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def as_markdown(card: Card) -> str:
    """The card as Markdown that reads well as plain text. Texts from files are escaped."""
    parts = [
        f"# Model card: {_plain(card.name)}",
        _paragraph(card.summary),
        *_section("Verdict", _verdict(card.evaluation)),
        *_section("Model", _table(_model(card))),
        *_section("Data", _table(_data(card))),
        *_section("Training", _table(_training(card))),
    ]
    if card.evaluation is not None:
        parts += _section("Metrics", "\n\n".join(_metrics(card.evaluation)))
        parts += _section("Remarks on the evaluation", _items(card.evaluation.notes))
    parts += _section("Limits", _items(card.limits))
    bibtex = card.bibtex.replace("```", "'''").strip()
    parts += _section("Citation", f"```bibtex\n{bibtex}\n```" if bibtex else "")
    return "\n\n".join(parts) + "\n"


def _section(title: str, content: str) -> list[str]:
    return [f"## {title}", content] if content else []


def _verdict(evaluation: Evaluation | None) -> str:
    if evaluation is None:
        return _paragraph(NOT_EVALUATED)
    return _items((*evaluation.verdict, *evaluation.findings))


def _model(card: Card) -> Iterator[tuple[str, str]]:
    model = card.model
    yield "model", f"{model.label} ({model.kind}). {model.about}"
    yield "representation", f"{model.representation_label} ({model.representation})"
    yield "parameters", _number(model.n_parameters)
    if model.quantum:
        yield "qubits", _number(model.n_qubits)
    for key, value in model.facts.items():
        yield key.removeprefix("n_").replace("_", " "), _fact(value)


def _data(card: Card) -> Iterator[tuple[str, str]]:
    data = card.data
    name = "" if data.name in ("", data.label) else f": {data.name}"
    yield "data set", f"{data.label} ({data.kind}){name}"
    yield "level", data.level
    yield "digest", data.digest or "unknown"
    if data.classes:
        yield "classes", ", ".join(data.classes)
    yield "training samples", _number(data.n_train)
    yield "held-out samples", _number(data.n_test)
    yield "share held out", f"{data.test_fraction:g}"


def _training(card: Card) -> Iterator[tuple[str, str]]:
    training = card.training
    yield "steps", f"{_number(training.steps)} of {_number(training.planned_steps)}"
    yield "batch size", _number(training.batch_size)
    yield "learning rate", f"{training.learning_rate:g}"
    yield "seed", str(training.seed)
    if training.cpu_seconds is not None:
        yield "CPU time", f"{training.cpu_seconds:.1f} s"
    yield "written", f"{card.created or 'unknown'}, by qdiffgui {card.qdiffgui}"
    if training.versions:
        yield "versions", ", ".join(f"{name} {found}" for name, found in training.versions.items())


def _metrics(evaluation: Evaluation) -> Iterator[str]:
    """A table for each class, then the p-values."""
    shown = evaluation.metrics[:_SHOWN_METRICS]
    yield _paragraph(
        "Floor: training against held-out samples. The rows below it are trivial generators. "
        "Errors are one standard deviation."
    )
    for name in dict.fromkeys(row.of_class for row in evaluation.rows):
        rows = [row for row in evaluation.rows if row.of_class == name]
        heads = ["generator", *(f"{m.label}{f' [{m.unit}]' if m.unit else ''}" for m in shown)]
        of_class = "All samples" if name == "all" else f"Class {_plain(name)}"
        yield f"{of_class}, {rows[0].n} generated against as many held-out samples:"
        cells = [[row.generator, *(_cell(row, metric.key) for metric in shown)] for row in rows]
        yield _grid(heads, cells)
    if len(evaluation.metrics) > len(shown):
        yield f"{len(evaluation.metrics) - len(shown)} more metrics are in the card as JSON."
    if evaluation.tests:
        yield "Two-sample tests of the model:"
        yield _grid(
            ["class", "test", "p", "samples"],
            [[t.of_class, t.label, format_p(t.p), str(t.n)] for t in evaluation.tests],
        )


def _cell(row: Row, key: str) -> str:
    found = row.values.get(key)
    return "–" if found is None else format_value(found.value, found.error)


def _table(rows: Iterable[tuple[str, str]]) -> str:
    return _grid(["", ""], [list(row) for row in rows])


def _grid(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(_plain, line))} |" for line in lines)


def _items(sentences: Iterable[str]) -> str:
    return "\n".join(
        "\n".join(_wrap(_plain(text), initial_indent="- ", subsequent_indent="  "))
        for text in sentences
    )


def _paragraph(text: str) -> str:
    return "\n".join(_wrap(_plain(text)))


def _wrap(text: str, **indents: str) -> list[str]:
    return wrap(text, _LINE, break_on_hyphens=False, break_long_words=False, **indents)  # type: ignore[arg-type]


def _fact(value: bool | int | float | str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return format_number(value) if isinstance(value, float) else str(value)


def _number(count: int | None) -> str:
    return "unknown" if count is None else str(count)


def _plain(text: str) -> str:
    line = one_line(text.replace("\n", " ").replace(NARROW, " "), _LONGEST)
    return _TAG.sub("&lt;", line.translate(_ESCAPED))
