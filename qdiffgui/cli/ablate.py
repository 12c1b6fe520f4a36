"""``qdiffgui ablate``: what a run's model is worth without its parts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, Plots, Runs, folders_exist, store_of

if TYPE_CHECKING:
    from qdiffgui.studies.ablation.result import AblationStudy


def ablate(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run of a quantum model.")],
    variants: Annotated[
        str,
        typer.Option(
            metavar="KEYS",
            help="no-entanglement, frozen, twin, untrained; separated by commas. Default: all that "
            "apply.",
        ),
    ] = "",
    seeds: Annotated[
        int,
        typer.Option(
            min=1, max=20, help="Seeds of each variant. Use at least 3 to see the spread."
        ),
    ] = 3,
    effort: Annotated[
        float,
        typer.Option(
            min=0.001, max=10, help="Factor on the run's optimizer steps; below 1 for a quick look."
        ),
    ] = 1.0,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the report as an HTML page.")
    ] = None,
    plots: Plots = None,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Train variants of a run's model and compare them by the run's own evaluation: without
    entangling gates, with a frozen circuit, with a network in its place, and untrained. Finished
    runs are kept; a study that was stopped continues.
    """
    from qdiffgui.cli.foreground import quiet_threads

    folders_exist(html, plots)
    quiet_threads()
    from qdiffgui.exports.write import write_text
    from qdiffgui.studies.ablation.report import ablation_page, ablation_plots
    from qdiffgui.studies.ablation.result import AblationStudy
    from qdiffgui.studies.ablation.study import run_ablation, settings_of

    name, config = settings_of(run, runs)
    wanted = [word.strip() for word in variants.split(",") if word.strip()] or None
    found: AblationStudy | None = None
    said = ""
    for event in run_ablation(
        name, config, store_of(runs), wanted=wanted, n_seeds=seeds, effort=effort
    ):
        if isinstance(event, AblationStudy):
            found = event
        elif event.line != said:
            said = event.line
            output.note(said)
    assert found is not None
    if html is not None:
        write_text(html, ablation_page(found))
        output.note(f"Report: {html}")
    if plots is not None:
        from qdiffgui.plots.export import titled

        write_text(plots, titled(ablation_plots(found)))
    output.document(found.plain()) if as_json else _show(found)


def _show(found: AblationStudy) -> None:
    from qdiffgui.studies.ablation.report import tables

    for table in tables(found):
        output.table(table.heads, table.rows, right=range(1, len(table.heads)))
    for sentence in (*found.verdict, *found.left_out):
        print(f"  {sentence}")
