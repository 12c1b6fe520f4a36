"""All kinds of plug-ins in use: from the command line, from Python and on the page."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import qdiffgui
from qdiffgui import catalog, explanations, lessons
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.store import RunStore
from qdiffgui.ui.page import Page
from tests.cli.conftest import Command
from tests.ui.test_page import Here, alerts, connect
from tests.waiting import wait_for

KINDS = {
    "models": "toy-linear",
    "schedules": "toy-square",
    "datasets": "toy-jets",
    "formats": "toy-csv",
    "representations": "toy-scaled",
    "ansatze": "toy-ladder",
    "metrics": "toy-median",
    "presets": "toy-preset",
    "lessons": "toy-lesson",
}
CIRCUIT = [
    "model.kind=quantum-denoiser",
    "model.ansatz=toy-ladder",
    "model.n_qubits=2",
    "model.n_layers=2",
    "model.schedule.kind=toy-square",
]
QUICK = ["training.iterations=20", "evaluation.n_generated=50"]


def sets(*changes: str) -> list[str]:
    return [word for change in changes for word in ("--set", change)]


# ---- the command line


@pytest.mark.parametrize(("registry", "key"), KINDS.items())
def test_the_command_line_lists_each_kind(command: Command, registry: str, key: str) -> None:
    listed = command("list", registry)
    assert key in listed.out
    assert ("broken on purpose" in listed.err) == (registry == "models")


def test_the_command_line_explains_it(command: Command) -> None:
    assert "A linear denoiser can learn" in command("explain", "toy-linear").out
    assert "──RY─╭●" in command("explain", "toy-ladder").out


def test_the_command_line_reads_the_file(command: Command, csv: Path) -> None:
    found = command("check-data", csv, "--json")
    assert found.status == 0
    assert (found.json["format"], found.json["n"]) == ("toy-csv", 200)


# The signal may come just after a file or a process was opened.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_command_line_trains_stops_resumes_exports_and_samples(
    command: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "runs"
    store = RunStore(folder)

    def interrupt() -> None:
        wait_for(lambda: over or (bool(store.list()) and store.list()[0].step > 10))
        if not over:
            os.kill(os.getpid(), signal.SIGINT)

    over: list[bool] = []
    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        stopped = command(
            "train", "toy-preset", *sets("training.iterations=1500"), "--runs", folder, "--json"
        )
    finally:
        over.append(True)
        thread.join()
    gc.collect()
    assert (stopped.status, stopped.json["status"]) == (130, "interrupted")
    resumed = command("resume", "last", "--runs", folder, "--json")
    assert (resumed.status, resumed.json["status"]) == (0, "done")
    (report,) = command("evaluate", "last", "--runs", folder, "--json").json
    assert "toy-median:mass" in [column["key"] for column in report["columns"]]
    assert all(row["values"]["toy-median:mass"] for row in report["rows"] if row["values"])
    model = tmp_path / "model.h5"
    assert command("export", "last", "--model", model, "--runs", folder).status == 0
    out = tmp_path / "samples.h5"
    assert command("sample", model, "-n", 25, "--label", "quark", "-o", out).status == 0
    with h5py.File(out) as file:
        assert file["jets/mass"].shape == (25,)


# ---- Python


def test_python_trains_on_the_file_with_the_ansatz(csv: Path, tmp_path: Path) -> None:
    config = qdiffgui.preset("toy-preset", "data.kind=file", f"data.path={csv}", *CIRCUIT, *QUICK)
    assert config.model.schedule.kind == "toy-square"
    assert qdiffgui.Experiment.model_validate_json(config.model_dump_json()) == config
    run = qdiffgui.train(config, runs=tmp_path)
    jets = qdiffgui.load(run.model_file).sample(30, label="gluon", seed=1)
    assert jets.values["mass"].shape == (30,)
    assert any("toy-median" in c["key"] for c in qdiffgui.evaluate(run)["columns"])


def test_python_resumes_to_the_same_numbers(tmp_path: Path) -> None:
    def press_ctrl_c(_: str) -> None:
        raise KeyboardInterrupt

    config = qdiffgui.preset("toy-preset", "training.iterations=500", "evaluation.n_generated=50")
    with pytest.raises(KeyboardInterrupt):
        qdiffgui.train(config, runs=tmp_path / "stopped", watch=press_ctrl_c)
    assert RunStore(tmp_path / "stopped").list()[0].status == "interrupted"
    runs = [
        qdiffgui.train(config, runs=tmp_path / "whole"),
        qdiffgui.resume("last", runs=tmp_path / "stopped"),
    ]
    once, again = (qdiffgui.load(run.model_file).sample(20, seed=2) for run in runs)
    np.testing.assert_array_equal(once.values["mass"], again.values["mass"])


def test_python_reads_the_pages() -> None:
    assert "toy-linear" in explanations.explained()
    assert lessons.load("toy-lesson").tasks[0].setup.experiment().model.kind == "toy-linear"


# ---- the page


@pytest.fixture
def page(tmp_path: Path, kernel: Any) -> Any:
    store = RunStore(tmp_path / "runs")
    runner = Runner(store, mode="thread", warm=False)
    made = kernel.cell(lambda: Page(store, runner=runner, inspector=Here()))
    yield made
    made.close()
    for run in store.directories():
        runner.wait(run.id, 30)


def choose(dropdown: Any, key: str) -> None:
    """Choose as a visitor would: only what is offered."""
    dropdown.value = next(value for _, value in dropdown.options if value == key)


def test_the_page_trains_resumes_exports_and_samples(
    page: Any, wait: Callable[..., None], tmp_path: Path
) -> None:
    saved: list[bytes] = []
    page.browser.download = lambda name, content, mime="": saved.append(content)
    connect(page)
    assert any("broken on purpose" in text for text in alerts(page))
    page.alerts.clear()
    # choose each part by hand, from the defaults
    choose(page.form.data.choice, "toy-jets")
    choose(page.form.representation.choice, "toy-scaled")
    choose(page.form.model.choice, "toy-linear")
    choose(page.form.model._nested["toy-linear"].choice, "toy-square")
    page.form.training.fields["iterations"].control.value = 4000
    page.form.training.fields["checkpoint_seconds"].control.value = 0.1
    page.form.evaluation.fields["n_generated"].control.value = 50
    wait(lambda: not page._blockers())
    assert page.form.experiment.model.schedule.kind == "toy-square"
    assert "Toy linear denoiser" in page.areas["Explore"].explanation.value
    page.start.button.click()
    wait(lambda: page.run and page.run.losses[0])
    page.areas["Train"].buttons["cancel"].click()
    wait(lambda: page.run.state.status == "cancelled")
    wait(lambda: not page.areas["Train"].buttons["resume"].disabled)
    page.areas["Train"].buttons["resume"].click()
    wait(lambda: page.run.state.status == "done" and page.run.report is not None)
    assert page.run.state.step == 4000
    assert any("toy-median" in column["key"] for column in page.run.report["columns"])
    page.areas["Export"]._save("model")
    wait(lambda: saved)
    (tmp_path / "model.h5").write_bytes(saved[0])
    assert qdiffgui.load(tmp_path / "model.h5").sample(10).values["width"].shape == (10,)
    assert alerts(page) == []


def test_the_page_offers_the_preset_the_ansatz_and_the_file(page: Any, csv: Path) -> None:
    connect(page, "?preset=toy-preset")
    page.alerts.clear()
    assert page.form.preset.value == "toy-preset"
    choose(page.form.data.choice, "file")
    page.form.fields()["path"]._stored(csv)
    choose(page.form.model.choice, "quantum-denoiser")
    choose(page.form.fields()["ansatz"].control, "toy-ladder")
    experiment = page.form.experiment
    assert (experiment.data.path, experiment.model.ansatz) == (str(csv), "toy-ladder")
    assert alerts(page) == []


def test_the_page_opens_the_lesson(page: Any) -> None:
    connect(page, "?lesson=toy-lesson")
    page.alerts.clear()
    assert page.areas["Learn"].opened.key == "toy-lesson"
    assert page.form.experiment == catalog.presets["toy-preset"].load()
