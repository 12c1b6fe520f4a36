"""Engine measurements for developers: comparison with PennyLane, threads, depth and memory, first
call of a new circuit, startup.

    python benchmarks/engine.py [--sizes 4x256,8x256] [--rounds 5] [--json out.json]

On a shared machine, compare only numbers of the same run.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch

from qdiffgui import engine
from qdiffgui.engine.benchmark import bench, build, problem
from qdiffgui.engine.layered_circuit import layered_circuit

ROOT = Path(__file__).resolve().parents[1]
WARM = 40  # steps before timing: by then the engine knows whether helpers pay off


def threads(n: int, batch: int, rounds: int = 200) -> dict[str, float]:
    """Wall milliseconds of a training step on one and on two threads, in turn; a busy machine shows
    in the load.
    """
    steps = {t: build(*problem(n, batch), threads=t) for t in (1, 2)}
    times: dict[int, list[float]] = {1: [], 2: []}
    for number in range(rounds + WARM):
        for t in (1, 2) if number % 2 else (2, 1):
            started = time.perf_counter()
            steps[t]()
            times[t].append(time.perf_counter() - started)
    one, two = (statistics.median(times[t][WARM:]) * 1e3 for t in (1, 2))
    return {
        "qubits": n,
        "batch": batch,
        "one_ms": one,
        "two_ms": two,
        "speedup": one / two,
        "load": os.getloadavg()[0],
    }


def first_gradient(n: int, layers: int, batch: int = 256) -> dict[str, float]:
    """Milliseconds from a new quantum function to its first gradient, with the kernel loaded."""
    gc.collect()  # Python's own full collection, 0.2 s after all these imports, may fall anywhere
    wall, cpu = time.perf_counter(), time.process_time()
    circuit = engine.compile(layered_circuit(n, layers), n_qubits=n, n_weights=2 * n * layers)
    weights = torch.rand(2 * n * layers, requires_grad=True)
    torch.autograd.grad(
        circuit.expval(["Z" * n], weights, psi=engine.haar_states(batch, n)).sum(), weights
    )
    return {"wall": (time.perf_counter() - wall) * 1e3, "cpu": (time.process_time() - cpu) * 1e3}


def start(cache: str) -> float:
    """CPU seconds of a new process until the kernel is ready, with compiled code and measured costs
    kept in ``cache``.
    """
    code = (
        "import time; from qdiffgui import engine; t = time.process_time(); "
        "engine.warm_up(False); print(time.process_time() - t)"
    )
    env = {**os.environ, "NUMBA_CACHE_DIR": cache, "QDIFFGUI_CACHE": cache}
    return float(
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=env,
        ).stdout
    )


def peak_memory(layers: int) -> float:
    """Peak MiB of a process that trains 12 qubits, batch 256, at this depth."""
    code = f"import benchmarks.engine as b; print(b.train(12, 256, {layers}))"
    return float(
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT
        ).stdout
    )


def train(n: int, batch: int, layers: int) -> float:
    """Three training steps; this process's peak MiB after them."""
    step = build(*problem(n, batch, layers))
    for _ in range(3):
        step()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="4x256,6x256,8x64,8x256")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json")
    options = parser.parse_args()
    torch.set_num_threads(1)
    engine.warm_up(background=False, double=True)
    sizes = [(int(n), int(b)) for n, b in (s.split("x") for s in options.sizes.split(","))]
    report: dict[str, object] = {}
    rows = bench(sizes, options.rounds)
    for row in rows:
        print(
            f"{row.n_qubits:2d} qubits, batch {row.batch:4d}  {row.simulator:36s} "
            f"{row.cpu_ms:10.3f} ms CPU"
            f"  {row.times_engine:7.1f} x  error {row.error:.0e}{'' if row.correct else '  WRONG'}"
        )
    report["bench"] = [row._asdict() for row in rows]
    report["threads"] = [threads(n, 256) for n in (8, 10)]
    first_gradient(2, 1)
    report["first_gradient_ms"] = {
        f"{n} qubits, {k} layers": first_gradient(n, k) for n, k in ((4, 6), (8, 6), (8, 12))
    }
    report["peak_memory_mib"] = {f"{k} layers": peak_memory(k) for k in (4, 64)}
    with tempfile.TemporaryDirectory() as cache:
        report["start_cpu_s"] = {"first on an installation": start(cache), "later": start(cache)}
    for key in ("threads", "first_gradient_ms", "peak_memory_mib", "start_cpu_s"):
        print(key, report[key])
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(report, file, indent=1)


if __name__ == "__main__":
    main()
