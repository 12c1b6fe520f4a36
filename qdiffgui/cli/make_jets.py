"""``qdiffgui make-jets``: generate quark and gluon jets with PYTHIA."""

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
        Path, typer.Option("--out", "--output", "-o", metavar="FILE.h5", help="Where the jets go; resumed if it was begun.")
    ],
    n_per_class: Annotated[int, typer.Option(min=1, help="Jets of each class; 25000 reproduces the set that ships.")] = 25000,
    first_seed: Annotated[
        int,
        typer.Option(
            min=1, help="Seeds count up from here for gluons, from 10000 more for quarks; another one makes other jets."
        ),
    ] = 10_000,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: CPUs.")] = None,
    as_json: Json = False,
) -> None:
    """Generate jets by the recipe of the shipped set, bit for bit (needs the extra 'pythia')."""
    from qdiffgui.data.generate import make_jets as generate
    from qdiffgui.errors import UserError

    if not out.parent.is_dir():
        raise UserError(f"The folder '{out.parent}' of the output does not exist: make it first.")
    begun = time.monotonic()
    steps = generate(out, n_per_class, first_seed=first_seed, workers=workers)
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("jets", total=2 * n_per_class)
            for done, total in steps:
                progress.update(task, completed=done, total=total)
    else:
        for _ in steps:
            pass
    seconds = round(time.monotonic() - begun, 1)
    if as_json:
        return output.document({"file": str(out.resolve()), "n_per_class": n_per_class, "n": 2 * n_per_class, "seconds": seconds})
    print(f"{2 * n_per_class} jets in '{out}' ({seconds} s).")
