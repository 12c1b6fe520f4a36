from __future__ import annotations

import errno
import json
import os
import time
from pathlib import Path

import pytest

from qdiffgui.config import Experiment
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.runs.slots import Slots
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore, slug


def test_a_new_run_is_found_again(store: RunStore) -> None:
    config = Experiment(name="Gluons, <script>alert(1)</script> é", seed=3)
    run = store.create(config, claimed=True)
    assert run.config() == config
    state = store.list()[0]
    assert (state.id, state.status, state.seed, state.name) == (
        run.id,
        Status.QUEUED,
        3,
        config.name,
    )
    assert "<" not in run.id
    assert run.id.endswith(config.digest()[:6])
    assert store.get(run.id) == store.get(run.id[:18]) == store.get("last") == run


def test_runs_of_one_second_are_all_kept_newest_first(store: RunStore) -> None:
    runs = [store.create(Experiment(name="same")) for _ in range(12)]
    assert len({run.id for run in runs}) == 12
    assert [state.id for state in store.list()] == [run.id for run in reversed(runs)]
    with pytest.raises(UserError, match="12 runs have an id that begins with"):
        store.get(runs[0].id[:8])


def test_a_run_is_found_by_its_name_where_only_one_has_it(store: RunStore) -> None:
    run = store.create(Experiment(name="quantum"))
    assert store.get("quantum") == run
    other = store.create(Experiment(name="quantum", seed=1))
    with pytest.raises(UserError, match=f"2 runs are named 'quantum': .*'{other.id}'"):
        store.get("quantum")
    other.annotate(name="quantum, seed 1")
    assert store.get("quantum") == run
    assert store.get("quantum, seed 1") == other


@pytest.mark.parametrize("name", ["", "nothing", "../outside", "/", ".", ".trash", "a/b", "x\0y"])
def test_what_is_no_run_is_refused_in_words(store: RunStore, tmp_path: Path, name: str) -> None:
    store.create(Experiment())
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "config.json").write_text("{}")
    with pytest.raises(UserError, match="There is no run"):
        store.get(name)


def test_delete_can_be_undone(store: RunStore) -> None:
    run = store.create(Experiment())
    store.delete(run.id)
    assert store.list() == []
    assert store.deleted() == [run.id]
    assert store.restore(run.id) == run
    assert [state.id for state in store.list()] == [run.id]
    assert store.deleted() == []
    with pytest.raises(UserError, match="no deleted run"):
        store.restore(run.id)


def test_a_run_that_is_worked_on_is_not_deleted(store: RunStore) -> None:
    run = store.create(Experiment(), claimed=True)
    with pytest.raises(UserError, match="queued: cancel it before"):
        store.delete(run.id)
    with run.locked(), pytest.raises(UserError, match="in use by another process"):
        store.delete(run.id)
    assert run.exists()


def test_rename_and_pin_survive_the_worker(store: RunStore) -> None:
    run = store.create(Experiment(name="one"), claimed=True)
    store.rename(run.id, " two ")
    run.annotate(pinned=True)
    run.move(Status.RUNNING)
    assert (run.state().name, run.state().pinned, run.config().name) == ("two", True, "one")


def test_strangers_in_the_folder_are_left_alone(store: RunStore) -> None:
    run = store.create(Experiment())
    (store.root / "notes.txt").write_text("mine")
    (store.root / "folder").mkdir()
    (store.root / ".new-half").mkdir()
    (store.root / ".new-half" / "config.json").write_text("{}")
    assert [state.id for state in store.list()] == [run.id]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="Choose another --runs folder"):
        RunStore(tmp_path / "file" / "runs").create(Experiment())
    assert RunStore(tmp_path / "nowhere").list() == []


def test_a_damaged_state_reads_as_interrupted(store: RunStore) -> None:
    for content in ("", "{", "[]", json.dumps({"status": "flying"})):
        run = store.create(Experiment())
        run.status_file.write_text(content)
        assert run.state().status == Status.INTERRUPTED
        assert "resume" in run.state().actions


def test_a_list_reads_a_few_small_files_of_each_run_and_no_other(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(20):
        run = store.create(Experiment())
        for path in (
            run.events_file,
            run.checkpoint_file,
            run.model_file,
            run.samples_file,
            run.metrics_file,
            run.trajectory_file,
        ):
            path.mkdir()  # whoever reads one of these fails
    read: list[str] = []
    read_bytes = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path.name) or read_bytes(path))
    assert len(store.list()) == 20
    assert set(read) <= {"config.json", "status.json", "annotations.json", "control.json"}
    assert len(read) <= 20 * 5


