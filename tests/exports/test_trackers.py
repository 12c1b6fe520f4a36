"""Exports for experiment trackers, read back with the trackers' own readers."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from qdiffgui import exports
from qdiffgui.cli.program import run as command
from qdiffgui.errors import UserError
from qdiffgui.events import Loss
from qdiffgui.exports.tracked import curves, final_metrics
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.follow import read_events
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.runs.train import train_run
from tests.runs.tiny import STATES, tiny


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    settings = STATES | {
        "evaluation": {"n_generated": 100},
        "data": {"kind": "cluster", "n_states": 400},
    }
    store = RunStore(tmp_path_factory.mktemp("runs"))
    made = store.create(tiny(settings, name="tracked", iterations=12), claimed=True)
    assert train_run(made) == Status.DONE, made.state().message
    return made


def losses(run: RunDirectory) -> list[tuple[int, float]]:
    return [(event.step, event.loss) for event in read_events(run) if isinstance(event, Loss)]


def w(run: RunDirectory, key: str) -> float:
    report = run.metrics()
    assert report is not None
    row = next(row for row in report["rows"] if row["key"] == key)
    return float(row["values"]["wasserstein"]["value"])


def test_tensorboard_reads_the_event_file(
    run: RunDirectory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    for _ in range(2):  # the second replaces the first
        assert command(["export", str(run.path), "--tensorboard", str(tmp_path), "--json"]) == 0
        (file,) = json.loads(capsys.readouterr().out)["files"]
    assert [Path(file)] == list((tmp_path / run.id).iterdir())
    found = EventAccumulator(str(tmp_path / run.id)).Reload()
    shown = [(event.step, event.value) for event in found.Scalars("train/loss")]
    assert shown == [(step, pytest.approx(loss)) for step, loss in losses(run)]
    assert found.Scalars("train/loss")[0].wall_time == pytest.approx(run.state().started, abs=60)
    tags = set(found.Tags()["scalars"])
    assert {point.name for point in curves(run)} | set(final_metrics(run.metrics())) == tags
    assert any(name.startswith("live/") for name in tags)
    assert found.Scalars("final/all/wasserstein")[0].value == pytest.approx(w(run, "model"))
    assert found.Scalars("final_floor/all/wasserstein")[0].value == pytest.approx(w(run, "floor"))
    text = found.Tensors("settings/text_summary")[0].tensor_proto.string_val[0].decode()
    assert json.loads(text.removeprefix("```json").removesuffix("```"))["name"] == "tracked"
    plugin = found.SummaryMetadata("_hparams_/session_start_info").plugin_data
    assert plugin.plugin_name == "hparams"
    assert b"model.n_layers" in plugin.content


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of MLflow with the latest SQLAlchemy
def test_mlflow_reads_the_store(
    run: RunDirectory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("MLflow opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    store = RunStore(tmp_path / "runs")
    queued = store.create(tiny(STATES, name="queued"))
    target = tmp_path / "a b"
    monkeypatch.setenv("DO_NOT_TRACK", "0")  # a setting of the user
    for _ in range(2):
        names = [str(run.path), str(queued.path)]
        assert command(["export", *names, "--mlflow", str(target)]) == 0
        assert os.environ["DO_NOT_TRACK"] == "0"
        assert "MLFLOW_DISABLE_TELEMETRY" not in os.environ
    from mlflow import MlflowClient
    from mlflow.telemetry.client import get_telemetry_client

    assert get_telemetry_client() is None

    client = MlflowClient(tracking_uri=f"sqlite:///{target / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("qdiffgui")
    assert experiment is not None
    found = {
        one.data.tags["qdiffgui.run"]: one for one in client.search_runs([experiment.experiment_id])
    }
    assert set(found) == {run.id, queued.id}
    mine = found[run.id]
    assert mine.info.run_name == "tracked"
    assert (mine.info.status, found[queued.id].info.status) == ("FINISHED", "KILLED")
    assert mine.data.params["model.n_layers"] == "1"
    assert mine.data.metrics["final/all/wasserstein"] == pytest.approx(w(run, "model"))
    history = client.get_metric_history(mine.info.run_id, "train/loss")
    assert sorted((m.step, m.value) for m in history) == losses(run)
    files = {file.path for file in client.list_artifacts(mine.info.run_id)}
    assert files == {"card.md", "config.json", "model.h5", "report.html"}


@pytest.mark.parametrize(
    ("package", "write"), [("tensorboardX", "tensorboard"), ("mlflow", "mlflow")]
)
def test_what_is_missing_is_named(
    package: str, write: str, run: RunDirectory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UserError, match=r"qdiffgui\[trackers\]"):
        getattr(exports, write)(run, tmp_path / "x")


def test_several_runs_are_for_trackers_only(
    run: RunDirectory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [str(run.path), str(run.path)]
    assert command(["export", *names, "--model", str(tmp_path / "m.h5")]) == 2
    assert "one run at a time" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
