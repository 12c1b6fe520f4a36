"""``qdiffgui check-data``: describe a data file, or say why it cannot be used."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json

if TYPE_CHECKING:
    from qdiffgui.data.formats.layout import Layout


def check_data(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The data file.")],
    columns: Annotated[
        str,
        typer.Option(
            metavar="ROLE=NAME,…",
            help="For ROOT and parquet files: which column is what, such as "
            "'pt=cand_pt, eta=cand_eta, phi=cand_phi, label=is_quark, tree=Events'.",
        ),
    ] = "",
    unit: Annotated[
        str, typer.Option(metavar="GeV|MeV", help="Unit of the energies, if the file is unclear.")
    ] = "auto",
    as_json: Json = False,
) -> int:
    """Describe the format and contents of a data file, or say why it cannot be used (exit status
    1).
    """
    from rich.console import Console
    from rich.progress import Progress

    from qdiffgui.config.columns import Columns, parse_columns
    from qdiffgui.data.describe import describe
    from qdiffgui.data.files import mapping_note
    from qdiffgui.errors import ConfigError

    if unit not in ("auto", "GeV", "MeV"):
        raise ConfigError(f"Expected --unit GeV or MeV; found '{unit}'.")
    try:
        named = Columns(parse_columns(columns), unit)
    except ValueError as error:
        raise ConfigError(str(error)) from None

    def opened(layout: Layout) -> None:
        for line in () if as_json else mapping_note(layout.mapping):
            print(line, flush=True)

    shown = sys.stderr.isatty()
    with Progress(console=Console(stderr=True), transient=True, disable=not shown) as bar:
        task = bar.add_task("Checking the samples", total=1.0)
        found = describe(
            file,
            columns=named,
            opened=opened,
            progress=lambda share: bar.update(task, completed=share),
        )
    if as_json:
        output.document(found.to_json())
    else:
        for line in found.lines():
            if line not in mapping_note(found.mapping):
                print(line)
    return 0 if found.usable else 1
