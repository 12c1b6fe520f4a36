"""A part of Explore: jets beside what the model sees of them, and what the representation keeps of each observable."""

from __future__ import annotations

from typing import Any

from qdiffgui import plots
from qdiffgui.ui.markup import box, card, esc, note, quantity, table, title, view, visible
from qdiffgui.ui.widgets import Pairs, Plot

_COLUMN = 250
_ABOUT = (
    "W1 is the mean distance by which one distribution would have to be moved to become the other. What is lost matters where it comes "
    "near the distance of quark and gluon jets: no model can bring it back. Two halves of the same jets differ by the last column."
)


DRAWN = "drawn anew"
_DRAWN = (
    "Drawn anew: the encoding does not hold it, and decoding takes it from the training jets of the class, whatever the jet was."
)
_TURNED = "Log-polar maps are turned: the principal axis of the jet points to the right."


class Keeps:
    """``show`` what ``experiment.inspect`` says under ``kept``; nothing of it for quantum states."""

    def __init__(self) -> None:
        self.examples = Pairs(
            label="Jets as they are, and as the model sees them", above="As they are", below="As the model sees them"
        )
        self.turned = view("")
        about = title("Jets", "held-out ones: constituents in the plane of η (down) and φ, area ∝ pT")
        self.examples_card = card(about, self.examples, self.turned)
        self.plot = Plot(height=430, label="Observables as they are and decoded")
        self.summary = view("")
        self.kept_card = card(
            title("What the representation keeps", "held-out jets, encoded and decoded again"), self.summary, self.plot
        )
        self.root = box([self.examples_card, self.kept_card], "qd-panel")

    def show(self, found: dict[str, Any]) -> None:
        visible(self.root, bool(found))
        if not found:
            return
        visible(self.examples_card, bool(found["examples"]))
        self.examples.items = [_item(jet) for jet in found["examples"]]
        layouts = {jet["map"]["layout"] for jet in found["examples"] if "map" in jet}
        self.turned.value = note(_TURNED) if "log-polar" in layouts else ""
        self.summary.value = _summary(found)
        self.plot.fit(lambda width: plots.kept(found, max(1, width // _COLUMN)))


def _item(jet: dict[str, Any]) -> dict[str, Any]:
    above = {"points": jet["points"], "n": jet["n"]} if "points" in jet else {"image": jet["image"]}
    below = {"map": jet["map"]} if "map" in jet else {"numbers": jet["numbers"]}
    count = f"{jet['n']} constituents" if "n" in jet else ""
    return {"title": ", ".join(part for part in (jet["class"], count) if part), "above": above, "below": below, "note": ""}


def _summary(found: dict[str, Any]) -> str:
    rows = [("", _cells(row)) for row in found["observables"]]
    head = ["Observable", "The representation", "W1 decoded – true", "W1 quark – gluon", "lost / difference", "W1 of two halves"]
    if not any(row["between"] for row in found["observables"]):
        head[3] = "W1 of the classes"
    drawn = note(_DRAWN) if any(row["verdict"] == DRAWN for row in found["observables"]) else ""
    return table([esc(name) for name in head], rows) + note(_ABOUT) + drawn


def _cells(row: dict[str, Any]) -> list[str]:
    unit = f" / {row['unit']}" if row["unit"] else ""
    known = row["between"] and row["lost"] is not None and row["verdict"] != DRAWN
    share = f"{100 * row['lost'] / row['between']:.0f} %" if known else "–"
    css = {"kept": "is-good", "kept well": "is-good", "mostly lost": "is-bad", "not held": "is-bad"}.get(row["verdict"], "")
    verdict = f'<span class="qd-kept {css}">{esc(row["verdict"])}</span>'
    numbers = [_small(row["lost"], row["floor"]), quantity(row["between"]), share, quantity(row["floor"], 2)]
    return [esc(row["label"] + unit), verdict, *numbers]


def _small(value: float | None, floor: float) -> str:
    """A distance that rounding alone made is none."""
    return "≈ 0" if value is not None and value < floor / 100 else quantity(value, 2)
