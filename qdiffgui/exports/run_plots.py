"""All plots of a run, as plotly objects and as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.diffusion.curve import schedule
from qdiffgui.errors import UserError
from qdiffgui.evaluation.check_tables import classes_with_weights
from qdiffgui.events import Loss, Metrics
from qdiffgui.exports.write import make_folder, write_whole
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.follow import Follower

if TYPE_CHECKING:
    import plotly.graph_objects as go

Array = NDArray[Any]
N_EXAMPLES = 6


def plots(
    run: RunDirectory, target: Path | str, formats: Sequence[str] | None = None
) -> list[Path]:
    """Write all plots of a run into a folder.

    Parameters
    ----------
    run : RunDirectory
        The run.
    target : Path or str
        The folder; created if it does not exist.
    formats : sequence of str, optional
        ``"html"``, ``"svg"``, ``"png"`` or ``"pdf"``. Default: HTML, and PNG as well if kaleido and
        Chrome are installed.

    Returns
    -------
    list of Path
        The files written, one for each plot and format.

    Raises
    ------
    UserError
        If a format is unknown or a file cannot be written.

    Examples
    --------
    >>> from qdiffgui import exports
    >>> run = exports.open_run("finished")
    >>> [path.name for path in exports.plots(run, "plots", ["html"])]
    ['schedule.html', 'loss.html', 'live-wasserstein.html', 'comparison.html', 'populations.html']
    """
    from qdiffgui.plots import export

    run.require_readable()
    kinds = list(formats) if formats else ["html", "png"] if export.draws_images() else ["html"]
    unknown = [kind for kind in kinds if kind not in export.FORMATS]
    if unknown:
        raise UserError(
            f"Expected one of the plot formats {', '.join(export.FORMATS)}; found '{unknown[0]}'."
        )
    file_type = Path(target).suffix.lower().removeprefix(".")
    if file_type in export.FORMATS and not Path(target).is_dir():
        raise UserError(
            f"The plots are several files, so they need a folder; found the file name "
            f"'{Path(target).name}'. Give a folder, and --format {file_type} for this format."
        )
    folder = make_folder(target)
    drawn = draw_plots(run)
    return [
        write_whole(folder / f"{name}.{kind}", partial(export.export, figure))
        for kind in kinds
        for name, figure in drawn.items()
    ]


def draw_plots(run: RunDirectory) -> dict[str, go.Figure]:
    """All plots that can be drawn of a run now, by name.

    The names are ``schedule``, ``loss``, ``live-METRIC``, ``comparison``, ``histograms``,
    ``profile``, ``mismodeling``, ``classifier``, and ``samples`` (``populations`` for quantum
    states).
    """
    from qdiffgui import plots
    from qdiffgui.plots.metric import LINEAR, LIVE

    events = Follower(run).poll().events
    name = run.state().name
    losses = [event for event in events if isinstance(event, Loss)]
    drawn = {"schedule": plots.schedule(schedule(run.config()))}
    if losses:
        drawn["loss"] = plots.loss(
            {name: ([event.step for event in losses], [event.loss for event in losses])}
        )
    live = [
        event for event in events if isinstance(event, Metrics) and event.values and not event.final
    ]
    for key in dict.fromkeys(key for event in live for key in event.values):
        points = [event for event in live if key in event.values]
        series = ([event.step for event in points], [event.values[key] for event in points])
        drawn[f"live-{key}"] = plots.metric(
            {key: series},
            points[-1].floor,
            LIVE,
            spread=points[-1].spread,
            trivial=points[-1].trivial,
            n=points[-1].n,
            linear=key in LINEAR,
        )
    return drawn | report_plots(name, run.metrics()) | _sample_plots(run.trajectory())


def report_plots(name: str, report: Mapping[str, Any] | None) -> dict[str, go.Figure]:
    """The plots of a report, by name; ``name`` is that of the model or of the samples."""
    from qdiffgui import plots

    if report is None:
        return {}
    drawn = {"comparison": plots.comparison({name: report})}
    if report["histograms"]:
        drawn["histograms"] = plots.histograms(report)
    if report["profile"]:
        drawn["profile"] = plots.profile(report)
    if report.get("mismodeling"):
        drawn["mismodeling"] = plots.mismodeling(report)
    if classes_with_weights(report):
        drawn["classifier"] = plots.classifier(report)
    return drawn


def _sample_plots(trajectory: Mapping[str, Any] | None) -> dict[str, go.Figure]:
    """The samples at the end of a denoising trajectory."""
    from qdiffgui import plots

    if trajectory is None:
        return {}
    last, truth = trajectory["frames"][-1], trajectory["truth"]
    if last["kind"] == "map":  # also the previews of clouds and channels
        grids = {
            name: _grid(one) for name, one in (("Held out", truth), ("Generated", last)) if one
        }
        return {"samples": plots.maps(grids, upward=bool(last.get("half_width")))}
    if last["kind"] in ("state", "density"):
        return {"populations": plots.populations(last, truth)}
    return {"samples": plots.scatter(last, truth)} if len(last["names"]) > 1 else {}


def _grid(preview: Mapping[str, Any]) -> Array:
    """The mean map and the first ``N_EXAMPLES`` single maps: (1 + N_EXAMPLES, height, width)."""
    return np.asarray([preview["mean"], *preview["images"][:N_EXAMPLES]]).reshape(
        -1, *preview["shape"]
    )
