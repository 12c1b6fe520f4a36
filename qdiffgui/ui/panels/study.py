"""A study that takes minutes and runs in the background: its start, stop, progress and report."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

from qdiffgui.background.job import Job, JobRecord
from qdiffgui.errors import UserError
from qdiffgui.ui.area import Host
from qdiffgui.ui.markup import box, button, duration, esc, folded, note, progress, view
from qdiffgui.ui.markup import code as typed
from qdiffgui.ui.panels.study_result import Result
from qdiffgui.ui.widgets import Document

HTML = "text/html"
_SHARE = re.compile(r"\[ *(\d+)%\] *")
FIGURES = "figures.json"
_STATE = {"stopped": "interrupted"}


class Study:
    """One study: description, start and stop, progress, and its report. ``folder()`` holds its
    files.
    """

    def __init__(self, host: Host, key: str, words: str, start: str) -> None:
        self.host, self.key = host, key
        catch = host.alerts.catch
        self.words = words
        self._process: subprocess.Popen[bytes] | None = None
        self.start = button(start, lambda: catch(self._start), f"qd-study-{key}")
        self.stop = button("Stop", lambda: catch(self._stop), "qd-quiet")
        self.document = Document()
        self.read = button(
            "Open report",
            lambda: catch(self._read),
            f"qd-study-{key}-open",
            "Opens in a new tab",
        )
        self.save = button("Save report (HTML)", lambda: catch(self._save), f"qd-study-{key}-save")
        self.about, self.state, self.command = view(note(words)), view(""), view("")
        self.result = Result()
        row = box([self.start, self.stop, self.read, self.save], "qd-row")
        self.controls = box([self.about, self.command, row, self.document, self.state], "qd-study")
        self.root = box([self.controls, self.result.root], "qd-panel")
        self.refresh()

    def folder(self) -> Path | None:
        return self.host.store.root / ".studies" / self.key

    def arguments(self) -> list[str]:
        """Arguments of ``qdiffgui``; raises ``UserError`` if the study cannot start."""
        raise NotImplementedError

    def blocker(self) -> str:
        """Why the study cannot start; "" if it can."""
        return ""

    @property
    def page(self) -> Path | None:
        folder = self.folder()
        return None if folder is None else folder / "report.html"

    def refresh(self) -> None:
        """Update from the files."""
        if self._process is not None:
            self._process.poll()
        folder, reason = self.folder(), self.blocker()
        record = Job(folder).record() if folder is not None else None
        running = record is not None and record.status == "running"
        self.start.disabled, self.stop.disabled = running or bool(reason), not running
        self.read.disabled = self.save.disabled = (
            self.page is None or not self.page.is_file() or running
        )
        self.about.value = note(self.words + (f" Not available: {reason}." if reason else ""))
        self._show_command(reason)
        if record is None or record.status == "none" or folder is None:
            return self.show_before()
        words = _head(record, Job(folder).last_line())
        if self.state.value != words:
            self.state.value = words
        if record.status == "done":
            self.result.show(Job(folder).result_file, folder / FIGURES)
        else:
            self.result.hide()

    def show_before(self) -> None:
        """What shows before the study has run here."""
        self.state.value = ""
        self.result.hide()

    def _show_command(self, reason: str) -> None:
        text = (
            "" if reason else shlex.join(["qdiffgui", *self.arguments(), "--html", "report.html"])
        )
        shown = (
            folded(
                "Command line",
                typed("With the current settings:", text),
                keep=f"study-{self.key}",
            )
            if text
            else ""
        )
        if self.command.value != shown:
            self.command.value = shown

    def _start(self) -> None:
        folder = self.folder()
        if self.blocker() or folder is None:
            raise UserError(f"This study cannot start: {self.blocker()}.")
        folder.mkdir(parents=True, exist_ok=True)
        if self.page is not None:
            self.page.unlink(missing_ok=True)
        (folder / FIGURES).unlink(missing_ok=True)
        files = ["--html", str(folder / "report.html"), "--plots", str(folder / FIGURES)]
        self._process = Job(folder).start([*self.arguments(), *files, "--json"], self.title())
        self.refresh()

    def title(self) -> str:
        """The title, with what is studied."""
        return self.key

    def _stop(self) -> None:
        folder = self.folder()
        if folder is not None:
            Job(folder).stop()
        self.refresh()

    def _report(self) -> bytes:
        if self.page is None or not self.page.is_file():
            raise UserError("There is no report yet: start the study first.")
        return self.page.read_bytes()

    def _read(self) -> None:
        self.document.show(self._report())

    def _save(self) -> None:
        self.host.browser.download(f"{self.key}.html", self._report(), HTML)


def _head(record: JobRecord, line: str) -> str:
    """Status, name and, where known, progress and time left."""
    state = (
        '<span class="qd-status" '
        f'data-state="{_STATE.get(record.status, record.status)}">{esc(record.status)}</span>'
    )
    took = f" in {duration(record.ended - record.started)}" if record.ended else ""
    share = _SHARE.match(line) if record.status == "running" else None
    bar = progress(int(share[1]) / 100, "Study progress") if share else ""
    words = "" if record.status == "done" else _SHARE.sub("", line, count=1)
    return (
        "<div "
        f'class="qd-sweep-head">{state}<span>{esc(record.title + took)}</span></div>'
        f"{bar}{note(words) if words else ''}"
    )
