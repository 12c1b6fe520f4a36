"""Runs that come in from another machine, and those that were deleted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import ipywidgets as w

from qdiffgui.errors import UserError
from qdiffgui.runs.bin import KEPT_DAYS, Deleted
from qdiffgui.runs.bundle import import_bundle
from qdiffgui.ui.area import Host
from qdiffgui.ui.markup import box, button, card, esc, note, title, view, visible
from qdiffgui.ui.widgets import Upload

_SHOWN = 12


class Import:
    """A picker for a bundle; the run in it is checked and added, and can be opened at once."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.upload = Upload(
            lambda: host.store.root / ".uploads", self._take, accept=".zip", label="Import a run bundle",
            larger="take a larger one in with 'qdiffgui runs import FILE'",
        )  # fmt: skip
        about = (
            "A bundle (zip) that Export, or 'qdiffgui runs export', wrote on another machine. Everything in it is checked first."
        )
        self.root = card(title("Import a run"), view(note(about)), self.upload)

    def _take(self, path: Path) -> None:
        """Not in the page's own thread: a large bundle takes seconds."""

        def work() -> None:
            try:
                run = import_bundle(self.host.store, path)
            except UserError as error:
                self.host.writer.post("import", lambda error=error: self.host.alerts.report(error))
            else:
                self.host.writer.post("import", lambda: self._done(run.id))
            finally:
                path.unlink(missing_ok=True)

        threading.Thread(target=work, daemon=True, name="qdiffgui-import").start()

    def _done(self, name: str) -> None:
        label = self.host.store.get(name).state().name
        self.host.alerts.tell(f"The run '{label}' was imported.", offer="Open", act=lambda: self.host.act("open", name))
        self.host.browser.announce(f"The run {label} was imported.")


class BinCard:
    """What was deleted, how large it is, and until when it is kept; one by one brought back, or all removed for good."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._shown: list[Deleted] | None = None
        self.lines = box([], "qd-bin")
        self.about = view("")
        self.empty = button("Empty the bin", self._ask, "qd-bin-empty")
        self.sure = button("Remove them for good", self._empty, "qd-danger qd-bin-sure")
        self.keep = button("Keep them", lambda: self._asked(False), "qd-quiet")
        self.root = card(title("Deleted runs"), self.about, box([self.empty, self.sure, self.keep], "qd-row"), self.lines)
        self._asked(False)

    def refresh(self) -> None:
        """Look again; only what changed travels."""
        found = self.host.store.bin.list()
        if found == self._shown:
            return
        self._shown = found
        total = sum(one.n_bytes for one in found)
        words = f"{len(found)} runs, {megabytes(total)}. Each is kept for {KEPT_DAYS:.0f} days and then removed."
        self.about.value = note(words if found else "The bin is empty: a deleted run comes here and can be brought back.")
        more = [view(note(f"and {len(found) - _SHOWN} more"))] if len(found) > _SHOWN else []
        self.lines.children = [*(self._line(one) for one in found[:_SHOWN]), *more]
        self._asked(False)

    def _line(self, one: Deleted) -> w.Widget:
        until = datetime.fromtimestamp(one.until).strftime("%d %b %Y")
        words = view(
            f"<strong>{esc(one.name)}</strong><small>{esc(one.id)} · {megabytes(one.n_bytes)} · until {until}</small>",
            "qd-bin-name",
        )
        back = button("Restore", self._guarded(lambda: self._restore(one.id)), tooltip=f"Restore {one.name}")
        return box([words, back], "qd-bin-line")

    def _guarded(self, act: Callable[[], None]) -> Callable[[], None]:
        return lambda: self.host.alerts.catch(act)

    def _restore(self, name: str) -> None:
        self.host.store.restore(name)
        self.refresh()

    def _ask(self) -> None:
        self._asked(True)

    def _asked(self, asked: bool) -> None:
        visible(self.empty, not asked and bool(self._shown))
        visible(self.sure, asked)
        visible(self.keep, asked)

    def _empty(self) -> None:
        """In a thread of its own: much may have to be removed."""

        def work() -> None:
            n_runs, n_bytes = self.host.store.bin.free()
            told = f"{n_runs} runs were removed for good: {megabytes(n_bytes)} are free again."
            self.host.writer.post("bin", lambda: self._emptied(told))

        threading.Thread(target=work, daemon=True, name="qdiffgui-bin").start()

    def _emptied(self, told: str) -> None:
        self.host.alerts.tell(told)
        self.refresh()


def megabytes(n_bytes: int) -> str:
    """A size as a person says it."""
    return f"{n_bytes / 1e6:.1f} MB" if n_bytes < 1e9 else f"{n_bytes / 1e9:.2f} GB"
