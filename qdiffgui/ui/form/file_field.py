"""Choose your own file: its path or an upload."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets as w
from pydantic.fields import FieldInfo

from qdiffgui.ui.form.fields import Field
from qdiffgui.ui.markup import box
from qdiffgui.ui.widgets import Upload


class FileField(Field):
    """A path, or a file to upload. Uploads are stored next to the runs so that a resumed run
    finds them.
    """

    def __init__(
        self,
        name: str,
        info: FieldInfo,
        changed: Callable[[], None],
        *,
        uploads: Callable[[], Path],
    ) -> None:
        self._uploads = uploads
        super().__init__(name, info, changed)

    def _make(self, info: FieldInfo) -> w.Widget:
        self.path = w.Text(placeholder="/path/to/jets.npz", continuous_update=False)
        self.path.observe(self._on_change, "value")
        self.upload = Upload(lambda: self._uploads() / time.strftime("%Y%m%d-%H%M%S"), self._stored)
        return box([self.path, self.upload], "qd-upload")

    def is_wide(self) -> bool:
        return True

    def get(self) -> Any:
        return self.path.value.strip()

    def _show(self, value: Any) -> None:
        self.path.value = str(value)

    def _stored(self, path: Path) -> None:
        self.path.value = str(path)
