"""Every two operations on one run at the same moment: each succeeds or says in a sentence why not,
and nothing but a whole run is left, in the list or in the bin.
"""

from __future__ import annotations

import itertools
import json
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from qdiffgui.errors import UserError
from qdiffgui.runs.bundle import pack
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from tests.runs.tiny import STATES, tiny

ROUNDS = 4
Operation = Callable[[RunStore, str], object]


def _delete(store: RunStore, run: str) -> None:
    store.delete(run)


def _restore(store: RunStore, run: str) -> None:
    store.restore(run)


def _empty(store: RunStore, run: str) -> None:
    store.bin.free()


def _rename(store: RunStore, run: str) -> None:
    store.rename(run, "renamed")


def _request(store: RunStore, run: str) -> None:
    store.get(run).request("cancel")


def _enqueue(store: RunStore, run: str) -> None:
    store.get(run).enqueue()


def _export(store: RunStore, run: str) -> None:
    pack(store.get(run), store.root.parent / f"{threading.get_ident()}.zip")


def _list(store: RunStore, run: str) -> None:
    assert all(state.status != "lost" and state.name for state in store.list())
    store.bin.list()


OPERATIONS: dict[str, Operation] = {
    "delete": _delete,
    "restore": _restore,
    "empty": _empty,
    "rename": _rename,
    "request": _request,
    "enqueue": _enqueue,
    "export": _export,
    "list": _list,
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was cancelled: it may be resumed, deleted, exported."""
    run = RunStore(tmp_path_factory.mktemp("template")).create(tiny(STATES))
    record = run.record().model_copy(update={"status": Status.CANCELLED})
    run.write(record)
    (run.path / "lock").touch()
    for number in range(8):  # so that removing them takes a moment
        (run.path / f"part-{number}").touch()
    return run.path


@pytest.fixture(autouse=True)
def many_switches() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def _together(*works: Callable[[], object]) -> list[BaseException | None]:
    start = threading.Barrier(len(works))
    ends: list[BaseException | None] = [None] * len(works)

    def work(number: int) -> None:
        start.wait()
        try:
            works[number]()
        except BaseException as error:
            ends[number] = error

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


@pytest.mark.parametrize(
    ("one", "other"), list(itertools.combinations_with_replacement(OPERATIONS, 2))
)
@pytest.mark.parametrize("place", ["listed", "deleted"])
def test_two_operations_on_one_run(
    place: str, one: str, other: str, template: Path, tmp_path: Path
) -> None:
    if place == "deleted" and not {one, other} & {"restore", "empty"}:
        return  # nothing happens to a deleted run
    for number in range(ROUNDS):
        root = tmp_path / f"{number}" / "runs"
        store, name = RunStore(root), "20260101-120000-run"
        (root / ".trash").mkdir(parents=True)
        shutil.copytree(template, root / name if place == "listed" else root / ".trash" / name)
        ends = _together(*(partial(OPERATIONS[op], store, name) for op in (one, other)))
        for end in ends:
            assert end is None or isinstance(end, UserError), repr(end)
        found = [path for path in (root / name, root / ".trash" / name) if path.exists()]
        for path in found:
            assert RunDirectory(path).exists(), f"{path.name}: {list(path.iterdir())}"
            json.loads((path / "status.json").read_bytes())
        assert len(found) <= 1
        assert len(found) == 1 or "empty" in (one, other)
        assert not list(root.glob(".trash/.*"))
        if one == other and one in ("delete", "restore"):
            assert sum(end is None for end in ends) == (
                1 if (one == "delete") == (place == "listed") else 0
            )
