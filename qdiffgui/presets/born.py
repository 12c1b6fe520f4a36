"""Born machines and a classical twin: jets as eight bits, and the occupancy of maps."""

from __future__ import annotations

from qdiffgui.config import Evaluation, Experiment, Training
from qdiffgui.config.data import ParametrisedShowers
from qdiffgui.config.models import BornMachine, ClassicalBorn
from qdiffgui.config.representation import Layers, LogPolar, Observables
from qdiffgui.presets.bits import GLUONS
from qdiffgui.presets.shared import ALL_JETS

JETS_BITS_IQP = Experiment(
    name="Jets as bits: IQP Born machine",
    data=ALL_JETS,
    representation=Observables(),
    model=BornMachine(circuit="iqp", n_bits=8, body=3),
    training=Training(iterations=1500, batch_size=128, learning_rate=5e-2),
)

JETS_BITS_QCBM = Experiment(
    name="Jets as bits: QCBM",
    data=ALL_JETS,
    representation=Observables(),
    model=BornMachine(circuit="qcbm", n_bits=8, n_layers=6),
    training=Training(iterations=1500, batch_size=128, learning_rate=3e-2),
)

JETS_BITS_MPS = Experiment(
    name="Jets as bits: matrix product state",
    data=ALL_JETS,
    representation=Observables(),
    model=ClassicalBorn(twin="mps", n_bits=8, bond=3),
    training=Training(iterations=1500, batch_size=128, learning_rate=2e-2),
)

JETS_OCCUPANCY_IQP = Experiment(
    name="Which cells are lit: IQP on 64 qubits",
    data=GLUONS,
    representation=LogPolar(n_r=16, n_phi=4),
    model=BornMachine(circuit="iqp", body=2, reach=4),
    training=Training(iterations=600, batch_size=128, learning_rate=3e-2),
)

JETS_OCCUPANCY_MPS = Experiment(
    name="Which cells are lit: matrix product state",
    data=GLUONS,
    representation=LogPolar(n_r=16, n_phi=4),
    model=ClassicalBorn(twin="mps", bond=2),
    training=Training(iterations=600, batch_size=128, learning_rate=3e-2),
)

SHOWERS_OCCUPANCY_IQP = Experiment(
    name="Which layers are lit: IQP on 16 qubits",
    data=ParametrisedShowers(n_showers=20_000),
    representation=Layers(),
    model=BornMachine(circuit="iqp", body=2, threshold=0.08, loss="mmd"),
    training=Training(iterations=1000, batch_size=256, learning_rate=3e-2),
    evaluation=Evaluation(n_generated=2500),
)
