"""All figures of a run, as figures and as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.diffusion.curve import schedule
from qdiffgui.errors import UserError
from qdiffgui.events import Loss, Metrics
from qdiffgui.exports.whole import folder, whole
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.follow import read_events

if TYPE_CHECKING:
    import plotly.graph_objects as go

Array = NDArray[Any]
N_EXAMPLES = 6


def figures(run: RunDirectory, target: Path | str, formats: Sequence[str] | None = None) -> list[Path]:
    """Each figure of ``drawn`` into the folder ``target``, in each of ``formats`` (html, svg, png, pdf); by default HTML, and PNG too
    where kaleido and Chrome are found."""
    from qdiffgui.plots import export

    kinds = list(formats) if formats else ["html", "png"] if export.draws_images() else ["html"]
    unknown = [kind for kind in kinds if kind not in export.FORMATS]
    if unknown:
        raise UserError(f"Figures are written as {', '.join(export.FORMATS)}; found '{unknown[0]}': choose one of these.")
    place = folder(target)
    made = drawn(run)
    return [
        whole(place / f"{name}.{kind}", lambda part, figure=figure: export.export(figure, part))  # type: ignore[misc]
        for kind in kinds for name, figure in made.items()
    ]  # fmt: skip


def drawn(run: RunDirectory) -> dict[str, go.Figure]:
    """The figures that can be drawn of a run now, by name: schedule, loss, live-METRIC, comparison, histograms, profile, populations or
    samples (of maps, clouds and channels: the mean and single ones)."""
    from qdiffgui import plots
    from qdiffgui.plots.metric import LIVE

    events = read_events(run)
    name = run.state().name
    losses = [event for event in events if isinstance(event, Loss)]
    made = {"schedule": plots.schedule(schedule(run.config()))}
    if losses:
        made["loss"] = plots.loss({name: ([event.step for event in losses], [event.loss for event in losses])})
    live = [event for event in events if isinstance(event, Metrics) and event.values and not event.final]
    for key in live[-1].values if live else ():
        points = [event for event in live if key in event.values]
        series = ([event.step for event in points], [event.values[key] for event in points])
        made[f"live-{key}"] = plots.metric(
            {key: series}, points[-1].floor, LIVE, spread=points[-1].spread, trivial=points[-1].trivial, n=points[-1].n
        )
    return made | _of_report(name, run.metrics()) | _of_film(run.film())


def _of_report(name: str, report: Mapping[str, Any] | None) -> dict[str, go.Figure]:
    from qdiffgui import plots

    if report is None:
        return {}
    made = {"comparison": plots.comparison({name: report})}
    if report["histograms"]:
        made["histograms"] = plots.histograms(report)
    if report["profile"]:
        made["profile"] = plots.profile(report)
    return made


def _of_film(film: Mapping[str, Any] | None) -> dict[str, go.Figure]:
    from qdiffgui import plots

    if film is None:
        return {}
    last, truth = film["frames"][-1], film["truth"]
    if last["kind"] == "map":  # so are the pictures of clouds and of channels
        return {"samples": plots.maps({name: _grid(one) for name, one in (("Held out", truth), ("Generated", last)) if one})}
    if last["kind"] in ("state", "density"):
        return {"populations": plots.populations(last, truth)}
    return {"samples": plots.scatter(last, truth)} if len(last["names"]) > 1 else {}


def _grid(picture: Mapping[str, Any]) -> Array:
    """The mean map and the first ``N_EXAMPLES`` single ones: (1 + N_EXAMPLES, height, width)."""
    return np.asarray([picture["mean"], *picture["images"][:N_EXAMPLES]]).reshape(-1, *picture["shape"])
