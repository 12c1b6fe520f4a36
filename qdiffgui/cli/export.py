"""``qdiffgui export``: take out what a run made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, Run, Runs, find_run


def export(
    run: Run,
    model: Annotated[Path | None, typer.Option(metavar="FILE.h5", help="The trained model.")] = None,
    circuit: Annotated[Path | None, typer.Option(metavar="FILE.qasm", help="The trained circuits, OpenQASM 3.")] = None,
    samples: Annotated[Path | None, typer.Option(metavar="FILE", help="Generated samples, HDF5 or npz.")] = None,
    figures: Annotated[
        Path | None, typer.Option(metavar="DIR", help="All figures, HTML (and PNG where Chrome is found).")
    ] = None,
    bundle: Annotated[Path | None, typer.Option(metavar="FILE.zip", help="All files of the run.")] = None,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Export the model, the circuits, the samples, the figures, or all files of a run."""
    from qdiffgui.cli.foreground import quiet_threads
    from qdiffgui.errors import UserError
    from qdiffgui.runs import export as exporting

    found = find_run(run, runs)
    if not any((model, circuit, samples, figures, bundle)):
        raise UserError("Nothing to export was named: choose --model, --circuit, --samples, --figures or --bundle.")
    quiet_threads()
    written: list[Path] = []
    if model is not None:
        written.append(exporting.export_model(found, model))
    if circuit is not None:
        written += exporting.export_circuits(found, circuit)
    if samples is not None:
        written.append(exporting.export_samples(found, samples))
    if figures is not None:
        from qdiffgui.cli.figures import export_figures

        written += export_figures(found, figures)
    if bundle is not None:
        written.append(exporting.export_bundle(found, bundle))
    if as_json:
        return output.document({"run": found.id, "files": [str(path.resolve()) for path in written]})
    for path in written:
        print(path)
