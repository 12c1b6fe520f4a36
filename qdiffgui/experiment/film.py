"""A denoising film: frames from noise to samples, a caption for each, and the nearest training samples of those that are shown."""

from __future__ import annotations

from typing import Any

import numpy as np

from qdiffgui.config import Experiment
from qdiffgui.data.types import Encoded
from qdiffgui.diffusion.curve import schedule
from qdiffgui.evaluation.nearest import MEASURE, nearest
from qdiffgui.experiment import captions
from qdiffgui.experiment import preview as pictures
from qdiffgui.experiment.prepare import Prepared
from qdiffgui.models.base import Generated

N_NEAREST = 128
N_SHOWN = 8


def denoising(drawn: Generated, prepared: Prepared, config: Experiment, truth: Encoded, shots: int = 0) -> dict[str, Any]:
    """The film of samples drawn with their trajectory; ``config`` as they were sampled, ``truth`` held-out samples to compare with.

    See ``preview.film``; ``nearest`` is added: ``preview`` of the training samples nearest to the first ``N_SHOWN``, their
    ``distances``, the ``median`` of more of them and that of as many held-out samples, and what the ``measure`` is.
    """
    if drawn.trajectory is None:
        raise TypeError(f"{config.model.kind}.sample(trajectory=True) gave no trajectory")
    representation, spec = prepared.representation, prepared.train.spec
    few = truth.take(np.arange(min(pictures.N_POINTS, len(truth))))
    held_out = pictures.preview(few.x, few.label, representation, spec)

    def say(times: Any) -> list[str]:
        return captions.reverse(schedule(config), config.model, times, shots)

    film = pictures.film(drawn.trajectory, drawn.times, drawn.label, held_out, representation, spec, say)
    return film | {"nearest": _nearest(drawn, prepared, few)}


def _nearest(drawn: Generated, prepared: Prepared, truth: Encoded) -> dict[str, Any]:
    train = prepared.train
    place, distance = nearest(drawn.x[:N_NEAREST], train)
    _, reference = nearest(truth.x[:N_NEAREST], train)
    shown = train.take(place[:N_SHOWN])
    return {
        "preview": pictures.preview(shown.x, shown.label, prepared.representation, train.spec),
        "distances": [float(f"{value:.4g}") for value in distance[:N_SHOWN]],
        "median": float(np.median(distance)), "held_out": float(np.median(reference)), "measure": MEASURE[train.spec.kind],
    }  # fmt: skip
