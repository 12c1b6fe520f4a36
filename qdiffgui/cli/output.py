"""What commands print: one JSON document with ``--json``, tables for people without; notes always go to stderr."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from typing import Any


def document(content: Any) -> None:
    """The one JSON document of a command, on stdout. What is not a number in JSON (nan, inf) becomes null."""
    print(json.dumps(_plain(content), indent=2, default=str, ensure_ascii=False), flush=True)


def note(text: str) -> None:
    """A line for the person, on stderr."""
    print(text, file=sys.stderr, flush=True)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, title: str = "", right: Sequence[int] = ()) -> None:
    """A table on stdout; cells are plain text, ``right`` names the columns of numbers. Never cut to fit a pipe."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=Text(title) if title else None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for i, name in enumerate(columns):
        drawn.add_column(Text(name), justify="right" if i in right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    console().print(drawn)


def console() -> Any:
    """A rich console on stdout, as wide as the terminal; into a pipe or file, as wide as it takes."""
    from rich.console import Console

    return Console(highlight=False, width=None if sys.stdout.isatty() else 200)


def _plain(content: Any) -> Any:
    if isinstance(content, dict):
        return {str(key): _plain(value) for key, value in content.items()}
    if isinstance(content, (list, tuple, set, frozenset)):
        return [_plain(value) for value in content]
    if isinstance(content, float) and not math.isfinite(content):
        return None
    return content
