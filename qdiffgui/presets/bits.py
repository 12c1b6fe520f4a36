"""Jets and jet maps as bit strings: QD3PM and its classical twin."""

from __future__ import annotations

from qdiffgui.config import Experiment, Training
from qdiffgui.config.data import QuarkGluonJets
from qdiffgui.config.models import D3PM, QD3PM
from qdiffgui.config.representation import LogPolar, Observables, Radial
from qdiffgui.config.schedules import Cosine
from qdiffgui.presets.shared import ALL_JETS

GLUONS = QuarkGluonJets(classes="gluon", n_jets=25000)

JETS_BITS_QD3PM = Experiment(
    name="Jets as bits: QD3PM",
    data=ALL_JETS,
    representation=Observables(),
    model=QD3PM(n_bits=8, n_layers=16, inputs="sample", schedule=Cosine(n_steps=2)),
    training=Training(iterations=6000, batch_size=128, learning_rate=2e-2),
)

JETS_BITS_D3PM = Experiment(
    name="Jets as bits: factorized D3PM",
    data=ALL_JETS,
    representation=Observables(),
    model=D3PM(n_bits=8, n_parameters=768, inputs="sample", schedule=Cosine(n_steps=2)),
    training=Training(iterations=6000, batch_size=128, learning_rate=1e-2),
)

JETS_RADIAL_4Q = Experiment(
    name="Radial profiles on 4 qubits: QD3PM",
    data=GLUONS,
    representation=Radial(n_bins=16),
    model=QD3PM(n_bits=4, n_layers=10, schedule=Cosine(n_steps=2)),
    training=Training(iterations=2000, batch_size=128, learning_rate=3e-2),
)

JETS_MAPS_6Q = Experiment(
    name="Jet maps on 6 qubits: QD3PM",
    data=GLUONS,
    representation=LogPolar(n_r=16, n_phi=4),
    model=QD3PM(n_bits=6, n_layers=10, schedule=Cosine(n_steps=2)),
    training=Training(iterations=3000, batch_size=128, learning_rate=3e-2),
)
