"""All figures of a run as files, for ``qdiffgui export --figures``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qdiffgui.errors import UserError
from qdiffgui.events import Loss, Metrics
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.follow import read_events

if TYPE_CHECKING:
    import plotly.graph_objects as go


def export_figures(run: RunDirectory, folder: Path) -> list[Path]:
    """Write each figure as HTML, and as PNG too where Chrome and kaleido are found; raises ``UserError`` where it cannot be written."""
    from qdiffgui.plots import export

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"Cannot make the folder '{folder}': {error.strerror}.") from None
    drawn = figures(run)
    kinds = ("html", "png") if export.draws_images() else ("html",)
    return [export.export(figure, folder / f"{name}.{kind}") for kind in kinds for name, figure in drawn.items()]


def figures(run: RunDirectory) -> dict[str, go.Figure]:
    """The figures that can be drawn of a run now, by name."""
    from qdiffgui import plots
    from qdiffgui.experiment.inspect import schedule

    events = read_events(run)
    name = run.state().name
    losses = [event for event in events if isinstance(event, Loss)]
    drawn = {"schedule": plots.schedule(schedule(run.config()))}
    if losses:
        drawn["loss"] = plots.loss({name: ([event.step for event in losses], [event.loss for event in losses])})
    live = [event for event in events if isinstance(event, Metrics) and event.values and not event.final]
    for key in live[-1].values if live else ():
        points = [event for event in live if key in event.values]
        series = ([event.step for event in points], [event.values[key] for event in points])
        drawn[f"live-{key}"] = plots.metric({key: series}, points[-1].floor, {key: key})
    return drawn | _of_report(name, run.metrics()) | _of_film(run.film())


def _of_report(name: str, report: dict[str, Any] | None) -> dict[str, go.Figure]:
    from qdiffgui import plots

    if report is None:
        return {}
    drawn = {"comparison": plots.comparison({name: report})}
    if report["histograms"]:
        drawn["histograms"] = plots.histograms(report)
    if report["profile"]:
        drawn["profile"] = plots.profile(report)
    return drawn


def _of_film(film: dict[str, Any] | None) -> dict[str, go.Figure]:
    from qdiffgui import plots

    if film is None or film["kind"] == "map":
        return {}
    last, truth = film["frames"][-1], film["truth"]
    if film["kind"] in ("state", "density"):
        return {"populations": plots.populations(last, truth)}
    return {"samples": plots.scatter(last, truth)} if len(last["names"]) > 1 else {}
