"""The client of ``background.inspector``: one process, one question at a time."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from qdiffgui.runs import read_only
from qdiffgui.runs.worker import environment

Progress = Callable[[float, str], None]


class HelperProcess:
    """Starts the process with the first question, and again if it has died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self.count = 0

    @property
    def pid(self) -> int | None:
        """Process id; None if the process does not run."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> None:
        """Start the process; a running one is ended first."""
        self.end()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "qdiffgui.background.inspector"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            text=True,
        )

    def ask(
        self, question: Mapping[str, Any], progress: Progress | None = None
    ) -> dict[str, Any] | None:
        """Wait for the answer to a question; None if the process died. A read-only process may ask
        neither for samples nor about a file that its user names.
        """
        if read_only.is_read_only() and (problem := _refusal(question)):
            return {"error": problem}
        if self.pid is None:
            self.start()
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return None
        self.count += 1
        try:
            process.stdin.write(json.dumps({"id": self.count, **question}) + "\n")
            process.stdin.flush()
            while True:
                reply = json.loads(process.stdout.readline() or "null")
                if not isinstance(reply, dict) or reply.get("id") != self.count:
                    return None
                if "activity" not in reply:
                    return reply
                if progress is not None:
                    progress(float(reply["fraction"]), str(reply["activity"]))
        except (OSError, ValueError):
            return None

    def end(self) -> None:
        """Kill the process. A thread that waits for an answer gets None."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError, ValueError):
                    stream.close()


def _refusal(question: Mapping[str, Any]) -> str:
    """Why a read-only process must not ask this; "" if it may."""
    if question.get("method") == "generate":
        return read_only.SENTENCE
    config = question.get("config")
    data = config.get("data") if isinstance(config, dict) else None
    if question.get("data") or (isinstance(data, dict) and data.get("path")):
        return "This page is read-only: it reads no files of your choice. Choose other data."
    return ""
