"""The settings of several runs side by side, under the labels of the form. Equal settings are
left out unless all are requested.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qdiffgui.config import Config, Experiment
from qdiffgui.ui.markup import empty, esc, folded, plain, table


def settings_table(
    configs: Mapping[str, Experiment], baseline: str = "", *, everything: bool = False
) -> str:
    """``configs``: run name -> settings. The first column of values is the ``baseline``; what
    differs from it is marked. The name is the heading, and no row. Settings that only some runs
    have (their models are of different kinds) are folded below."""
    names = [
        *([baseline] if baseline in configs else []),
        *(name for name in configs if name != baseline),
    ]
    found = {name: dict(flat_settings(configs[name])) for name in names}
    for of_run in found.values():
        of_run.pop("Name", None)
    head = [
        "Setting",
        *(f"{esc(name)}{' (baseline)' if name == baseline else ''}" for name in names),
    ]
    shared: list[tuple[str, list[str]]] = []
    partial: list[tuple[str, list[str]]] = []
    for key in dict.fromkeys(key for of_run in found.values() for key in of_run):
        values = [found[name].get(key) for name in names]
        differs = len(set(values)) > 1
        if None in values:
            partial.append(
                ("", [esc(key), *(esc("–" if value is None else value) for value in values)])
            )
        elif differs or everything:
            cells = [_cell(str(value), differs and value != values[0]) for value in values]
            shared.append(("is-different" if differs else "", [esc(key), *cells]))
    if not shared and not partial:
        return empty(
            "These runs have the same settings."
            if len(names) > 1
            else "Select another run to see which settings differ."
        )
    first = (
        table(head, shared, "All settings" if everything else "Settings that differ")
        if shared
        else ""
    )
    return first + (
        folded(f"{len(partial)} settings that only some runs have", table(head, partial))
        if partial
        else ""
    )


def _cell(value: str, marked: bool) -> str:
    return f"<mark>{esc(value)}</mark>" if marked else esc(value)


def flat_settings(config: Config, prefix: str = "") -> Iterator[tuple[str, str]]:
    """(label, value) of every setting; settings inside others carry the label of where
    they stand.
    """
    for name, info in type(config).model_fields.items():
        value: Any = getattr(config, name)
        if name == "version":
            continue
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        label = str(extra.get("label") or info.title or name.replace("_", " ").capitalize())
        if isinstance(value, Config):
            yield from flat_settings(value, f"{label}: ")
            continue
        unit = f" / {extra['unit']}" if extra.get("unit") else ""
        yield f"{prefix}{'Kind' if name == 'kind' else label}{unit}", plain(value)
