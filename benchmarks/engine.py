"""Engine measurements for developers: against PennyLane, threads, depth and memory, first call of a new circuit.

    python benchmarks/engine.py [--sizes 4x256,8x256] [--rounds 5] [--json out.json]

Only ratios within one run mean anything on a shared machine.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import torch

from qdiffgui import engine
from qdiffgui.engine.benchmark import bench, build, layered_circuit, problem

ROOT = Path(__file__).resolve().parents[1]


def threads(n: int, batch: int, rounds: int) -> dict[str, float]:
    """Wall milliseconds of a training step on one and on two threads, in turn."""
    steps = {t: build(*problem(n, batch), threads=t) for t in (1, 2)}
    times: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(rounds + 1):
        for t, step in steps.items():
            started = time.perf_counter()
            step()
            times[t].append(time.perf_counter() - started)
    one, two = (statistics.median(times[t][1:]) * 1e3 for t in (1, 2))
    return {"qubits": n, "batch": batch, "one_ms": one, "two_ms": two, "speedup": one / two}


def first_gradient(n: int, layers: int, batch: int = 256) -> float:
    """Milliseconds from a quantum function never seen before to its first gradient, kernel loaded."""
    started = time.perf_counter()
    circuit = engine.compile(layered_circuit(n, layers), n_qubits=n, n_weights=2 * n * layers)
    weights = torch.rand(2 * n * layers, requires_grad=True)
    torch.autograd.grad(circuit.expval(["Z" * n], weights, psi=engine.haar_states(batch, n)).sum(), weights)
    return (time.perf_counter() - started) * 1e3


def peak_memory(layers: int) -> float:
    """Peak MiB of a process that trains 12 qubits, batch 256, at this depth."""
    code = f"import benchmarks.engine as b; print(b.train(12, 256, {layers}))"
    return float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT).stdout)


def train(n: int, batch: int, layers: int) -> float:
    """Three training steps; this process's peak MiB after them."""
    step = build(*problem(n, batch, layers))
    for _ in range(3):
        step()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
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
            f"{row.n_qubits:2d} qubits, batch {row.batch:4d}  {row.simulator:36s} {row.cpu_ms:10.3f} ms CPU"
            f"  {row.times_engine:7.1f} x  error {row.error:.0e}{'' if row.correct else '  WRONG'}"
        )
    report["bench"] = [row._asdict() for row in rows]
    report["threads"] = [threads(n, 256, options.rounds) for n in (8, 10)]
    first_gradient(2, 1)
    report["first_gradient_ms"] = {f"{n} qubits, {k} layers": first_gradient(n, k) for n, k in ((4, 6), (8, 6), (8, 12))}
    report["peak_memory_mib"] = {f"{k} layers": peak_memory(k) for k in (4, 64)}
    for key in ("threads", "first_gradient_ms", "peak_memory_mib"):
        print(key, report[key])
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(report, file, indent=1)


if __name__ == "__main__":
    main()
