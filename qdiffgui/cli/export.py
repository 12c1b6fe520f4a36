"""``qdiffgui export``: take out what a run made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, Run, Runs, find_run

_File = Path | None


def export(
    run: Run,
    model: Annotated[_File, typer.Option(metavar="FILE.h5", help="The trained model.")] = None,
    circuit: Annotated[_File, typer.Option(metavar="FILE", help="The circuits: OpenQASM 3, or drawn for FILE.svg.")] = None,
    samples: Annotated[_File, typer.Option(metavar="FILE", help="Generated samples, HDF5; see --layout.")] = None,
    layout: Annotated[str | None, typer.Option(help="Of samples: qdiffgui, energyflow (npz), jetnet (a folder).")] = None,
    report: Annotated[_File, typer.Option(metavar="FILE", help="The comparison with held-out data, .json or .html.")] = None,
    settings: Annotated[_File, typer.Option(metavar="FILE.json", help="All settings, for 'train --config'.")] = None,
    figures: Annotated[_File, typer.Option(metavar="DIR", help="All figures, HTML (and PNG where Chrome is found).")] = None,
    format: Annotated[list[str] | None, typer.Option(help="Of figures: html, svg, png or pdf. Repeat for several.")] = None,
    bundle: Annotated[_File, typer.Option(metavar="FILE.zip", help="All files of the run, for 'runs import'.")] = None,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Export the model, the circuits, the samples, the report, the figures, or all files of a run."""
    from qdiffgui import exports
    from qdiffgui.cli.foreground import quiet_threads
    from qdiffgui.errors import UserError

    found = find_run(run, runs)
    if not any((model, circuit, samples, report, settings, figures, bundle)):
        options = "--model, --circuit, --samples, --report, --settings, --figures or --bundle"
        raise UserError(f"Nothing to export was named: choose {options}.")
    quiet_threads()
    written: list[Path] = []
    if model is not None:
        written += exports.model(found, model)
    if circuit is not None:
        written += (exports.drawings if circuit.suffix == ".svg" else exports.circuits)(found, circuit)
    if samples is not None:
        written += exports.samples(found, samples, layout)
    if report is not None:
        written += exports.report(found, report)
    if settings is not None:
        written += exports.settings(found, settings)
    if figures is not None:
        written += exports.figures(found, figures, format)
    if bundle is not None:
        written += exports.bundle(found, bundle)
    if as_json:
        return output.document({"run": found.id, "files": [str(path.resolve()) for path in written]})
    for path in written:
        print(path)
