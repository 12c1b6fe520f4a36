"""The card of Explore that shows jets next to the model's input, and how well the representation
keeps each observable.
"""

from __future__ import annotations

from typing import Any

from qdiffgui import plots
from qdiffgui.ui.markup import box, card, esc, format_number, note, table, title, view, visible
from qdiffgui.ui.widgets import Pairs, Plot

_COLUMN = 250
_ABOUT = (
    "W1 is the Wasserstein distance between two distributions. A loss matters when it is "
    "comparable with the distance between quark and gluon jets, because no model "
    "can recover it. The last column compares two halves of the same jets."
)


DRAWN = "resampled"
_DRAWN = (
    "Resampled: the encoding does not contain this observable. Decoding draws it from the "
    "training jets of the same class."
)
_STANDARDIZED = (
    "The model sees each observable as (ln v - mean) / standard deviation, over the training jets."
)
_TURNED = "Log-polar maps are rotated so that the principal axis of the jet points right."


class RoundtripCard:
    """``show`` draws the part ``kept`` of an inspection; the card is hidden for quantum states."""

    def __init__(self) -> None:
        self.examples = Pairs(
            label="Original jets, and what the model sees",
            above="Original",
            below="Model input",
        )
        self.turned = view("")
        about = title("Jets", "held-out jets: constituents in η (vertical) and φ, area ∝ pT")
        self.examples_card = card(about, self.examples, self.turned)
        self.plot = Plot(height=430, label="Observables, original and decoded")
        self.summary = view("")
        self.kept_card = card(
            title("Information kept by the representation", "held-out jets, encoded and decoded"),
            self.summary,
            self.plot,
        )
        self.root = box([self.examples_card, self.kept_card], "qd-panel")

    def show(self, found: dict[str, Any]) -> None:
        visible(self.root, bool(found))
        if not found:
            return
        visible(self.examples_card, bool(found["examples"]))
        self.examples.items = [_item(jet) for jet in found["examples"]]
        layouts = {jet["map"]["layout"] for jet in found["examples"] if "map" in jet}
        numbers = any("numbers" in jet for jet in found["examples"])
        words = _TURNED if "log-polar" in layouts else _STANDARDIZED if numbers else ""
        self.turned.value = note(words) if words else ""
        self.summary.value = _summary(found)
        self.plot.fit(lambda width: plots.roundtrip(found, max(1, width // _COLUMN)))


def _item(jet: dict[str, Any]) -> dict[str, Any]:
    above = {"points": jet["points"], "n": jet["n"]} if "points" in jet else {"image": jet["image"]}
    below = {"map": jet["map"]} if "map" in jet else {"numbers": jet["numbers"]}
    count = f"{jet['n']} constituents" if "n" in jet else ""
    return {
        "title": ", ".join(part for part in (jet["class"], count) if part),
        "above": above,
        "below": below,
        "note": "",
    }


def _summary(found: dict[str, Any]) -> str:
    rows = [("", _cells(row)) for row in found["observables"]]
    head = [
        "Observable",
        "Verdict",
        "W1, decoded vs. original",
        "W1, quark vs. gluon",
        "Lost / class difference",
        "W1, two halves",
    ]
    if not any(row["between"] for row in found["observables"]):
        head[3] = "W1 between classes"
    drawn = note(_DRAWN) if any(row["verdict"] == DRAWN for row in found["observables"]) else ""
    return table([esc(name) for name in head], rows) + note(_ABOUT) + drawn


def _cells(row: dict[str, Any]) -> list[str]:
    unit = f" / {row['unit']}" if row["unit"] else ""
    known = row["between"] and row["lost"] is not None and row["verdict"] != DRAWN
    share = f"{100 * row['lost'] / row['between']:.0f}%" if known else "–"
    css = {
        "kept": "is-good",
        "kept well": "is-good",
        "mostly lost": "is-bad",
        "not encoded": "is-bad",
    }.get(row["verdict"], "")
    verdict = f'<span class="qd-kept {css}">{esc(row["verdict"])}</span>'
    numbers = [
        _small(row["lost"], row["floor"]),
        format_number(row["between"]),
        share,
        format_number(row["floor"], 2),
    ]
    return [esc(row["label"] + unit), verdict, *numbers]


def _small(value: float | None, floor: float) -> str:
    """A distance that is only rounding error is shown as zero."""
    return "≈ 0" if value is not None and value < floor / 100 else format_number(value, 2)
