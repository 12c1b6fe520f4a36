"""Export a run to TensorBoard: an event file, written by tensorboardX.

tensorboardX is a package of 90 kB that writes event files and nothing else; TensorBoard itself
brings a server, and torch's writer needs TensorBoard.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from qdiffgui import paths
from qdiffgui.errors import UserError
from qdiffgui.exports.tracked import curves, final_metrics, plain_settings
from qdiffgui.exports.write import make_folder, write_whole
from qdiffgui.runs.card import card_of_run
from qdiffgui.runs.directory import RunDirectory


def tensorboard(run: RunDirectory, target: Path | str) -> list[Path]:
    """Write losses, metrics during training, final metrics, settings and model card for
    TensorBoard.

    ``tensorboard --logdir TARGET`` shows them. A run that is exported again replaces its file.

    Parameters
    ----------
    run : RunDirectory
        The run, finished or not.
    target : Path or str
        The folder for runs; each gets a folder of its own, named by its id.

    Returns
    -------
    list of Path
        The event file.

    Raises
    ------
    UserError
        If tensorboardX is not installed, files of the run are damaged, or the file cannot be
        written.

    Examples
    --------
    >>> from qdiffgui import exports
    >>> run = exports.open_run("finished")
    >>> [path.name for path in exports.tensorboard(run, "logs")]  # doctest: +SKIP
    ['events.out.tfevents.1767225600.qdiffgui']
    """
    try:
        from tensorboardX import SummaryWriter
    except ImportError as error:
        raise UserError(
            "tensorboardX, which writes files for TensorBoard, is not installed: "
            f"{paths.install('trackers')}"
        ) from error
    run.require_readable()
    state = run.state()
    folder = make_folder(make_folder(target) / run.id)

    def write(part: Path) -> None:
        with tempfile.TemporaryDirectory(dir=part.parent) as inside:
            writer = SummaryWriter(logdir=inside)
            try:
                _fill(writer, run, state.started or state.created)
            finally:
                writer.close()
            (written,) = Path(inside).iterdir()
            written.replace(part)

    return [write_whole(folder / f"events.out.tfevents.{int(state.created)}.qdiffgui", write)]


def _fill(writer: Any, run: RunDirectory, begun: float) -> None:
    from tensorboardX.summary import hparams

    last, now = 0, begun
    for point in curves(run):
        last, now = point.step, begun + point.seconds
        writer.add_scalar(point.name, point.value, point.step, walltime=now)
    metrics = final_metrics(run.metrics())
    for name, value in metrics.items():
        writer.add_scalar(name, value, last, walltime=now)
    settings = json.dumps(run.config().model_dump(mode="json"), indent=1)
    writer.add_text("settings", f"```json\n{settings}\n```", last, walltime=now)
    writer.add_text("card", str(card_of_run(run)), last, walltime=now)
    own = {name: value for name, value in metrics.items() if name.startswith("final/")}
    for summary in hparams(plain_settings(run), own):
        writer.file_writer.add_summary(summary, last, walltime=now)
