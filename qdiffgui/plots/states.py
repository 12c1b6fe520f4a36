"""Populations of quantum states in the computational basis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from qdiffgui.plots import theme


def populations(
    preview: Mapping[str, Any] | None, truth: Mapping[str, Any] | None = None
) -> go.Figure:
    """Mean population of each basis state, of generated and held-out states.

    Parameters
    ----------
    preview, truth : mapping or None
        Previews of kind "state" or "density": ``{"n_qubits", "mean_populations" [2**n_qubits]}``.
    """
    pictures = [
        (one, name)
        for one, name in ((truth, "Held out"), (preview, "Generated"))
        if one and one.get("mean_populations")
    ]
    if not pictures:
        return theme.empty("No samples yet")
    n_qubits = int(pictures[0][0]["n_qubits"])
    made = theme.figure(
        xaxis={"title": {"text": "Basis state"}, "type": "category"},
        yaxis={"title": {"text": "Mean population"}, "rangemode": "tozero"},
        barmode="group",
        showlegend=True,
    )
    for picture, name in pictures:
        values = picture["mean_populations"]
        made.add_bar(
            x=[f"|{k:0{n_qubits}b}⟩" for k in range(len(values))],
            y=values,
            name=name,
            marker={"color": theme.MODEL if name == "Generated" else theme.REAL},
        )
    return made
