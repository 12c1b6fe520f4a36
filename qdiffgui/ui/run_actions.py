"""What the buttons of a run do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


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
        page.runner.resume(name)
        if page.run is None or page.run.id != name:
            page.open(name)

    def _cancel(self, name: str) -> None:
        page = self._page
        page.runner.cancel(name)
        if page.run is not None and page.run.id == name:
            page.areas["Train"].stopping()

    def _delete(self, name: str) -> None:
        page = self._page
        label = page.store.get(name).state().name
        page.store.delete(name)
        if page.run is not None and page.run.id == name:
            page.close_run()

        def undo() -> None:
            page.store.restore(name)
            page.refresh()

        page.alerts.notify(f"The run '{label}' was deleted.", offer="Undo", act=undo)
