"""Start the client of a sweep in a process of its own, which whoever started it need not outlive."""

from __future__ import annotations

import subprocess
import sys

from qdiffgui.runs.process import process_of
from qdiffgui.runs.worker import environment
from qdiffgui.sweeps.directory import SweepDirectory


def launch(sweep: SweepDirectory, *, workers: int | None = None, scheduler: str = "") -> subprocess.Popen[bytes]:
    """``qdiffgui sweep --resume``; what it says goes to ``sweep.log``. Raises ``OSError`` where the system refuses a process."""
    where = ["--scheduler", scheduler] if scheduler else ["--workers", str(workers)] if workers else []
    sweep.ask("run")
    with sweep.log_file.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "qdiffgui", "sweep", "--resume", str(sweep.path), *where], stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, env=environment(), start_new_session=True,
        )  # fmt: skip
    sweep.note(phase="starting", message="", owner=process_of(process.pid))
    return process
