"""Handwritten digits: the image models of arXiv:2401.07049 and their classical twins, as close to
the paper as 8x8 pixels allow.
"""

from __future__ import annotations

from qdiffgui.config import Evaluation, Experiment, Training
from qdiffgui.config.data import Digits
from qdiffgui.config.models import USS, ClassicalBlend, QDense, QUNet
from qdiffgui.config.representation import Image
from qdiffgui.config.schedules import Blend

_ALL = Digits(digits=tuple(range(10)))
_EVALUATION = Evaluation(n_generated=900, test_fraction=0.5)

DIGITS_Q_DENSE = Experiment(
    name="Digits: Q-Dense",
    data=_ALL,
    representation=Image(size=8),
    model=QDense(n_layers=47, encoding="amplitude", schedule=Blend(n_steps=5)),
    training=Training(iterations=2500, batch_size=64, learning_rate=1e-1),
    evaluation=_EVALUATION,
)

DIGITS_DENSE = Experiment(
    name="Digits: matched dense network",
    data=_ALL,
    representation=Image(size=8),
    model=ClassicalBlend(
        network="dense", n_parameters=987, encoding="amplitude", schedule=Blend(n_steps=5)
    ),
    training=Training(iterations=2500, batch_size=64, learning_rate=3e-2),
    evaluation=_EVALUATION,
)

DIGITS_USS = Experiment(
    name="Digits: one matrix for all steps (USS)",
    data=Digits(digits=(0,)),
    representation=Image(size=8),
    model=USS(n_layers=47, encoding="sqrt", schedule=Blend(n_steps=10, power=1.0)),
    training=Training(iterations=1000, batch_size=64, learning_rate=5e-2),
    evaluation=Evaluation(n_generated=500, test_fraction=0.5),
)

DIGITS_QU_NET = Experiment(
    name="Digits: QU-Net",
    data=_ALL,
    representation=Image(size=8),
    model=QUNet(channels=3, n_layers=4, encoding="amplitude", schedule=Blend(n_steps=5)),
    training=Training(iterations=500, batch_size=32, learning_rate=2e-2),
    evaluation=_EVALUATION,
)

DIGITS_UNET = Experiment(
    name="Digits: matched U-Net",
    data=_ALL,
    representation=Image(size=8),
    model=ClassicalBlend(
        network="unet", n_parameters=410, encoding="amplitude", schedule=Blend(n_steps=5)
    ),
    training=Training(iterations=500, batch_size=32, learning_rate=2e-2),
    evaluation=_EVALUATION,
)
