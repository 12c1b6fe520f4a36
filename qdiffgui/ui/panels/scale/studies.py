"""Studies that take minutes, in processes of their own: how the present choice scales, and what noise makes of the open run."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path

import ipywidgets as w

from qdiffgui.config import hardware
from qdiffgui.errors import UserError
from qdiffgui.runs.files import read_json
from qdiffgui.runs.job import Job
from qdiffgui.ui import code
from qdiffgui.ui.area import Host
from qdiffgui.ui.following import Following
from qdiffgui.ui.markup import box, bullets, button, card, duration, esc, note, title, view
from qdiffgui.ui.widgets import Document

HTML = "text/html"
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
        self.about, self.state = view(note(words)), view("")
        self.root = box(
            [self.about, box([self.start, self.stop, self.read, self.save], "qd-row"), self.document, self.state], "qd-study"
        )
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
        words = ""
        if record is not None and record.status != "none" and folder is not None:
            state = f'<span class="qd-status" data-state="{_STATE.get(record.status, record.status)}">{esc(record.status)}</span>'
            took = f" in {duration(record.ended - record.started)}" if record.ended else ""
            words = (
                f'<div class="qd-sweep-head">{state}<span>{esc(record.title + took)}</span></div>{note(Job(folder).last_line())}'
            )
            words += self._verdict(folder) if record.status == "done" else ""
        if self.state.value != words:
            self.state.value = words

    @staticmethod
    def _verdict(folder: Path) -> str:
        found = read_json(Job(folder).result_file)
        sentences = found.get("verdict") if isinstance(found, dict) else None
        return bullets([str(s) for s in sentences], "qd-verdict") if isinstance(sentences, list) else ""

    def _start(self) -> None:
        folder = self.folder()
        if self.why_not() or folder is None:
            raise UserError(f"This study cannot start: {self.why_not()}.")
        folder.mkdir(parents=True, exist_ok=True)
        if self.page is not None:
            self.page.unlink(missing_ok=True)
        self._process = Job(folder).start([*self.arguments(), "--html", str(folder / "report.html"), "--json"], self.title())
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


class Scaling(Study):
    """``qdiffgui scale`` of the present choice."""

    def __init__(self, host: Host) -> None:
        super().__init__(
            host, "scaling",
            "How the present choice scales: cost measured against qubits, layers and batch, fitted exponents, gradient variances, quality "
            "at scale with the classical twin. Takes some minutes.", "Start the scaling study",
        )  # fmt: skip

    def why_not(self) -> str:
        if importlib.util.find_spec("qdiffgui.cli.scale") is None:
            return "this installation has no command 'qdiffgui scale'"
        return "" if self.host.form.experiment is not None else "the present choice is not complete"

    def title(self) -> str:
        config = self.host.form.experiment
        return f"Scaling of {config.name or config.model.kind}" if config is not None else ""

    def arguments(self) -> list[str]:
        config = self.host.form.experiment
        if config is None:
            raise UserError("The present choice is not complete: see the form.")
        preset, changes = code.nearest(config)
        if not preset:
            raise UserError("The scaling study starts from a preset: choose one, then change its settings.")
        return ["scale", preset, *(part for change in changes for part in ("--set", change)), "--runs", str(self.host.store.root)]


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
        return hardware.why_not(self.run.config)

    def title(self) -> str:
        return f"Noise on {self.run.state.name}" if self.run is not None else ""

    def arguments(self) -> list[str]:
        if self.run is None:
            raise UserError("Open a finished run first.")
        return ["noise", str(self.run.run.path), "--samples", "300", "--strengths", "0.001,0.01,0.1"]


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
