"""Imported runs and deleted runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
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
    """A picker for a run bundle; its run is checked, added and offered to open."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.upload = Upload(
            lambda: host.store.root / ".uploads",
            self._take,
            accept=".zip",
            label="Import a run bundle",
            larger="for a larger file, use 'qdiffgui runs import FILE'",
        )
        about = (
            "A run bundle (zip) written on another machine by Export or 'qdiffgui runs "
            "export'. Its contents are checked before the import."
        )
        self.root = card(title("Import a run"), view(note(about)), self.upload, css="qd-changes")

    def _take(self, path: Path) -> None:
        """Runs in a background thread: a large bundle takes seconds."""

        def work() -> None:
            try:
                run = import_bundle(self.host.store, path)
            except UserError as error:
                self.host.writer.post("import", partial(self.host.alerts.report, error))
            else:
                self.host.writer.post("import", lambda: self._done(run.id))
            finally:
                path.unlink(missing_ok=True)

        threading.Thread(target=work, daemon=True, name="qdiffgui-import").start()

    def _done(self, name: str) -> None:
        label = self.host.store.get(name).state().name
        self.host.alerts.notify(
            f"The run '{label}' was imported.",
            offer="Open",
            act=lambda: self.host.act("open", name),
        )
        self.host.browser.announce(f"The run {label} was imported.")


class BinCard:
    """Deleted runs with their size and expiry date; restore one or delete all permanently."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._shown: list[Deleted] | None = None
        self.lines = box([], "qd-bin")
        self.about = view("")
        self.empty = button("Empty bin", self._ask, "qd-bin-empty")
        self.sure = button("Delete permanently", self._empty, "qd-danger qd-bin-sure")
        self.keep = button("Cancel", lambda: self._asked(False), "qd-quiet")
        self.root = card(
            title("Deleted runs"),
            self.about,
            box([self.empty, self.sure, self.keep], "qd-row"),
            self.lines,
            css="qd-changes",
        )
        self._asked(False)

    def refresh(self) -> None:
        """Refresh; only changes are sent."""
        found = self.host.store.bin.list()
        if found == self._shown:
            return
        self._shown = found
        total = sum(one.n_bytes for one in found)
        runs = f"{len(found)} run{'s' * (len(found) != 1)}"
        words = f"{runs}, {megabytes(total)}. Deleted runs are kept for {KEPT_DAYS:.0f} days."
        self.about.value = note(
            words if found else "The bin is empty. Deleted runs are kept here and can be restored."
        )
        more = [view(note(f"and {len(found) - _SHOWN} more"))] if len(found) > _SHOWN else []
        self.lines.children = [*(self._line(one) for one in found[:_SHOWN]), *more]
        self._asked(False)

    def _line(self, one: Deleted) -> w.Widget:
        until = datetime.fromtimestamp(one.until).strftime("%d %b %Y")
        words = view(
            (
                f"<strong>{esc(one.name)}</strong><small>{esc(one.id)} · "
                f"{megabytes(one.n_bytes)} · "
                f"until {until}</small>"
            ),
            "qd-bin-name",
        )
        back = button(
            "Restore", self._guarded(lambda: self._restore(one.id)), tooltip=f"Restore {one.name}"
        )
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
        """Runs in a background thread: removing many files takes time."""

        def work() -> None:
            n_runs, n_bytes = self.host.store.bin.free()
            runs = f"{n_runs} run{'s' * (n_runs != 1)}"
            message = f"Permanently deleted {runs} and freed {megabytes(n_bytes)}."
            self.host.writer.post("bin", lambda: self._emptied(message))

        threading.Thread(target=work, daemon=True, name="qdiffgui-bin").start()

    def _emptied(self, message: str) -> None:
        self.host.alerts.notify(message)
        self.refresh()


def megabytes(n_bytes: int) -> str:
    """A size in MB or GB."""
    return f"{n_bytes / 1e6:.1f} MB" if n_bytes < 1e9 else f"{n_bytes / 1e9:.2f} GB"
