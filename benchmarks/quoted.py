"""The values that docs/RESULTS.md quotes most, once from a run's own report and once by ``qdiffgui
evaluate FILE --against FILE`` on files of its samples and of its held-out and training data.

python benchmarks/quoted.py > quoted.md
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import qdiffgui
from qdiffgui.data.save import save_physical
from qdiffgui.evaluation.number_format import format_with_error
from qdiffgui.experiment import prepare


class Quoted(NamedTuple):
    """A value of docs/RESULTS.md: the preset, and the column of its report."""

    preset: str
    column: str


FIGURES = (
    Quoted("jets-observables-quantum", "auc"),
    Quoted("jets-observables-mlp", "auc"),
    Quoted("jets-observables-quantum-plain", "auc"),
    Quoted("jets-radial-masked", "w1:width"),
    Quoted("jets-maps-made", "w1:mass"),
)
CLASS = "gluon"


def cells(report: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    """Row key -> values of a class."""
    return {row["key"]: row["values"] for row in report["rows"] if row["class"] == name}


def measure(quoted: Quoted, folder: Path, seed: int) -> list[str]:
    """One line of the table for each of the run's model and floor."""
    config = qdiffgui.preset(quoted.preset, seed=seed)
    run = qdiffgui.train(config, runs=folder / "runs")
    own = cells(qdiffgui.evaluate(run), CLASS)
    prepared = prepare(config)
    files = {}
    for side in ("train", "test"):
        encoded = getattr(prepared, side)
        content = prepared.representation.decode(encoded.x, encoded.label)
        files[side] = folder / f"{quoted.preset}-{side}.h5"
        save_physical(files[side], content)
    generated = folder / f"{quoted.preset}-generated.h5"
    n = config.evaluation.n_generated
    save_physical(generated, qdiffgui.load(run.model_file).sample(n, label=CLASS, seed=1000 + seed))
    report = qdiffgui.compare(generated, files["test"], train=files["train"], n=n, label=CLASS)
    other = cells(report, CLASS)
    return [
        f"| {quoted.preset} | {quoted.column} | {label} | "
        f"{format_with_error(own[row][quoted.column])} | "
        f"{format_with_error(other[row][quoted.column])} |"
        for row, label in (("model", "model"), ("floor", "floor"))
    ]


def main() -> None:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    print(f"Commit {commit}, seed {seed}, {CLASS} jets.\n")
    print("| preset | metric | row | report of the run | file against file |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for quoted in FIGURES:
            print("\n".join(measure(quoted, Path(folder), seed)), flush=True)


if __name__ == "__main__":
    main()
