"""The line-up on 16x4 log-polar maps of gluon jets: every model of the catalog that takes maps.

Left out: the quantum denoiser takes a few numbers and is the circuit inside "latent"; QGDM prepares
one density matrix, so there is no ensemble to compare; MSQuDDPM takes density matrices, which
"latent-mixed" makes from maps.
"""

from __future__ import annotations

from typing import Any

from qdiffgui.config import Training
from qdiffgui.config.models import (
    D3PM,
    QDT,
    QGAN,
    USS,
    ClassicalBlend,
    ClassicalDDPM,
    Latent,
    QDense,
    QGUNet,
    QuDDPM,
    QUNet,
    RectifiedFlow,
)
from qdiffgui.config.schedules import (
    Blend,
    Cosine,
    DepolarizingCosine,
    HaarMixing,
    LinearAngles,
    Straight,
)
from qdiffgui.presets import bits, maps, masked
from qdiffgui.studies.benchmark.lineup import Contestant, Lineup, Role

_BASE = maps.JETS_MAPS_DDPM
_BEST = _BASE.training
_PARAMETERS = 1072  # of the circuit on normal scores
_MATCHED = Training(iterations=6000, batch_size=256, learning_rate=1e-2)
_BLEND = Blend(n_steps=5)
_HAAR = HaarMixing(n_steps=20)
_GAN = QGAN(n_ancillas=2, n_layers=40, n_discriminator_layers=40)
_Q_DENSE = QDense(n_layers=47, encoding="amplitude", schedule=_BLEND)
_QU_NET = QUNet(channels=3, n_layers=4, encoding="amplitude", schedule=_BLEND)


def _one(key: str, label: str, role: Role, model: Any, training: Training) -> Contestant:
    return Contestant(
        key, label, role, _BASE.model_copy(update={"model": model, "training": training})
    )


def _training(iterations: int, batch_size: int, learning_rate: float) -> Training:
    return Training(iterations=iterations, batch_size=batch_size, learning_rate=learning_rate)


_QUANTUM = (
    _one(
        "latent",
        "Latent, normal scores, 6 qubits",
        "quantum",
        maps.JETS_MAPS_LATENT_6Q.model,
        maps.JETS_MAPS_LATENT_6Q.training,
    ),
    _one(
        "latent-mixed",
        "Latent, mixed states, 5 qubits",
        "quantum",
        Latent(
            recipe="mixed",
            encoder="autoencoder",
            n_latent=8,
            n_ancillas=2,
            n_layers=6,
            schedule=DepolarizingCosine(n_steps=6),
        ),
        _training(3000, 100, 3e-2),
    ),
    _one(
        "qd3pm", "QD3PM, 6 qubits", "quantum", bits.JETS_MAPS_6Q.model, bits.JETS_MAPS_6Q.training
    ),
    _one(
        "masked",
        "Masked quantum diffusion, 5 qubits",
        "quantum",
        masked.JETS_MAPS_MASKED.model,
        masked.JETS_MAPS_MASKED.training,
    ),
    _one(
        "quddpm",
        "QuDDPM, 9 qubits",
        "quantum",
        QuDDPM(
            n_ancillas=3,
            n_layers=12,
            loss="map-energy",
            warm_start=True,
            schedule=LinearAngles(n_steps=6, start=0.1, end=3.5),
        ),
        _training(3600, 64, 3e-2),
    ),
    _one(
        "qdt",
        "QDT, 9 qubits",
        "quantum",
        QDT(n_ancillas=3, n_layers=60, loss="map-energy"),
        _training(1000, 64, 3e-2),
    ),
    _one("qgan", "QGAN, 8 qubits", "quantum", _GAN, _training(1500, 64, 1e-2)),
    _one("q-dense", "Q-Dense, 6 qubits", "quantum", _Q_DENSE, _training(1500, 64, 3e-2)),
    _one(
        "uss",
        "USS, 6 qubits",
        "quantum",
        USS(n_layers=47, schedule=_BLEND),
        _training(1500, 64, 3e-2),
    ),
    _one("qu-net", "QU-Net, 7 qubits", "quantum", _QU_NET, _training(500, 32, 2e-2)),
    _one(
        "qg-hybrid",
        "U-Net with a circuit, 6 qubits",
        "quantum",
        QGUNet(variant="hybrid", n_qubits=6, n_layers=4, width=4, schedule=_HAAR),
        _training(1000, 64, 1e-2),
    ),
    _one(
        "qg-quantum",
        "Circuit alone (2412.21082), 10 qubits",
        "quantum",
        QGUNet(variant="quantum", n_layers=8, n_ancillas=4, schedule=_HAAR),
        _training(700, 64, 3e-2),
    ),
)

_CLASSICAL = tuple(
    contestant
    for role, n, training, words in (
        ("matched", _PARAMETERS, _MATCHED, "matched MLP"),
        ("best", 200_000, _BEST, "best MLP"),
    )
    for contestant in (
        _one(
            f"ddpm-{role}",
            f"DDPM, {words}",
            role,  # type: ignore[arg-type]
            ClassicalDDPM(n_parameters=n, schedule=Cosine(n_steps=100)),
            training,
        ),
        _one(
            f"ddim-{role}",
            f"DDIM, {words}",
            role,  # type: ignore[arg-type]
            ClassicalDDPM(n_parameters=n, sampler="ddim", schedule=Cosine(n_steps=100)),
            training,
        ),
        _one(
            f"flow-{role}",
            f"Rectified flow, {words}",
            role,  # type: ignore[arg-type]
            RectifiedFlow(n_parameters=n, schedule=Straight(n_steps=20)),
            training,
        ),
    )
)

_TWINS = (
    _one(
        "latent-matched",
        "Latent network, normal scores, matched to the latent circuit",
        "matched",
        maps.JETS_MAPS_LATENT_NETWORK.model,
        maps.JETS_MAPS_LATENT_NETWORK.training,
    ),
    _one(
        "d3pm-matched",
        "D3PM, matched MLP of QD3PM",
        "matched",
        D3PM(n_bits=6, n_parameters=300, schedule=Cosine(n_steps=2)),
        _training(3000, 128, 1e-2),
    ),
    _one(
        "masked-matched",
        "Masked networks, matched to masked circuits",
        "matched",
        masked.JETS_MAPS_MASKED_NETWORK.model,
        masked.JETS_MAPS_MASKED_NETWORK.training,
    ),
    _one(
        "blend-matched",
        "Dense network, matched to Q-Dense",
        "matched",
        ClassicalBlend(n_parameters=846, encoding="amplitude", schedule=_BLEND),
        _training(1500, 64, 1e-2),
    ),
)

_LEVELS = (
    _one(
        "made",
        "MADE (autoregressive)",
        "best",
        maps.JETS_MAPS_MADE.model,
        maps.JETS_MAPS_MADE.training,
    ),
    _one(
        "d3pm-levels",
        "D3PM on levels",
        "best",
        maps.JETS_MAPS_D3PM_LEVELS.model,
        maps.JETS_MAPS_D3PM_LEVELS.training,
    ),
)

JETS_MAPS = Lineup((*_QUANTUM, *_CLASSICAL, *_LEVELS, *_TWINS))
