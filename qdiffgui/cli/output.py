"""What commands print: a single JSON document with ``--json``, otherwise tables. Notes go to
stderr.
"""

from __future__ import annotations

import io
import json
import math
import sys
from collections.abc import Sequence
from typing import Any

_LONG = 100


def document(content: Any) -> None:
    """Print the JSON document of a command to stdout. NaN and infinity become null."""
    plain = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "") != "utf8"
    print(json.dumps(_plain(content), indent=2, default=str, ensure_ascii=plain), flush=True)


def replace_what_cannot_be_shown() -> None:
    """Let a terminal show a question mark for what its encoding lacks, instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def note(text: str) -> None:
    """Print a message to stderr."""
    print(printable(text), file=sys.stderr, flush=True)


def printable(text: str) -> str:
    """Text without control characters other than line ends: names and messages in files of unknown
    origin could move the cursor or recolor a terminal.

    Examples
    --------
    >>> printable("red: \\x1b[31m")
    'red: ?[31m'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\n\t" else "?" for c in text)


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    title: str = "",
    right: Sequence[int] = (),
) -> None:
    """Print a table of plain text to stdout. ``right`` lists the right-aligned columns."""
    rows = [[printable(cell) for cell in row] for row in rows]
    if len(rows) > _LONG:
        return print(_aligned(columns, rows, title, right))
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(
        title=Text(title) if title else None,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        pad_edge=False,
    )
    for i, name in enumerate(columns):
        drawn.add_column(Text(name), justify="right" if i in right else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 200)
    with console.capture() as captured:
        console.print(drawn)
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))


def _aligned(
    columns: Sequence[str], rows: Sequence[Sequence[str]], title: str, right: Sequence[int]
) -> str:
    """A long table, which ``rich`` would take seconds for."""
    cells = [list(columns), *([" ".join(cell.split()) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells)]

    def line(row: Sequence[str]) -> str:
        parts = (
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths))
        )
        return " " + "   ".join(parts).rstrip()

    rule = " " + "─" * (sum(widths) + 3 * (len(widths) - 1))
    return "\n".join([*([title] if title else []), line(cells[0]), rule, *map(line, cells[1:])])


def _plain(content: Any) -> Any:
    if isinstance(content, dict):
        return {str(key): _plain(value) for key, value in content.items()}
    if isinstance(content, (list, tuple, set, frozenset)):
        return [_plain(value) for value in content]
    if isinstance(content, float) and not math.isfinite(content):
        return None
    return content
