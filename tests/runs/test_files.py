from __future__ import annotations

import errno
import os
from pathlib import Path

import h5py
import numpy as np
import pytest

from qdiffgui.errors import DataError
from qdiffgui.runs.files import (
    overwrite,
    read_arrays,
    read_json,
    write_arrays,
    write_bytes,
    write_json,
)


def test_json_comes_back(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"x": [1, 2.5, "é"]})
    assert read_json(tmp_path / "a.json") == {"x": [1, 2.5, "é"]}
    assert read_json(tmp_path / "none.json") is None
    (tmp_path / "torn.json").write_text('{"x": [1,')
    assert read_json(tmp_path / "torn.json") is None


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    path = tmp_path / "a"
    write_bytes(path, b"old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, failing, full)
    with pytest.raises(OSError, match="No space"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_arrays_come_back_with_their_types(tmp_path: Path) -> None:
    arrays = {
        "model/w": np.arange(6, dtype=np.float32).reshape(2, 3),
        "model/psi": np.array([1 + 2j], dtype=np.complex64),
        "rng": np.arange(9, dtype=np.uint8),
        "n": np.array(3),
    }
    write_arrays(tmp_path / "a.h5", arrays, events_offset=12)
    found, attributes = read_arrays(tmp_path / "a.h5")
    assert attributes["events_offset"] == 12
    assert found.keys() == arrays.keys()
    for name, values in arrays.items():
        assert found[name].dtype == values.dtype
        np.testing.assert_array_equal(found[name], values)


def test_objects_are_not_pickled(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write_arrays(tmp_path / "a.h5", {"x": np.array([object()])})
    assert not (tmp_path / "a.h5").exists()


def test_a_damaged_file_is_refused_in_words(tmp_path: Path) -> None:
    write_arrays(tmp_path / "a.h5", {"x": np.zeros(1000)})
    (tmp_path / "a.h5").write_bytes((tmp_path / "a.h5").read_bytes()[:1500])
    with pytest.raises(DataError, match="truncated or damaged"):
        read_arrays(tmp_path / "a.h5")
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file["x"] = h5py.ExternalLink("/etc/passwd", "x")
    with pytest.raises(DataError, match="link"):
        read_arrays(tmp_path / "b.h5")


@pytest.mark.parametrize("content", ["[" * 100_000, "\x80", "1" * 10_000])
def test_a_json_file_of_somebody_who_means_ill_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content)
    assert read_json(tmp_path / "a.json") is None


def test_what_says_how_it_goes_is_written_even_on_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    overwrite(path, b"the old and longer one")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    overwrite(path, b"new")
    assert path.read_bytes() == b"new"
    with pytest.raises(OSError, match="No space"):
        overwrite(tmp_path / "b", b"new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]
