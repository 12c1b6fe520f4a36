"""Studies that take minutes, in processes of their own: how the present choice scales, and what noise makes of the open run."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import ipywidgets as w

from qdiffgui.config import Experiment, hardware
from qdiffgui.errors import UserError
from qdiffgui.runs.job import Job, JobRecord
from qdiffgui.ui import code
from qdiffgui.ui.area import Host
from qdiffgui.ui.following import Following
from qdiffgui.ui.markup import box, button, card, duration, esc, folded, note, progress, title, view
from qdiffgui.ui.markup import code as typed
from qdiffgui.ui.panels.scale.result import Result
from qdiffgui.ui.widgets import Document

HTML = "text/html"
_SHARE = re.compile(r"\[ *(\d+)%\] *")
FIGURES = "figures.json"
_STATE = {"stopped": "interrupted"}


class Study:
    """A row: what it is, start and stop, how far it is, and its page to save. ``folder()`` is where its files are."""

    def __init__(self, host: Host, key: str, words: str, start: str) -> None:
        self.host, self.key = host, key
        catch = host.alerts.catch
        self.words = words
        self._process: subprocess.Popen[bytes] | None = None
        self.start = button(start, lambda: catch(self._start), f"qd-study-{key}")
        self.stop = button("Stop", lambda: catch(self._stop), "qd-quiet")
        self.document = Document()
        self.read = button("Open the report", lambda: catch(self._read), f"qd-study-{key}-open", "In a tab of its own")
        self.save = button("Save the report (HTML)", lambda: catch(self._save), f"qd-study-{key}-save")
        self.about, self.state, self.command = view(note(words)), view(""), view("")
        self.result = Result()
        row = box([self.start, self.stop, self.read, self.save], "qd-row")
        self.root = box([self.about, self.command, row, self.document, self.state, self.result.root], "qd-study")
        self.look()

    def folder(self) -> Path | None:
        return self.host.store.root / ".studies" / self.key

    def arguments(self) -> list[str]:
        """Of ``qdiffgui``; raises ``UserError`` where it cannot start."""
        raise NotImplementedError

    def why_not(self) -> str:
        """Why it cannot start; empty where it can."""
        return ""

    @property
    def page(self) -> Path | None:
        folder = self.folder()
        return None if folder is None else folder / "report.html"

    def look(self) -> None:
        """Show what the files say."""
        if self._process is not None:
            self._process.poll()
        folder, reason = self.folder(), self.why_not()
        record = Job(folder).record() if folder is not None else None
        running = record is not None and record.status == "running"
        self.start.disabled, self.stop.disabled = running or bool(reason), not running
        self.read.disabled = self.save.disabled = self.page is None or not self.page.is_file() or running
        self.about.value = note(self.words + (f" Not now: {reason}." if reason else ""))
        self._show_command(reason)
        if record is None or record.status == "none" or folder is None:
            self.state.value = ""
            return self.result.hide()
        words = _head(record, Job(folder).last_line())
        if self.state.value != words:
            self.state.value = words
        if record.status == "done":
            self.result.show(Job(folder).result_file, folder / FIGURES)
        else:
            self.result.hide()

    def _show_command(self, reason: str) -> None:
        text = "" if reason else shlex.join(["qdiffgui", *self.arguments(), "--html", "report.html"])
        shown = (
            folded("The same on the command line", typed("With the settings of now", text), keep=f"study-{self.key}")
            if text
            else ""
        )
        if self.command.value != shown:
            self.command.value = shown

    def _start(self) -> None:
        folder = self.folder()
        if self.why_not() or folder is None:
            raise UserError(f"This study cannot start: {self.why_not()}.")
        folder.mkdir(parents=True, exist_ok=True)
        if self.page is not None:
            self.page.unlink(missing_ok=True)
        (folder / FIGURES).unlink(missing_ok=True)
        files = ["--html", str(folder / "report.html"), "--figures", str(folder / FIGURES)]
        self._process = Job(folder).start([*self.arguments(), *files, "--json"], self.title())
        self.look()

    def title(self) -> str:
        """Of what."""
        return self.key

    def _stop(self) -> None:
        folder = self.folder()
        if folder is not None:
            Job(folder).stop()
        self.look()

    def _report(self) -> bytes:
        if self.page is None or not self.page.is_file():
            raise UserError("There is no report yet: start the study first.")
        return self.page.read_bytes()

    def _read(self) -> None:
        self.document.show(self._report())

    def _save(self) -> None:
        self.host.browser.download(f"{self.key}.html", self._report(), HTML)


def _head(record: JobRecord, said: str) -> str:
    """State, name and, as far as they are known, share and time left."""
    state = f'<span class="qd-status" data-state="{_STATE.get(record.status, record.status)}">{esc(record.status)}</span>'
    took = f" in {duration(record.ended - record.started)}" if record.ended else ""
    share = _SHARE.match(said) if record.status == "running" else None
    bar = progress(int(share[1]) / 100, "Share of the study that is done") if share else ""
    words = "" if record.status == "done" else _SHARE.sub("", said, count=1)
    return f'<div class="qd-sweep-head">{state}<span>{esc(record.title + took)}</span></div>{bar}{note(words) if words else ""}'


class Scaling(Study):
    """``qdiffgui scale`` of the present choice."""

    def __init__(self, host: Host) -> None:
        self._known: tuple[Experiment, list[str]] | None = None
        super().__init__(
            host, "scaling",
            "How the present choice scales: cost measured against qubits, layers and batch, fitted exponents, gradient variances, quality "
            "at scale with the classical twin. Planned to end within eight minutes on two cores.", "Start the scaling study",
        )  # fmt: skip

    def why_not(self) -> str:
        return "" if self.host.form.experiment is not None else "the present choice is not complete"

    def title(self) -> str:
        config = self.host.form.experiment
        return f"Scaling of {config.name or config.model.kind}" if config is not None else ""

    def arguments(self) -> list[str]:
        config = self.host.form.experiment
        if config is None:
            raise UserError("The present choice is not complete: see the form.")
        if self._known is None or self._known[0] is not config:  # all presets are compared with it
            self._known = config, code.scaling(config)
        return [*self._known[1], "--runs", str(self.host.store.root)]


class Noise(Study):
    """``qdiffgui noise`` of the open run."""

    def __init__(self, host: Host) -> None:
        self.run: Following | None = None
        super().__init__(
            host, "noise",
            "What noise and finite shots make of the open run: depolarizing, amplitude damping and readout error by strength, shots, three "
            "seeds each, beside floor and trivial generators. Takes some minutes.", "Start the noise study",
        )  # fmt: skip

    def folder(self) -> Path | None:
        return None if self.run is None else self.run.run.path / "noise"

    def why_not(self) -> str:
        if self.run is None:
            return "open a finished run first"
        if not self.run.run.model_file.exists():
            return "the open run has no trained model yet"
        return hardware.noise_refused(self.run.config)

    def title(self) -> str:
        return f"Noise on {self.run.state.name}" if self.run is not None else ""

    def arguments(self) -> list[str]:
        if self.run is None:
            raise UserError("Open a finished run first.")
        return ["noise", str(self.run.run.path), "--strengths", "0.001,0.003,0.01"]


class StudiesCard:
    """Both studies."""

    def __init__(self, host: Host) -> None:
        self.scaling, self.noise = Scaling(host), Noise(host)
        parts: list[w.Widget] = [self.scaling.root, self.noise.root]
        about = title("Studies", "in processes of their own: they go on when this page is closed")
        self.root = card(about, box(parts, "qd-grid-2"))

    def open(self, run: Following | None) -> None:
        """The run that noise is put on."""
        self.noise.run = run
        self.noise.look()

    def look(self) -> None:
        for study in (self.scaling, self.noise):
            study.look()
