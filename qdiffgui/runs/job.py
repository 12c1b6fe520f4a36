"""A command of ``qdiffgui`` that works in a process of its own and says in files how that goes: studies started from the page.

``python -m qdiffgui.runs.job FOLDER ARGUMENT...`` runs ``qdiffgui ARGUMENT...``: what it prints goes to ``result.json``, what it says
meanwhile to ``log.txt``. Whoever started it may end; it goes on.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from qdiffgui.runs.files import overwrite, read_json
from qdiffgui.runs.process import Process, process_of
from qdiffgui.runs.worker import environment

JobStatus = Literal["none", "running", "done", "failed", "stopped"]


class JobRecord(BaseModel):
    """``job.json``."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    status: JobStatus = "none"
    title: str = ""
    arguments: tuple[str, ...] = ()
    owner: Process | None = None
    started: float = 0.0
    ended: float | None = None


class Job:
    """A folder with such a command's files. Cheap to make."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.record_file, self.log_file, self.result_file = (folder / name for name in ("job.json", "log.txt", "result.json"))

    def record(self) -> JobRecord:
        """How it goes; one whose process is gone without a word has stopped."""
        try:
            found = JobRecord.model_validate(read_json(self.record_file) or {})
        except ValidationError:
            return JobRecord()
        if found.status == "running" and (found.owner is None or not found.owner.lives()):
            return found.model_copy(update={"status": "stopped"})
        return found

    def last_line(self) -> str:
        """What it said last."""
        with contextlib.suppress(OSError):
            lines = self.log_file.read_text(errors="replace").strip().splitlines()
            return lines[-1].removeprefix("qdiffgui: ") if lines else ""
        return ""

    def start(self, arguments: Sequence[str], title: str) -> subprocess.Popen[bytes]:
        """Begin, in place of what was in the folder; raises ``OSError`` where the system refuses."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.result_file.unlink(missing_ok=True)
        self.log_file.write_text("")
        process = subprocess.Popen(
            [sys.executable, "-m", "qdiffgui.runs.job", str(self.folder), *arguments], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(), start_new_session=True,
        )  # fmt: skip
        try:
            owner = process_of(process.pid)
            self._write(JobRecord(status="running", title=title, arguments=tuple(arguments), owner=owner, started=time.time()))
        finally:
            if process.stdin is not None:
                process.stdin.close()  # it waits for this: its own word on how it ended must be the later one
        return process

    def stop(self) -> None:
        """End it, and what it started; raises ``UserError`` where it is not ours to end: on another machine, or of another user."""
        record = self.record()
        if record.status != "running" or record.owner is None:
            return
        record.owner.end(f"'{record.title}'", group=True)
        self._write(record.model_copy(update={"status": "stopped", "ended": time.time()}))

    def finish(self, status: JobStatus) -> None:
        """Say how it ended, from within."""
        self._write(self.record().model_copy(update={"status": status, "ended": time.time()}))

    def _write(self, record: JobRecord) -> None:
        overwrite(self.record_file, record.model_dump_json(indent=1).encode(), sync=False)


def main(arguments: Sequence[str]) -> int:
    """Run the command and say how it ended."""
    job = Job(Path(arguments[0]))
    sys.stdin.read()  # until whoever starts it has written that it runs
    with job.result_file.open("wb") as result, job.log_file.open("ab") as log:
        code = subprocess.run(
            [sys.executable, "-m", "qdiffgui", *arguments[1:]], stdin=subprocess.DEVNULL, stdout=result, stderr=log, check=False
        ).returncode
    job.finish("done" if code == 0 else "failed")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
