"""``qdiffgui scale``: cost, trainability and quality of an experiment as it grows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import (
    Json,
    OldPlots,
    Plots,
    Runs,
    build_experiment,
    folders_exist,
    store_of,
)

if TYPE_CHECKING:
    from qdiffgui.config import Experiment
    from qdiffgui.studies.scaling import ScalingStudy, StaticCost


def scale(
    preset: Annotated[
        str,
        typer.Argument(metavar="PRESET", help="Preset; see 'qdiffgui list presets'."),
    ],
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Change a setting, e.g. model.n_layers=6; repeatable.",
        ),
    ] = None,
    static: Annotated[
        bool,
        typer.Option("--static", help="Only count gates, shots and operations (takes a second)."),
    ] = False,
    seeds: Annotated[
        int,
        typer.Option(
            min=1, max=20, help="Seeds per short training run. Use at least 3 to see the spread."
        ),
    ] = 3,
    effort: Annotated[
        float,
        typer.Option(min=0.01, max=100, help="Factor on draws, timings and training iterations."),
    ] = 1.0,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the report as an HTML page.")
    ] = None,
    plots: Plots = None,
    old_plots: OldPlots = None,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Study how an experiment scales: static cost, measured cost, trainability and quality. Takes
    minutes.
    """
    from qdiffgui.cli import foreground

    plots = plots or old_plots
    folders_exist(html, plots)
    config = build_experiment(preset, None, changes or [], None, None)
    foreground.quiet_threads()
    if static:
        _static(config, as_json)
        return
    from qdiffgui.studies.scaling import ScalingStudy, run_study

    found: ScalingStudy | None = None
    said = ""
    for event in run_study(
        preset, config, store_of(runs).for_studies(), effort=effort, n_seeds=seeds
    ):
        if isinstance(event, ScalingStudy):
            found = event
        elif event.text != said:
            said = event.text
            output.note(event.line)
    assert found is not None
    from qdiffgui.exports.write import write_text

    if html is not None:
        from qdiffgui.studies.scaling.report import scaling_page

        write_text(html, scaling_page(found))
        output.note(f"Report: {html}")
    if plots is not None:
        from qdiffgui.plots.export import titled
        from qdiffgui.studies.scaling import report_plots

        write_text(plots, titled(report_plots.titled(found)))
    output.document(found.plain()) if as_json else _show(found)


def _static(config: Experiment, as_json: bool) -> None:
    from qdiffgui.studies.scaling import static

    found = static(config)
    if as_json:
        output.document(found.plain())
        return
    _static_tables(found)


def _static_tables(found: StaticCost) -> None:
    from qdiffgui.evaluation.number_format import format_number

    for group in found.groups:
        rows = [
            (row.label, f"{format_number(row.value)} {row.unit}".strip(), row.formula, row.note)
            for row in group.rows
        ]
        output.table((group.title, "count", "formula", "note"), rows, right=(1,))
    for note in found.notes:
        print(f"  {note}")


def _show(found: ScalingStudy) -> None:
    from qdiffgui.studies.scaling.report import tables

    _static_tables(found.static)
    for table in tables(found):
        output.table(table.heads, table.rows, title=table.title, right=range(1, len(table.heads)))
    for sentence in (*found.verdict, *found.notes):
        print(f"  {sentence}")
