"""What a contestant costs, in numbers that another machine would give too, beside the seconds of this one.

Counts are those of ``scaling.static``: of the circuit, of shots on hardware, and of floating-point operations, the unit of cost that needs
no machine: those of circuits (by the simulator, gates fused; a gradient is worth 4 passes forward) plus two a multiply-add of networks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from qdiffgui.config import Experiment
from qdiffgui.evaluation.number import quantity
from qdiffgui.experiment.prepare import Prepared
from qdiffgui.scaling.counting import N_SAMPLES
from qdiffgui.scaling.simulator import PASSES
from qdiffgui.scaling.static import PRECISION, Static, static


@dataclass(frozen=True)
class Costs:
    """Of one model; ``None`` where a cost does not exist or no formula is known.

    qubits, one_qubit, two_qubit, depth : of the largest circuit, one use.        shots : runs of a circuit for a standard error of
    ``PRECISION`` of every number read off.      runs_a_sample, runs_of_training : circuit runs on hardware, those shots counted.
    states_a_sample : states that the simulator sends through circuits for a sample.     flop_a_sample, flop_of_training :
    floating-point operations.
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
    ("parameters", "parameters"), ("qubits", "qubits"), ("one_qubit", "1-qubit gates"), ("two_qubit", "2-qubit gates"),
    ("depth", "depth"), ("shots", f"shots for ±{PRECISION:g}"), ("runs_a_sample", "circuit runs a sample"),
    ("runs_of_training", "circuit runs of training"), ("states_a_sample", "states simulated a sample"),
    ("flop_of_training", "FLOP of training"), ("flop_a_sample", "FLOP a sample"),
)  # fmt: skip
DEFINITIONS = (
    "Parameters are all trained numbers. Qubits, gates and depth are those of one use of the largest circuit, before the simulator fuses "
    "gates; depth counts every gate as one time step.",
    f"Shots are the runs of a circuit after which every number read off it has a standard error of at most {PRECISION:g}, in any state. "
    "Circuit runs of a sample and of the whole training are those that hardware would take with so many shots, derivatives by "
    "parameter shift. All circuits here were simulated exactly: no shot was taken.",
    "FLOP are floating-point operations and depend on no machine: of circuits those of the simulator (gates fused, a gradient worth "
    f"{PASSES} passes), of networks two for each multiply-add of matrix products and convolutions, forward and backward. They say what the "
    "simulation costs, not what hardware would, and are no measure of energy.",
    "Training in CPU seconds is the processor time of all optimiser steps of one run, mean over seeds; sampling that of 1000 samples. Both "
    "are of this machine, one thread.",
)


def costs(experiment: Experiment, prepared: Prepared) -> Costs:
    """Count what a model costs on prepared data; takes some seconds, for steps are taken and samples drawn to count."""
    found = static(experiment, prepared=prepared)
    states, sampled = _value(found, "states_a_step") or 0.0, _value(found, "states_of_samples")
    circuits = _value(found, "flops_a_step") or 0.0
    pass_of_a_state = circuits / PASSES / states if states else 0.0
    macs, macs_a_sample = _value(found, "macs_a_step") or 0.0, _value(found, "macs_a_sample") or 0.0
    states_a_sample = None if sampled is None else sampled / N_SAMPLES
    return Costs(
        parameters=found.n_parameters, qubits=_largest(found, "n_qubits"), one_qubit=_largest(found, "one_qubit"),
        two_qubit=_largest(found, "two_qubit"), depth=_largest(found, "depth"), shots=_largest(found, "shots"),
        runs_a_sample=_total(found, "runs_a_sample"), runs_of_training=_total(found, "runs_in_all"), states_a_sample=states_a_sample,
        flop_a_sample=(states_a_sample or 0.0) * pass_of_a_state + 2 * macs_a_sample,
        flop_of_training=(_value(found, "iterations") or 0.0) * (circuits + 2 * macs),
    )  # fmt: skip


def written(costs: Mapping[str, float | None]) -> list[str]:
    """The cells under ``HEADS``; a dash where a cost does not exist."""
    return [quantity(costs.get(key)) for key, _ in HEADS]


def _values(found: Static, key: str) -> list[float]:
    """Of every circuit, whose keys end in its name where there are several."""
    rows = (row for group in found.groups for row in group.rows if row.key.split(":")[0] == key)
    return [float(row.value) for row in rows if row.value is not None]


def _value(found: Static, key: str) -> float | None:
    return next(iter(_values(found, key)), None)


def _largest(found: Static, key: str) -> float | None:
    return max(_values(found, key), default=None)


def _total(found: Static, key: str) -> float | None:
    values = _values(found, key)
    return sum(values) if values else None
