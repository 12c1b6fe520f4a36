"""Generate samples from a trained model, compare them with held-out data, and write them to a
file.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from qdiffgui.config.base import Config
from qdiffgui.config.sampling import apply_sampling, parse_condition
from qdiffgui.data.conditions import Conditions
from qdiffgui.data.save import save_physical
from qdiffgui.data.types import Array, Encoded, Physical
from qdiffgui.evaluation import histograms as distributions
from qdiffgui.evaluation.features import describe_observable, extract_features
from qdiffgui.evaluation.wasserstein import w1
from qdiffgui.experiment import preview
from qdiffgui.experiment.live import live_metrics
from qdiffgui.experiment.prepare import Prepared
from qdiffgui.experiment.trajectory import denoising_trajectory
from qdiffgui.model_file import TrainedModel
from qdiffgui.models.base import Generated

MAX_SAMPLES = 20_000
MAX_COMPARED = 5000
NEAR_SHARE, LEAST_NEAR = 0.05, 100
"""With continuous conditions, samples are compared with this share of the held-out samples: those
whose conditions are nearest."""

Progress = Callable[[float, str], None]
"""Called with the fraction done, 0 to 1, and the present activity."""


class SamplingRequest(Config):
    """What to sample.

    ``label`` is the name of a class, or "" for all classes in the proportions of the training data.
    ``condition`` is text such as "energy=50", see ``config.sampling.parse_condition``.
    The other fields are those of ``TrainedModel.sample``.
    """

    n: int = Field(1000, ge=1, le=MAX_SAMPLES)
    label: str = ""
    steps: int = Field(0, ge=0)
    sampler: str = ""
    shots: int = Field(0, ge=0)
    condition: str = ""
    seed: int = Field(0, ge=0, lt=2**31)

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments of ``TrainedModel.generate``, except ``n``."""
        found = self.model_dump(exclude={"n", "label", "condition"})
        given = parse_condition(self.condition)
        return {**found, "label": self.label or None, **({"condition": given} if given else {})}


def generate(
    model: TrainedModel,
    prepared: Prepared,
    asked: SamplingRequest,
    target: Path,
    progress: Progress,
) -> dict[str, Any]:
    """Generate samples, write them to ``target``, and compare them with held-out data.

    Parameters
    ----------
    model : TrainedModel
    prepared : Prepared
        The data of the model.
    asked : SamplingRequest
    target : Path
        The file to write.
    progress : callable
        See ``Progress``.

    Returns
    -------
    dict
        ``trajectory`` (see ``trajectory.denoising_trajectory``), ``histograms`` (as in a report),
        ``numbers`` (label, unit, value and floor of each distance from held-out samples; the floor
        is the distance of training samples), ``n``, ``n_compared``, ``class``, ``seconds``.

    Raises
    ------
    UserError
        If the model does not support what is asked.
    """
    begun = time.perf_counter()
    progress(0.1, "Sampling the denoising trajectory")
    shown = model.generate(min(asked.n, preview.N_POINTS), trajectory=True, **asked.arguments())
    progress(0.3, f"Sampling {asked.n}")
    drawn = (
        model.generate(asked.n, **asked.arguments())
        if asked.n > len(shown.x)
        else Generated(shown.x, shown.label)
    )
    seconds = time.perf_counter() - begun
    progress(0.7, "Decoding and writing the file")
    physical = model.representation.decode(drawn.x, drawn.label, seed=asked.seed)
    save_physical(target, physical)
    progress(0.8, "Comparing with held-out data")
    test, train, content = _of_class(prepared, model.label_of(asked.label or None))
    given = parse_condition(asked.condition)
    if given:
        near = _nearest(test, model.representation.condition(given))
        test, content = test.take(near), content.take(near)
        train = train.take(_nearest(train, model.representation.condition(given)))
    config = apply_sampling(
        model.config, steps=asked.steps, sampler=asked.sampler, shots=asked.shots
    )
    trajectory = denoising_trajectory(shown, prepared, config, test, asked.shots)
    compared = _compare(
        Encoded(drawn.x, drawn.label, test.spec), test, train, content, prepared, asked
    )
    return {
        "trajectory": trajectory,
        "n": asked.n,
        "class": asked.label,
        "seconds": seconds,
        **compared,
    }


def _of_class(prepared: Prepared, label: int | None) -> tuple[Encoded, Encoded, Physical]:
    """Held-out and training samples of a class (or all), and the physical held-out samples."""
    if label is None:
        return prepared.test, prepared.train, prepared.test_content
    mine = np.flatnonzero(prepared.test.label == label)
    train = prepared.train.take(np.flatnonzero(prepared.train.label == label))
    return prepared.test.take(mine), train, prepared.test_content.take(mine)


def _nearest(samples: Encoded, condition: Array) -> Array:
    """Rows of the samples whose conditions are nearest, in order: ``NEAR_SHARE`` of them."""
    _, given = Conditions(samples.spec).separate(samples.x)
    n = min(len(samples), max(LEAST_NEAR, round(NEAR_SHARE * len(samples))))
    return np.sort(np.argsort(((given - condition) ** 2).sum(axis=1), kind="stable")[:n])


def _compare(
    drawn: Encoded,
    test: Encoded,
    train: Encoded,
    content: Physical,
    prepared: Prepared,
    asked: SamplingRequest,
) -> dict[str, Any]:
    n = min(len(drawn), len(test), len(train), MAX_COMPARED)
    few = np.arange(n)
    if test.spec.kind in ("state", "density"):
        values, floor = live_metrics(drawn.x[:n], test), live_metrics(train.x[:n], test)
        cost = "fidelity" if test.spec.kind == "state" else "superfidelity"
        numbers = [
            _number(
                f"Wasserstein distance with cost 1 - {cost}",
                "",
                values["wasserstein"],
                floor["wasserstein"],
            )
        ]
        return {"numbers": numbers, "histograms": [], "n_compared": n}
    real = extract_features(
        test.take(few), prepared.representation, content=content.take(few), seed=asked.seed
    )
    model = extract_features(drawn.take(few), prepared.representation, seed=asked.seed + 1)
    reference = extract_features(train.take(few), prepared.representation, seed=asked.seed + 2)
    numbers = [
        _w1(name, model.observables[name], values, reference.observables[name])
        for name, values in real.observables.items()
    ]
    histograms = distributions.histograms(model, real, asked.label or "all")
    return {"numbers": numbers, "histograms": histograms, "n_compared": n}


def _w1(name: str, model: Array, real: Array, floor: Array) -> dict[str, Any]:
    label, unit = describe_observable(name)
    return _number(
        f"W1 of {label[0].lower() + label[1:] if label[1:2].islower() else label}",
        unit,
        w1(model, real),
        w1(floor, real),
    )


def _number(label: str, unit: str, value: float, floor: float) -> dict[str, Any]:
    return {"label": label, "unit": unit, "value": value, "floor": floor}
