"""Time training and sampling of every preset with the torch back-end ("before") and with the engine
("after").

    python benchmarks/models.py [PRESET ...] [--rounds 7] [--steps 5] [--samples 1000] [--threads 1]
    [--json out.json]

Prints one row per preset: CPU milliseconds of a training step (median over rounds, data included)
and CPU seconds of 1000 samples, both ways if the model has a simulator to choose, and their ratio.
Every step is that of a training from its beginning, with the same seeds and data. On a shared
machine, only ratios within one run are meaningful.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import torch

from qdiffgui import catalog, engine
from qdiffgui.config import Experiment, override
from qdiffgui.errors import UserError
from qdiffgui.experiment.prepare import build, prepare
from qdiffgui.models.base import DiffusionModel

BEFORE, AFTER = "torch", "auto"
WARM = 2


@dataclass
class Row:
    """One preset. Times are None if there is no simulator to choose (before) or the preset cannot
    be timed.
    """

    preset: str
    family: str
    n_parameters: int = 0
    step_before_ms: float | None = None
    step_after_ms: float | None = None
    samples_before_s: float | None = None
    samples_after_s: float | None = None
    loss_difference: float | None = None
    error: str = ""

    @property
    def step_ratio(self) -> float | None:
        return _ratio(self.step_before_ms, self.step_after_ms)

    @property
    def samples_ratio(self) -> float | None:
        return _ratio(self.samples_before_s, self.samples_after_s)


def _ratio(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else before / after


class Candidate:
    """A preset with one simulator, trained step by step."""

    def __init__(self, config: Experiment) -> None:
        prepared = prepare(config)
        self.model: DiffusionModel = build(config, prepared)
        self.model.fit(prepared.train)
        self.step = 0
        self.losses: list[float] = []
        self.step_ms: list[float] = []
        self.sample_s: list[float] = []

    def train(self, steps: int) -> None:
        """Train for ``steps`` steps, from the beginning again at the end."""
        for _ in range(steps):
            self.losses.append(self.model.step(self.step % self.model.n_steps).loss)
            self.step += 1


def ways(config: Experiment, threads: int) -> dict[str, Experiment]:
    """The experiment "after", and "before" if the model has a simulator to choose."""
    config = override(config, [f"training.threads={threads}"])
    if "backend" not in type(config.model).model_fields:
        return {"after": config}
    return {
        "before": override(config, [f"model.backend={BEFORE}"]),
        "after": override(config, [f"model.backend={AFTER}"]),
    }


def measure(key: str, rounds: int, steps: int, samples: int, threads: int) -> Row:
    """Time one preset; the row says why if it cannot be built."""
    config = catalog.presets[key].load()
    row = Row(key, config.model.kind)
    try:
        candidates = {name: Candidate(way) for name, way in ways(config, threads).items()}
    except UserError as error:
        row.error = str(error)
        return row
    for candidate in candidates.values():
        candidate.train(WARM)
        candidate.model.sample(16, None, seed=0)
    for number in range(rounds):
        order = list(candidates.values())
        for candidate in order if number % 2 else reversed(order):
            candidate.step_ms.append(cpu(lambda c=candidate: c.train(steps)) * 1e3 / steps)
            if number < max(1, rounds // 2):
                candidate.sample_s.append(
                    cpu(lambda c=candidate: c.model.sample(samples, None, seed=1)) * 1000 / samples
                )
    row.n_parameters = candidates["after"].model.n_parameters
    row.step_after_ms, row.samples_after_s = medians(candidates["after"])
    if "before" in candidates:
        row.step_before_ms, row.samples_before_s = medians(candidates["before"])
        row.loss_difference = max(
            abs(a - b) for a, b in zip(*(c.losses[:WARM] for c in candidates.values()), strict=True)
        )
    return row


def medians(candidate: Candidate) -> tuple[float, float]:
    return statistics.median(candidate.step_ms), statistics.median(candidate.sample_s)


def cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def shown(row: Row) -> str:
    if row.error:
        return f"{row.preset:34s} {row.family:18s} left out: {row.error}"

    def cell(value: float | None, form: str) -> str:
        return format("-" if value is None else format(value, form), ">9s")

    return (
        f"{row.preset:34s} {row.family:18s} {row.n_parameters:7d}"
        f" {cell(row.step_before_ms, '.2f')} {cell(row.step_after_ms, '.2f')} "
        f"{cell(row.step_ratio, '.1f')}"
        f" {cell(row.samples_before_s, '.3f')} {cell(row.samples_after_s, '.3f')} "
        f"{cell(row.samples_ratio, '.1f')}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("presets", nargs="*", help="default: all presets")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--steps", type=int, default=5, help="training steps per round")
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    engine.warm_up(background=False)
    print(
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs; ms per training step and s for "
        "1000 samples: before, after, ratio"
    )
    rows = []
    for key in options.presets or catalog.presets:
        row = measure(key, options.rounds, options.steps, options.samples, options.threads)
        rows.append(
            {**asdict(row), "step_ratio": row.step_ratio, "samples_ratio": row.samples_ratio}
        )
        print(shown(row), flush=True)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)
    sys.exit(any(row["error"] for row in rows))


if __name__ == "__main__":
    main()