def test_slug() -> None:
    assert slug("Größe / x_1  (α)") == "groe-x-1"
    assert slug("../..") == ""
    assert len(slug("a" * 200)) == 40


def test_what_a_killed_process_left_half_made_goes_after_a_day(store: RunStore) -> None:
    store.create(Experiment())
    old, young = store.root / ".new-import-1-1", store.root / ".new-import-1-2"
    for folder in (old, young):
        folder.mkdir()
        (folder / "model.h5").write_bytes(bytes(100))
    then = time.time() - 2 * 86400
    os.utime(old, (then, then))
    store.create(Experiment())
    assert (old.exists(), young.exists()) == (False, True)


def test_nothing_is_left_of_a_run_that_does_not_fit(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.root.mkdir()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    for make in (lambda: store.create(Experiment()), lambda: store.claim(Experiment(), "claimed")):
        with pytest.raises(UserError, match="No space left"):
            make()
    assert list(store.root.iterdir()) == []


def test_the_folder_of_another_user_among_the_runs_hides_nothing(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = store.create(Experiment())
    (store.root / "theirs").mkdir()
    stat = os.stat

    def forbidden(path: object, *arguments: object, **more: object) -> os.stat_result:
        if Path(str(path)).parent.name == "theirs":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return stat(path, *arguments, **more)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(os, "stat", forbidden)
    assert [state.id for state in store.list()] == [run.id]


def test_all_users_of_a_folder_take_turns(store: RunStore) -> None:
    run = store.create(Experiment(), claimed=True)
    Slots(store.root).claim(run, 1)
    assert (store.root / ".slots.lock").stat().st_mode & 0o777 == 0o666


@pytest.mark.parametrize("name", ["create", "claim"])
def test_settings_that_were_changed_without_a_check_are_refused(name: str, store: RunStore) -> None:
    config = Experiment().model_copy()
    object.__setattr__(config, "seed", -5)
    with pytest.raises(ConfigError, match="seed"):
        store.create(config) if name == "create" else store.claim(config, "one")
    assert store.list() == []


def test_a_name_that_another_run_has_gets_a_number(store: RunStore) -> None:
    runs = [store.create(Experiment(name=name)) for name in ("one", "two", "two (2)")]
    assert store.unique_name("three") == "three"
    assert store.unique_name("two") == store.unique_name("two (2)") == "two (3)"
    store.rename(runs[0].id, "two")
    assert runs[0].state().name == "two (3)"
    store.rename(runs[0].id, "two (3)")
    assert runs[0].state().name == "two (3)"
    assert len(store.unique_name("x" * 120)) == 120
    runs[0].annotate(name="x" * 120)
    assert store.unique_name("x" * 120) == f"{'x' * 115}… (2)"


def test_runs_of_sweeps_and_studies_are_found_by_id_and_stay(store: RunStore) -> None:
    listed = store.create(Experiment(name="listed"))
    study = store.for_studies().create(Experiment(name="short"))
    assert RunStore(store.root / "sweep-one" / "runs").claim(Experiment(name="point"), "abc123def")
    assert RunStore(store.root / "sweep-two" / "runs").claim(Experiment(seed=1), "fff000")
    point = store.get("abc123def")
    assert point.path == store.root / "sweep-one" / "runs" / "abc123def"
    assert store.get("abc1") == store.get("point") == store.get("sweep-one/abc1") == point
    assert store.get(study.id) == store.get("short") == store.get(f"studies/{study.id}") == study
    references = [store.reference(run) for run in (listed, study, point)]
    assert references == [listed.id, f"studies/{study.id}", "sweep-one/abc123def"]
    assert [store.get(name) for name in references] == [listed, study, point]
    assert store.get("last") == listed
    with pytest.raises(UserError, match="belongs to the sweep 'sweep-one'"):
        store.delete("abc123def")
    assert [state.id for state in store.list()] == [listed.id]
    for name in ("sweep-one/", "sweep-one/..", "../sweep-one/abc123def", "nowhere/abc123def"):
        with pytest.raises(UserError, match="There is no run"):
            store.get(name)


def test_a_run_of_two_sweeps_is_asked_for_with_its_sweep(store: RunStore) -> None:
    for sweep in ("sweep-one", "sweep-two"):
        assert RunStore(store.root / sweep / "runs").claim(Experiment(), "abc123def")
    with pytest.raises(UserError, match=r"Runs of 2 sweeps .* 'sweep-one/abc123def'"):
        store.get("abc123def")
    assert store.get("sweep-two/abc123def").path.parts[-3] == "sweep-two"
