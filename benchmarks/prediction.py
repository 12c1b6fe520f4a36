"""The error of the predicted training time: predicted against measured, on random configurations of
every model.

    python benchmarks/prediction.py [--n 20] [--seed 0] [--seconds 3] [--clock cpu|wall] [--json
    out.json]

Each configuration is a preset with random layers, steps, batch, width, loss and iterations, trained
by the real loop. Iterations are reduced until the predicted time is below ``--seconds``. The
prediction is the one that the app shows. ``cpu`` counts CPU time of this process and holds on a
busy machine; ``wall`` is the user's waiting time. The exit status is 1 if any error exceeds 30%.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch

from qdiffgui import catalog, engine
from qdiffgui.config import Experiment, override
from qdiffgui.errors import UserError
from qdiffgui.experiment.estimate import estimate
from qdiffgui.experiment.prepare import Prepared, build, prepare

BAR = 0.30
CLOCKS: dict[str, Callable[[], float]] = {"cpu": time.process_time, "wall": time.perf_counter}
LOSSES = {
    "quddpm": ("mmd", "wasserstein", "sinkhorn", "energy"),
    "qdt": ("mmd", "wasserstein"),
    "msquddpm": ("mmd", "wasserstein"),
}


@dataclass
class Row:
    """One configuration; seconds of the whole training."""

    preset: str
    family: str
    changes: list[str]
    predicted: float
    error: float
    measured: float

    @property
    def ratio(self) -> float:
        return self.predicted / self.measured


def draw(rng: np.random.Generator, preset: str) -> tuple[Experiment, list[str]]:
    """The preset with random layers, steps, batch, width, loss and iterations, if it has them."""
    config: Experiment = catalog.presets[preset].load()
    fields = type(config.model).model_fields
    schedule = getattr(config.model, "schedule", None)
    changes = [
        f"training.batch_size={rng.choice([32, 64, 128, 256])}",
        f"training.iterations={int(rng.integers(300, 1500))}",
    ]
    if "n_layers" in fields:
        changes.append(
            f"model.n_layers={max(1, round(config.model.n_layers * rng.uniform(0.4, 1.4)))}"
        )
    if schedule is not None and "n_early" not in type(schedule).model_fields:
        changes.append(f"model.schedule.n_steps={int(rng.integers(4, 30))}")
    if "n_parameters" in fields:
        changes.append(f"model.n_parameters={int(10 ** rng.uniform(2.3, 4.5))}")
    if (
        config.model.kind in ("quantum-denoiser", "latent")
        and getattr(config.model, "recipe", "re-uploading") == "re-uploading"
    ):
        changes.append(f"model.n_qubits={int(rng.integers(3, 9))}")
    if config.model.kind in LOSSES:
        changes.append(f"model.loss={rng.choice(LOSSES[config.model.kind])}")
    return override(config, changes), changes


def predict(config: Experiment, prepared: Prepared, clock: Callable[[], float]) -> Any:
    return estimate(build(config, prepared), prepared.train, clock=clock)


def measure(
    preset: str, rng: np.random.Generator, seconds: float, clock: Callable[[], float]
) -> Row:
    """Predict, reduce the iterations if needed, predict again, train."""
    config, changes = draw(rng, preset)
    prepared = prepare(config)
    found = predict(config, prepared, clock)
    if found.seconds > seconds:
        floor = 2 * len(build(config, prepared).phases())
        fitting = round(config.training.iterations * seconds / found.seconds)
        fewer = f"training.iterations={max(fitting, floor)}"
        changes = [c for c in changes if not c.startswith("training.iterations")] + [fewer]
        config = override(config, [fewer])
        found = predict(config, prepared, clock)
    model = build(config, prepared)
    model.fit(prepared.train)
    begun = clock()
    for i in range(model.n_steps):
        model.step(i)
    return Row(preset, config.model.kind, changes, found.seconds, found.error, clock() - begun)


def chosen(rng: np.random.Generator, n: int) -> list[str]:
    """``n`` presets, one of every model before any model repeats."""
    by_kind: dict[str, list[str]] = {}
    for key in rng.permutation(list(catalog.presets)):
        by_kind.setdefault(catalog.presets[str(key)].load().model.kind, []).append(str(key))
    rounds = [
        [keys[r % len(keys)] for keys in by_kind.values()] for r in range(n // len(by_kind) + 1)
    ]
    return [key for keys in rounds for key in keys][:n]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--clock", choices=sorted(CLOCKS), default="cpu")
    parser.add_argument("--json")
    options = parser.parse_args()
    torch.set_num_threads(1)
    engine.warm_up(background=False)
    rng = np.random.default_rng(options.seed)
    print(
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs; {options.clock} seconds: "
        "predicted, measured, ratio"
    )
    rows: list[Row] = []
    for preset in chosen(rng, options.n):
        try:
            row = measure(preset, rng, options.seconds, CLOCKS[options.clock])
        except UserError as error:
            print(f"{preset:28s} left out: {error}", flush=True)
            continue
        rows.append(row)
        print(
            (
                f"{row.preset:28s} {row.predicted:7.2f} ± {row.error:5.2f} {row.measured:7.2f} "
                f"{row.ratio:6.2f}  {' '.join(row.changes)}"
            ),
            flush=True,
        )
    off = [abs(row.ratio - 1) for row in rows]
    print(
        f"{sum(o <= BAR for o in off)} of {len(rows)} within {BAR:.0%}; median "
        f"{np.median(off):.1%}, worst {max(off):.1%}"
    )
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump([{**asdict(row), "ratio": row.ratio} for row in rows], file, indent=1)
    sys.exit(max(off) > BAR or len(rows) < options.n)


if __name__ == "__main__":
    main()
