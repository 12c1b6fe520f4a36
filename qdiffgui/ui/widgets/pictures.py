"""Samples and circuits, drawn in the browser from plain data."""

from __future__ import annotations

import anywidget
import traitlets

from qdiffgui.ui.widgets.source import javascript


class Film(anywidget.AnyWidget):
    """A film (``{"kind", "times", "frames", "truth"}``) with a time bar, or one picture where it has one frame.

    ``compare`` draws the truth beside it; ``start`` is the frame to begin with (``first`` or ``last``).
    """

    _esm = javascript("draw.js", "film.js")
    film = traitlets.Dict().tag(sync=True)
    compare = traitlets.Bool(True).tag(sync=True)
    start = traitlets.Unicode("first").tag(sync=True)
    autoplay = traitlets.Bool(False).tag(sync=True)
    label = traitlets.Unicode("Samples").tag(sync=True)

    def picture(self, preview: dict, truth: dict | None = None) -> None:
        """Show one preview."""
        self.film = {"kind": preview["kind"], "times": [0], "frames": [preview], "truth": truth}


class Circuit(anywidget.AnyWidget):
    """A circuit of ``experiment.inspect``: ``{"name", "n_qubits", "n_ancillas", "gates", "angles", ...}``."""

    _esm = javascript("circuit.js")
    circuit = traitlets.Dict().tag(sync=True)
