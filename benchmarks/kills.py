"""Kill the processes that train runs with ``kill -9`` at random instants, resume them, and compare
their histories with that of a run that was never killed.

    python benchmarks/kills.py [--kills 200] [--in-checkpoints 40] [--minutes 60]

The processes are forked from this one, which has imported everything, and run the code of
``qdiffgui.runs.worker``. Each run is killed once or twice, then resumed to its end. Of the kills,
some happen while a checkpoint is written: a hook ends the process right after the partial file, or
right before it is renamed. Exit status 1 if a history or a model differs, or a file is left over.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from qdiffgui.config import Experiment, parse
from qdiffgui.data import atomic
from qdiffgui.data.hdf5 import read_tree
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
    identical: int = 0
    other_histories: int = 0
    other_models: int = 0
    leftovers: int = 0
    not_done: int = 0


def history(run: RunDirectory) -> list[str]:
    """All events but previews and the clock."""
    kept = (event.model_dump(exclude={"seconds", "eta"}) for event in read_events(run))
    return [json.dumps(event) for event in kept if event["type"] in ("loss", "done")]


def leftovers(run: RunDirectory, expected: RunDirectory) -> list[str]:
    """Files that a run which was never killed does not have."""
    return sorted({path.name for path in run.path.iterdir()} - set(os.listdir(expected.path)))


def same_model(run: RunDirectory, expected: RunDirectory) -> bool:
    """Whether the trained weights are equal, to the last bit."""
    with h5py.File(run.model_file) as mine, h5py.File(expected.model_file) as theirs:
        one, other = read_tree(mine["weights"]), read_tree(theirs["weights"])
    return one.keys() == other.keys() and all(
        np.array_equal(one[name], other[name], equal_nan=True) for name in one
    )


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
        usual = set(os.listdir(folder))
        while found.kills < kills and time.monotonic() < end:
            run, left = _create(store, config), chance.choice((1, 1, 2))
            while run.state().status != Status.DONE:
                more = found.kills < kills and left > 0
                hook = found.in_checkpoints < in_checkpoints and found.kills % 3 == 0
                number = chance.randint(1, 6) if hook and more else 0
                if train(run, chance.uniform(0, 0.9 * lasts) if more else None, number):
                    found.kills += 1
                    left -= 1
                    found.in_checkpoints += bool(number)
                elif run.state().status not in (Status.DONE, Status.INTERRUPTED):
                    found.not_done += 1
                    break
            found.runs += 1
            is_done = run.state().status == Status.DONE
            found.other_histories += history(run) != expected
            found.other_models += is_done and not same_model(run, reference)
            found.leftovers += bool(leftovers(run, reference))
            found.identical += is_done and history(run) == expected and same_model(run, reference)
            print(json.dumps(asdict(found)), file=sys.stderr, flush=True)
        found.leftovers += bool(
            set(os.listdir(folder)) - usual - {run.id for run in store.directories()}
        )
    return found


def _create(store: RunStore, config: Experiment) -> RunDirectory:
    return store.create(config, claimed=False)


def main() -> int:
    """Print the counts as JSON, and after each run on standard error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--in-checkpoints", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=60)
    given = parser.parse_args()
    found = measure(given.kills, given.in_checkpoints, given.minutes * 60)
    print(json.dumps(asdict(found)))
    return int(found.identical != found.runs or found.leftovers > 0)


if __name__ == "__main__":
    sys.exit(main())
