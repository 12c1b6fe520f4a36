"""The one way in which tests wait: until a condition holds, never for a fixed time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

DEADLINE = 300.0
"""Seconds. Generous: a busy machine only makes a test slow, never red."""


def wait_for(
    condition: Callable[[], Any],
    what: str = "the condition",
    *,
    seconds: float = DEADLINE,
    meanwhile: Callable[[float], Any] = time.sleep,
    interval: float = 0.01,
) -> float:
    """Poll ``condition`` until it is true; fail the test after ``seconds``.

    Parameters
    ----------
    condition
        Called again and again; waiting ends when it returns something true.
    what
        What is waited for, for the message of a failure.
    seconds
        The deadline.
    meanwhile
        Called with ``interval`` between two polls: ``time.sleep``, or what lets an event loop work.
    interval
        Seconds between two polls.

    Returns
    -------
    float
        Processor seconds that this process used meanwhile, which a busy machine does not change.
    """
    begun, used = time.monotonic(), time.process_time()
    while not condition():
        if time.monotonic() - begun > seconds:
            raise AssertionError(f"waited {seconds:g} s in vain for {what}")
        meanwhile(interval)
    return time.process_time() - used
