"""``qdiffgui make-jets``: simulate quark and gluon jets with PYTHIA."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json


def make_jets(
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "--output",
            "-o",
            metavar="FILE.h5",
            help="Output file. An incomplete file is continued.",
        ),
    ],
    n_per_class: Annotated[
        int, typer.Option(min=1, help="Jets per class. 25000 reproduces the shipped data set.")
    ] = 25000,
    recipe: Annotated[
        str,
        typer.Option(
            help="qg-jets: quark and gluon jets like the shipped ones; jetnet-like: gluon, quark, "
            "top, W and Z jets of 0.8 to 1.6 TeV, R = 0.8 (not the JetNet data set)."
        ),
    ] = "qg-jets",
    first_seed: Annotated[
        int,
        typer.Option(
            min=1,
            help=(
                "First PYTHIA seed for gluons; quarks use seeds from 10000 higher. Change it for "
                "different jets."
            ),
        ),
    ] = 10_000,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Number of processes. Default: number of CPUs.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Simulate jets: like the shipped data set, bit for bit, or of five classes. Needs the extra
    'pythia'.
    """
    from qdiffgui.data.generate import make_jets as generate
    from qdiffgui.errors import UserError

    if not out.parent.is_dir():
        raise UserError(f"The output folder '{out.parent}' does not exist: create it first.")
    begun = time.monotonic()
    steps = generate(out, n_per_class, first_seed=first_seed, workers=workers, recipe=recipe)
    total = 0
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("jets", total=None)
            for done, total in steps:
                progress.update(task, completed=done, total=total)
    else:
        for _done, total in steps:  # noqa: B007
            pass
    seconds = round(time.monotonic() - begun, 1)
    if as_json:
        return output.document(
            {
                "file": str(out.resolve()),
                "n_per_class": n_per_class,
                "n": total,
                "recipe": recipe,
                "seconds": seconds,
            }
        )
    print(f"{total} jets in '{out}' ({seconds} s).")
