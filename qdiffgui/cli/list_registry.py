"""``qdiffgui list``: presets, models, data sets and everything else that can be chosen."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, Runs, store_of

KINDS = (
    "presets",
    "datasets",
    "formats",
    "representations",
    "models",
    "ansatze",
    "encodings",
    "schedules",
    "metrics",
    "reproductions",
    "benchmarks",
    "lessons",
    "runs",
)


def list_registry(
    what: Annotated[
        str, typer.Argument(metavar="KIND", help=f"One of {', '.join(KINDS)}.")
    ] = "presets",
    as_json: Json = False,
    runs: Runs = None,
) -> None:
    """List presets, models, data sets and other choices, or the runs."""
    if what == "runs":
        from qdiffgui.cli.runs import show

        return show(store_of(runs), as_json)
    rows = _rows(what)
    if as_json:
        return output.document(rows)
    good = [row for row in rows if not row.get("broken")]
    output.table(
        ("key", "label", "summary"), [(row["key"], row["label"], row["summary"]) for row in good]
    )
    for row in rows:
        if row.get("broken"):
            output.note(f"Warning: {row['summary']}")


def _rows(what: str) -> list[dict[str, Any]]:
    from qdiffgui import catalog
    from qdiffgui.errors import UserError

    registry = catalog.ALL.get(what)
    if registry is None:
        raise UserError(f"Cannot list '{what}': choose one of {', '.join(KINDS)}.")
    rows = registry.rows()
    for i, text in enumerate(registry.broken, start=1):
        rows.append(
            {
                "key": f"broken-plug-in-{i}",
                "label": "Broken plug-in",
                "summary": text,
                "broken": True,
            }
        )
    return rows
