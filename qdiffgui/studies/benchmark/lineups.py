"""The line-ups that ship; their keys are in ``catalog.benchmarks``.

Each has every quantum model that fits the data and the classical references twice: with as many
parameters as the quantum model (``matched``), and at their best size (``best``), tuned before any
metric was compared (docs/BENCHMARKS.md). No quantum model fits data at full resolution, so
``JETS_CLOUDS`` has classical references only.
"""

from __future__ import annotations

from qdiffgui.config import Evaluation, Experiment, Training
from qdiffgui.config.models import (
    USS,
    ClassicalBlend,
    ClassicalDDPM,
    ModelConfig,
    QDense,
    QuantumDenoiser,
    QUNet,
    RectifiedFlow,
)
from qdiffgui.config.representation import Image
from qdiffgui.config.schedules import Blend, Cosine, Straight
from qdiffgui.presets import bits, born, clouds, images, observables, qg_unet, showers
from qdiffgui.presets.shared import SOME_JETS
from qdiffgui.studies.benchmark.lineup import Contestant, Lineup, Role


def _with(base: Experiment, model: ModelConfig, training: Training) -> Experiment:
    return base.model_copy(update={"model": model, "training": training})


_OBSERVABLES = observables.JETS_OBSERVABLES_QUANTUM
_MATCHED = observables.JETS_OBSERVABLES_MLP
_PLAIN = observables.JETS_OBSERVABLES_QUANTUM_PLAIN
_PLAIN_MATCHED = observables.JETS_OBSERVABLES_MLP_PLAIN
_FLOW_MATCHED = observables.JETS_OBSERVABLES_FLOW
_LARGE = ClassicalDDPM(network="mlp", n_parameters=20_000, **observables.RECIPE)
_LARGE_TRAINING = Training(iterations=2500, batch_size=1024, learning_rate=3e-3)
_LARGE_FLOW_TRAINING = Training(iterations=6000, batch_size=512, learning_rate=3e-3)


def _of_observables(
    key: str, label: str, role: Role, model: ModelConfig, training: Training
) -> Contestant:
    """On all held-out jets, like the first model."""
    return Contestant(key, label, role, _with(_OBSERVABLES, model, training))


JETS_OBSERVABLES = Lineup(
    (
        Contestant("quantum-denoiser", "Quantum denoiser, 4 qubits", "quantum", _OBSERVABLES),
        _of_observables(
            "quantum-plain",
            "Plain quantum denoiser, 6 qubits",
            "quantum",
            _PLAIN.model,
            _PLAIN.training,
        ),
        _of_observables(
            "qd3pm",
            "QD3PM, 8 qubits",
            "quantum",
            bits.JETS_BITS_QD3PM.model,
            bits.JETS_BITS_QD3PM.training,
        ),
        _of_observables(
            "iqp",
            "IQP Born machine, 8 qubits",
            "quantum",
            born.JETS_BITS_IQP.model,
            born.JETS_BITS_IQP.training,
        ),
        _of_observables(
            "mps",
            "Matrix product state, twin of IQP",
            "matched",
            born.JETS_BITS_MPS.model,
            born.JETS_BITS_MPS.training,
        ),
        Contestant("ddpm-matched", "DDPM, matched MLP", "matched", _MATCHED),
        _of_observables(
            "ddpm-plain",
            "Plain DDPM, matched MLP",
            "matched",
            _PLAIN_MATCHED.model,
            _PLAIN_MATCHED.training,
        ),
        _of_observables(
            "flow-matched",
            "Rectified flow, matched MLP",
            "matched",
            _FLOW_MATCHED.model,
            _FLOW_MATCHED.training,
        ),
        _of_observables(
            "d3pm-matched",
            "D3PM, matched MLP of QD3PM",
            "matched",
            bits.JETS_BITS_D3PM.model,
            bits.JETS_BITS_D3PM.training,
        ),
        _of_observables("ddpm-best", "DDPM, best MLP", "best", _LARGE, _LARGE_TRAINING),
        _of_observables(
            "flow-best",
            "Rectified flow, best MLP",
            "best",
            RectifiedFlow(
                network="mlp", n_parameters=20_000, start="copula", schedule=Straight(n_steps=20)
            ),
            _LARGE_FLOW_TRAINING,
        ),
    ),
    left_out=(
        "DDIM is left out: it would sample the networks of DDPM once more, which Heun's method "
        "already samples without noise and at second order.",
    ),
)

_EIGHT = observables.JETS_OBSERVABLES_8_QUANTUM
_EIGHT_MLP = observables.JETS_OBSERVABLES_8_MLP


def _eight_circuit(n_layers: int) -> Experiment:
    model = QuantumDenoiser(**{**_EIGHT.model.model_dump(), "n_layers": n_layers})
    return _with(_EIGHT, model, _EIGHT.training)


def _eight_mlp(n_parameters: int, training: Training = _EIGHT_MLP.training) -> Experiment:
    model = ClassicalDDPM(**{**_EIGHT_MLP.model.model_dump(), "n_parameters": n_parameters})
    return _with(_EIGHT_MLP, model, training)


