"""Generate samples in a helper process, without blocking the page.

A new request replaces the previous one, and a request can be cancelled.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qdiffgui.background.helper import HelperProcess

IDLE = 120.0


@dataclass(frozen=True)
class GenerationUpdate:
    """Progress of a request, or its end.

    Attributes
    ----------
    fraction : float
        How much is done, 0 to 1.
    activity : str
        What is being done.
    result : dict, optional
        See ``experiment.generate.generate``.
    error : str
        The message of a request that failed.
    """

    fraction: float = 1.0
    activity: str = ""
    result: dict[str, Any] | None = None
    error: str = ""

    @property
    def ended(self) -> bool:
        """Whether the request has been answered."""
        return self.result is not None or bool(self.error)


Callback = Callable[[GenerationUpdate], None]


class Generator:
    """A client with a helper process of its own; see ``background.inspector``.

    The process starts with the first request and ends after ``idle`` seconds without one.
    """

    def __init__(self, idle: float = IDLE) -> None:
        self._helper = HelperProcess()
        self._idle = idle
        self._serial = 0
        self._working = threading.Lock()
        self._timer: threading.Timer | None = None

    def request(
        self, run: Path, settings: Mapping[str, Any], target: Path, callback: Callback
    ) -> None:
        """Generate samples from the model of a run. Returns at once.

        Parameters
        ----------
        run : Path
            The folder of the run.
        settings : mapping
            Fields of ``experiment.generate.SamplingRequest``.
        target : Path
            The file to write the samples to.
        callback : callable
            Called from a background thread with each ``GenerationUpdate``, until ``cancel`` or the
            next request.
        """
        if self._working.locked():
            self.cancel()
        self._serial += 1
        question = {
            "method": "generate",
            "run": str(run),
            "asked": dict(settings),
            "file": str(target),
        }
        arguments = (self._serial, question, callback)
        threading.Thread(
            target=self._work, args=arguments, daemon=True, name="qdiffgui-generate"
        ).start()

    def cancel(self) -> None:
        """Cancel the current request at once."""
        self._serial += 1
        self._helper.end()

    def close(self) -> None:
        """End the process."""
        self._stop_timer()
        self.cancel()

    def _work(self, serial: int, question: Mapping[str, Any], callback: Callback) -> None:
        def progress(fraction: float, activity: str) -> None:
            if serial == self._serial:
                callback(GenerationUpdate(fraction, activity))

        with self._working:
            if serial != self._serial:
                return
            self._stop_timer()
            reply = self._helper.ask(question, progress)
            self._start_timer()
        if serial != self._serial:
            return
        if reply is None:
            callback(
                GenerationUpdate(
                    error=(
                        "The sampling process ended unexpectedly: try again, perhaps with fewer "
                        "samples."
                    )
                )
            )
        else:
            error = str(reply.get("error", ""))
            callback(GenerationUpdate(result=reply.get("result"), error=error))

    def _start_timer(self) -> None:
        self._timer = threading.Timer(self._idle, self._end_idle_process)
        self._timer.daemon = True
        self._timer.start()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _end_idle_process(self) -> None:
        if self._working.acquire(blocking=False):
            self._helper.end()
            self._working.release()
