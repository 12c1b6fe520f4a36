"""The line-ups that ship. Keys are in ``catalog.benchmarks``.

Each has every quantum family that fits the data, and the classical references twice: with as many parameters as the quantum model
(``matched``), and at the size that serves them best (``best``), tuned before any figure was compared (docs/BENCHMARKS.md says how).
"""

from __future__ import annotations

from qdiffgui.benchmark.lineup import Contestant, Lineup
from qdiffgui.config import Evaluation, Experiment, Training
from qdiffgui.config.models import USS, ClassicalBlend, ClassicalDDPM, ModelConfig, QDense, QUNet, RectifiedFlow
from qdiffgui.config.representation import Image
from qdiffgui.config.schedule import Blend, Cosine, Straight
from qdiffgui.presets import bits, images, observables, qg_unet
from qdiffgui.presets.shared import SOME_JETS


def _with(base: Experiment, model: ModelConfig, training: Training) -> Experiment:
    return base.model_copy(update={"model": model, "training": training})


_OBSERVABLES = observables.JETS_OBSERVABLES_QUANTUM
_MATCHED = observables.JETS_OBSERVABLES_MLP
_LARGE = ClassicalDDPM(network="mlp", n_parameters=20_000, schedule=Cosine(n_steps=100))
_LARGE_TRAINING = Training(iterations=6000, batch_size=512, learning_rate=3e-3)

JETS_OBSERVABLES = Lineup(
    (
        Contestant("quantum-denoiser", "Quantum denoiser, 6 qubits", "quantum", _OBSERVABLES),
        Contestant("qd3pm", "QD3PM, 8 qubits", "quantum", bits.JETS_BITS_QD3PM),
        Contestant("ddpm-matched", "DDPM, matched MLP", "matched", _MATCHED),
        Contestant(
            "ddim-matched", "DDIM, matched MLP", "matched",
            _with(_MATCHED, ClassicalDDPM(**{**_MATCHED.model.model_dump(), "sampler": "ddim"}), _MATCHED.training),
        ),
        Contestant("flow-matched", "Rectified flow, matched MLP", "matched", observables.JETS_OBSERVABLES_FLOW),
        Contestant("d3pm-matched", "D3PM, matched MLP of QD3PM", "matched", bits.JETS_BITS_D3PM),
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

_IMAGES = images.JETS_IMAGES_DDPM
_SCORES = ClassicalDDPM(network="mlp", n_parameters=200_000, schedule=Cosine(n_steps=100))
_SCORES_TRAINING = Training(iterations=8000, batch_size=256, learning_rate=3e-3)
_BLEND = Blend(n_steps=5)
_DENSE = ClassicalBlend(n_parameters=987, encoding="amplitude", schedule=_BLEND)
_FLOW = RectifiedFlow(network="mlp", n_parameters=987, schedule=Straight(n_steps=20))

JETS_IMAGES = Lineup(
    (
        Contestant("q-dense", "Q-Dense, 7 qubits", "quantum", images.JETS_IMAGES_Q_DENSE),
        Contestant(
            "uss", "USS, 7 qubits", "quantum",
            _with(_IMAGES, USS(n_layers=47, schedule=_BLEND), images.JETS_IMAGES_Q_DENSE.training),
        ),
        Contestant(
            "qu-net", "QU-Net", "quantum",
            _with(
                _IMAGES, QUNet(channels=3, n_layers=4, encoding="amplitude", schedule=_BLEND),
                Training(iterations=500, batch_size=32, learning_rate=2e-2),
            ),
        ),
        Contestant(
            "qg-hybrid", "U-Net with a circuit, 6 qubits", "quantum",
            _with(_IMAGES, qg_unet.JETS_QG_HYBRID.model, qg_unet.JETS_QG_HYBRID.training),
        ),
        Contestant(
            "qg-quantum", "Circuit alone (2412.21082)", "quantum",
            _with(_IMAGES, qg_unet.JETS_QG_QUANTUM.model, qg_unet.JETS_QG_QUANTUM.training),
        ),
        Contestant("ddpm-matched", "DDPM, matched MLP", "matched", _IMAGES),
        Contestant(
            "ddim-matched", "DDIM, matched MLP", "matched",
            _with(_IMAGES, ClassicalDDPM(**{**_IMAGES.model.model_dump(), "sampler": "ddim"}), _IMAGES.training),
        ),
        Contestant("flow-matched", "Rectified flow, matched MLP", "matched", _with(_IMAGES, _FLOW, _IMAGES.training)),
        Contestant(
            "blend-matched", "Dense network, matched to Q-Dense", "matched",
            _with(_IMAGES, _DENSE, Training(iterations=1500, batch_size=64, learning_rate=3e-2)),
        ),
        Contestant("ddpm-scores", "DDPM, best MLP", "best", _with(_IMAGES, _SCORES, _SCORES_TRAINING)),
        Contestant(
            "ddpm-best", "DDPM, U-Net of 50 000", "best",
            _with(
                _IMAGES, ClassicalDDPM(network="unet", n_parameters=50_000, schedule=Cosine(n_steps=100)),
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
