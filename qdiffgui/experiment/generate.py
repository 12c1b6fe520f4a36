"""Sample anew from a trained model, look at the samples beside held-out data, and keep them as a file."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from qdiffgui.config.base import Config
from qdiffgui.config.sampling import chosen
from qdiffgui.data.save import save_physical
from qdiffgui.data.types import Array, Encoded, Physical
from qdiffgui.evaluation import pictures as distributions
from qdiffgui.evaluation.view import describe, look
from qdiffgui.evaluation.wasserstein import w1
from qdiffgui.experiment import preview
from qdiffgui.experiment.film import denoising
from qdiffgui.experiment.live import live_metrics
from qdiffgui.experiment.prepare import Prepared
from qdiffgui.model_file import TrainedModel
from qdiffgui.models.base import Generated

MAX_SAMPLES = 20_000
MAX_COMPARED = 5000

Tell = Callable[[float, str], None]


class Asked(Config):
    """What to sample. ``label`` is the name of a class, "" for the training mix; the others as in ``TrainedModel.sample``."""

    n: int = Field(1000, ge=1, le=MAX_SAMPLES)
    label: str = ""
    steps: int = Field(0, ge=0)
    sampler: str = ""
    shots: int = Field(0, ge=0)
    seed: int = Field(0, ge=0, lt=2**31)

    def arguments(self) -> dict[str, Any]:
        """For ``TrainedModel.generate``."""
        return {**self.model_dump(exclude={"n", "label"}), "label": self.label or None}


def generate(model: TrainedModel, prepared: Prepared, asked: Asked, target: Path, tell: Tell) -> dict[str, Any]:
    """``film``, see ``film.denoising``; ``histograms`` as in a report; ``numbers``: {label, unit, value, floor} of generated against
    held-out samples, the floor being training samples; ``n``, ``n_compared``, ``class``, ``seconds``. The samples are written to
    ``target``; ``tell(share, what)`` hears how far it has come.

    Raises ``UserError`` for what the model cannot do.
    """
    begun = time.perf_counter()
    tell(0.1, "Sampling, every step kept for the film")
    shown = model.generate(min(asked.n, preview.N_POINTS), trajectory=True, **asked.arguments())
    tell(0.3, f"Sampling {asked.n}")
    drawn = model.generate(asked.n, **asked.arguments()) if asked.n > len(shown.x) else Generated(shown.x, shown.label)
    seconds = time.perf_counter() - begun
    tell(0.7, "Decoding, and writing the file")
    physical = model.representation.decode(drawn.x, drawn.label, seed=asked.seed)
    save_physical(target, physical)
    tell(0.8, "Comparing with held-out data")
    test, train, content = _of_class(prepared, model.label_of(asked.label or None))
    config = chosen(model.config, steps=asked.steps, sampler=asked.sampler, shots=asked.shots)
    film = denoising(shown, prepared, config, test, asked.shots)
    compared = _compare(Encoded(drawn.x, drawn.label, test.spec), test, train, content, prepared, asked)
    return {"film": film, "n": asked.n, "class": asked.label, "seconds": seconds, **compared}


def _of_class(prepared: Prepared, label: int | None) -> tuple[Encoded, Encoded, Physical]:
    """Held-out and training samples to compare with, of a class or all, and the held-out ones as physics."""
    if label is None:
        return prepared.test, prepared.train, prepared.test_content
    mine = np.flatnonzero(prepared.test.label == label)
    train = prepared.train.take(np.flatnonzero(prepared.train.label == label))
    return prepared.test.take(mine), train, prepared.test_content.take(mine)


def _compare(
    drawn: Encoded, test: Encoded, train: Encoded, content: Physical, prepared: Prepared, asked: Asked
) -> dict[str, Any]:
    n = min(len(drawn), len(test), len(train), MAX_COMPARED)
    few = np.arange(n)
    if test.spec.kind in ("state", "density"):
        values, floor = live_metrics(drawn.x[:n], test), live_metrics(train.x[:n], test)
        cost = "fidelity" if test.spec.kind == "state" else "superfidelity"
        numbers = [_number(f"W, optimal transport of 1 - {cost}", "", values["wasserstein"], floor["wasserstein"])]
        return {"numbers": numbers, "histograms": [], "n_compared": n}
    real = look(test.take(few), prepared.representation, content=content.take(few), seed=asked.seed)
    model = look(drawn.take(few), prepared.representation, seed=asked.seed + 1)
    floor_view = look(train.take(few), prepared.representation, seed=asked.seed + 2)
    numbers = [
        _w1(name, model.observables[name], values, floor_view.observables[name]) for name, values in real.observables.items()
    ]
    histograms = distributions.histograms(model, real, asked.label or "all")
    return {"numbers": numbers, "histograms": histograms, "n_compared": n}


def _w1(name: str, model: Array, real: Array, floor: Array) -> dict[str, Any]:
    label, unit = describe(name)
    return _number(
        f"W1 of {label[0].lower() + label[1:] if label[1:2].islower() else label}", unit, w1(model, real), w1(floor, real)
    )


def _number(label: str, unit: str, value: float, floor: float) -> dict[str, Any]:
    return {"label": label, "unit": unit, "value": value, "floor": floor}
