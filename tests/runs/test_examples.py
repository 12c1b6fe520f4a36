"""The example runs that ship with the package."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from qdiffgui import paths
from qdiffgui.runs import examples
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from tools.make_examples import EXAMPLES, TARGET, settings, verdict


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QDIFFGUI_CACHE", str(tmp_path))
    monkeypatch.delenv(examples.VARIABLE, raising=False)
    return tmp_path


def test_all_are_finished_and_of_the_present_presets(cache: Path) -> None:
    folder = examples.example_folder()
    assert folder is not None
    store = RunStore(folder)
    store_of_user = RunStore(cache / "runs")
    found = {run.id: run for run in store.directories()}
    assert set(found) == {f"example-{name}" for name in EXAMPLES}
    assert examples.FIRST in found
    for name in EXAMPLES:
        run = found[f"example-{name}"]
        state, config = run.state(), settings(name)
        assert run.config().digest() == config.digest(), f"make '{name}' again"
        assert (state.status, state.name) == (Status.DONE, config.name)
        assert store_of_user.reference(run) == f"examples/{run.id}"
        report = run.metrics()
        assert report is not None
        assert report["verdict"] == verdict(name, report), (
            "python tools/make_examples.py --verdicts"
        )
        assert run.trajectory()
        assert run.model_file.is_file()
        assert not run.checkpoint_file.exists()


def test_they_are_unpacked_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = examples.example_folder()
    monkeypatch.setattr(examples, "_unpack", None)
    second = examples.example_folder()
    assert first is not None
    assert second is not None
    assert first == second
    assert [path.name for path in cache.iterdir()] == [first.name]


def test_none_where_they_are_not_wanted_or_cannot_be_unpacked(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(examples.VARIABLE, "0")
    assert examples.example_folder() is None
    monkeypatch.delenv(examples.VARIABLE)
    (cache / "file").write_text("not a folder")
    monkeypatch.setenv("QDIFFGUI_CACHE", str(cache / "file"))
    assert examples.example_folder() is None
    monkeypatch.setenv("QDIFFGUI_CACHE", str(cache))
    monkeypatch.setattr(paths, "assets", lambda: cache)
    assert examples.example_folder() is None


def test_they_are_small_and_hold_nothing_of_the_machine() -> None:
    files = sorted(TARGET.glob("*.zip"))
    assert sum(file.stat().st_size for file in files) < 6_000_000
    for file in files:
        with zipfile.ZipFile(file) as bundle:
            for name in bundle.namelist():
                assert b"/tmp/" not in bundle.read(name), (file.name, name)
