"""Three-channel jet images at full resolution. Classical models only: no circuit here learns so
many numbers.
"""

from __future__ import annotations

from qdiffgui.config import Evaluation, Experiment, Training
from qdiffgui.config.models import ClassicalDDPM
from qdiffgui.config.representation import Channels
from qdiffgui.config.schedules import Cosine
from qdiffgui.presets.shared import SOME_JETS

JETS_CHANNELS_UNET = Experiment(
    name="16x16x3 jet images: U-Net",
    data=SOME_JETS,
    representation=Channels(),
    model=ClassicalDDPM(network="unet", n_parameters=50_000, schedule=Cosine(n_steps=50)),
    training=Training(iterations=4000, batch_size=64, learning_rate=3e-3),
    evaluation=Evaluation(n_generated=3000),
)
