"""Names of experiments from their settings."""

from __future__ import annotations

import json
import re
from typing import Any

from qdiffgui import catalog
from qdiffgui.config.experiment import Experiment
from qdiffgui.config.overrides import assignments
from qdiffgui.config.setting_labels import choice_label, setting_label

MOST_CHANGES = 3
LONGEST = 120
"""Characters of a name, as ``bounds.Name`` cuts it."""
_TECHNICAL = {
    "version",
    "name",
    "seed",
    "path",
    "content",
    "threads",
    "max_seconds",
    "checkpoint_seconds",
    "preview_seconds",
}
_NUMBERED = re.compile(r" \(\d+\)$")


def automatic_name(config: Experiment, base: Experiment | None = None) -> str:
    """A name that says what differs from ``base``: its name and at most three changed settings.

    Parameters
    ----------
    config : Experiment
        The settings to name; their own name is ignored.
    base : Experiment, optional
        Where they come from, such as a preset. Without it, or with another model or other data,
        the name begins with the model and the data.

    Returns
    -------
    str
        At most ``LONGEST`` characters.

    Examples
    --------
    >>> base = Experiment(name="Jets")
    >>> automatic_name(base, base)
    'Jets'
    >>> from qdiffgui.config.overrides import override
    >>> automatic_name(override(base, ["model.n_layers=12", "seed=3"]), base)
    'Jets, layers 12, seed 3'
    """
    same = base is not None and (
        (base.model.kind, base.data.kind) == (config.model.kind, config.data.kind)
    )
    found = base.name if base is not None and same and base.name else _about(config)
    changes = [] if base is None else _changes(base, config, same=same)
    shown = changes[:MOST_CHANGES]
    if len(changes) > MOST_CHANGES:
        shown.append("…")
    if base is not None and config.seed != base.seed:
        shown.append(f"seed {config.seed}")
    return shortened(found, "".join(f", {text}" for text in shown))


def shortened(name: str, suffix: str) -> str:
    """``name`` with ``suffix``, cut in the middle to at most ``LONGEST`` characters.

    >>> shortened("x" * 200, " (2)")[-6:]
    'x… (2)'
    """
    room = max(LONGEST - len(suffix), 1)
    return ((name if len(name) <= room else f"{name[: room - 1]}…") + suffix)[:LONGEST]


def without_number(name: str) -> str:
    """The name without the number that made it unique.

    >>> without_number("Jets (2)")
    'Jets'
    """
    return _NUMBERED.sub("", name)


def _about(config: Experiment) -> str:
    data = catalog.datasets[config.data.kind].label
    return f"{catalog.models[config.model.kind].label} on {_in_sentence(data)}"


def _changes(base: Experiment, config: Experiment, *, same: bool) -> list[str]:
    found = []
    for text in assignments(base, config):
        field, _, value = text.partition("=")
        if field.rpartition(".")[2] in _TECHNICAL:
            continue
        if field in ("model.kind", "data.kind"):  # named already
            continue
        if not same and field.startswith(("model.", "data.")) and not field.endswith(".kind"):
            continue  # of another kind: its own settings are no changes
        label = _in_sentence(setting_label(config, field))
        found.append(f"{label} {_in_sentence(choice_label(field, _read(value)))}")
    return found


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _in_sentence(label: str) -> str:
    """A label inside a sentence: a word begins with a small letter, an abbreviation does not."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
