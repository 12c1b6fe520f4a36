"""Jets as clouds of 30 particles. Classical models only: no circuit here learns so many numbers."""

from __future__ import annotations

from qdiffgui.config import Evaluation, Experiment, Training
from qdiffgui.config.models import ClassicalDDPM, RectifiedFlow
from qdiffgui.config.representation import Cloud
from qdiffgui.config.schedules import Cosine, Straight
from qdiffgui.presets.shared import SOME_JETS

_TRAINING = Training(iterations=4500, batch_size=64, learning_rate=6e-3)
_EVALUATION = Evaluation(n_generated=3000)

JETS_CLOUDS_DDPM = Experiment(
    name="Jets of 30 particles: set transformer",
    data=SOME_JETS,
    representation=Cloud(),
    # a hundred steps are too few for DDPM: angles are too wide (W1-M 0.008, DDIM 0.003)
    model=ClassicalDDPM(
        network="set-transformer", n_parameters=25_000, sampler="ddim", schedule=Cosine(n_steps=100)
    ),
    training=_TRAINING,
    evaluation=_EVALUATION,
)

JETS_CLOUDS_FLOW = Experiment(
    name="Jets of 30 particles: rectified flow",
    data=SOME_JETS,
    representation=Cloud(),
    model=RectifiedFlow(
        network="set-transformer", n_parameters=25_000, schedule=Straight(n_steps=20)
    ),
    training=_TRAINING,
    evaluation=_EVALUATION,
)
