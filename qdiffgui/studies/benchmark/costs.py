"""What a model costs, in numbers that do not depend on the machine.

Circuit costs come from ``scaling.static``. Floating-point operations count the simulator's work
(gates fused; a gradient is worth 4 forward passes) plus two operations per multiply-add of
networks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from qdiffgui.config import Experiment
from qdiffgui.evaluation.number_format import format_number
from qdiffgui.experiment.prepare import Prepared
from qdiffgui.studies.scaling.cost_table import StaticCost
from qdiffgui.studies.scaling.counting import N_SAMPLES
from qdiffgui.studies.scaling.simulation import PASSES
from qdiffgui.studies.scaling.static_cost import PRECISION, static


@dataclass(frozen=True)
class Costs:
    """Costs of one model; ``None`` if a cost does not exist or no formula is known.

    Attributes
    ----------
    qubits, one_qubit, two_qubit, depth : float or None
        Of one use of the largest circuit.
    shots : float or None
        Circuit runs for a standard error of ``PRECISION`` on every measured number.
    runs_a_sample, runs_of_training : float or None
        Circuit runs on hardware, including those shots.
    states_a_sample : float or None
        States that the simulator sends through circuits per sample.
    flop_a_sample, flop_of_training : float
        Floating-point operations.
    """

    parameters: int
    qubits: float | None
    one_qubit: float | None
    two_qubit: float | None
    depth: float | None
    shots: float | None
    runs_a_sample: float | None
    runs_of_training: float | None
    states_a_sample: float | None
    flop_a_sample: float
    flop_of_training: float

    def plain(self) -> dict[str, Any]:
        return asdict(self)


HEADS: tuple[tuple[str, str], ...] = (
    ("parameters", "parameters"),
    ("qubits", "qubits"),
    ("one_qubit", "one-qubit gates"),
    ("two_qubit", "two-qubit gates"),
    ("depth", "depth"),
    ("shots", f"shots for ±{PRECISION:g}"),
    ("runs_a_sample", "circuit runs per sample"),
    ("runs_of_training", "circuit runs per training"),
    ("states_a_sample", "simulated states per sample"),
    ("flop_of_training", "FLOP per training"),
    ("flop_a_sample", "FLOP per sample"),
)
DEFINITIONS = (
    "Parameters are all trained numbers. Qubits, gates and depth describe one use of the largest "
    "circuit, before the simulator fuses gates. Depth counts every gate as one time step.",
    "Shots are the circuit runs that give every measured number a standard error of at most "
    f"{PRECISION:g}, in any state. Circuit runs per sample and per training are what hardware "
    "would need with that many shots and parameter-shift derivatives. All circuits here were "
    "simulated exactly, without shots.",
    "FLOP are floating-point operations and do not depend on the machine. For circuits they count "
    f"the simulator's work (gates fused, a gradient worth {PASSES} passes); for networks, two per "
    "multiply-add of matrix products and convolutions, forward and backward. They measure the "
    "simulation, not hardware, and not energy.",
    "Training time is the CPU time of all optimizer steps of one run, averaged over seeds; "
    "sampling time is that of 1000 samples. Both are from this machine, with one thread.",
)


def costs(experiment: Experiment, prepared: Prepared) -> Costs:
    """Count the costs of a model on prepared data. Takes some seconds, because a few steps are
    trained and samples drawn.
    """
    found = static(experiment, prepared=prepared)
    states, sampled = _value(found, "states_a_step") or 0.0, _value(found, "states_of_samples")
    circuits = _value(found, "flops_a_step") or 0.0
    pass_of_a_state = circuits / PASSES / states if states else 0.0
    macs, macs_a_sample = _value(found, "macs_a_step") or 0.0, _value(found, "macs_a_sample") or 0.0
    states_a_sample = None if sampled is None else sampled / N_SAMPLES
    return Costs(
        parameters=found.n_parameters,
        qubits=_largest(found, "n_qubits"),
        one_qubit=_largest(found, "one_qubit"),
        two_qubit=_largest(found, "two_qubit"),
        depth=_largest(found, "depth"),
        shots=_largest(found, "shots"),
        runs_a_sample=_total(found, "runs_a_sample"),
        runs_of_training=_total(found, "runs_in_all"),
        states_a_sample=states_a_sample,
        flop_a_sample=(states_a_sample or 0.0) * pass_of_a_state + 2 * macs_a_sample,
        flop_of_training=(_value(found, "iterations") or 0.0) * (circuits + 2 * macs),
    )


def cost_cells(costs: Mapping[str, float | None]) -> list[str]:
    """The cells under ``HEADS``, with a dash for a cost that does not exist."""
    return [format_number(costs.get(key)) for key, _ in HEADS]


def _values(found: StaticCost, key: str) -> list[float]:
    """The value for each circuit; with several circuits, keys end in the circuit's name."""
    rows = (row for group in found.groups for row in group.rows if row.key.split(":")[0] == key)
    return [float(row.value) for row in rows if row.value is not None]


def _value(found: StaticCost, key: str) -> float | None:
    return next(iter(_values(found, key)), None)


def _largest(found: StaticCost, key: str) -> float | None:
    return max(_values(found, key), default=None)


def _total(found: StaticCost, key: str) -> float | None:
    values = _values(found, key)
    return sum(values) if values else None
