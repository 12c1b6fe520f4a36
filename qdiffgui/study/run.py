"""A study from configuration to result, as a stream: stages while it works, the study at the end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qdiffgui.config import Experiment
from qdiffgui.experiment.prepare import prepare
from qdiffgui.model_file import versions
from qdiffgui.runs.store import RunStore
from qdiffgui.scaling import Static, static
from qdiffgui.scaling.axes import AXES
from qdiffgui.scaling.landscape import Gradients, gradients_along
from qdiffgui.scaling.measured import Along, along, circuit_times
from qdiffgui.study.quality import JUDGES, Score, train, trials
from qdiffgui.study.trainability import Decay, Reach, Slices, of_ansaetze, of_circuits, of_ensembles, of_landscape

_CIRCUIT_WIDTHS = (2, 4, 6, 7, 8, 9, 10, 11, 12)
_DRAWS, _ENSEMBLE_DRAWS, _MODEL_DRAWS, _PAIRS = 200, 48, 10, 2000


@dataclass(frozen=True)
class Stage:
    """What is being done; ``share`` of the whole, 0 to 1, about."""

    text: str
    share: float


@dataclass(frozen=True)
class Study:
    """All of it. ``seconds`` : CPU seconds that the study took, by part; ``notes`` : what was left out and why."""

    name: str
    config: Experiment
    n_seeds: int
    effort: float
    static: Static
    timings: tuple[Along, ...]
    circuit: Along | None
    decays: tuple[Decay, ...]
    gradients: tuple[Gradients, ...]
    reaches: tuple[Reach, ...]
    slices: Slices | None
    scores: tuple[Score, ...]
    judge: str
    seconds: dict[str, float]
    about: dict[str, Any]
    notes: tuple[str, ...]

    def off(self, value: float) -> float:
        """How far a score is from the best: an AUC from .5, a distance from 0."""
        return abs(value - 0.5) if self.judge == JUDGES["auc"] else value

    def plain(self) -> dict[str, Any]:
        """All of it as JSON."""
        from qdiffgui.study.words import sentences

        parts = ("timings", "decays", "gradients", "reaches", "scores")
        return {
            "name": self.name, "config": self.config.model_dump(mode="json"), "n_seeds": self.n_seeds, "effort": self.effort,
            "verdict": list(sentences(self)), "static": self.static.plain(),
            **{part: [item.plain() for item in getattr(self, part)] for part in parts},
            "circuit": None if self.circuit is None else self.circuit.plain(),
            "slices": None if self.slices is None else self.slices.plain(),
            "judge": self.judge, "seconds": self.seconds, "about": self.about, "notes": list(self.notes),
        }  # fmt: skip


def study(name: str, config: Experiment, store: RunStore, *, effort: float = 1.0, n_seeds: int = 3) -> Iterator[Stage | Study]:
    """Stages, and the ``Study`` last. Trainings are runs of ``store``: what is there is taken, so that a study that was stopped goes on.

    ``effort`` multiplies draws, timings and training. Raises ``ConfigError`` or ``DataError`` where the experiment cannot be run.
    """
    begun = time.process_time()
    seconds: dict[str, float] = {}

    def mark(part: str) -> None:
        nonlocal begun
        seconds[part] = time.process_time() - begun
        begun = time.process_time()

    yield Stage("counting gates, parameters and operations", 0.0)
    prepared = prepare(config)
    counted = static(config, prepared=prepared)
    mark("static")
    yield Stage("timing optimiser steps", 0.02)
    measured = (along(config, axis, effort=effort) for axis in AXES)
    timings = tuple(found for found in measured if found is not None)
    quantum = bool(counted.groups[0].key.startswith("circuit"))
    ansatz = getattr(config.model, "ansatz", "re-uploading" if config.model.kind == "latent" else "hardware-efficient")
    circuit = circuit_times(ansatz, getattr(config.model, "n_layers", 4), 64, _CIRCUIT_WIDTHS) if quantum else None
    mark("timing")
    decays: list[Decay] = []
    reaches: list[Reach] = []
    if quantum:
        yield Stage("gradients of reference circuits", 0.1)
        decays += of_circuits(ansatz, round(_DRAWS * effort) or 8, config.seed)
        decays += of_ensembles(max(round(_ENSEMBLE_DRAWS * effort), 8), config.seed)
        yield Stage("expressibility of every ansatz", 0.2)
        reaches = of_ansaetze(max(round(_PAIRS * effort), 200), config.seed)
    mark("reference circuits")
    yield Stage("gradients and loss of the model", 0.25)
    draws = max(round(_MODEL_DRAWS * effort), 4)
    own = (gradients_along(config, axis, draws=draws) for axis in ("n", "L", "P"))
    gradients = tuple(found for found in own if found is not None)
    landscape = of_landscape(config, prepared)
    mark("the model's gradients")
    wanted, notes = trials(config, effort)
    scores: list[Score] = []
    judge = ""
    for event in train(store, wanted, n_seeds):
        if isinstance(event, list):
            scores, judge = event, JUDGES[event[0].judge] if event else ""
        else:
            yield Stage(f"short trainings: {event[0]} of {event[1]} done", 0.3 + 0.7 * event[0] / max(event[1], 1))
    mark("trainings")
    yield Study(
        name, config, n_seeds, effort, counted, timings, circuit, tuple(decays), gradients, tuple(reaches), landscape, tuple(scores), judge,
        seconds, {"data": prepared.dataset.name, "data_digest": prepared.dataset.digest, "versions": versions()}, tuple(notes),
    )  # fmt: skip
