"""Measure the overhead of a sweep over its training runs, and the speedup with more workers.

    python benchmarks/sweep.py [--runs 24] [--workers 1 2] [--iterations 1500] [--rounds 1] [--json
    out.json]

Each row is one sweep of equal training runs on a new local cluster. Throughput counts from the
start of the first run to the end of the last one, without the start of the processes and the first
run of each (imports, compiled kernels). Overhead is the time of a worker between two training runs:
files, Dask, the client. Run this on an idle machine: busy workers cannot use more than all cores.
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
from qdiffgui.studies.sweep import directory
from qdiffgui.studies.sweep.drive import drive
from qdiffgui.studies.sweep.plan import list_points, make_plan


@dataclass(frozen=True)
class Row:
    """One sweep. Seconds are wall-clock time; ``overhead_ms`` is the median over consecutive runs
    on the same worker.
    """

    workers: int
    runs: int
    seconds: float
    runs_a_second: float
    overhead_ms: float
    speed_up: float = 1.0


def settings(iterations: int) -> Experiment:
    """A small training without previews or checkpoints."""
    return parse(
        {
            "data": {"kind": "digits"},
            "representation": {"kind": "image"},
            "model": {
                "kind": "ddpm",
                "n_parameters": 300,
                "schedule": {"kind": "cosine", "n_steps": 4},
            },
            "training": {
                "iterations": iterations,
                "batch_size": 16,
                "preview_seconds": 3600,
                "checkpoint_seconds": 3600,
            },
            "evaluation": {"n_generated": 100},
        }
    )


def measure(workers: int, runs: int, iterations: int) -> Row:
    """Run one sweep of ``runs`` training runs on ``workers`` processes."""
    with tempfile.TemporaryDirectory() as folder:
        plan = make_plan(settings(iterations), [f"seed=0..{runs - 1}"])
        sweep = directory.create(plan, list_points(plan), Path(folder))
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
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
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
                f"{row.workers} workers: {row.runs} runs in {row.seconds:.1f} s, "
                f"{row.runs_a_second:.3f} per second, overhead {row.overhead_ms:.0f} ms per run, "
                f"speedup {row.speed_up:.2f}",
                flush=True,
            )
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(row) for row in rows], indent=1))


if __name__ == "__main__":
    main()
