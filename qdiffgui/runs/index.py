"""An index of the ended runs of a folder, so that thousands of runs are listed in an instant.

``.index.jsonl`` has a line per ended run: its state, and the stamps of the files that it was read
from. Lines are only appended. A run whose files have other stamps is read again; the index can be
deleted at any time.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic import ValidationError

from qdiffgui.data.atomic import write_bytes
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.files import Stamp, stamp
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE

FILE = ".index.jsonl"
_FILES = ("config.json", "status.json", "annotations.json")
_MOST_BYTES = 64 << 20
_SPARE_LINES = 200
_LONGEST_LINE = 65_536


class Index:
    """The index of the folder ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.file = root / FILE
        self._known: dict[str, tuple[tuple[Stamp | None, ...], RunState]] = {}
        self._is_read = False

    def states(self, names: Iterable[str]) -> list[RunState]:
        """The present states of the runs with these ids; those that are no runs are left out."""
        if not self._is_read:
            self._read()
        found, fresh = [], []
        for name in names:
            folder = os.path.join(self.root, name)
            now = tuple(stamp(os.path.join(folder, file)) for file in _FILES)
            if now[0] is None:
                continue
            before = self._known.get(name)
            if before is not None and before[0] == now:
                found.append(before[1])
                continue
            run = RunDirectory(folder)
            state = run.state()
            if not run.exists():  # deleted meanwhile
                continue
            found.append(state)
            # while a run is active, its state depends on more than its files
            if state.status not in ACTIVE and run.record().status not in ACTIVE:
                self._known[name] = (now, state)
                fresh.append(name)
        if fresh:
            self._append(fresh)
        return found

    def _read(self) -> None:
        self._is_read = True
        try:
            with self.file.open("rb") as stream:
                lines = stream.read(_MOST_BYTES).splitlines()
        except OSError:
            return
        for line in lines:
            with contextlib.suppress(ValueError, TypeError, KeyError, ValidationError):
                entry = json.loads(line)
                state = RunState.model_validate(
                    entry["state"] | {"directory": str(self.root / entry["state"]["id"])}
                )
                self._known[state.id] = (
                    tuple(None if part is None else tuple(part) for part in entry["stamp"]),
                    state,
                )
        if len(lines) > 2 * len(self._known) + _SPARE_LINES:
            self._write(lambda: write_bytes(self.file, b"".join(map(self._line, self._known))))

    def _append(self, names: list[str]) -> None:
        def append() -> None:
            with self.file.open("ab", buffering=0) as stream:
                stream.write(b"".join(map(self._line, names)))

        self._write(append)

    @staticmethod
    def _write(act: Callable[[], None]) -> None:
        """A folder that is read-only or full is listed without an index."""
        with contextlib.suppress(OSError):
            act()

    def _line(self, name: str) -> bytes:
        read_from, state = self._known[name]
        line = json.dumps({"stamp": read_from, "state": state.model_dump(mode="json")}).encode()
        return line + b"\n" if len(line) < _LONGEST_LINE else b""
