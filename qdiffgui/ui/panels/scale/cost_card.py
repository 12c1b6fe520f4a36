"""The cost of the current settings before training, with formulas and the classical twin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qdiffgui.config import Experiment
from qdiffgui.studies.formula_letters import LETTERS
from qdiffgui.ui.markup import (
    box,
    bullets,
    card,
    empty,
    esc,
    format_number,
    note,
    table,
    title,
    view,
)


class CostCard:
    """``show`` requests the table; ``stale`` dims an outdated one."""

    def __init__(self, queue: Any) -> None:
        self._queue = queue
        self.body = view(empty("The cost of these settings appears here before training."))
        self.content = box([self.body], "qd-scale-cost")
        self.root = card(
            title(
                "Cost of these settings",
                "counted on the model itself, with formulas where available",
            ),
            self.content,
        )

    def stale(self) -> None:
        self.content.add_class("is-stale")

    def refuse(self, sentence: str) -> None:
        self.body.value = note(sentence)
        self.content.remove_class("is-stale")

    def show(self, config: Experiment | None) -> None:
        """Recount; ``None`` stands for invalid settings."""
        if config is None:
            return self.refuse("The settings are incomplete: see the form.")
        self.content.add_class("is-stale")
        self._queue.ask(
            "cost", [{"method": "cost", "config": config.model_dump(mode="json")}], self._on_answer
        )

    def _on_answer(self, answer: Mapping[str, Any]) -> None:
        self.body.value = (
            note(answer["error"]) if "error" in answer else costs(answer["results"][0])
        )
        self.content.remove_class("is-stale")


def costs(found: Mapping[str, Any]) -> str:
    """The groups as tables, side by side where there is room."""
    groups = "".join(_group(group) for group in found["groups"])
    letters = ", ".join(
        f"{LETTERS.get(name, name)} = {format_number(value)}"
        for name, value in found["symbols"].items()
    )
    about = note(f"In the formulas, {letters}.") if letters else ""
    return f'{about}<div class="qd-cost-groups">{groups}</div>{bullets(found["notes"], "qd-note")}'


def _group(group: Mapping[str, Any]) -> str:
    rows = []
    for row in group["rows"]:
        value = "–" if row["value"] is None else format_number(row["value"])
        unit = f' <span class="unit">{esc(row["unit"])}</span>' if row["unit"] else ""
        small = f"<small>{esc(row['note'])}</small>" if row["note"] else ""
        formula = f'<code class="qd-code">{esc(row["formula"])}</code>' if row["formula"] else ""
        rows.append(
            (
                "",
                [
                    f'<span class="qd-two-lines">{esc(row["label"])}{small}</span>',
                    f"{value}{unit}",
                    formula,
                ],
            )
        )
    shown = table(["", "These settings", "Formula"], rows, group["title"])
    return f'<div class="qd-cost-group">{shown}</div>'
