"""``qdiffgui noise``: what noise and finite shots make of a trained model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Figures, Json, Runs, folders_exist

if TYPE_CHECKING:
    from qdiffgui.hardware.study import Study


def noise(
    models: Annotated[list[str], typer.Argument(metavar="RUN|MODEL", help="Runs or model files that differ in the seed alone.")],
    kinds: Annotated[
        str,
        typer.Option("--noise", metavar="KINDS", help="Of depolarizing, amplitude_damping, phase_damping, readout; with commas."),
    ] = "depolarizing,amplitude_damping,readout",
    strengths: Annotated[
        str, typer.Option(metavar="NUMBERS", help="Probabilities, separated by commas.")
    ] = "0.0003,0.001,0.003,0.01,0.03",
    shots: Annotated[
        str, typer.Option(metavar="NUMBERS", help="Runs of each circuit, separated by commas; '' leaves shots out.")
    ] = "100,1000,10000",
    zne: Annotated[bool, typer.Option("--zne", help="Also with zero-noise extrapolation (nine times the gates).")] = False,
    seeds: Annotated[int, typer.Option(min=1, max=100, help="Seeds of sampling; fewer than 3 prove nothing.")] = 3,
    samples: Annotated[int, typer.Option(min=20, max=100_000, help="Samples at each point.")] = 300,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write figures, table and verdict as one HTML page.")] = None,
    drawn: Figures = None,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Judge a trained model under noise by strength, and with finite shots, beside the floor and the trivial generators."""
    from qdiffgui.cli.foreground import quiet_threads
    from qdiffgui.cli.models import find_model

    folders_exist(html, drawn)
    paths = {name: find_model(name, runs) for name in models}
    quiet_threads()
    from qdiffgui.exports.whole import text
    from qdiffgui.hardware.page import figures, page
    from qdiffgui.hardware.study import points, study

    asked = points(_words(kinds), _numbers(strengths, "--strengths"), [int(n) for n in _numbers(shots, "--shots")], zne)
    found = study(paths, asked, seeds=seeds, n_samples=samples, say=output.note)
    if html is not None:
        text(html, page(found))
        output.note(f"Report: {html}")
    if drawn is not None:
        from qdiffgui.plots.export import titled

        text(drawn, titled(figures(found)))
    output.document(found.plain()) if as_json else _show(found)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _numbers(text: str, option: str) -> list[float]:
    from qdiffgui.errors import UserError

    try:
        return [float(word) for word in _words(text)]
    except ValueError:
        raise UserError(f"Expected {option} to be numbers separated by commas; found '{text}'.") from None


def _show(found: Study) -> None:
    from qdiffgui.hardware.study import verdict

    columns = [c for c in found.columns if c["key"] == found.goal or c["key"].startswith("w1")][:6]
    rows = [(row["label"], row["values"]) for row in found.rows]
    rows += [(found.labels[key], cells) for key, cells in found.beside.items()]
    output.table(
        ("", *(c["label"] for c in columns)),
        [(label, *(_cell(values.get(c["key"])) for c in columns)) for label, values in rows],
        right=range(1, len(columns) + 1),
    )
    for sentence in verdict(found):
        print(f"  {sentence}")


def _cell(found: dict[str, float] | None) -> str:
    return "—" if found is None else f"{found['value']:.3g} ± {found['error']:.1g}"
