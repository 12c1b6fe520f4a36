"""Labels of metrics, built from the registries."""

from __future__ import annotations

from qdiffgui import catalog
from qdiffgui.evaluation.features import describe_observable
from qdiffgui.evaluation.number_format import format_number
from qdiffgui.runs.record import RunState

_OWN = {"w1:mean": ("W1, mean of observables", "relative"), "w1": ("W1, mean of components", "σ")}


def metric_label(key: str) -> str:
    """``w1:mass`` as "W1 Jet mass / GeV"; a key that nothing is known of as it is."""
    if key in _OWN:
        label, unit = _OWN[key]
        return f"{label} / {unit}"
    name, _, observable = key.partition(":")
    relative = name.endswith("-relative")
    name = name.removesuffix("-relative")
    if name not in catalog.metrics:
        return key
    of, unit = describe_observable(observable) if observable else ("", "")
    unit = "relative" if relative else unit
    return f"{catalog.metrics[name].label}{f' {of}' if of else ''}{f' / {unit}' if unit else ''}"


def live_words(state: RunState) -> str:
    """The latest metric during training with its floor, for a run without a report; else "".

    It is another metric than those of the report, computed from fewer samples.
    """
    if state.metrics or not state.live:
        return ""
    key, value = next(iter(state.live.items()))
    floor = state.live_floor.get(key)
    words = f"in training: {metric_label(key)} {format_number(value)}"
    return words + (f", floor {format_number(floor)}" if floor is not None else "")
