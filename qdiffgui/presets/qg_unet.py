"""Jet images by the quark/gluon quantum diffusion model, as intended (arXiv:2412.21082)."""

from __future__ import annotations

from qdiffgui.config import Evaluation, Experiment, Training
from qdiffgui.config.models import QGUNet
from qdiffgui.config.representation import Image
from qdiffgui.config.schedules import HaarMixing
from qdiffgui.presets.shared import SOME_JETS

JETS_QG_HYBRID = Experiment(
    name="Jet images: U-Net with a circuit inside",
    data=SOME_JETS,
    representation=Image(size=8),
    model=QGUNet(
        variant="hybrid", n_qubits=6, n_layers=4, width=8, schedule=HaarMixing(n_steps=20)
    ),
    training=Training(iterations=1200, batch_size=128, learning_rate=1e-2),
    evaluation=Evaluation(n_generated=3000),
)

JETS_QG_QUANTUM = Experiment(
    name="Jet images: a circuit alone, from Haar-random states",
    data=SOME_JETS,
    representation=Image(size=8),
    model=QGUNet(variant="quantum", n_layers=8, n_ancillas=6, schedule=HaarMixing(n_steps=20)),
    training=Training(iterations=700, batch_size=64, learning_rate=3e-2),
    evaluation=Evaluation(n_generated=3000),
)
