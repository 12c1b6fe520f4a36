"""Ask the inspector process, without ever waiting for it: the latest question wins."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from qdiffgui.config import Experiment
from qdiffgui.runs.worker import environment

Callback = Callable[[dict[str, Any] | None, str | None], None]
_KEPT = 32


class Inspector:
    """A client of ``qdiffgui.runs.inspector``.

    ``request(config, callback)`` returns at once; ``callback(result, error)`` is called from a background thread, one of the two
    being ``None``. A request made before the last was answered takes its place if that was not begun, and silences it if it was.
    A dead process is started again with the next request. ``preload`` starts it now.
    """

    def __init__(self, *, preload: bool = True) -> None:
        self._changed = threading.Condition()
        self._pending: tuple[Experiment, Callback] | None = None
        self._latest: Experiment | None = None
        self._closed = False
        self._answers: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._process: subprocess.Popen[str] | None = None
        self._count = 0
        if preload:
            self._start()
        self._thread = threading.Thread(target=self._serve, daemon=True, name="qdiffgui-inspector")
        self._thread.start()

    def request(self, config: Experiment, callback: Callback) -> None:
        """Ask what ``experiment.inspect`` says of ``config``."""
        with self._changed:
            self._pending, self._latest = (config, callback), config
            self._changed.notify()

    def close(self) -> None:
        """End the process; unanswered requests are dropped."""
        with self._changed:
            self._closed = True
            self._pending = self._latest = None
            self._changed.notify()
        _end(self._process)

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending is not None or self._closed)
                if self._closed or self._pending is None:
                    return
                (config, callback), self._pending = self._pending, None
            result, error = self._ask(config)
            with self._changed:
                wanted = self._latest is config
            if wanted:
                callback(result, error)

    def _ask(self, config: Experiment) -> tuple[dict[str, Any] | None, str | None]:
        key = _key(config)
        if key in self._answers:
            self._answers.move_to_end(key)
            return self._answers[key], None
        reply = self._exchange(config) or self._exchange(config)
        if reply is None:
            return None, "The preview process ended unexpectedly: change a setting to try again."
        if "error" in reply:
            return None, str(reply["error"])
        self._answers[key] = reply["result"]
        while len(self._answers) > _KEPT:
            self._answers.popitem(last=False)
        return reply["result"], None

    def _exchange(self, config: Experiment) -> dict[str, Any] | None:
        """One question and its answer; ``None`` where the process died."""
        if self._closed:
            return None
        process = self._process if self._process is not None and self._process.poll() is None else self._start()
        if process.stdin is None or process.stdout is None:
            return None
        self._count += 1
        question = {"id": self._count, "method": "inspect", "config": config.model_dump(mode="json")}
        try:
            process.stdin.write(json.dumps(question) + "\n")
            process.stdin.flush()
            reply = json.loads(process.stdout.readline() or "null")
        except (OSError, ValueError):
            reply = None
        return reply if isinstance(reply, dict) and reply.get("id") == self._count else None

    def _start(self) -> subprocess.Popen[str]:
        _end(self._process)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "qdiffgui.runs.inspector"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=environment(), text=True,
        )  # fmt: skip
        return self._process


def _end(process: subprocess.Popen[str] | None) -> None:
    if process is None:
        return
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()


def _key(config: Experiment) -> str:
    """Equal for equal answers: of a file of the user's, its date and size count as well."""
    path = getattr(config.data, "path", "")
    try:
        found = os.stat(path) if path else None
    except OSError:
        found = None
    return f"{config.digest()}-{found.st_mtime_ns}-{found.st_size}" if found else config.digest()
