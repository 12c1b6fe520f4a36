"""Samples and circuits, drawn in the browser from plain data."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from qdiffgui.ui.widgets.source import javascript


class Animation(anywidget.AnyWidget):
    """A trajectory (``{"kind", "times", "captions", "frames", "truth"}``) as an animation with a
    time bar, or as one picture if it has one frame.

    ``compare`` also draws held-out samples; ``start`` is the first frame shown (``first`` or
    ``last``); plots of the same ``clock`` mark its time, and ``time_label`` names its time bar.
    """

    _esm = javascript(
        "table.js", "draw.js", "plane.js", "sphere.js", "draw_states.js", "animation.js"
    )
    trajectory = traitlets.Dict().tag(sync=True)
    compare = traitlets.Bool(True).tag(sync=True)
    start = traitlets.Unicode("first").tag(sync=True)
    clock = traitlets.Unicode("").tag(sync=True)
    autoplay = traitlets.Bool(False).tag(sync=True)
    label = traitlets.Unicode("Samples").tag(sync=True)
    time_label = traitlets.Unicode("Diffusion time").tag(sync=True)

    def picture(self, preview: dict[str, Any], truth: dict[str, Any] | None = None) -> None:
        """Show one preview."""
        self.trajectory = {
            "kind": preview["kind"],
            "times": [0],
            "frames": [preview],
            "truth": truth,
        }


class Circuit(anywidget.AnyWidget):
    """A circuit of ``experiment.inspect``: ``{"name", "n_qubits", "n_ancillas", "gates", "angles",
    ...}``.
    """

    _esm = javascript("table.js", "circuit.js")
    circuit = traitlets.Dict().tag(sync=True)


class Pairs(anywidget.AnyWidget):
    """Pictures one above the other. ``items``: {"title", "above", "below", "note"}; a picture is
    one of {"points": [[eta, phi, pt]]}, {"map": {"values", "shape", "layout", "half_width"?,
    "channels"?}}, {"image": {"values", "shape"}} and {"numbers": [[name, unit, value,
    encoded?]]}, of which the encoded value is drawn where there is one. ``above`` and ``below`` say
    what the two rows are."""

    _esm = javascript("table.js", "draw.js", "pairs.js")
    items: traitlets.List[Any] = traitlets.List().tag(sync=True)
    above = traitlets.Unicode("").tag(sync=True)
    below = traitlets.Unicode("").tag(sync=True)
    label = traitlets.Unicode("Pairs").tag(sync=True)
