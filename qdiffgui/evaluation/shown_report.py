"""A report as Python shows it: in a line, and in notebooks as tables with the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qdiffgui import html_table
from qdiffgui.evaluation.columns import MEAN
from qdiffgui.evaluation.metric_value import class_prefix, headline_key
from qdiffgui.evaluation.number_format import format_with_error

_MOST = 6


class Report(dict[str, Any]):
    """A report of ``evaluate`` or ``compare``: plain data that shows a summary of itself.

    Examples
    --------
    >>> report = Report(columns=[], rows=[], classes=["gluon"], verdict=["It is <good>."])
    >>> report
    <Report: gluon; It is <good>.>
    >>> "&lt;good&gt;" in report._repr_html_()
    True
    """

    def __repr__(self) -> str:
        parts = [", ".join(self.get("classes", ()))]
        parts += [part for name in self.get("classes", ()) if (part := self._headline(name))]
        parts += self.get("verdict", ())[:1]
        return f"<Report: {'; '.join(parts)}>"

    def _repr_html_(self) -> str:
        shown = self._shown()
        tables = [
            html_table.grid(
                ["generator", *(_head(column) for column in shown)],
                [
                    (row["label"], *(_cell(row, column["key"]) for column in shown))
                    for row in self.get("rows", ())
                    if row["class"] == name
                ],
                class_prefix(name, " "),
            )
            for name in self.get("classes", ())
        ]
        return "".join(tables) + html_table.sentences(self.get("verdict", ()))

    def _headline(self, class_name: str) -> str:
        """Headline metric and floor of a class."""
        rows = {r["key"]: r["values"] for r in self.get("rows", ()) if r["class"] == class_name}
        model = {key: cell for key, cell in rows.get("model", {}).items() if cell is not None}
        key = headline_key(model)
        if not key:
            return ""
        label = next((c["label"] for c in self["columns"] if c["key"] == key), key)
        floor = rows.get("floor", {}).get(key)
        against = f" (floor {format_with_error(floor)})" if floor is not None else ""
        return class_prefix(class_name, ": ") + f"{label} {format_with_error(model[key])}{against}"

    def _shown(self) -> list[dict[str, str]]:
        """The columns of a table: metrics of whole samples that were measured."""
        rows = self.get("rows", ())
        return [
            column
            for column in self.get("columns", ())
            if (":" not in column["key"] or column["key"] == MEAN)
            and any(row["values"].get(column["key"]) is not None for row in rows)
        ][:_MOST]


def _head(column: Mapping[str, str]) -> str:
    return f"{column['label']} / {column['unit']}" if column["unit"] else column["label"]


def _cell(row: Mapping[str, Any], key: str) -> str:
    cell = row["values"].get(key)
    return "" if cell is None else format_with_error(cell)
