"""Train, stop, resume, evaluate, sample and export from the command line, with small trainings."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from qdiffgui.cli.program import run as call
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from tests.cli.conftest import Command, interrupts_itself
from tests.runs.tiny import STATES, losses, tiny
from tests.waiting import wait_for

JETS = {
    "data": {"kind": "qg-jets", "n_jets": 1200},
    "model": {"kind": "ddpm", "schedule": {"kind": "cosine", "n_steps": 4}},
    "training": {"iterations": 30, "batch_size": 32},
    "evaluation": {"n_generated": 100},
}


@pytest.fixture(scope="module")
def jets(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    """A finished run on simulated jets."""
    folder = tmp_path_factory.mktemp("jets")
    (folder / "settings.json").write_text(tiny(JETS, name="jets").model_dump_json())
    assert (
        call(
            [
                "train",
                "--config",
                str(folder / "settings.json"),
                "--runs",
                str(folder / "runs"),
                "--json",
            ]
        )
        == 0
    )
    return RunStore(folder / "runs").get("last")


def test_train_ends_with_one_document(command: Command, settings: Path, tmp_path: Path) -> None:
    ended = command(
        "train", "--config", settings, "--set", "seed=3", "--runs", tmp_path / "r", "--json"
    )
    found = ended.json
    assert ended.status == 0
    assert (found["status"], found["name"], found["step"], found["total"]) == (
        "done",
        "tiny",
        20,
        20,
    )
    assert found["seconds"] >= found["training_seconds"] > 0
    run = RunDirectory(found["directory"])
    assert (run.id, run.state().status, run.config().seed) == (found["run"], Status.DONE, 3)
    assert "running" in ended.err
    listed = command("runs", "--runs", tmp_path / "r", "--json").json
    assert [(row["run"], row["status"]) for row in listed] == [(run.id, "done")]
    assert run.id in command("runs", "--runs", tmp_path / "r").out
    assert command("resume", run.id, "--runs", tmp_path / "r").status == 2


def test_a_training_that_fails_is_not_a_success(command: Command, tmp_path: Path) -> None:
    bad = tmp_path / "bad.npz"
    bad.write_bytes(b"\x89PNG\r\n")
    ended = command(
        "train",
        "--set",
        "data.kind=file",
        "--set",
        f"data.path={bad}",
        "--runs",
        tmp_path / "r",
        "--json",
    )
    assert (ended.status, ended.json["status"]) == (1, "failed")
    assert "bad.npz" in ended.json["message"]


@interrupts_itself
def test_interrupted_by_ctrl_c_it_says_how_to_go_on_and_does(
    command: Command, settings: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "r"
    store = RunStore(folder)

    def interrupt() -> None:
        wait_for(lambda: bool(store.list()) and store.list()[0].step > 10)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    ended = command(
        "train",
        "--config",
        settings,
        "--set",
        "training.iterations=1500",
        "--runs",
        folder,
        "--json",
    )
    thread.join()
    gc.collect()
    run = store.get("last")
    assert (ended.status, ended.json["status"]) == (130, "interrupted")
    assert f"qdiffgui resume {run.id}" in ended.err
    resumed = command("resume", run.id, "--runs", folder, "--json")
    assert (resumed.status, resumed.json["status"]) == (0, "done")
    again = command("train", "--config", run.config_file, "--runs", folder, "--json").json
    assert losses(RunDirectory(again["directory"])) == losses(run)


@pytest.mark.slow
def test_killed_it_is_listed_as_interrupted_and_resume_ends_the_same(
    command: Command, settings: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "r"
    arguments = [
        "train",
        "--config",
        str(settings),
        "--set",
        "training.iterations=1500",
        "--runs",
        str(folder),
    ]
    program = subprocess.Popen(
        [sys.executable, "-m", "qdiffgui", *arguments], stderr=subprocess.DEVNULL
    )
    wait_for(lambda: any(state.step > 10 for state in RunStore(folder).list()))
    program.kill()
    program.wait()
    listed = command("runs", "--runs", folder, "--json").json[0]
    assert listed["status"] == "interrupted"
    assert command("resume", listed["run"], "--runs", folder).status == 0
    again = command(*arguments, "--json").json
    assert losses(RunDirectory(again["directory"])) == losses(RunDirectory(listed["directory"]))


def test_cancelled_from_elsewhere_it_is_not_a_success(
    command: Command, settings: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "r"
    answers: list[subprocess.CompletedProcess[str]] = []

    def cancel() -> None:
        wait_for(lambda: any(state.step > 10 for state in RunStore(folder).list()))
        arguments = [sys.executable, "-m", "qdiffgui", "cancel", "last", "--runs", str(folder)]
        answers.append(subprocess.run(arguments, capture_output=True, text=True, check=False))

    thread = threading.Thread(target=cancel)
    thread.start()
    ended = command(
        "train",
        "--config",
        settings,
        "--set",
        "training.iterations=20000",
        "--runs",
        folder,
        "--json",
    )
    thread.join()
    assert (ended.status, ended.json["status"]) == (1, "cancelled")
    assert (answers[0].returncode, "cancelled" in answers[0].stdout) == (0, True)


def test_evaluate_shows_floor_and_trivial_generators(command: Command, jets: RunDirectory) -> None:
    reports = command("evaluate", jets.path, jets.model_file, "--json").json
    assert reports[0]["run"] == jets.id
    for report in reports:
        assert {"model", "floor", "zero", "mean", "marginals", "pca-gaussian", "bootstrap"} <= {
            r["key"] for r in report["rows"]
        }
        assert report["verdict"]
    assert [r for r in reports[0]["rows"] if r["key"] == "floor"] == [
        r for r in reports[1]["rows"] if r["key"] == "floor"
    ]
    shown = command("evaluate", jets.path)
    assert shown.status == 0
    assert all(
        word in shown.out
        for word in ("jets", "floor", "PCA-Gaussian", "Classifier AUC", "mass", "Class gluon")
    )


def test_sample_in_a_process_that_never_saw_the_run(jets: RunDirectory, tmp_path: Path) -> None:
    exported, out = tmp_path / "model.h5", tmp_path / "jets.h5"
    assert call(["export", str(jets.path), "--model", str(exported)]) == 0
    arguments = [
        sys.executable,
        "-m",
        "qdiffgui",
        "sample",
        str(exported),
        "-n",
        "50",
        "--label",
        "gluon",
        "-o",
        str(out),
    ]
    done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    with h5py.File(out) as file:
        mass = file["jets/mass"]
        assert (mass.attrs["unit"], mass.shape) == ("GeV", (50,))
        assert 0 < np.median(mass) < 300
        assert set(file["jets/label"][()]) == {0}


def test_sample_with_other_steps_sampler_and_shots(
    command: Command, jets: RunDirectory, tmp_path: Path
) -> None:
    masses = []
    for i, asked in enumerate(([], ["--steps", 3], ["--sampler", "ddim"], ["--shots", 50])):
        ended = command(
            "sample", jets.model_file, "-n", 40, "-o", tmp_path / f"{i}.h5", *asked, "--json"
        )
        if asked[:1] == ["--shots"] and not jets.config().model.quantum:
            assert "classical" in ended.json["error"]
            continue
        assert ended.status == 0, ended.err
        with h5py.File(tmp_path / f"{i}.h5") as file:
            masses.append(file["jets/mass"][()])
    assert len({mass.tobytes() for mass in masses}) == len(masses)
    assert (
        "1 to"
        in command(
            "sample", jets.model_file, "--steps", 5000, "-o", tmp_path / "x.h5", "--json"
        ).json["error"]
    )


def test_sample_says_what_it_cannot(command: Command, jets: RunDirectory, tmp_path: Path) -> None:
    again = [
        command("sample", jets.model_file, "-n", 5, "-o", tmp_path / f"{i}.h5", "--json")
        for i in range(2)
    ]
    assert [ended.json["n"] for ended in again] == [5, 5]
    with h5py.File(tmp_path / "0.h5") as a, h5py.File(tmp_path / "1.h5") as b:
        np.testing.assert_array_equal(a["jets/mass"], b["jets/mass"])
    assert (
        "charm"
        in command(
            "sample", jets.model_file, "--label", "charm", "-o", tmp_path / "x.h5", "--json"
        ).json["error"]
    )
    assert "npz" in command("sample", jets.model_file, "-o", tmp_path / "x.npz").err
    assert not (tmp_path / "x.h5").exists()
    assert not (tmp_path / "x.npz").exists()
    (tmp_path / "no.h5").write_bytes(b"\x89PNG")
    assert command("sample", tmp_path / "no.h5", "-o", tmp_path / "x.h5").status == 2


def test_export_everything(command: Command, jets: RunDirectory, tmp_path: Path) -> None:
    ended = command(
        "export",
        jets.path,
        "--samples",
        tmp_path / "s.h5",
        "--bundle",
        tmp_path / "b.zip",
        "--json",
    )
    assert ended.json["files"] == [str(tmp_path / "s.h5"), str(tmp_path / "b.zip")]
    with zipfile.ZipFile(tmp_path / "b.zip") as bundle:
        names = {name.split("/")[-1] for name in bundle.namelist()}
    assert {
        "config.json",
        "events.jsonl",
        "model.h5",
        "samples.h5",
        "metrics.json",
        "environment.json",
        "README.txt",
    } <= names
    assert not {"lock", "control.json"} & names
    assert "classical" in command("export", jets.path, "--circuit", tmp_path / "c.qasm").err
    assert "Nothing to export" in command("export", jets.path).err
    assert "does not exist" in command("export", jets.path, "--model", tmp_path / "no" / "m.h5").err


def test_export_the_plots_of_a_run(
    command: Command, jets: RunDirectory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qdiffgui.plots import export

    monkeypatch.setattr(
        export, "find_browser", lambda: "/usr/bin/chromium"
    )  # a browser alone writes no PNG
    monkeypatch.setitem(sys.modules, "kaleido", None)
    files = command("export", jets.path, "--plots", tmp_path / "plots", "--json").json["files"]
    assert {"loss.html", "schedule.html", "comparison.html", "histograms.html"} <= {
        Path(file).name for file in files
    }
    assert all(Path(file).stat().st_size > 1000 for file in files)
    old_name = command("export", jets.path, "--figures", tmp_path / "old", "--json").json["files"]
    assert {Path(file).name for file in old_name} == {Path(file).name for file in files}


@interrupts_itself
def test_the_circuits_of_an_unfinished_run(command: Command, tmp_path: Path) -> None:
    settings, folder = tmp_path / "s.json", tmp_path / "r"
    settings.write_text(tiny(STATES, iterations=3000).model_dump_json())

    def interrupt() -> None:
        wait_for(lambda: any(state.step > 5 for state in RunStore(folder).list()))
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=interrupt)
    thread.start()
    assert command("train", "--config", settings, "--runs", folder).status == 130
    thread.join()
    gc.collect()
    ended = command(
        "export",
        "last",
        "--runs",
        folder,
        "--circuit",
        tmp_path / "c.qasm",
        "--model",
        tmp_path / "m.h5",
        "--json",
    )
    assert ended.status == 0
    assert "OPENQASM 3" in Path(ended.json["files"][-1]).read_text()
    assert (tmp_path / "m.h5").exists()
