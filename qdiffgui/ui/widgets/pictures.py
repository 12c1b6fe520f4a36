"""Samples and circuits, drawn in the browser from plain data."""

from __future__ import annotations

import anywidget
import traitlets

from qdiffgui.ui.widgets.source import javascript


class Film(anywidget.AnyWidget):
    """A film (``{"kind", "times", "captions", "frames", "truth"}``) with a time bar, or one picture where it has one frame.

    ``compare`` draws the truth beside it; ``start`` is the frame to begin with (``first`` or ``last``); figures of the same ``clock``
    show its time.
    """

    _esm = javascript("table.js", "draw.js", "film.js")
    film = traitlets.Dict().tag(sync=True)
    compare = traitlets.Bool(True).tag(sync=True)
    start = traitlets.Unicode("first").tag(sync=True)
    clock = traitlets.Unicode("").tag(sync=True)
    autoplay = traitlets.Bool(False).tag(sync=True)
    label = traitlets.Unicode("Samples").tag(sync=True)

    def picture(self, preview: dict, truth: dict | None = None) -> None:
        """Show one preview."""
        self.film = {"kind": preview["kind"], "times": [0], "frames": [preview], "truth": truth}


class Circuit(anywidget.AnyWidget):
    """A circuit of ``experiment.inspect``: ``{"name", "n_qubits", "n_ancillas", "gates", "angles", ...}``."""

    _esm = javascript("table.js", "circuit.js")
    circuit = traitlets.Dict().tag(sync=True)


class Pairs(anywidget.AnyWidget):
    """Pictures one above the other. ``items``: {"title", "above", "below", "note"}; a picture is one of {"points": [[eta, phi, pt]]},
    {"map": {"values", "shape", "layout"}}, {"image": {"values", "shape"}} and {"numbers": [[name, unit, value]]}. ``above`` and
    ``below`` say what the two rows are."""

    _esm = javascript("table.js", "draw.js", "pairs.js")
    items = traitlets.List().tag(sync=True)
    above = traitlets.Unicode("").tag(sync=True)
    below = traitlets.Unicode("").tag(sync=True)
    label = traitlets.Unicode("Pairs").tag(sync=True)
