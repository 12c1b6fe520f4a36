"""The client's end of ``qdiffgui.runs.inspector``: one process, one question at a time."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from qdiffgui.runs.worker import environment

Progress = Callable[[float, str], None]


class Helper:
    """Starts the process with the first question, and again where it has died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self.count = 0

    @property
    def pid(self) -> int | None:
        """Of the process, where it lives."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        """Start the process, or start it anew."""
        self.end()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "qdiffgui.runs.inspector"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=environment(), text=True,
        )  # fmt: skip

    def ask(self, question: Mapping[str, Any], progress: Progress | None = None) -> dict[str, Any] | None:
        """The answer, which is waited for; ``None`` where the process died."""
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
                if "doing" not in reply:
                    return reply
                if progress is not None:
                    progress(float(reply["share"]), str(reply["doing"]))
        except (OSError, ValueError):
            return None

    def end(self) -> None:
        """Kill the process; whoever waits for an answer gets ``None``."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError, ValueError):
                    stream.close()
