"""Train presets with several seeds and print their reports, mean ± standard deviation, with the
floor and trivial generators.

python benchmarks/quality.py --seeds 3 --jobs 2 jets-observables-quantum jets-observables-mlp >
quality.json
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np


def run(key: str, seed: int, settings: tuple[str, ...]) -> dict[str, Any]:
    """Train one preset with one seed; returns the rows of its report and the times."""
    import torch
    from threadpoolctl import threadpool_limits

    from qdiffgui import catalog
    from qdiffgui.config import override
    from qdiffgui.experiment import Session

    torch.set_num_threads(1)
    threadpool_limits(1)
    session = Session(override(catalog.presets[key].load(), [f"seed={seed}", *settings]))
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in session.events():
        pass
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {
        "preset": key,
        "seed": seed,
        "training_seconds": session.seconds,
        "seconds": wall,
        "cpu_seconds": cpu,
        "n_parameters": session.model.n_parameters,
        "rows": session.report()["rows"],
        "verdict": session.report()["verdict"],
    }


def table(results: list[dict[str, Any]]) -> dict[str, Any]:
    """Preset, class, generator, column -> [mean, standard deviation] over the seeds."""
    cells: dict[tuple[str, str, str, str], list[float]] = {}
    for result in results:
        for row in result["rows"]:
            for column, cell in row["values"].items():
                if cell is not None:
                    cells.setdefault(
                        (result["preset"], row["class"], row["key"], column), []
                    ).append(cell["value"])
    return {
        "/".join(key): [round(float(np.mean(v)), 5), round(float(np.std(v)), 5)]
        for key, v in cells.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="+")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], dest="settings")
    options = parser.parse_args()
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        jobs = [
            pool.submit(run, key, seed, tuple(options.settings))
            for key in options.presets
            for seed in range(options.seeds)
        ]
        results = []
        for job in jobs:
            results.append(job.result())
            last = results[-1]
            print(
                (
                    f"{last['preset']} seed {last['seed']}: {last['seconds']:.0f} s, "
                    f"{last['verdict'][0]}"
                ),
                file=sys.stderr,
                flush=True,
            )
    print(json.dumps({"table": table(results), "runs": results}, indent=1))


if __name__ == "__main__":
    main()
