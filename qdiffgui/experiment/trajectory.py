"""Denoising trajectories: frames from noise to samples, a caption for each frame, and the training
samples nearest to those shown.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from qdiffgui.config import Experiment
from qdiffgui.data.types import Encoded
from qdiffgui.diffusion.curve import schedule
from qdiffgui.evaluation.nearest import DISTANCE_NAMES, nearest
from qdiffgui.experiment import captions, preview
from qdiffgui.experiment.prepare import Prepared
from qdiffgui.models.base import Generated

N_NEAREST = 128
N_SHOWN = 8


def denoising_trajectory(
    drawn: Generated, prepared: Prepared, config: Experiment, truth: Encoded, shots: int = 0
) -> dict[str, Any]:
    """The animation of samples that were drawn with their trajectory.

    Parameters
    ----------
    drawn : Generated
        Samples with ``trajectory``.
    prepared : Prepared
    config : Experiment
        The settings with which the samples were drawn.
    truth : Encoded
        Held-out samples to compare with.
    shots : int
        Shots per circuit; 0 if the circuits were simulated exactly.

    Returns
    -------
    dict
        See ``preview.animation``. ``nearest`` is added: ``preview`` of the training samples nearest
        to the first ``N_SHOWN`` samples, their ``distances``, the ``median`` over ``N_NEAREST``
        samples, that of as many held-out samples (``held_out``), and the name of the distance
        (``measure``).
    """
    if drawn.trajectory is None:
        raise TypeError(f"{config.model.kind}.sample(trajectory=True) returned no trajectory")
    representation, spec = prepared.representation, prepared.train.spec
    few = truth.take(np.arange(min(preview.N_POINTS, len(truth))))
    held_out = preview.preview(few.x, few.label, representation, spec)

    def caption(times: Any) -> list[str]:
        return captions.reverse(config.model, schedule(config)["values"], times, shots)

    found = preview.animation(
        drawn.trajectory, drawn.times, drawn.label, held_out, representation, spec, caption
    )
    return found | {"nearest": _nearest(drawn, prepared, few)}


def _nearest(drawn: Generated, prepared: Prepared, truth: Encoded) -> dict[str, Any]:
    train = prepared.train
    place, distance = nearest(drawn.x[:N_NEAREST], train)
    _, reference = nearest(truth.x[:N_NEAREST], train)
    shown = train.take(place[:N_SHOWN])
    return {
        "preview": preview.preview(shown.x, shown.label, prepared.representation, train.spec),
        "distances": [float(f"{value:.4g}") for value in distance[:N_SHOWN]],
        "median": float(np.median(distance)),
        "held_out": float(np.median(reference)),
        "measure": DISTANCE_NAMES[train.spec.kind],
    }
