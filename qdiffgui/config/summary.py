"""A readable summary of an experiment, as text and as HTML: what differs from the defaults."""

from __future__ import annotations

from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING, Any, NamedTuple

from qdiffgui.config.base import Config

if TYPE_CHECKING:
    from qdiffgui.config.experiment import Experiment

_DEFAULTS = "(defaults)"
_WIDTH = 100


class Row(NamedTuple):
    """One part of an experiment: its name, its kind ("" if it has none), its changed settings."""

    part: str
    kind: str
    settings: tuple[str, ...]

    @property
    def details(self) -> str:
        return ", ".join(self.settings) or ("" if self.part == "seed" else _DEFAULTS)


def rows(experiment: Experiment) -> list[Row]:
    """The parts of an experiment, in the order of its fields, without name and version."""
    values = {name: getattr(experiment, name) for name in type(experiment).model_fields}
    parts = {name: value for name, value in values.items() if isinstance(value, Config)}
    return [
        *(
            Row(name, getattr(part, "kind", ""), tuple(_changed(part)))
            for name, part in parts.items()
        ),
        Row("seed", str(experiment.seed), ()),
    ]


def text(experiment: Experiment) -> str:
    """The summary as aligned plain text of at most ``_WIDTH`` columns."""
    table = rows(experiment)
    part, kind = (max(len(row[i]) for row in table) for i in (0, 1))
    indent = " " * (part + kind + 6)
    lines = [_title(experiment)]
    for row in table:
        head = f"  {row.part:{part}}  {row.kind:{kind}}  "
        lines += (
            wrap(head + row.details, _WIDTH, subsequent_indent=indent, drop_whitespace=True)
            if row.details
            else [head.rstrip()]
        )
    return "\n".join(lines)


def html(experiment: Experiment) -> str:
    """The summary as an HTML table, for notebooks."""
    body = "".join(
        "<tr>"
        f'<th style="text-align:left">{escape(row.part)}</th>'
        f'<td style="text-align:left">{escape(row.kind)}</td>'
        f'<td style="text-align:left">{escape(row.details)}</td>'
        "</tr>"
        for row in rows(experiment)
    )
    return (
        "<table>"
        f'<caption style="text-align:left;font-weight:bold">{escape(_title(experiment))}</caption>'
        f"<tbody>{body}</tbody></table>"
    )


def _title(experiment: Experiment) -> str:
    return f"Experiment: {experiment.name}" if experiment.name else "Experiment"


def _changed(config: Config) -> list[str]:
    """``name=value`` with the unit, for every setting that differs from its default."""
    changed = []
    for name, info in type(config).model_fields.items():
        value = getattr(config, name)
        if name != "kind" and value != info.get_default(call_default_factory=True):
            extra = info.json_schema_extra
            unit = extra.get("unit", "") if isinstance(extra, dict) else ""
            changed.append(f"{name}={_short(value)}{f' {unit}' if unit else ''}")
    return changed


def _short(value: Any) -> str:
    """A value in few characters: a group of settings as ``kind(changed settings)``."""
    if isinstance(value, Config):
        changed = ", ".join(_changed(value))
        return f"{getattr(value, 'kind', '')}{f'({changed})' if changed else ''}"
    if isinstance(value, (tuple, list)):
        return f"({', '.join(map(_short, value))})"
    return f"{value:g}" if isinstance(value, float) else str(value)
