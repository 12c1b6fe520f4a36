"""Jets as bit strings: QD3PM and its classical twin."""

from __future__ import annotations

from qdiffgui.config import Experiment, Training
from qdiffgui.config.models import D3PM, QD3PM
from qdiffgui.config.representation import Observables
from qdiffgui.config.schedule import Cosine
from qdiffgui.presets.shared import ALL_JETS

JETS_BITS_QD3PM = Experiment(
    name="Jets as bits: QD3PM",
    data=ALL_JETS,
    representation=Observables(),
    model=QD3PM(
        n_bits=8, n_layers=12, axes="observables", ansatz="strongly-entangling", inputs="sample", schedule=Cosine(n_steps=2)
    ),
    training=Training(iterations=3000, batch_size=128, learning_rate=3e-2),
)

JETS_BITS_D3PM = Experiment(
    name="Jets as bits: factorised D3PM",
    data=ALL_JETS,
    representation=Observables(),
    model=D3PM(n_bits=8, n_parameters=576, axes="observables", inputs="sample", schedule=Cosine(n_steps=2)),
    training=Training(iterations=3000, batch_size=128, learning_rate=1e-2),
)
