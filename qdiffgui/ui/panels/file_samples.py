"""Samples from a file, as rows among the runs: compared like the samples of one of them."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import ipywidgets as w

from qdiffgui.background.job import Job
from qdiffgui.config import Experiment, parse
from qdiffgui.errors import UserError
from qdiffgui.evaluation.stored_report import headline_values
from qdiffgui.runs.files import read_json, write_json
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import Status
from qdiffgui.ui.area import Host
from qdiffgui.ui.live_run import Changes, LiveRun
from qdiffgui.ui.markup import INLINE, box, button, card, note, title, view
from qdiffgui.ui.widgets import Upload

FOLDER = ".samples"
PREFIX = "file-"
_STATUS = {"running": Status.RUNNING, "done": Status.DONE, "failed": Status.FAILED}
_ABOUT = (
    "Generated samples from elsewhere, in any format that 'qdiffgui check-data' reads. They become "
    "a row of the table, compared like the selected run: same held-out data, representation, floor "
    "and trivial generators."
)


class FileRun(LiveRun):
    """A file among the runs: it has a report, and neither losses nor a model."""

    is_file = True

    def __init__(self, folder: Path) -> None:
        self.job = Job(folder)
        self.id = PREFIX + folder.name
        about = read_json(folder / "about.json")
        if not isinstance(about, dict):
            raise UserError("The stored comparison of a file is damaged: remove its row.")
        self.about: Mapping[str, Any] = about
        self.config: Experiment = parse(about["config"])
        self._clear()
        self.state = self._state()
        self.poll()

    def poll(self) -> Changes:
        """Read the report once it is there."""
        changes = Changes()
        if self.report is None and self.job.record().status == "done":
            self.report = _report(self.job.result_file)
            changes.report = self.report is not None
        state = self._state()
        changes.state = state != self.state
        self.state = state
        return changes

    def _state(self) -> RunState:
        record = self.job.record()
        values = headline_values(self.report) if self.report else {"values": {}, "floor": {}}
        return RunState(
            id=self.id,
            name=str(self.about["name"]),
            directory=str(self.job.folder),
            status=_STATUS.get(record.status, Status.INTERRUPTED),
            created=record.started,
            metrics=values["values"],
            floor=values["floor"],
            data=self.config.data.kind,
            representation=self.config.representation.kind,
            seed=self.config.seed,
            message=self.reason,
        )

    @property
    def reason(self) -> str:
        """Why the file cannot be compared; "" if it can."""
        status = self.job.record().status
        if status == "failed":
            return self.job.last_line()
        return "The comparison was interrupted: add the file again." if status == "stopped" else ""

    def row(self, make: Callable[[RunState], dict[str, Any]]) -> dict[str, Any]:
        """Its row of the table; ``make`` gives that of a run."""
        return make(self.state) | {
            "detail": self.reason or f"samples from a file · like {self.about['like']}",
            "progress": "",
            "editable": False,
            "actions": [["forget", "Remove"]],
        }


class FileSamplesCard:
    """The card with a path, an upload and a button, and the files that were added.

    ``like()`` is the run whose evaluation is used, or None; ``changed()`` is called when a file
    was added or removed.
    """

    def __init__(
        self, host: Host, like: Callable[[], str | None], changed: Callable[[], None]
    ) -> None:
        self.host, self._like, self._changed = host, like, changed
        self._runs: dict[str, FileRun] = {}
        self._processes: list[subprocess.Popen[bytes]] = []
        self.path = w.Text(placeholder="/path/to/generated.h5", description="File", **INLINE)
        self.upload = Upload(
            lambda: host.store.root / ".uploads" / time.strftime("%Y%m%d-%H%M%S"),
            self._uploaded,
            label="Upload a file of samples",
            larger="for a larger file, enter its path instead",
        )
        self.add = button("Add as a row", lambda: host.alerts.catch(self._add), "qd-add-file")
        self.root = card(
            title("Add samples from a file"),
            view(note(_ABOUT)),
            box([self.path, self.upload, self.add], "qd-row"),
            css="qd-changes",
        )

    def _uploaded(self, path: Path) -> None:
        self.path.value = str(path)

    @property
    def folder(self) -> Path:
        return self.host.store.root / FOLDER

    def runs(self) -> Sequence[FileRun]:
        """The files, newest first."""
        for process in self._processes:
            process.poll()
        if not self.folder.is_dir():
            return []
        for path in sorted(self.folder.iterdir()):
            key = PREFIX + path.name
            if key not in self._runs and (path / "about.json").is_file():
                try:
                    self._runs[key] = FileRun(path)
                except UserError:
                    shutil.rmtree(path, ignore_errors=True)
        gone = [key for key, run in self._runs.items() if not run.job.folder.is_dir()]
        for key in gone:
            del self._runs[key]
        for run in self._runs.values():
            run.poll()
        return list(reversed(self._runs.values()))

    def find(self, name: str) -> FileRun | None:
        """The file with this id, if there is one."""
        return self._runs.get(name)

    def remove(self, name: str) -> None:
        """Remove a row and its report; the file itself stays."""
        run = self._runs.pop(name, None)
        if run is not None:
            run.job.stop()
            shutil.rmtree(run.job.folder, ignore_errors=True)
        self._changed()

    def _add(self) -> None:
        path = Path(self.path.value.strip()).expanduser()
        if not self.path.value.strip() or not path.is_file():
            raise UserError("Enter the path of a file with samples, or upload one.")
        name = self._like()
        if name is None:
            raise UserError("Select the run in the table that the file is to be compared with.")
        run = self.host.store.get(name)
        folder = self.folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{len(self._runs)}"
        folder.mkdir(parents=True)
        write_json(
            folder / "about.json",
            {
                "name": path.name,
                "like": run.state().name,
                "config": run.config().model_dump(mode="json"),
            },
        )
        arguments = ["evaluate", str(path.resolve()), "--like", run.id]
        arguments += ["--runs", str(self.host.store.root), "--json"]
        self._processes.append(Job(folder).start(arguments, path.name))
        self.path.value = ""
        self._changed()


def _report(path: Path) -> dict[str, Any] | None:
    try:
        (found,) = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return None
    return found if isinstance(found, dict) and "rows" in found else None
