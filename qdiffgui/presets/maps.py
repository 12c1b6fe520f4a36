"""16x4 log-polar maps of gluon jets: strong classical references, and a circuit on the leading
normal scores.
"""

from __future__ import annotations

from qdiffgui.config import Experiment, Training
from qdiffgui.config.models import MADE, ClassicalDDPM, Latent, LatentNetwork, LevelD3PM
from qdiffgui.config.representation import LogPolar
from qdiffgui.config.schedules import Cosine
from qdiffgui.presets.bits import GLUONS

MAPS = LogPolar(n_r=16, n_phi=4)

JETS_MAPS_DDPM = Experiment(
    name="Jet maps: DDPM at its best size",
    data=GLUONS,
    representation=MAPS,
    model=ClassicalDDPM(network="mlp", n_parameters=200_000, schedule=Cosine(n_steps=100)),
    training=Training(iterations=8000, batch_size=256, learning_rate=3e-3),
)

JETS_MAPS_LATENT_6Q = Experiment(
    name="Jet maps on 6 qubits: normal scores",
    data=GLUONS,
    representation=MAPS,
    model=Latent(
        cells="normal-scores", n_latent=16, n_qubits=6, n_layers=16, schedule=Cosine(n_steps=100)
    ),
    training=Training(iterations=6000, batch_size=256, learning_rate=2e-2),
)

JETS_MAPS_LATENT_NETWORK = Experiment(
    name="Jet maps: a network on normal scores",
    data=GLUONS,
    representation=MAPS,
    model=LatentNetwork(
        cells="normal-scores", n_latent=16, n_parameters=1072, schedule=Cosine(n_steps=100)
    ),
    training=JETS_MAPS_LATENT_6Q.training,
)

JETS_MAPS_MADE = Experiment(
    name="Jet maps: MADE (autoregressive)",
    data=GLUONS,
    representation=MAPS,
    model=MADE(n_hidden=512, mirror=True, weight_decay=0.3),
    training=Training(iterations=2400, batch_size=128, learning_rate=3e-3),
)

JETS_MAPS_D3PM_LEVELS = Experiment(
    name="Jet maps: D3PM on levels",
    data=GLUONS,
    representation=MAPS,
    model=LevelD3PM(mirror=True, weight_decay=0.3, schedule=Cosine(n_steps=100)),
    training=Training(iterations=1500, batch_size=128, learning_rate=3e-3),
)
