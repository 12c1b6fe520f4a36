"""A study from configuration to result, as a stream: stages while it works, the study at the end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qdiffgui.config import Experiment
from qdiffgui.duration import duration
from qdiffgui.model_file import versions
from qdiffgui.runs.store import RunStore
from qdiffgui.scaling import Static, static
from qdiffgui.scaling.allowance import Allowance
from qdiffgui.scaling.axes import AXES
from qdiffgui.scaling.landscape import LEAST_DRAWS, Gradients, gradients_along
from qdiffgui.scaling.measured import Along, Known, along, circuit_times
from qdiffgui.study.ledger import Ledger
from qdiffgui.study.quality import GRACE, JUDGES, Score, Trained, train, trials
from qdiffgui.study.trainability import Decay, Reach, Slices, of_ansaetze, of_circuits, of_ensembles, of_landscape

_CIRCUIT_WIDTHS = (2, 4, 6, 7, 8, 9, 10, 11, 12)
_GRADIENT_AXES = ("n", "L", "P")
_DRAWS, _ENSEMBLE_DRAWS, _MODEL_DRAWS, _PAIRS = 200, 48, 10, 2000


@dataclass(frozen=True)
class Stage:
    """What is being done; ``share`` of the whole, 0 to 1, about; ``left`` : seconds until the end, about, or (``most``) at most."""

    text: str
    share: float
    left: float
    most: bool = True

    @property
    def line(self) -> str:
        """All of it for a person."""
        left = f"; {'at most' if self.most else 'about'} {duration(self.left)} left" if self.left >= 1 else ""
        return f"[{self.share:4.0%}] {self.text}{left}"


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

    ``effort`` multiplies draws, timings and training, and above 1 the time that all may take; what that leaves out is in ``notes``.
    Raises ``ConfigError`` or ``DataError`` where the experiment cannot be run.
    """
    ledger = Ledger(max(effort, 1.0))

    def stage(text: str, share: float) -> Stage:
        return Stage(text, share, max(ledger.whole.left + GRACE, 0.0))

    yield stage("counting gates, parameters and operations", 0.0)
    known = Known(config)
    prepared = known.prepared(config)
    counted = static(config, prepared=prepared)
    ledger.mark("static")
    yield stage("timing optimiser steps", 0.02)
    timings = _timings(config, effort, ledger.part("timing"), known)
    quantum = bool(counted.groups[0].key.startswith("circuit"))
    ansatz = getattr(config.model, "ansatz", "re-uploading" if config.model.kind == "latent" else "hardware-efficient")
    circuit = circuit_times(ansatz, getattr(config.model, "n_layers", 4), 64, _CIRCUIT_WIDTHS) if quantum else None
    ledger.mark("timing")
    decays: list[Decay] = []
    reaches: list[Reach] = []
    if quantum:
        yield stage("gradients of reference circuits", 0.1)
        decays += of_circuits(ansatz, round(_DRAWS * effort) or 8, config.seed)
        decays += of_ensembles(max(round(_ENSEMBLE_DRAWS * effort), 8), config.seed)
        yield stage("expressibility of every ansatz", 0.2)
        reaches = of_ansaetze(max(round(_PAIRS * effort), 200), config.seed)
    ledger.mark("reference circuits")
    yield stage("gradients and loss of the model", 0.25)
    gradients = _gradients(config, effort, ledger.part("the model's gradients"), known)
    step_seconds = next((t.seconds for along in timings for t in along.timings if t.is_base), 0.0) or 1e-3
    landscape = of_landscape(config, prepared, seconds=ledger.part("slices of the loss").left, step_seconds=step_seconds)
    ledger.mark("the model's gradients")
    wanted, notes = trials(config, effort, ledger.whole, known)
    yield stage("short trainings", 0.3)
    begun, trained = time.monotonic(), Trained((), ())
    for event in train(store, wanted, n_seeds, ledger.whole):
        if isinstance(event, Trained):
            trained = event
        elif event[0]:
            left = (time.monotonic() - begun) * (event[1] - event[0]) / event[0]
            yield Stage(f"short trainings: {event[0]} of {event[1]} done", 0.3 + 0.7 * event[0] / event[1], left, most=False)
    ledger.mark("trainings")
    judge = JUDGES[trained.scores[0].judge] if trained.scores else ""
    yield Study(
        name, config, n_seeds, effort, counted, timings, circuit, tuple(decays), gradients, tuple(reaches), landscape, trained.scores,
        judge, ledger.seconds, {"data": prepared.dataset.name, "data_digest": prepared.dataset.digest, "versions": versions()},
        (*ledger.notes(), *notes, *trained.notes),
    )  # fmt: skip


def _timings(config: Experiment, effort: float, allowance: Allowance, known: Known) -> tuple[Along, ...]:
    found = [
        along(config, axis, effort=effort, allowance=allowance.share(len(AXES) - k), known=known) for k, axis in enumerate(AXES)
    ]
    return tuple(a for a in found if a is not None)


def _gradients(config: Experiment, effort: float, allowance: Allowance, known: Known) -> tuple[Gradients, ...]:
    draws = max(round(_MODEL_DRAWS * effort), LEAST_DRAWS)
    found = [
        gradients_along(config, axis, draws=draws, allowance=allowance.share(len(_GRADIENT_AXES) - k), known=known)
        for k, axis in enumerate(_GRADIENT_AXES)
    ]
    return tuple(g for g in found if g is not None)
