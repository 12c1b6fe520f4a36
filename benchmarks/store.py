"""CPU time and memory of listing 2000 runs and of opening a run with a million losses.

    python benchmarks/store.py [--runs 2000] [--losses 1000000]

Prints JSON. The targets are 1 CPU s for ``qdiffgui runs``, 2 CPU s and 200 MB for the long run.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from qdiffgui import catalog, events
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore

_OPEN = """
import resource, sys
from qdiffgui.ui.live_run import LiveRun
from qdiffgui.runs.directory import RunDirectory
before = resource.getrusage(resource.RUSAGE_SELF)
live = LiveRun(RunDirectory(sys.argv[1]))
live.poll()
after = resource.getrusage(resource.RUSAGE_SELF)
print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1e3,
      len(live.losses[0]))
"""


def make_runs(root: Path, n_runs: int) -> None:
    """That many finished runs."""
    first = _finished(RunStore(root))
    content = {name: (first.path / name).read_bytes() for name in ("config.json", "status.json")}
    for number in range(1, n_runs):
        folder = root / f"20260101-{number:06d}-many"
        folder.mkdir()
        for name, data in content.items():
            (folder / name).write_bytes(data)


def make_long_run(root: Path, n_losses: int) -> RunDirectory:
    """A finished run with that many losses."""
    run = _finished(RunStore(root))
    with run.events_file.open("w") as stream:
        stream.write(events.header() + "\n")
        for step in range(1, n_losses + 1):
            event = events.Loss(
                step=step, seconds=step / 1000, loss=1 / step, grad_norm=2 / step, learning_rate=0.1
            )
            stream.write(events.to_json(event) + "\n")
    return run


def _finished(store: RunStore) -> RunDirectory:
    run = store.create(catalog.presets["quddpm-cluster-1q"].load())
    run.write(run.record().model_copy(update={"status": Status.DONE}))
    return run


def listing_seconds(root: Path) -> float:
    """CPU seconds of ``qdiffgui runs``, with its start."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "qdiffgui", "runs", "--runs", str(root)],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--losses", type=int, default=1_000_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        many, one = Path(folder) / "many", Path(folder) / "one"
        make_runs(many, given.runs)
        first, again = listing_seconds(many), listing_seconds(many)
        run = make_long_run(one, given.losses)
        done = subprocess.run(
            [sys.executable, "-c", _OPEN, str(run.path)],
            capture_output=True,
            text=True,
            check=True,
            env=dict(os.environ),
        )
        seconds, megabytes, shown = map(float, done.stdout.split())
        found = {
            "runs": given.runs,
            "first_listing_cpu_seconds": round(first, 2),
            "listing_cpu_seconds": round(again, 2),
            "losses": given.losses,
            "events_megabytes": round(run.events_file.stat().st_size / 1e6, 1),
            "opening_cpu_seconds": round(seconds, 2),
            "opening_megabytes": round(megabytes, 1),
            "losses_shown": int(shown),
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
