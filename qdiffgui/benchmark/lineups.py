"""The line-ups that ship. Keys are in ``catalog.benchmarks``.

Each has every quantum family that fits the data, and the classical references twice: with as many parameters as the quantum model
(``matched``), and at the size that serves them best (``best``), tuned on training data before any figure was compared.
"""

from __future__ import annotations

from qdiffgui.benchmark.lineup import Contestant, Lineup
from qdiffgui.config import Evaluation, Experiment, Training
from qdiffgui.config.models import ClassicalDDPM, QDense, RectifiedFlow
from qdiffgui.config.representation import Image
from qdiffgui.config.schedule import Blend, Cosine, Straight
from qdiffgui.presets import images, observables
from qdiffgui.presets.shared import SOME_JETS


def _with(base: Experiment, model: ClassicalDDPM | RectifiedFlow, training: Training) -> Experiment:
    return base.model_copy(update={"model": model, "training": training})


_OBSERVABLES = observables.JETS_OBSERVABLES_QUANTUM
_MATCHED = observables.JETS_OBSERVABLES_MLP
_LARGE = ClassicalDDPM(network="mlp", n_parameters=20_000, schedule=Cosine(n_steps=100))
_LARGE_TRAINING = Training(iterations=6000, batch_size=512, learning_rate=3e-3)

JETS_OBSERVABLES = Lineup(
    (
        Contestant("quantum-denoiser", "Quantum denoiser, 6 qubits", "quantum", _OBSERVABLES),
        Contestant("ddpm-matched", "DDPM, matched MLP", "matched", _MATCHED),
        Contestant(
            "ddim-matched", "DDIM, matched MLP", "matched",
            _with(_MATCHED, ClassicalDDPM(**{**_MATCHED.model.model_dump(), "sampler": "ddim"}), _MATCHED.training),
        ),
        Contestant("flow-matched", "Rectified flow, matched MLP", "matched", observables.JETS_OBSERVABLES_FLOW),
        Contestant("ddpm-best", "DDPM, best MLP", "best", _with(_OBSERVABLES, _LARGE, _LARGE_TRAINING)),
        Contestant(
            "ddim-best", "DDIM, best MLP", "best",
            _with(_OBSERVABLES, ClassicalDDPM(**{**_LARGE.model_dump(), "sampler": "ddim"}), _LARGE_TRAINING),
        ),
        Contestant(
            "flow-best", "Rectified flow, best MLP", "best",
            _with(_OBSERVABLES, RectifiedFlow(network="mlp", n_parameters=20_000, schedule=Straight(n_steps=20)), _LARGE_TRAINING),
        ),
    )
)  # fmt: skip

JETS_IMAGES = Lineup(
    (
        Contestant("q-dense", "Q-Dense, 7 qubits", "quantum", images.JETS_IMAGES_Q_DENSE),
        Contestant("ddpm-matched", "DDPM, matched MLP", "matched", images.JETS_IMAGES_DDPM),
        Contestant(
            "ddpm-best", "DDPM, best U-Net", "best",
            _with(
                images.JETS_IMAGES_DDPM, ClassicalDDPM(network="unet", n_parameters=50_000, schedule=Cosine(n_steps=100)),
                Training(iterations=2000, batch_size=128, learning_rate=2e-3),
            ),
        ),
    )
)  # fmt: skip

_IMAGES_16 = Experiment(
    data=SOME_JETS,
    representation=Image(size=16),
    model=QDense(n_layers=47, encoding="amplitude", schedule=Blend(n_steps=5)),
    training=Training(iterations=1500, batch_size=64, learning_rate=3e-2),
    evaluation=Evaluation(n_generated=2000),
)

IMAGES_16X16 = Lineup(
    (
        Contestant("q-dense", "Q-Dense, 9 qubits", "quantum", _IMAGES_16),
        Contestant(
            "ddpm-matched", "DDPM, matched U-Net", "matched",
            _with(
                _IMAGES_16, ClassicalDDPM(network="unet", n_parameters=1269, schedule=Cosine(n_steps=40)),
                Training(iterations=800, batch_size=64, learning_rate=1e-2),
            ),
        ),
        Contestant(
            "ddpm-best", "DDPM, best U-Net", "best",
            _with(
                _IMAGES_16, ClassicalDDPM(network="unet", n_parameters=50_000, schedule=Cosine(n_steps=100)),
                Training(iterations=800, batch_size=64, learning_rate=2e-3),
            ),
        ),
    )
)  # fmt: skip
