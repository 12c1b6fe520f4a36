"""Jet images: Q-Dense and its classical twin."""

from __future__ import annotations

from qdiffgui.config import Experiment, Training
from qdiffgui.config.models import ClassicalDDPM, QDense
from qdiffgui.config.representation import Image
from qdiffgui.config.schedules import Blend, Cosine
from qdiffgui.presets.shared import SOME_JETS

JETS_IMAGES_Q_DENSE = Experiment(
    name="Jet images: Q-Dense",
    data=SOME_JETS,
    representation=Image(size=8),
    model=QDense(n_layers=47, encoding="amplitude", schedule=Blend(n_steps=5)),
    training=Training(iterations=1500, batch_size=64, learning_rate=3e-2),
)

JETS_IMAGES_DDPM = Experiment(
    name="Jet images: matched DDPM",
    data=SOME_JETS,
    representation=Image(size=8),
    model=ClassicalDDPM(network="mlp", n_parameters=987, schedule=Cosine(n_steps=40)),
    training=Training(iterations=4000, batch_size=128, learning_rate=1e-2),
)
