"""``qdiffgui scale``: what a configuration costs, how that grows, whether it trains, what size buys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Figures, Json, Runs, build, folders_exist, store_of

if TYPE_CHECKING:
    from qdiffgui.config import Experiment
    from qdiffgui.scaling import Static
    from qdiffgui.study import Study


def scale(
    preset: Annotated[str, typer.Argument(metavar="PRESET", help="Which experiment; 'qdiffgui list presets' names them.")],
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a setting, e.g. model.n_layers=6; repeatable.")
    ] = None,
    static: Annotated[bool, typer.Option("--static", help="Only count: gates, shots, operations; takes a second.")] = False,
    seeds: Annotated[int, typer.Option(min=1, max=20, help="Seeds of each short training; fewer than 3 prove nothing.")] = 3,
    effort: Annotated[float, typer.Option(min=0.01, max=100, help="Draws, timings and training, times this.")] = 1.0,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the study as one HTML page.")] = None,
    figures: Figures = None,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Study how an experiment scales: static cost, measured cost, trainability, quality. It takes minutes."""
    from qdiffgui.cli import foreground

    folders_exist(html, figures)
    config = build(preset, None, changes or [], None, None)
    foreground.quiet_threads()
    if static:
        _static(config, as_json)
        return
    from qdiffgui.study import Study, study

    found: Study | None = None
    said = ""
    for event in study(preset, config, store_of(runs).of_studies(), effort=effort, n_seeds=seeds):
        if isinstance(event, Study):
            found = event
        elif event.text != said:
            said = event.text
            output.note(event.line)
    assert found is not None
    from qdiffgui.exports.whole import text

    if html is not None:
        from qdiffgui.study.html import page

        text(html, page(found))
        output.note(f"Report: {html}")
    if figures is not None:
        from qdiffgui.plots.export import titled
        from qdiffgui.study import figures as drawn

        text(figures, titled(drawn.titled(found)))
    output.document(found.plain()) if as_json else _show(found)


def _static(config: Experiment, as_json: bool) -> None:
    from qdiffgui.scaling import static

    found = static(config)
    if as_json:
        output.document(found.plain())
        return
    _static_tables(found)


def _static_tables(found: Static) -> None:
    from qdiffgui.evaluation.number import quantity

    for group in found.groups:
        rows = [(row.label, f"{quantity(row.value)} {row.unit}".strip(), row.formula, row.note) for row in group.rows]
        output.table((group.title, "count", "formula", "note"), rows, right=(1,))
    for note in found.notes:
        print(f"  {note}")


def _show(found: Study) -> None:
    from qdiffgui.study.html import tables
    from qdiffgui.study.words import sentences

    _static_tables(found.static)
    for table in tables(found):
        output.table(table["heads"], table["rows"], title=table["title"], right=range(1, len(table["heads"])))
    for sentence in (*sentences(found), *found.notes):
        print(f"  {sentence}")
