"""Measure what a sweep costs beside its trainings, and how well it uses more than one worker.

    python benchmarks/sweep.py [--runs 24] [--workers 1 2] [--iterations 1500] [--rounds 1] [--json out.json]

Each row is one sweep of equal trainings on a local cluster, started anew. ``throughput`` counts from the first run's start to the last
one's end, without the start of the processes, whose first run each (imports, compiled kernels) is left out. ``overhead`` is what a worker
spends between the end of a training and the start of its next one: the files of the run, Dask, the client. Only an idle machine tells
anything: the sum over workers of busy time cannot exceed the cores.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from qdiffgui.config import Experiment, parse
from qdiffgui.runs.record import RunState
from qdiffgui.sweeps import directory
from qdiffgui.sweeps.drive import drive
from qdiffgui.sweeps.plan import make_plan, points


@dataclass(frozen=True)
class Row:
    """One sweep. Seconds are wall-clock time; ``overhead_ms`` is the median over pairs of runs that followed each other on a worker."""

    workers: int
    runs: int
    seconds: float
    runs_a_second: float
    overhead_ms: float
    speed_up: float = 1.0


def settings(iterations: int) -> Experiment:
    """A small training without previews or checkpoints in between."""
    return parse({
        "data": {"kind": "digits"}, "representation": {"kind": "image"},
        "model": {"kind": "ddpm", "n_parameters": 300, "schedule": {"kind": "cosine", "n_steps": 4}},
        "training": {"iterations": iterations, "batch_size": 16, "preview_seconds": 3600, "checkpoint_seconds": 3600},
        "evaluation": {"n_generated": 100},
    })  # fmt: skip


def measure(workers: int, runs: int, iterations: int) -> Row:
    """Run one sweep of ``runs`` trainings on ``workers`` processes."""
    with tempfile.TemporaryDirectory() as folder:
        plan = make_plan(settings(iterations), [f"seed=0..{runs - 1}"])
        sweep = directory.create(plan, points(plan), Path(folder))
        begun = time.monotonic()
        found = drive(sweep, workers=workers)
        seconds = time.monotonic() - begun
        if found["done"] != runs:
            raise SystemExit(f"{runs - found['done']} of {runs} runs did not end well")
        return _row(workers, runs, seconds, list(sweep.states().values()))


def _row(workers: int, runs: int, seconds: float, states: list[RunState]) -> Row:
    by_worker: dict[int, list[RunState]] = {}
    for state in states:
        by_worker.setdefault(state.owner.pid if state.owner else 0, []).append(state)
    gaps, warm = [], []
    for mine in by_worker.values():
        mine.sort(key=lambda state: state.started or 0)
        gaps += [(b.started or 0) - (a.ended or 0) for a, b in itertools.pairwise(mine)]
        warm += mine[1:]
    first, last = min(s.started or 0 for s in warm), max(s.ended or 0 for s in warm)
    return Row(workers, runs, seconds, len(warm) / (last - first), 1000 * statistics.median(gaps))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=24)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--iterations", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    rows: list[Row] = []
    for _ in range(chosen.rounds):
        for workers in chosen.workers:
            row = measure(workers, chosen.runs, chosen.iterations)
            base = next((r for r in rows if r.workers == chosen.workers[0]), row)
            row = Row(**{**asdict(row), "speed_up": row.runs_a_second / base.runs_a_second})
            rows.append(row)
            print(
                f"{row.workers} workers: {row.runs} runs in {row.seconds:.1f} s, {row.runs_a_second:.3f} a second, "
                f"overhead {row.overhead_ms:.0f} ms a run, {row.speed_up:.2f} times as fast",
                flush=True,
            )
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(row) for row in rows], indent=1))


if __name__ == "__main__":
    main()
