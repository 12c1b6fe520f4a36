"""``qdiffgui check-data``: what a file is, or why it is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json


def check_data(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A data file.")],
    as_json: Json = False,
) -> int:
    """Say what a data file is and what is in it, or why it is refused (exit status not 0)."""
    from qdiffgui.data.describe import describe

    found = describe(file)
    if as_json:
        output.document(found.to_json())
    else:
        for line in found.lines():
            print(line)
    return 0 if found.usable else 1
