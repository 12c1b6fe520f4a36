"""A large ROOT file of jets, read in slices: time and memory.

    python -m benchmarks.root_file [--gigabytes 2] [--kind tree] [--folder DIR] [--json out.json]

Writes a TTree or RNTuple of jagged branches with random jets by uproot (kept if it is there), and
reads it in a process of its own: ``qdiffgui check-data`` of samples spread over it, and loading 200
000 jets as training does. Exit status 1 if a process needs 1 GB of memory or more.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

BAR = 1e9
"""Bytes of resident memory."""
_JETS = 50_000
_READ = """
import resource, sys, time
from qdiffgui.config.data import JetFile
from qdiffgui.data.describe import describe
from qdiffgui.data.files import load_file
begun = time.process_time()
if sys.argv[2] == "check":
    n = describe(sys.argv[1]).n_checked
else:
    n = len(load_file(JetFile(path=sys.argv[1], n_jets=200_000)))
peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(n, time.process_time() - begun, peak)
"""


def write(path: Path, size: float, kind: str) -> None:
    """Jets of 20 to 80 particles until the file has ``size`` bytes."""
    import awkward as ak
    import uproot

    rng = np.random.default_rng(0)
    names = ("part_px", "part_py", "part_pz", "part_energy")
    types = dict.fromkeys(names, "var * float32") | {"label": "int8"}
    with uproot.recreate(path) as file:
        tree = file.mktree("jets", types) if kind == "tree" else None
        while path.stat().st_size < size:
            counts = rng.integers(20, 80, _JETS)
            momentum = rng.normal(0, 10, (3, counts.sum())).astype(np.float32)
            energy = np.sqrt((momentum**2).sum(axis=0) + 0.02)
            columns = dict(zip(names, (*momentum, energy)))
            rows = {name: ak.unflatten(values, counts) for name, values in columns.items()}
            rows["label"] = (np.arange(_JETS) % 2).astype(np.int8)
            if tree is None:
                tree = file.mkrntuple("jets", rows)
            else:
                tree.extend(rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=2.0)
    parser.add_argument("--kind", choices=("tree", "ntuple"), default="tree")
    parser.add_argument("--folder", type=Path, default=Path())
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    path = asked.folder / f"jets-{asked.kind}-{asked.gigabytes:g}GB.root"
    if not path.exists():
        begun = time.monotonic()
        write(path, 1e9 * asked.gigabytes, asked.kind)
        print(f"Wrote {path} in {time.monotonic() - begun:.0f} s.")
    rows = []
    for what in ("check", "load"):
        answer = subprocess.run(
            [sys.executable, "-c", _READ, str(path), what],
            capture_output=True,
            text=True,
            check=True,
        )
        n, seconds, peak = map(float, answer.stdout.split())
        rows.append({"what": what, "jets": n, "cpu_seconds": seconds, "peak_bytes": peak})
        print(
            f"{what}: {n:,.0f} jets, {seconds:.1f} CPU s, peak memory {peak / 1e6:,.0f} MB, "
            f"{'met' if peak < BAR else 'MISSED'}"
        )
    if asked.json:
        facts = {"file": path.name, "bytes": path.stat().st_size, "rows": rows}
        asked.json.write_text(json.dumps(facts, indent=2))
    return int(any(row["peak_bytes"] >= BAR for row in rows))


if __name__ == "__main__":
    sys.exit(main())
