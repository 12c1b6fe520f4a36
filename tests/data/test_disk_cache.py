"""Entries of a cache: read as they were written, or missing."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from qdiffgui.data import disk_cache
from qdiffgui.data.disk_cache import is_off, keep_entry, read_entry


@pytest.mark.parametrize("body", [b"", b"abc", bytes(range(256))])
def test_an_entry_is_read_as_it_was_written(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "folder" / "entry"
    assert read_entry(path) is None
    keep_entry(path, body, 5)
    assert read_entry(path) == body


def test_a_damaged_entry_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "entry"
    keep_entry(path, b"some content", 5)
    whole = path.read_bytes()
    for damaged in (b"", whole[:-1], whole[:-1] + b"x", b"x" + whole[1:]):
        path.write_bytes(damaged)
        assert read_entry(path) is None


def test_those_not_used_for_the_longest_time_go(tmp_path: Path) -> None:
    for k in range(4):
        keep_entry(tmp_path / f"{k}", b"x", 4)
        os.utime(tmp_path / f"{k}", (k, k))
    assert read_entry(tmp_path / "0") == b"x"  # used now
    keep_entry(tmp_path / "4", b"x", 4)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0", "2", "3", "4"]


def test_a_full_disk_costs_the_entry_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(disk_cache, "write_bytes", full)
    keep_entry(tmp_path / "entry", b"x", 4)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("value", "off"), [("0", True), ("Off", True), ("1", False), ("", False)])
def test_the_switch(value: str, off: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QDIFFGUI_SOME_CACHE", value)
    assert is_off("QDIFFGUI_SOME_CACHE") is off
