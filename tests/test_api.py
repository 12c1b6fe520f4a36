"""The Python interface as docs/PYTHON.md shows it, with small trainings."""

from __future__ import annotations

import pydoc
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

import qdiffgui
from qdiffgui import api
from qdiffgui.cli.options import build_experiment
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.events import Done, Loss
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from tests.runs.tiny import STATES, losses, tiny


def test_importing_is_quick_and_tells_what_there_is() -> None:
    code = (
        "import sys, qdiffgui\nassert 'jets-observables-quantum' in "
        "repr(qdiffgui.catalog.presets)\nqdiffgui.preset, qdiffgui.train\n"
        "assert not {'torch', 'pennylane', 'scipy', 'h5py'} & "
        "set(sys.modules)\nprint(*dir(qdiffgui))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == sorted(qdiffgui.__all__)
    assert all(getattr(qdiffgui, name) for name in qdiffgui.__all__)
    with pytest.raises(AttributeError, match="no attribute 'trian'"):
        qdiffgui.trian  # noqa: B018


def test_help_is_a_front_page_that_lists_every_name() -> None:
    page = pydoc.plain(pydoc.render_doc(qdiffgui))
    for name in set(qdiffgui.__all__) - {"__version__"}:
        assert f"- ``{name}``: " in page, name
    assert page.index(">>> run = qdiffgui.train(config)") < page.index("PACKAGE CONTENTS")


def test_a_preset_is_changed_as_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = qdiffgui.preset(
        "jets-observables-quantum",
        "model.n_layers=2",
        seed=3,
        name="12",
        **{"training.iterations": 7},
    )
    changes = ["model.n_layers=2", "training.iterations=7"]
    assert changed == build_experiment("jets-observables-quantum", None, changes, 3, "12")
    assert qdiffgui.preset() == qdiffgui.Experiment()
    monkeypatch.chdir(tmp_path)
    assert qdiffgui.preset("", "data.kind=file", "data.path=jets.h5").data.path == str(
        tmp_path / "jets.h5"
    )
    with pytest.raises(ConfigError, match="did you mean 'quddpm-circle'"):
        qdiffgui.preset("quddpm-cirlce")


def test_a_session(tmp_path: Path) -> None:
    said: list[str] = []
    run = qdiffgui.train(
        tiny(STATES, name="states", iterations=20, preview_seconds=60),
        runs=tmp_path,
        watch=said.append,
    )
    assert run.state().status == Status.DONE
    assert said[-1].startswith("done, step 20 of 20, loss ")
    assert all(one != other for one, other in pairwise(said))
    assert qdiffgui.open_run("states", tmp_path) == run
    report = qdiffgui.evaluate("states", runs=tmp_path)
    assert report == qdiffgui.evaluate(run) == run.metrics()
    assert qdiffgui.evaluate(run.model_file)["verdict"] == report["verdict"]
    assert len(qdiffgui.load(run.model_file).sample(3)) == 3
    assert qdiffgui.exports.circuits(run, tmp_path / "circuit.qasm")[0].is_file()
    with pytest.raises(UserError, match="There is no run 'state'"):
        qdiffgui.evaluate("state", runs=tmp_path / "elsewhere")
    whole = list(qdiffgui.Session(run.config()).events())
    assert isinstance(whole[-1], Done)
    assert sum(isinstance(event, Loss) for event in whole) == len(losses(run))


def test_an_interrupted_training_goes_on_to_the_same_losses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # long enough to be interrupted on any machine; a checkpoint is written when it is
    config = tiny(iterations=1500, preview_seconds=60, checkpoint_seconds=60)
    monkeypatch.setattr(api, "_EVERY", 0.0)

    def enough(sentence: str) -> None:
        if ", step " in sentence:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        qdiffgui.train(config, runs=tmp_path, watch=enough)
    stopped = qdiffgui.open_run("last", tmp_path)
    assert stopped.state().status == Status.INTERRUPTED
    qdiffgui.resume("last", runs=tmp_path)
    assert stopped.state().status == Status.DONE
    assert losses(stopped) == losses(qdiffgui.train(config, runs=tmp_path / "again"))


def test_a_training_that_fails_raises_its_reason(tmp_path: Path) -> None:
    bad = tmp_path / "bad.npz"
    bad.write_bytes(b"\x89PNG\r\n")
    with pytest.raises(UserError, match=r"failed: .*bad\.npz"):
        qdiffgui.train(
            qdiffgui.preset("", "data.kind=file", f"data.path={bad}"), runs=tmp_path / "runs"
        )
    assert RunStore(tmp_path / "runs").list()[0].status == Status.FAILED


def test_a_sweep_gives_a_row_for_each_run(tmp_path: Path) -> None:
    said: list[str] = []
    rows = qdiffgui.sweep(
        tiny(STATES, iterations=10), ["seed=0..1"], workers=1, runs=tmp_path, watch=said.append
    )
    assert [(row["seed"], row["status"], row["step"]) for row in rows] == [
        (0, "done", 10),
        (1, "done", 10),
    ]
    assert said[-1].startswith("[2 of 2] ")
