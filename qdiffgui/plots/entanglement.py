"""Entanglement inside a circuit, after each time step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from qdiffgui.plots import theme

_CURVES = (("meyer_wallach", "Meyer-Wallach Q"), ("half_chain", "Half-chain entropy / bits"))


def entanglement(now: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> go.Figure:
    """Meyer-Wallach Q and half-chain entropy of a circuit; those of another one are dotted.

    Parameters
    ----------
    now, before : mapping
        ``{"meyer_wallach" [n_steps + 1], "half_chain" [n_steps + 1]}`` of
        ``experiment.circuit_states``; empty if it was not simulated.
    """
    if not now and not before:
        return theme.empty("This circuit is too large to be followed here")
    made = theme.figure(
        xaxis={"title": {"text": "Time step"}},
        yaxis={"title": {"text": "Entanglement"}, "rangemode": "tozero"},
        showlegend=True,
    )
    for found, words, dash in ((now, "", "solid"), (before, ", before", "dot")):
        for i, (key, label) in enumerate(_CURVES if found else ()):
            values = list((found or {})[key])
            line = {"color": theme.color(i), "width": 2 if dash == "solid" else 1.6, "dash": dash}
            made.add_scatter(
                x=list(range(len(values))), y=values, mode="lines", name=label + words, line=line
            )
    return made
