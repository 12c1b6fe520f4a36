"""``qdiffgui noise``: evaluate a trained model under noise and with finite shots."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, OldPlots, Plots, Runs, folders_exist

if TYPE_CHECKING:
    from qdiffgui.studies.noise.result import NoiseStudy


def noise(
    models: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN|MODEL", help="Runs or model files that differ only in the seed."
        ),
    ],
    kinds: Annotated[
        str,
        typer.Option(
            "--noise",
            metavar="KINDS",
            help="depolarizing, amplitude_damping, phase_damping, readout; separated by commas.",
        ),
    ] = "depolarizing,amplitude_damping,readout",
    strengths: Annotated[
        str,
        typer.Option(
            metavar="NUMBERS",
            help="Error probabilities, separated by commas. Default: five that suit the number of "
            "gates, from nearly no effect up.",
        ),
    ] = "",
    shots: Annotated[
        str,
        typer.Option(
            metavar="NUMBERS",
            help="Shots per circuit, separated by commas. '' skips finite shots.",
        ),
    ] = "100,1000,10000",
    zne: Annotated[
        bool,
        typer.Option("--zne", help="Add zero-noise extrapolation (nine times the gates)."),
    ] = False,
    seeds: Annotated[
        int, typer.Option(min=1, max=100, help="Sampling seeds. Use at least 3 to see the spread.")
    ] = 3,
    samples: Annotated[
        int | None,
        typer.Option(
            min=20,
            max=100_000,
            help="Samples per noise setting. Default: 300; for quantum states as many as in the "
            "report of the run, as far as memory allows.",
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write plots, table and verdict as an HTML page."),
    ] = None,
    plots: Plots = None,
    old_plots: OldPlots = None,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Evaluate a trained model at several noise strengths and numbers of shots, compared with the
    floor and trivial generators.
    """
    from qdiffgui.cli.foreground import quiet_threads
    from qdiffgui.cli.models import find_model

    plots = plots or old_plots
    folders_exist(html, plots)
    paths = {name: find_model(name, runs) for name in models}
    quiet_threads()
    from qdiffgui.exports.write import write_text
    from qdiffgui.studies.noise.report import noise_page, noise_plots
    from qdiffgui.studies.noise.study import noise_settings, run_noise_study, suitable_strengths

    asked = noise_settings(
        _split(kinds),
        _numbers(strengths, "--strengths") or suitable_strengths(next(iter(paths.values()))),
        [int(n) for n in _numbers(shots, "--shots")],
        zne,
    )
    found = run_noise_study(paths, asked, seeds=seeds, n_samples=samples, say=output.note)
    if html is not None:
        write_text(html, noise_page(found))
        output.note(f"Report: {html}")
    if plots is not None:
        from qdiffgui.plots.export import titled

        write_text(plots, titled(noise_plots(found)))
    output.document(found.plain()) if as_json else _show(found)


def _split(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _numbers(text: str, option: str) -> list[float]:
    from qdiffgui.errors import UserError

    try:
        return [float(word) for word in _split(text)]
    except ValueError:
        raise UserError(
            f"Expected numbers separated by commas for {option}; found '{text}'."
        ) from None


def _show(found: NoiseStudy) -> None:
    columns = [c for c in found.columns if c["key"] == found.goal or c["key"].startswith("w1")][:6]
    rows = [(row["label"], row["values"]) for row in found.rows]
    rows += [(found.labels[key], cells) for key, cells in found.baselines.items()]
    output.table(
        ("", *(c["label"] for c in columns)),
        [(label, *(_cell(values.get(c["key"])) for c in columns)) for label, values in rows],
        right=range(1, len(columns) + 1),
    )
    for sentence in found.verdict:
        print(f"  {sentence}")


def _cell(found: dict[str, float] | None) -> str:
    from qdiffgui.evaluation.number_format import format_with_error

    return "—" if found is None else format_with_error(found)