JETS_OBSERVABLES_8 = Lineup(
    (
        Contestant("quantum-328", "Quantum denoiser, 3 layers", "quantum", _eight_circuit(3)),
        Contestant("quantum-640", "Quantum denoiser, 6 layers", "quantum", _EIGHT),
        Contestant("quantum-1264", "Quantum denoiser, 12 layers", "quantum", _eight_circuit(12)),
        Contestant("ddpm-328", "DDPM, MLP matched to 3 layers", "matched", _eight_mlp(328)),
        Contestant("ddpm-640", "DDPM, MLP matched to 6 layers", "matched", _EIGHT_MLP),
        Contestant("ddpm-1264", "DDPM, MLP matched to 12 layers", "matched", _eight_mlp(1264)),
        Contestant(
            "ddpm-best",
            "DDPM, best MLP",
            "best",
            _eight_mlp(20_000, Training(iterations=6000, batch_size=1024, learning_rate=3e-3)),
        ),
        Contestant(
            "flow-best",
            "Rectified flow, best MLP",
            "best",
            _with(
                _EIGHT,
                RectifiedFlow(
                    network="mlp",
                    n_parameters=20_000,
                    start="copula",
                    schedule=Straight(n_steps=20),
                ),
                _LARGE_FLOW_TRAINING,
            ),
        ),
    )
)
"""Eight qubits with 3, 6 and 12 layers, and a network as large as each."""

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
            "uss",
            "USS, 7 qubits",
            "quantum",
            _with(_IMAGES, USS(n_layers=47, schedule=_BLEND), images.JETS_IMAGES_Q_DENSE.training),
        ),
        Contestant(
            "qu-net",
            "QU-Net",
            "quantum",
            _with(
                _IMAGES,
                QUNet(channels=3, n_layers=4, encoding="amplitude", schedule=_BLEND),
                Training(iterations=500, batch_size=32, learning_rate=2e-2),
            ),
        ),
        Contestant(
            "qg-hybrid",
            "U-Net with a circuit, 6 qubits",
            "quantum",
            _with(_IMAGES, qg_unet.JETS_QG_HYBRID.model, qg_unet.JETS_QG_HYBRID.training),
        ),
        Contestant(
            "qg-quantum",
            "Circuit alone (2412.21082)",
            "quantum",
            _with(_IMAGES, qg_unet.JETS_QG_QUANTUM.model, qg_unet.JETS_QG_QUANTUM.training),
        ),
        Contestant("ddpm-matched", "DDPM, matched MLP", "matched", _IMAGES),
        Contestant(
            "ddim-matched",
            "DDIM, matched MLP",
            "matched",
            _with(
                _IMAGES,
                ClassicalDDPM(**{**_IMAGES.model.model_dump(), "sampler": "ddim"}),
                _IMAGES.training,
            ),
        ),
        Contestant(
            "flow-matched",
            "Rectified flow, matched MLP",
            "matched",
            _with(_IMAGES, _FLOW, _IMAGES.training),
        ),
        Contestant(
            "blend-matched",
            "Dense network, matched to Q-Dense",
            "matched",
            _with(_IMAGES, _DENSE, Training(iterations=1500, batch_size=64, learning_rate=3e-2)),
        ),
        Contestant(
            "ddpm-scores", "DDPM, best MLP", "best", _with(_IMAGES, _SCORES, _SCORES_TRAINING)
        ),
        Contestant(
            "ddpm-best",
            "DDPM, U-Net of 50 000",
            "best",
            _with(
                _IMAGES,
                ClassicalDDPM(network="unet", n_parameters=50_000, schedule=Cosine(n_steps=100)),
                Training(iterations=2000, batch_size=128, learning_rate=2e-3),
            ),
        ),
    )
)

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
            "ddpm-matched",
            "DDPM, matched U-Net",
            "matched",
            _with(
                _IMAGES_16,
                ClassicalDDPM(network="unet", n_parameters=1269, schedule=Cosine(n_steps=40)),
                Training(iterations=800, batch_size=64, learning_rate=1e-2),
            ),
        ),
        Contestant(
            "ddpm-best",
            "DDPM, best U-Net",
            "best",
            _with(
                _IMAGES_16,
                ClassicalDDPM(network="unet", n_parameters=50_000, schedule=Cosine(n_steps=100)),
                Training(iterations=800, batch_size=64, learning_rate=2e-3),
            ),
        ),
    )
)

_LARGE_FOR_SHOWERS = {
    "model": ClassicalDDPM(network="mlp", n_parameters=20_000, schedule=Cosine(n_steps=100)),
    "training": Training(iterations=6000, batch_size=256, learning_rate=3e-3),
}

CALORIMETER = Lineup(
    (
        Contestant(
            "latent", "Latent quantum diffusion, 4 qubits", "quantum", showers.SHOWERS_LATENT
        ),
        Contestant("quddpm", "QuDDPM, 4 qubits and 3 ancillas", "quantum", showers.SHOWERS_QUDDPM),
        Contestant("qd3pm", "QD3PM, 6 qubits", "quantum", showers.SHOWERS_BITS),
        Contestant(
            "latent-matched",
            "Latent network, matched to the latent circuit",
            "matched",
            showers.SHOWERS_LATENT_NETWORK,
        ),
        Contestant("ddpm-matched", "DDPM, matched MLP", "matched", showers.SHOWERS_DDPM),
        Contestant(
            "ddpm-best",
            "DDPM, best MLP",
            "best",
            showers.SHOWERS_DDPM.model_copy(update=_LARGE_FOR_SHOWERS),
        ),
        Contestant("flow-best", "Rectified flow, best MLP", "best", showers.SHOWERS_FLOW),
    )
)

_FLAT_MLP = {
    "model": RectifiedFlow(network="mlp", n_parameters=200_000, schedule=Straight(n_steps=20)),
    "training": Training(iterations=8000, batch_size=256, learning_rate=2e-3),
}

JETS_CLOUDS = Lineup(
    (
        Contestant("flow-set", "Rectified flow, set transformer", "best", clouds.JETS_CLOUDS_FLOW),
        Contestant("ddim-set", "DDIM, set transformer", "best", clouds.JETS_CLOUDS_DDPM),
        Contestant(
            "flow-mlp",
            "Rectified flow, MLP on sorted particles",
            "best",
            clouds.JETS_CLOUDS_FLOW.model_copy(update=_FLAT_MLP),
        ),
    )
)
