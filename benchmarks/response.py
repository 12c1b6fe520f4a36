"""Measure how fast a training answers to pause, resume and cancel.

    python benchmarks/response.py [--rounds 5] [--preset quddpm-cluster-1q]

The training runs in a thread of this process. The target is 0.3 s for each answer. Run this on an
idle machine.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from qdiffgui import catalog
from qdiffgui.config import Experiment, override
from qdiffgui.runs import commands
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.runs.train import train_run

TARGET = 0.3
_POLL = 0.005


@dataclass(frozen=True)
class Row:
    """Median wall-clock times to answer, in seconds."""

    preset: str
    pause: float
    resume: float
    cancel: float


def measure(preset: str, rounds: int) -> Row:
    """Pause and resume a training ``rounds`` times, then cancel it; once for each round."""
    base: Experiment = catalog.presets[preset].load()
    config = override(base, ["training.iterations=100000"])
    times: dict[str, list[float]] = {"pause": [], "resume": [], "cancel": []}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            run = RunStore(folder).create(config)
            thread = threading.Thread(target=train_run, args=(run,))
            thread.start()
            _wait(run, lambda state: state.step > 0)
            for name, command, status in (
                ("pause", commands.pause, Status.PAUSED),
                ("resume", commands.unpause, Status.RUNNING),
                ("cancel", commands.cancel, Status.CANCELLED),
            ):
                begun = time.perf_counter()
                command(run)
                _wait(run, lambda state, status=status: state.status == status)
                times[name].append(time.perf_counter() - begun)
            thread.join()
    return Row(preset, *(statistics.median(times[name]) for name in ("pause", "resume", "cancel")))


def _wait(run: RunDirectory, condition: Callable[..., bool]) -> None:
    while not condition(run.record()):
        time.sleep(_POLL)


def main() -> None:
    """Print the times of one preset."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--preset", default="quddpm-cluster-1q")
    arguments = parser.parse_args()
    row = measure(arguments.preset, arguments.rounds)
    print(f"{row.preset}: pause {row.pause:.2f} s, resume {row.resume:.2f} s, ", end="")
    print(f"cancel {row.cancel:.2f} s (target: {TARGET} s)")


if __name__ == "__main__":
    main()
