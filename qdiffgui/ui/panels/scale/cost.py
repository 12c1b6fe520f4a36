"""What the present choice costs, counted before anything is trained, with formulas and the classical twin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qdiffgui.config import Experiment
from qdiffgui.ui.markup import box, bullets, card, empty, esc, note, quantity, table, title, view


class CostCard:
    """``show`` asks for the table; ``stale`` dims what holds no more."""

    def __init__(self, asking: Any) -> None:
        self._asking = asking
        self.body = view(empty("What this choice costs is counted here, before anything is trained."))
        self.content = box([self.body], "qd-scale-cost")
        self.root = card(
            title("What this choice costs", "counted on the built model; formulas where there are any"), self.content
        )

    def stale(self) -> None:
        self.content.add_class("is-stale")

    def refuse(self, sentence: str) -> None:
        self.body.value = note(sentence)
        self.content.remove_class("is-stale")

    def show(self, config: Experiment | None) -> None:
        """Count anew; ``None`` is a choice that is not valid."""
        if config is None:
            return self.refuse("The present choice is not complete: see the form.")
        self.content.add_class("is-stale")
        self._asking.ask("cost", [{"method": "cost", "config": config.model_dump(mode="json")}], self._heard)

    def _heard(self, answer: Mapping[str, Any]) -> None:
        self.body.value = note(answer["error"]) if "error" in answer else costs(answer["results"][0])
        self.content.remove_class("is-stale")


def costs(found: Mapping[str, Any]) -> str:
    """The groups as tables, side by side where there is room."""
    groups = "".join(_group(group) for group in found["groups"])
    letters = ", ".join(f"{name} = {quantity(value)}" for name, value in found["symbols"].items())
    about = note(f"In the formulas {letters}.") if letters else ""
    return f'{about}<div class="qd-cost-groups">{groups}</div>{bullets(found["notes"], "qd-note")}'


def _group(group: Mapping[str, Any]) -> str:
    rows = []
    for row in group["rows"]:
        value = "–" if row["value"] is None else quantity(row["value"])
        unit = f' <span class="unit">{esc(row["unit"])}</span>' if row["unit"] else ""
        small = f"<small>{esc(row['note'])}</small>" if row["note"] else ""
        formula = f'<code class="qd-code">{esc(row["formula"])}</code>' if row["formula"] else ""
        rows.append(("", [f'<span class="qd-two-lines">{esc(row["label"])}{small}</span>', f"{value}{unit}", formula]))
    return f'<div class="qd-cost-group">{table(["", "here", "in general"], rows, group["title"])}</div>'
