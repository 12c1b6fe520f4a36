"""Takes a file from the browser in slices, so that neither the websocket's limit nor memory is in
the way.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import anywidget
import traitlets

from qdiffgui.runs import read_only
from qdiffgui.ui.widgets.source import javascript

LIMIT = 200 * 2**20


class Upload(anywidget.AnyWidget):
    """``done(path)`` is called with the stored file. Files over ``limit`` bytes are refused in the
    browser, and here; ``larger`` says what to do then."""

    _esm = javascript("upload.js")
    limit = traitlets.Int(LIMIT).tag(sync=True)
    accept = traitlets.Unicode(".npz,.h5,.hdf5,.parquet,.csv,.root").tag(sync=True)
    label = traitlets.Unicode("Upload a data file").tag(sync=True)
    larger = traitlets.Unicode("for a larger file, enter its path above").tag(sync=True)

    def __init__(
        self, folder: Callable[[], Path], done: Callable[[Path], None], **traits: Any
    ) -> None:
        super().__init__(**traits)
        self._folder, self._done = folder, done
        self._file: IO[bytes] | None = None
        self._name, self._received = "", 0
        self.on_msg(self._take)

    def _take(self, _: Any, content: dict[str, Any], buffers: list[Any]) -> None:
        op = content.get("op")
        if op == "begin" and read_only.is_read_only():
            self.send({"op": "refused", "text": read_only.SENTENCE})
            return
        if op == "begin":
            self._begin(str(content.get("name", "")))
        elif op == "slice" and self._file is not None:
            self._received += len(buffers[0])
            if self._received > self.limit:
                self._abandon()
                self.send(
                    {
                        "op": "refused",
                        "text": f"The file is larger than {self.limit // 2**20} MB: {self.larger}.",
                    }
                )
                return
            self._file.write(buffers[0])
        elif op == "end" and self._file is not None:
            self._finish()
            return
        self.send({"op": "next"})

    def _begin(self, name: str) -> None:
        self._abandon()
        self._name = re.sub(r"[^A-Za-z0-9._-]+", "_", Path(name).name).lstrip(".")[-80:] or "file"
        self._received = 0
        folder = self._folder()
        folder.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.NamedTemporaryFile(dir=folder, prefix=".part-", delete=False)  # noqa: SIM115

    def _finish(self) -> None:
        if self._file is None:
            return
        part = Path(self._file.name)
        self._file.close()
        self._file = None
        target = part.parent / self._name
        part.replace(target)
        self.send({"op": "done", "text": f"{self._name}, {self._received / 2**20:.1f} MB"})
        self._done(target)

    def _abandon(self) -> None:
        if self._file is not None:
            self._file.close()
            Path(self._file.name).unlink(missing_ok=True)
            self._file = None
