from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.runs import bin as bins
from qdiffgui.runs.bin import KEPT_DAYS
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.store import RunStore

DAY = 86400


def aged(store: RunStore, name: str, days: float) -> str:
    run = store.create(Experiment(name=name))
    (run.path / "checkpoint.h5").write_bytes(bytes(5000))
    store.delete(run.id)
    then = time.time() - days * DAY
    os.utime(store.bin.path / run.id, (then, then))
    return run.id


def test_deleted_runs_are_listed_with_name_and_size_the_last_first(store: RunStore) -> None:
    first, second = aged(store, "one", 2), aged(store, "two", 1)
    found = store.bin.list()
    assert [(one.id, one.name) for one in found] == [(second, "two"), (first, "one")]
    assert all(one.n_bytes > 5000 for one in found)
    assert found[0].until - found[0].deleted == KEPT_DAYS * DAY
    assert store.deleted() == [second, first]


def test_emptying_frees_the_disk_and_leaves_the_runs(store: RunStore) -> None:
    kept = store.create(Experiment())
    old, young = aged(store, "old", 10), aged(store, "young", 1)
    n_runs, n_bytes = store.bin.free(older_than_days=5)
    assert (n_runs, n_bytes > 5000, store.deleted()) == (1, True, [young])
    assert not (store.bin.path / old).exists()
    assert store.bin.free()[0] == 1
    assert store.deleted() == []
    assert store.bin.free() == (0, 0)
    assert kept.exists()


def test_what_was_deleted_long_ago_is_freed_by_the_next_deletion(store: RunStore) -> None:
    aged(store, "forgotten", KEPT_DAYS + 1)
    recent = aged(store, "recent", 0)
    assert store.deleted() == [recent]


def test_a_link_in_the_bin_is_not_followed(store: RunStore, tmp_path: Path) -> None:
    aged(store, "one", 0)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine.txt").write_text("mine")
    (store.bin.path / "link").symlink_to(outside)
    store.bin.free()
    assert (outside / "mine.txt").read_text() == "mine"


def test_emptying_frees_also_what_a_clock_that_was_ahead_deleted(store: RunStore) -> None:
    aged(store, "from tomorrow", -1)
    assert store.bin.free(older_than_days=1)[0] == 0
    assert store.bin.free()[0] == 1


def test_killed_right_after_the_deletion_an_old_run_is_kept_for_its_time(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = store.create(Experiment())
    with run.locked():  # as of every run that was trained, its lock is there already
        pass
    then = time.time() - 2 * KEPT_DAYS * DAY
    os.utime(run.path, (then, then))
    rename = Path.rename

    def killed(path: Path, target: Path) -> None:
        rename(path, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", killed)
    with pytest.raises(KeyboardInterrupt):
        store.delete(run.id)
    monkeypatch.undo()
    aged(store, "the next", 0)
    assert run.id in store.deleted()


def test_a_run_cannot_be_restored_while_it_is_removed(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = aged(store, "one", 1)
    remove, refused = shutil.rmtree, []

    def remove_with_a_restore_meanwhile(folder: Path, **options: bool) -> None:
        with pytest.raises(UserError, match="no deleted run") as error:
            store.restore(run)
        refused.append(error)
        remove(folder, **options)

    monkeypatch.setattr(shutil, "rmtree", remove_with_a_restore_meanwhile)
    assert store.bin.free()[0] == 1
    assert refused
    assert not (store.root / run).exists()
    assert list(store.bin.path.iterdir()) == []


def test_a_killed_removal_is_finished_later(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    aged(store, "one", 1)
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        store.bin.free()
    monkeypatch.undo()
    assert store.deleted() == []
    (left,) = store.bin.path.iterdir()
    store.bin.free()
    assert left.exists()  # another process may be at it
    left.rename(left.with_name(".leaving-0-1-one"))
    store.bin.free()
    assert list(store.bin.path.iterdir()) == []


def test_waiting_for_a_run_that_is_deleted_leaves_no_folder(store: RunStore) -> None:
    run = store.create(Experiment())
    gone = store.root.parent / "gone"
    exists = RunDirectory.exists

    def deleted_after_the_look(folder: RunDirectory) -> bool:
        found = exists(folder)
        if found:
            run.path.rename(gone)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RunDirectory, "exists", deleted_after_the_look)
        with pytest.raises(UserError, match="may have been deleted"), run.locked():
            pass
    assert not run.path.exists()


def test_a_date_beyond_all_calendars_is_listed(store: RunStore) -> None:
    run = aged(store, "one", 1)
    far = (2**33, 2**33)
    os.utime(store.bin.path / run, far)
    (listed,) = store.bin.list()
    assert listed.until > listed.deleted


def test_it_is_listed_while_another_user_empties_it(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = aged(store, "one", 1), aged(store, "two", 2)
    look = bins.read_json

    def emptied(path: Path) -> object:
        if path.parent.name == first:
            shutil.rmtree(path.parent)
        return look(path)

    monkeypatch.setattr(bins, "read_json", emptied)
    assert store.deleted() == [second]
