from __future__ import annotations

import subprocess
import sys

import pytest

from qdiffgui.config import Experiment
from qdiffgui.runs import index
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.index import FILE
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore


def ended(store: RunStore, name: str) -> RunDirectory:
    run = store.create(Experiment(name=name))
    run.write(run.record().model_copy(update={"status": Status.DONE}))
    return run


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the runs whose files were read."""
    found: list[str] = []
    state = RunDirectory.state

    def noted(run: RunDirectory) -> object:
        found.append(run.id)
        return state(run)

    monkeypatch.setattr(index.RunDirectory, "state", noted)
    return found


def test_an_ended_run_is_read_once(store: RunStore, read: list[str]) -> None:
    run, active = ended(store, "one"), store.create(Experiment(name="two"), claimed=True)
    for _ in range(3):
        assert {s.name for s in RunStore(store.root).list()} == {"one", "two"}
    assert read.count(run.id) == 1
    assert read.count(active.id) == 3
    store.rename(run.id, "renamed")
    assert {s.name for s in RunStore(store.root).list()} == {"renamed", "two"}
    run.write(run.record().model_copy(update={"status": Status.FAILED}))
    assert {s.status for s in store.list()} == {Status.FAILED, Status.QUEUED}
    store.delete(run.id)
    assert [s.name for s in store.list()] == ["two"]


def test_a_moved_folder_names_its_new_place(store: RunStore) -> None:
    ended(store, "one")
    store.list()
    moved = RunStore(store.root.rename(store.root.parent / "moved"))
    (state,) = moved.list()
    assert state.directory == str(moved.root / state.id)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\n{}\n[]\n", b'{"stamp": 1, "state": {"id": "x"}}\n']
)
def test_a_damaged_index_is_no_obstacle(content: bytes, store: RunStore) -> None:
    run = ended(store, "one")
    expected = store.list()
    (store.root / FILE).write_bytes(content)
    assert RunStore(store.root).list() == expected
    (store.root / FILE).unlink()
    (store.root / FILE).mkdir()  # cannot be written
    assert [s.id for s in RunStore(store.root).list()] == [run.id]


def test_the_index_does_not_grow_forever(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_SPARE_LINES", 3)
    run = ended(store, "one")
    for number in range(8):
        run.annotate(name=f"{number}")
        store.list()
    assert len((store.root / FILE).read_bytes().splitlines()) == 8
    assert RunStore(store.root).list()[0].name == "7"
    assert len((store.root / FILE).read_bytes().splitlines()) == 1


def test_a_list_of_runs_needs_no_numpy() -> None:
    code = (
        "import sys; from qdiffgui.runs.store import RunStore; RunStore('none').list(); "
        "sys.exit(bool({'numpy', 'h5py', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
