"""Export a run to MLflow: a local store, never a server."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qdiffgui import paths
from qdiffgui._version import __version__
from qdiffgui.errors import UserError
from qdiffgui.exports.cards import card
from qdiffgui.exports.files import report, settings
from qdiffgui.exports.tracked import curves, final_metrics, plain_settings
from qdiffgui.exports.trained import model
from qdiffgui.exports.write import make_folder
from qdiffgui.runs.directory import RunDirectory

EXPERIMENT = "qdiffgui"
TAG = "qdiffgui.run"
"""The tag of a run in the store that names the run in its folder."""
_PER_BATCH, _LONGEST = 1000, 500
_NOISY = ("mlflow", "alembic")
_SILENT = ("MLFLOW_DISABLE_TELEMETRY", "DO_NOT_TRACK")  # MLflow reads both when it is imported


def mlflow(run: RunDirectory, target: Path | str) -> list[Path]:
    """Write settings, curves, final metrics and files of a run into a local store of MLflow.

    ``mlflow ui --backend-store-uri sqlite:///TARGET/mlflow.db`` shows it. Artifacts are the model
    card, the settings and, if there are any, the model and the report. A run that is exported again
    replaces its former entry. Nothing is sent over the network, and MLflow's telemetry is off.

    Parameters
    ----------
    run : RunDirectory
        The run, finished or not.
    target : Path or str
        The folder of the store: ``mlflow.db`` and ``artifacts``.

    Returns
    -------
    list of Path
        The database.

    Raises
    ------
    UserError
        If MLflow is not installed, files of the run are damaged, or the store cannot be written.

    Examples
    --------
    >>> from qdiffgui import exports
    >>> run = exports.open_run("finished")
    >>> exports.mlflow(run, "store")  # doctest: +SKIP
    [PosixPath('store/mlflow.db')]
    """
    run.require_readable()
    folder = make_folder(target).resolve()
    with _quiet_client(folder) as client:
        _replace(client, run, folder)
    return [Path(target) / "mlflow.db"]


@contextmanager
def _quiet_client(folder: Path) -> Iterator[Any]:
    """A client of the store in ``folder``. Its errors become ``UserError``."""
    with _silence():
        try:
            from mlflow import MlflowClient
            from mlflow.exceptions import MlflowException
            from sqlalchemy.exc import SQLAlchemyError
        except ImportError as error:
            raise UserError(f"MLflow is not installed: {paths.install('trackers')}") from error
        try:
            yield MlflowClient(tracking_uri=f"sqlite:///{folder / 'mlflow.db'}")
        except (MlflowException, SQLAlchemyError, OSError) as error:
            reason = str(error).partition("\n")[0].rstrip(".")
            raise UserError(f"Cannot write the MLflow store in '{folder}': {reason}.") from error


@contextmanager
def _silence() -> Iterator[None]:
    """No telemetry, and warnings only. Environment and loggers of the process are restored."""
    before = {name: os.environ.get(name) for name in _SILENT}
    levels = {name: logging.getLogger(name).level for name in _NOISY}
    os.environ.update(dict.fromkeys(_SILENT, "true"))
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def _replace(client: Any, run: RunDirectory, folder: Path) -> None:
    experiment = client.get_experiment_by_name(EXPERIMENT)
    if experiment is None:
        place = (folder / "artifacts").as_uri()
        key = client.create_experiment(EXPERIMENT, artifact_location=place)
    else:
        key = experiment.experiment_id
        for old in client.search_runs([key], f"tags.`{TAG}` = '{run.id}'"):
            client.delete_run(old.info.run_id)
    state = run.state()
    begun = state.started or state.created
    tags = {
        TAG: run.id,
        "qdiffgui.version": __version__,
        "qdiffgui.status": str(state.status),
        "qdiffgui.model": state.model,
        "qdiffgui.data": state.data,
    }
    made = client.create_run(key, start_time=_ms(begun), tags=tags, run_name=state.name)
    _fill(client, made.info.run_id, run, begun)
    client.set_terminated(
        made.info.run_id,
        "FINISHED" if state.status == "done" else "KILLED",
        _ms(state.ended or begun),
    )


def _fill(client: Any, key: str, run: RunDirectory, begun: float) -> None:
    from mlflow.entities import Metric, Param

    settings_of_run = plain_settings(run).items()
    for params in _batches([Param(name, text[:_LONGEST]) for name, text in settings_of_run], 100):
        client.log_batch(key, params=params)
    points = list(curves(run))
    last, now = (points[-1].step, begun + points[-1].seconds) if points else (0, begun)
    found: list[Any] = [Metric(p.name, p.value, _ms(begun + p.seconds), p.step) for p in points]
    final = final_metrics(run.metrics()).items()
    found += [Metric(name, value, _ms(now), last) for name, value in final]
    for metrics in _batches(found, _PER_BATCH):
        client.log_batch(key, metrics=metrics)
    with tempfile.TemporaryDirectory() as name:
        inside = Path(name)
        written = [*card(run, inside / "card.md"), *settings(run, inside / "config.json")]
        if run.model_file.is_file():
            written += model(run, inside / "model.h5")
        if run.metrics_file.is_file():
            written += report(run, inside / "report.html")
        for path in written:
            client.log_artifact(key, str(path))


def _batches(items: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
