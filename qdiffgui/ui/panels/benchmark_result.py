"""The result of a benchmark: conclusions, tables and plots of its report, one class and section
at a time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as w

from qdiffgui.evaluation.number_format import format_with_error
from qdiffgui.ui.markup import (
    INLINE,
    box,
    bullets,
    card,
    esc,
    folded,
    note,
    table,
    title,
    view,
    visible,
)
from qdiffgui.ui.widgets import Plot

N_COLUMNS = 7
FOLDED_AFTER = 6


class Stored:
    """A stored plotly plot, in the form that ``Plot`` expects."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content
        self.height = int(content.get("layout", {}).get("height") or 400)

    def to_json(self) -> str:
        return json.dumps(self.content)


class ResultCards:
    """``show(result, sections)`` draws a finished benchmark; ``show(None, [])`` hides the cards."""

    def __init__(self) -> None:
        self._result: Mapping[str, Any] = {}
        self._sections: Sequence[Mapping[str, Any]] = ()
        self.verdict, self.table, self.costs, self.blanks = view(""), view(""), view(""), view("")
        self.of_class = w.Dropdown(options=[], description="Class", **INLINE)
        self.of_class.observe(lambda _: self._tabulate(), "value")
        self.section = w.Dropdown(options=[], description="Section", **INLINE)
        self.section.add_class("qd-benchmark-section")
        self.section.observe(lambda _: self._draw(), "value")
        self.text = view("")
        self.plots: list[Plot] = []
        self.plot_box = box([], "qd-panel")
        self.cost_card = card(title("Cost"), self.costs)
        self.blank_card = card(title("Blank images", "their effect on every metric"), self.blanks)
        self.root = box(
            [
                card(title("Summary"), self.verdict),
                card(title("Quality"), self.of_class, self.table),
                self.cost_card,
                self.blank_card,
                card(title("Plots"), box([self.section], "qd-row"), self.text, self.plot_box),
            ],
            "qd-panel",
        )
        visible(self.root, False)

    def show(self, result: Mapping[str, Any] | None, sections: Sequence[Mapping[str, Any]]) -> None:
        """Draw it; ``result`` and ``sections`` as ``benchmark.jobs.Job`` reads them."""
        visible(self.root, result is not None)
        self._result, self._sections = result or {}, sections
        if result is None:
            return
        first, rest = result["verdict"][:FOLDED_AFTER], result["verdict"][FOLDED_AFTER:]
        more = folded(f"{len(rest)} more conclusions", bullets(rest, "qd-verdict")) if rest else ""
        self.verdict.value = (
            bullets(first, "qd-verdict") + more + bullets(result["notes"], "qd-note")
        )
        self.of_class.options = list(result["table"])
        self.of_class.value = next(iter(result["table"]), None)
        visible(self.of_class, len(result["table"]) > 1)
        self._tabulate()
        written = result.get("tables") or {}  # an older result has none
        for part, into, draw, name in (
            (self.cost_card, self.costs, cost_table, "costs"),
            (self.blank_card, self.blanks, blank_table, "blanks"),
        ):
            visible(part, bool(written.get(name)))
            into.value = draw(written[name]) if written.get(name) else ""
        self.section.options = [(section["title"], i) for i, section in enumerate(sections)]
        self.section.value = 0 if sections else None
        self._draw()

    def _tabulate(self) -> None:
        if self.of_class.value in self._result.get("table", {}):
            self.table.value = quality_table(self._result, self.of_class.value)

    def _draw(self) -> None:
        if self.section.value is None or self.section.value >= len(self._sections):
            self.plot_box.children = ()
            return
        section = self._sections[self.section.value]
        self.text.value = (
            f'<p class="qd-note">{esc(section["text"])}</p>' if section["text"] else ""
        )
        while len(self.plots) < len(section["figures"]):
            self.plots.append(Plot(label="Benchmark plot"))
        shown = self.plots[: len(section["figures"])]
        for i, (plot, content) in enumerate(zip(shown, section["figures"], strict=True), start=1):
            stored = Stored(content)
            plot.height, plot.label = stored.height, f"{section['title']}, plot {i}"
            plot.show(stored)
        self.plot_box.children = tuple(box([plot], "qd-wide-plot") for plot in shown)


def quality_table(result: Mapping[str, Any], name: str) -> str:
    """The metrics of one class: the main ones first, the others folded below."""
    columns = [
        c
        for c in result["columns"]
        if any(row.get(c["key"]) for row in result["table"][name].values())
    ]
    first = _columns_table(result, name, columns[:N_COLUMNS])
    rest = columns[N_COLUMNS:]
    if not rest:
        return first
    more = "".join(
        _columns_table(result, name, rest[i : i + N_COLUMNS])
        for i in range(0, len(rest), N_COLUMNS)
    )
    return first + folded(f"{len(rest)} more metrics", more)


def _columns_table(
    result: Mapping[str, Any], name: str, columns: Sequence[Mapping[str, str]]
) -> str:
    quantum = {model["key"] for model in result["models"] if model["role"] == "quantum"}
    head = [
        "Generator",
        *(f"{esc(c['label'])}{' / ' + esc(c['unit']) if c.get('unit') else ''}" for c in columns),
    ]
    rows = []
    for key, cells in result["table"][name].items():
        css = "is-model" if key in quantum else "is-floor" if key == "floor" else ""
        values = [
            esc(format_with_error(cells[c["key"]])) if cells.get(c["key"]) else "–" for c in columns
        ]
        rows.append((css, [esc(result["labels"].get(key, key)), *values]))
    n = len(result["seeds"])
    return table(
        head,
        rows,
        f"Mean over {n} seeds ± standard deviation" if n > 1 else "One seed ± measurement error",
    )


def cost_table(costs: Mapping[str, Any]) -> str:
    """The cost of each model in memory, training and sampling, with the meaning of the columns."""
    rows = [
        ("is-model" if row["role"] == "quantum" else "", [esc(cell) for cell in row["cells"]])
        for row in costs["rows"]
    ]
    made = table(
        [esc(head) for head in costs["heads"]],
        rows,
        "Circuits were simulated exactly; circuit runs are what hardware would need",
    )
    return made + folded("What the columns mean", bullets(costs["about"], "qd-note"))


def blank_table(blanks: Mapping[str, Any]) -> str:
    """The effect of blank images in the data on every metric, in words and as a table."""
    rows = [
        ("", [esc(row["label"]), *(esc(cell) for cell in row["cells"])]) for row in blanks["rows"]
    ]
    figures = table(["Metric", *(esc(head) for head in blanks["heads"])], rows) + note(
        blanks["about"]
    )
    return bullets(blanks["words"], "qd-verdict") + folded(
        "Each metric with and without blank images", figures
    )
