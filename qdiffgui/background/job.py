"""Commands of ``qdiffgui`` in processes of their own, for studies started from the page.

``python -m qdiffgui.background.job FOLDER ARGUMENT...`` runs ``qdiffgui ARGUMENT...``. Standard
output goes to ``result.json``, messages go to ``log.txt``, and ``job.json`` holds the status. The
process continues if the program that started it ends.
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

from qdiffgui.bounds import Instant, Name
from qdiffgui.runs.files import overwrite, read_json
from qdiffgui.runs.process import Process, process_of
from qdiffgui.runs.read_only import require_changes_allowed
from qdiffgui.runs.worker import environment

JobStatus = Literal["none", "running", "done", "failed", "stopped"]


class JobRecord(BaseModel):
    """``job.json``. Times are in seconds since the epoch."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    status: JobStatus = "none"
    title: Name = ""
    arguments: tuple[str, ...] = ()
    owner: Process | None = None
    started: Instant = 0.0
    ended: Instant | None = None


class Job:
    """A folder with the files of one command. Creating the object reads nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.record_file, self.log_file, self.result_file = (
            folder / name for name in ("job.json", "log.txt", "result.json")
        )

    def record(self) -> JobRecord:
        """The status of the command. It is stopped if its process died."""
        try:
            found = JobRecord.model_validate(read_json(self.record_file) or {})
        except ValidationError:
            return JobRecord()
        if found.status == "running" and (found.owner is None or not found.owner.is_alive()):
            return found.model_copy(update={"status": "stopped"})
        return found

    def last_line(self) -> str:
        """The last message of the command."""
        with contextlib.suppress(OSError):
            lines = self.log_file.read_text(errors="replace").strip().splitlines()
            return lines[-1].removeprefix("qdiffgui: ") if lines else ""
        return ""

    def start(self, arguments: Sequence[str], title: str) -> subprocess.Popen[bytes]:
        """Start the command, replacing the files of the previous one. Raises ``OSError``."""
        require_changes_allowed()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.result_file.unlink(missing_ok=True)
        self.log_file.write_text("")
        process = subprocess.Popen(
            [sys.executable, "-m", "qdiffgui.background.job", str(self.folder), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(),
            start_new_session=True,
        )
        try:
            owner = process_of(process.pid)
            self._write(
                JobRecord(
                    status="running",
                    title=title,
                    arguments=tuple(arguments),
                    owner=owner,
                    started=time.time(),
                )
            )
        finally:
            if process.stdin is not None:
                # the process waits for this, so that it writes its final status after this one
                process.stdin.close()
        return process

    def stop(self) -> None:
        """End the command and the processes that it started.

        Raises ``UserError`` if it runs on another machine or belongs to another user.
        """
        require_changes_allowed()
        record = self.record()
        if record.status != "running" or record.owner is None:
            return
        record.owner.end(f"'{record.title}'", group=True)
        self._write(record.model_copy(update={"status": "stopped", "ended": time.time()}))

    def finish(self, status: JobStatus) -> None:
        """Write the final status; called by the process itself."""
        self._write(self.record().model_copy(update={"status": status, "ended": time.time()}))

    def _write(self, record: JobRecord) -> None:
        overwrite(self.record_file, record.model_dump_json(indent=1).encode(), sync=False)


def main(arguments: Sequence[str]) -> int:
    """Run the command and write its final status."""
    job = Job(Path(arguments[0]))
    sys.stdin.read()  # until the program that starts this process has written its status
    with job.result_file.open("wb") as result, job.log_file.open("ab") as log:
        code = subprocess.run(
            [sys.executable, "-m", "qdiffgui", *arguments[1:]],
            stdin=subprocess.DEVNULL,
            stdout=result,
            stderr=log,
            check=False,
        ).returncode
    job.finish("done" if code == 0 else "failed")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
