"""``qdiffgui export``: write the results of a run to files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, Runs, find_run

_File = Path | None


def export(
    run: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN...",
            help="A run: its id or the start of it, name, folder, or 'last'. Several only for "
            "the comparisons, --tensorboard and --mlflow.",
        ),
    ],
    model: Annotated[_File, typer.Option(metavar="FILE.h5", help="The trained model.")] = None,
    card: Annotated[
        _File,
        typer.Option(
            metavar="FILE", help="The model card (.md or .json): data, metrics, limits, citations."
        ),
    ] = None,
    circuit: Annotated[
        _File,
        typer.Option(metavar="FILE", help="The circuits, as OpenQASM 3; FILE.svg: as a drawing."),
    ] = None,
    samples: Annotated[
        _File, typer.Option(metavar="FILE", help="Generated samples (HDF5); see --layout.")
    ] = None,
    layout: Annotated[
        str | None,
        typer.Option(
            help="Layout of --samples: qdiffgui, energyflow (npz), jetnet (a folder), root or "
            "calo-challenge."
        ),
    ] = None,
    report: Annotated[
        _File,
        typer.Option(metavar="FILE", help="Comparison with held-out data (.json or .html)."),
    ] = None,
    settings: Annotated[
        _File, typer.Option(metavar="FILE.json", help="All settings, as read by 'train --config'.")
    ] = None,
    plots: Annotated[
        _File,
        typer.Option(metavar="DIR", help="All plots, as HTML (and PNG if Chrome is found)."),
    ] = None,
    old_plots: Annotated[_File, typer.Option("--figures", hidden=True)] = None,
    format: Annotated[
        list[str] | None,
        typer.Option(
            help="Format of --plots (html, svg, png or pdf), --paper-plots and --comparison-plots; "
            "repeatable."
        ),
    ] = None,
    table: Annotated[
        _File,
        typer.Option(metavar="FILE", help="The metrics: .tex (LaTeX, booktabs) or .csv."),
    ] = None,
    comparison: Annotated[
        _File,
        typer.Option(
            metavar="FILE",
            help="The metrics of all named runs as one table: .tex, .md or .csv. Runs that differ "
            "only in their seeds are one row.",
        ),
    ] = None,
    comparison_plots: Annotated[
        _File,
        typer.Option(
            metavar="DIR",
            help="The distributions of all named runs, one plot per observable (matplotlib): pdf, "
            "or --format svg or png.",
        ),
    ] = None,
    width: Annotated[
        float, typer.Option(metavar="MM", min=40, max=400, help="Width of --comparison-plots.")
    ] = 178,
    log: Annotated[bool, typer.Option("--log", help="Log axis for --comparison-plots.")] = False,
    baseline: Annotated[
        str | None,
        typer.Option(
            metavar="RUN", help="Run from which --comparison gives the differences of the others."
        ),
    ] = None,
    paper_plots: Annotated[
        _File,
        typer.Option(
            metavar="DIR", help="Plots for print (matplotlib): pdf, or --format svg or png."
        ),
    ] = None,
    hepdata: Annotated[
        _File, typer.Option(metavar="DIR", help="Metrics and distributions as HEPData YAML.")
    ] = None,
    methods: Annotated[
        _File,
        typer.Option(metavar="FILE", help="A methods paragraph (.tex or .md) and a .bib file."),
    ] = None,
    bundle: Annotated[
        _File,
        typer.Option(metavar="FILE.zip", help="All files of the run, as read by 'runs import'."),
    ] = None,
    tensorboard: Annotated[
        _File,
        typer.Option(
            metavar="DIR", help="Curves, metrics and settings for TensorBoard (extra 'trackers')."
        ),
    ] = None,
    mlflow: Annotated[
        _File,
        typer.Option(
            metavar="DIR",
            help="Settings, curves, metrics and files as a local MLflow store (extra 'trackers').",
        ),
    ] = None,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Export the model, card, circuits, samples, report, settings, plots or all files of a run; of
    several runs, a table, or what experiment trackers read.
    """
    from qdiffgui import exports
    from qdiffgui.cli.foreground import quiet_threads
    from qdiffgui.errors import UserError

    chosen = [find_run(name, runs) for name in run]
    found = chosen[0]
    plots = plots or old_plots
    paper = (table, paper_plots, hepdata, methods)
    of_one = any((model, card, circuit, samples, report, settings, plots, bundle, *paper))
    if not (of_one or comparison or comparison_plots or tensorboard or mlflow):
        options = (
            "--model, --card, --circuit, --samples, --report, --settings, --plots, --table, "
            "--paper-plots, --hepdata, --methods, --bundle, --comparison, --comparison-plots, "
            "--tensorboard or --mlflow"
        )
        raise UserError(f"Nothing to export: choose at least one of {options}.")
    if of_one and len(chosen) > 1:
        raise UserError(
            f"Found {len(chosen)} runs, but only --comparison, --comparison-plots, --tensorboard "
            "and --mlflow hold several: export one run at a time."
        )
    if baseline is not None and comparison is None:
        raise UserError("--baseline belongs to --comparison: give a file for the table.")
    quiet_threads()
    written: list[Path] = []
    if comparison is not None:
        base = None if baseline is None else find_run(baseline, runs)
        written += exports.comparison_table(chosen, comparison, baseline=base)
    if comparison_plots is not None:
        written += exports.comparison_plots(chosen, comparison_plots, format, width=width, log=log)
    if model is not None:
        written += exports.model(found, model)
    if card is not None:
        written += exports.card(found, card)
    if circuit is not None:
        written += (exports.drawings if circuit.suffix == ".svg" else exports.circuits)(
            found, circuit
        )
    if samples is not None:
        written += exports.samples(found, samples, layout)
    if report is not None:
        written += exports.report(found, report)
    if settings is not None:
        written += exports.settings(found, settings)
    if plots is not None:
        written += exports.plots(found, plots, format)
    if table is not None:
        written += exports.table(found, table)
    if paper_plots is not None:
        written += exports.paper_plots(found, paper_plots, format)
    if hepdata is not None:
        written += exports.hepdata(found, hepdata)
    if methods is not None:
        written += exports.methods(found, methods)
    if bundle is not None:
        written += exports.bundle(found, bundle)
    for one in chosen:
        if tensorboard is not None:
            written += exports.tensorboard(one, tensorboard)
        if mlflow is not None:
            written += [path for path in exports.mlflow(one, mlflow) if path not in written]
    if as_json:
        ids = {"run": found.id} if len(chosen) == 1 else {"runs": [one.id for one in chosen]}
        return output.document({**ids, "files": [str(path.resolve()) for path in written]})
    for path in written:
        print(path)
