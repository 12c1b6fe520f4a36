"""What the buttons of a run do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qdiffgui.errors import UserError
from qdiffgui.runs.read_only import require_changes_allowed
from qdiffgui.runs.state import Status


class RunActions:
    """``actions(op, run)`` applies one of ``open, copy, delete, resume, pause, step, cancel`` to
    a run; raises ``UserError``.
    """

    def __init__(self, page: Any) -> None:
        self._page = page
        self._known: dict[str, Callable[[str], None]] = {
            "open": self._open,
            "copy": self._copy,
            "delete": self._delete,
            "resume": self._resume,
            "pause": lambda name: page.runner.pause(name),
            "step": lambda name: page.runner.step(name),
            "cancel": self._cancel,
        }

    def __call__(self, op: str, name: str) -> None:
        if op not in ("open", "copy"):
            require_changes_allowed()
        self._known[op](name)
        self._page.refresh()

    def _open(self, name: str) -> None:
        self._page.open(name)
        self._page.show("Train")

    def _copy(self, name: str) -> None:
        self._page.form.load(self._page.store.get(name).config())
        self._page.show("Explore")

    def _resume(self, name: str) -> None:
        page = self._page
        run = page.store.get(name)
        group = page.store.group_of(run)
        if group and run.state().status != Status.PAUSED:
            if group == "examples":
                raise UserError(f"'{run.id}' is an example: press Reuse, and train a run of yours.")
            where = "its study" if group == "studies" else f"the sweep '{group}' in Scale"
            raise UserError(f"The run '{run.id}' is resumed with the others: resume {where}.")
        page.runner.resume(name)
        if not self._is_open(name):
            page.open(name)

    def _is_open(self, name: str) -> bool:
        return self._page.run is not None and self._page.run.reference == name

    def _cancel(self, name: str) -> None:
        page = self._page
        page.runner.cancel(name)
        if self._is_open(name):
            page.areas["Train"].stopping()

    def _delete(self, name: str) -> None:
        page = self._page
        label = page.store.get(name).state().name
        page.store.delete(name)
        if self._is_open(name):
            page.close_run()

        def undo() -> None:
            page.store.restore(name)
            page.refresh()

        page.alerts.notify(f"The run '{label}' was deleted.", offer="Undo", act=undo)
