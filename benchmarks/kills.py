"""Kill the processes that train runs with ``kill -9`` at random instants, resume them, and compare
their histories with that of a run that was never killed.

    python benchmarks/kills.py [--kills 200] [--in-checkpoints 20] [--minutes 10]

The processes are forked from this one, which has imported everything, and run the code of
``qdiffgui.runs.worker``. Of the kills, some happen while a checkpoint is written: a hook ends the
process right after the partial file, or right before it is renamed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qdiffgui.config import Experiment, parse
from qdiffgui.data import atomic
from qdiffgui.runs import worker
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.follow import read_events
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore

SETTINGS: dict[str, Any] = {
    "data": {"kind": "cluster", "n_states": 40},
    "representation": {"kind": "state"},
    "model": {
        "kind": "quddpm",
        "n_layers": 1,
        "loss": "mmd",
        "schedule": {"kind": "linear-angles", "n_steps": 3},
    },
    "training": {
        "iterations": 150,
        "batch_size": 8,
        "preview_seconds": 0.2,
        "checkpoint_seconds": 0.03,
    },
    "evaluation": {"n_generated": 20},
}


@dataclass
class Kills:
    """What was killed, and what differed afterwards."""

    kills: int = 0
    in_checkpoints: int = 0
    runs: int = 0
    other_histories: int = 0
    leftovers: int = 0
    not_done: int = 0


def history(run: RunDirectory) -> list[str]:
    """All events but previews and the clock."""
    kept = (event.model_dump(exclude={"seconds", "eta"}) for event in read_events(run))
    return [json.dumps(event) for event in kept if event["type"] in ("loss", "done")]


def leftovers(run: RunDirectory) -> list[str]:
    """Partly written files."""
    return [path.name for path in run.path.iterdir() if path.name.startswith(".")]


def train(run: RunDirectory, kill_after: float | None, in_checkpoint: int) -> bool:
    """Train or resume in a forked process; returns whether it was killed.

    It is killed after ``kill_after`` seconds, or in the checkpoint of that number (0: in none).
    """
    pid = os.fork()
    if not pid:
        try:
            if in_checkpoint:
                _kill_in_checkpoint(in_checkpoint)
            worker._train(run.path, threading.Event(), [])
        finally:
            os._exit(0)
    if kill_after is not None and not in_checkpoint:
        time.sleep(kill_after)
        os.kill(pid, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def _kill_in_checkpoint(number: int) -> None:
    """End this process in its checkpoint of that number, before or after the partial file is on
    the disk."""
    replace, left = os.replace, number

    def killed(source: str, target: Path) -> None:
        nonlocal left
        if Path(target).name == "checkpoint.h5":
            left -= 1
            if not left:
                if number % 2:
                    os.truncate(source, os.path.getsize(source) // 2)
                os.kill(os.getpid(), signal.SIGKILL)
        replace(source, target)

    atomic.os.replace = killed  # type: ignore[assignment]


def measure(kills: int, in_checkpoints: int, seconds: float, seed: int = 0) -> Kills:
    """Kill and resume until all kills are done or the time is over."""
    import qdiffgui.experiment  # noqa: F401
    from qdiffgui.engine import warm_up

    warm_up(background=False)  # a fork while another thread compiles would wait forever
    chance, found, end = random.Random(seed), Kills(), time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        store, config = RunStore(folder), parse(SETTINGS)
        begun = time.monotonic()
        reference = _create(store, config)
        train(reference, None, 0)
        lasts, expected = time.monotonic() - begun, history(reference)
        while found.kills < kills and time.monotonic() < end:
            run = _create(store, config)
            while run.state().status != Status.DONE:
                hook = found.in_checkpoints < in_checkpoints and found.kills % 3 == 0
                more = found.kills < kills
                number = chance.randint(1, 4) if hook and more else 0
                if train(run, chance.uniform(0, 0.7 * lasts) if more else None, number):
                    found.kills += 1
                    found.in_checkpoints += bool(number)
                elif run.state().status not in (Status.DONE, Status.INTERRUPTED):
                    found.not_done += 1
                    break
            found.runs += 1
            found.other_histories += history(run) != expected
            found.leftovers += bool(leftovers(run))
    return found


def _create(store: RunStore, config: Experiment) -> RunDirectory:
    return store.create(config, claimed=False)


def main() -> None:
    """Print the counts as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--in-checkpoints", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=10)
    given = parser.parse_args()
    print(json.dumps(asdict(measure(given.kills, given.in_checkpoints, given.minutes * 60))))


if __name__ == "__main__":
    main()
