"""A bundle comes in whole, or not at all: whatever somebody has put into it."""

from __future__ import annotations

import json
import os
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from qdiffgui.errors import UserError
from qdiffgui.runs import bundle
from qdiffgui.runs.bundle import import_bundle, pack
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.runs.train import train_run
from tests.runs.tiny import STATES, losses, samples, tiny


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    run = RunStore(tmp_path_factory.mktemp("there") / "runs").create(
        tiny(STATES, name="<b>far</b>"), claimed=True
    )
    assert train_run(run) == Status.DONE
    return run


@pytest.fixture(scope="module")
def packed(finished: RunDirectory, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "run.zip"
    pack(finished, path)
    return path


def test_a_run_comes_back_on_another_machine(
    finished: RunDirectory, packed: Path, store: RunStore
) -> None:
    run = import_bundle(store, packed)
    assert run.id == finished.id
    assert run.config() == finished.config()
    assert (run.state().status, run.state().name) == (Status.DONE, "<b>far</b>")
    assert losses(run) == losses(finished)
    np.testing.assert_array_equal(samples(run), samples(finished))
    assert run.metrics() == finished.metrics()
    assert run.trajectory() == finished.trajectory()
    again = import_bundle(store, packed)
    assert again.id == f"{finished.id}-2"
    assert len(store.list()) == 2


def test_a_run_that_was_being_trained_comes_in_stopped(
    finished: RunDirectory, store: RunStore, tmp_path: Path
) -> None:
    def running(files: dict[str, bytes]) -> None:
        files["status.json"] = json.dumps(
            json.loads(files["status.json"]) | {"status": "running", "threads": 2}
        ).encode()

    run = import_bundle(store, changed(finished, tmp_path, running))
    state = run.state()
    assert (state.status, state.threads, state.owner) == (Status.INTERRUPTED, 0, None)
    assert "running on another machine" in state.message


def changed(
    run: RunDirectory, folder: Path, change: Callable[[dict[str, bytes]], None], prefix: str = ""
) -> Path:
    """A bundle of the files of ``run`` after ``change``."""
    files = {
        name: (run.path / name).read_bytes() for name in bundle.FILES if (run.path / name).exists()
    }
    change(files)
    path = folder / "changed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(f"{prefix or run.id}/{name}", content)
    return path


def hdf5(write: Callable[[h5py.File], None], run: RunDirectory, name: str, folder: Path) -> bytes:
    path = folder / name
    path.write_bytes((run.path / name).read_bytes())
    with h5py.File(path, "r+") as file:
        write(file)
    return path.read_bytes()


def link(file: h5py.File) -> None:
    file["more"] = h5py.ExternalLink("/etc/passwd", "x")


def sparse(file: h5py.File) -> None:
    file.create_dataset("more", (10**7, 1000), np.float64, chunks=(1000, 1000), compression="gzip")


def metrics(**more: object) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        files["metrics.json"] = json.dumps(json.loads(files["metrics.json"]) | more).encode()

    return change


BAD: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "no settings": (lambda files: files.pop("config.json"), "has no config.json"),
    "settings of something else": (
        lambda files: files.update({"config.json": b'{"model": {"kind": "x"}}'}),
        "model",
    ),
    "settings that are no JSON": (lambda files: files.update({"config.json": b"\x80\x04"}), "JSON"),
    "settings of a later version": (
        lambda files: files.update({"config.json": b'{"version": 2}'}),
        "If a newer version wrote them",
    ),
    "no status": (lambda files: files.update({"status.json": b"[]"}), "status.json"),
    "a status of nothing but brackets": (
        lambda files: files.update({"status.json": b"[" * 10**5}),
        "status.json",
    ),
    "a pickle": (lambda files: files.update({"model.pkl": b"\x80\x04."}), "is not a file of a run"),
    "a program": (lambda files: files.update({"../../.bashrc": b"rm"}), "is not a file of a run"),
    "a report of nothing": (metrics(rows=[{"key": 1}]), "metrics.json"),
    "a histogram of the wrong length": (
        metrics(
            histograms=[
                {
                    "observable": "m",
                    "label": "m",
                    "unit": "",
                    "class": "all",
                    "edges": [0, 1, 2],
                    "real": [1],
                    "model": None,
                    "floor_error": [1, 1],
                }
            ]
        ),
        "the number of bins",
    ),
    "a trajectory without frames": (
        lambda files: files.update({"film.json": b'{"kind": "state", "times": [], "frames": []}'}),
        "film.json",
    ),
    "a trajectory without previews": (
        lambda files: files.update(
            {"trajectory.json": b'{"kind": "map", "times": [1], "frames": [{"kind": "map"}]}'}
        ),
        "trajectory.json",
    ),
    "a trajectory of the wrong size": (
        lambda files: files.update(
            {
                "trajectory.json": json.dumps(
                    {
                        "kind": "map",
                        "times": [1],
                        "frames": [
                            {
                                "kind": "map",
                                "shape": [2, 2],
                                "layout": "image",
                                "images": [[1, 2, 3]],
                                "mean": [0] * 4,
                            }
                        ],
                    }
                ).encode()
            }
        ),
        "4 numbers",
    ),
    "a profile of nothing": (metrics(profile={"classes": [{"shape": "x"}]}), "metrics.json"),
    "events of another program": (
        lambda files: files.update({"events.jsonl": b'{"type": "boom"}\n'}),
        "events.jsonl",
    ),
    "samples that are no HDF5": (
        lambda files: files.update({"samples.h5": b"PK\x03\x04"}),
        "samples.h5",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_run_is_refused_in_a_sentence(
    finished: RunDirectory, store: RunStore, tmp_path: Path, case: str
) -> None:
    change, says = BAD[case]
    refused(store, changed(finished, tmp_path, change), says)


@pytest.mark.parametrize(("write", "says"), [(link, "found a link"), (sparse, "declares")])
def test_hdf5_that_reaches_out_or_lies_about_its_size(
    finished: RunDirectory,
    store: RunStore,
    tmp_path: Path,
    write: Callable[[h5py.File], None],
    says: str,
) -> None:
    for name in ("model.h5", "samples.h5"):
        content = hdf5(write, finished, name, tmp_path)
        refused(
            store,
            changed(finished, tmp_path, lambda files, n=name, c=content: files.update({n: c})),
            says,
        )


@pytest.mark.parametrize("prefix", ["..", ".", "/etc", "a/b", ".trash", "x y"])
def test_no_name_leads_out_of_the_folder(
    finished: RunDirectory, store: RunStore, tmp_path: Path, prefix: str
) -> None:
    refused(store, changed(finished, tmp_path, lambda files: None, prefix), "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["changed.zip", "runs"]


def test_a_link_in_the_zip_is_refused(
    finished: RunDirectory, store: RunStore, tmp_path: Path
) -> None:
    path = changed(finished, tmp_path, lambda files: files.pop("run.log"))
    with zipfile.ZipFile(path, "a") as made:
        member = zipfile.ZipInfo(f"{finished.id}/run.log")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(member, "/etc/passwd")
    refused(store, path, "is a link or a device")


def test_sizes_are_checked_before_and_while_unpacking(
    finished: RunDirectory,
    packed: Path,
    store: RunStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(bundle.FILES, "events.jsonl", 100)
    refused(store, packed, "'events.jsonl' in 'run.zip' is larger")
    lying = tmp_path / "lying.zip"
    raw = bytearray(packed.read_bytes())
    with zipfile.ZipFile(packed) as made:
        size = made.getinfo(f"{finished.id}/events.jsonl").file_size
    for at in range(len(raw) - 4):  # both headers say 50 bytes
        if raw[at : at + 4] == size.to_bytes(4, "little"):
            raw[at : at + 4] = (50).to_bytes(4, "little")
    lying.write_bytes(raw)
    refused(store, lying, "")
    monkeypatch.setattr(bundle, "LIMIT", 1000)
    monkeypatch.setitem(bundle.FILES, "events.jsonl", 10**8)
    refused(store, packed, "unpacks to")


def test_damaged_and_foreign_files(packed: Path, store: RunStore, tmp_path: Path) -> None:
    for name, content in {
        "cut.zip": packed.read_bytes()[:-200],
        "text.zip": b"hello",
        "empty.zip": b"",
    }.items():
        (tmp_path / name).write_bytes(content)
        refused(store, tmp_path / name, "not a bundle")
    with zipfile.ZipFile(tmp_path / "nothing.zip", "w"):
        pass
    refused(store, tmp_path / "nothing.zip", "Expected the files of one run")
    refused(store, tmp_path / "missing.zip", "There is no file")


def refused(store: RunStore, path: Path, says: str) -> None:
    with pytest.raises(UserError, match=r".") as caught:
        import_bundle(store, path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert store.list() == []
    assert not list(store.root.iterdir())


def test_a_file_of_a_clock_that_was_not_set_is_packed(
    finished: RunDirectory, store: RunStore, tmp_path: Path
) -> None:
    run = RunDirectory(shutil.copytree(finished.path, tmp_path / finished.id))
    os.utime(run.metrics_file, (0, 0))
    pack(run, tmp_path / "run.zip")
    assert import_bundle(store, tmp_path / "run.zip").metrics() == finished.metrics()
