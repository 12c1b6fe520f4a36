"""The rows of a static cost: size of the circuit, its cost on hardware and in simulation, cost of
training, and the classical twin.
"""

from __future__ import annotations

from collections.abc import Iterator

from qdiffgui.circuits.ansatz_cost import AnsatzCost
from qdiffgui.circuits.cost import Cost, count
from qdiffgui.config import Experiment
from qdiffgui.evaluation.number_format import format_number
from qdiffgui.experiment import memory
from qdiffgui.experiment.prepare import Prepared
from qdiffgui.models.base import CircuitInfo, DiffusionModel
from qdiffgui.models.circuit_use import CircuitUse
from qdiffgui.studies.scaling.cost_table import CostRow
from qdiffgui.studies.scaling.counting import N_SAMPLES, Counts, has_network
from qdiffgui.studies.scaling.simulation import PASSES, simulation
from qdiffgui.studies.scaling.twin import twin_cost

RATE = 10_000
"""Assumed circuit runs per second of hardware."""


def _formula(known: AnsatzCost | None, name: str) -> str:
    return "" if known is None else str(getattr(known, name).text)


def circuit_rows(info: CircuitInfo, cost: Cost, use: CircuitUse | None) -> Iterator[CostRow]:
    """Size of one circuit."""
    known = use.cost if use is not None else None
    yield CostRow("n_qubits", "Qubits, total", info.n_qubits)
    yield CostRow("n_ancillas", "Ancilla qubits (measured and discarded)", info.n_ancillas)
    yield CostRow(
        "n_weights",
        "Trained angles per use",
        cost.n_weights,
        formula=_formula(known, "parameters"),
    )
    yield CostRow(
        "n_inputs", "Data angles per use", cost.n_inputs, formula=_formula(known, "inputs")
    )
    yield CostRow(
        "one_qubit", "One-qubit gates", cost.one_qubit, formula=_formula(known, "one_qubit")
    )
    yield CostRow(
        "two_qubit", "Two-qubit gates", cost.two_qubit, formula=_formula(known, "two_qubit")
    )
    yield CostRow("depth", "Depth", cost.depth, formula=_formula(known, "depth"))
    yield CostRow("two_qubit_depth", "Depth in two-qubit gates", cost.two_qubit_depth)
    if use is not None:
        sets = use.weight_sets.value(**use.symbols)
        formula = (
            f"{use.weight_sets.text} sets of {_formula(known, 'parameters') or cost.n_weights}"
            if sets > 1
            else ""
        )
        yield CostRow(
            "all_weights", "Trained angles, total", sets * cost.n_weights, formula=formula
        )
        made = use.preparation
        yield CostRow(
            "prepare_one",
            "One-qubit gates of state preparation",
            made.one_qubit.value(**use.symbols),
            formula=made.one_qubit.text,
            note=made.label,
        )
        yield CostRow(
            "prepare_two",
            "Two-qubit gates of state preparation",
            made.two_qubit.value(**use.symbols),
            formula=made.two_qubit.text,
        )


def hardware_rows(
    cost: Cost, use: CircuitUse, config: Experiment, precision: float
) -> Iterator[CostRow]:
    """Cost of one circuit on hardware."""
    values = dict(use.symbols) | {"eps": precision}
    shots, settings = (
        use.readout_per_step.shots.value(**values),
        use.settings_per_step.value(**values),
    )
    shifts = cost.weight_shifts + (cost.input_shifts if use.trained_inputs else 0)
    step = settings * (1 + shifts) * shots
    yield CostRow(
        "shots",
        f"Shots for a standard error of {precision:g}",
        shots,
        formula=use.readout_per_step.shots.text,
        note=use.readout_per_step.label,
    )
    yield CostRow(
        "settings_a_step",
        "Different circuits per loss value",
        settings,
        formula=use.settings_per_step.text,
    )
    yield CostRow(
        "shifts",
        "Evaluations per circuit for all derivatives (parameter shift)",
        shifts,
        formula=_shift_formula(use),
    )
    yield CostRow(
        "runs_a_step",
        "Circuit runs per optimizer step",
        step,
        formula="circuits · (1 + evaluations) · shots",
    )
    total = step * config.training.iterations
    yield CostRow(
        "runs_in_all",
        "Circuit runs of the whole training",
        total,
        formula="runs per step · iterations",
        note=f"{_duration(total / RATE)} at {format_number(RATE)} runs per second",
    )
    yield CostRow(
        "uses_a_sample",
        "Sequential uses of the circuit per sample",
        use.runs_per_sample.value(**values),
        formula=use.runs_per_sample.text,
    )
    read = use.readout_per_sample
    bases = use.settings_per_sample or use.runs_per_sample
    yield CostRow(
        "runs_a_sample",
        "Circuit runs per sample",
        bases.value(**values) * read.shots.value(**values),
        formula=f"{bases.text} · {read.shots.text}" if read.shots.text != "1" else bases.text,
        note=read.label,
    )


def _shift_formula(use: CircuitUse) -> str:
    if use.cost is None:
        return ""
    inputs = f"2·{use.cost.inputs.text}" if use.trained_inputs else ""
    return " + ".join(part for part in (use.cost.shifts.text, inputs) if part)


def simulator_rows(info: CircuitInfo, cost: Cost) -> Iterator[CostRow]:
    """Cost of one circuit in simulation."""
    found = simulation(info, cost)
    width = "w is the total number of qubits"
    yield CostRow(
        "flops",
        "Floating-point operations per pass and state",
        found.flops,
        "FLOP",
        note="neighboring gates fused",
    )
    yield CostRow(
        "flops_by_gates",
        "Floating-point operations without fusion, at most",
        found.by_gates,
        "FLOP",
        formula="2ʷ(14·one-qubit gates + 30·two-qubit gates)",
        note=width,
    )
    yield CostRow(
        "traffic",
        "Bytes read and written per pass and state",
        found.traffic,
        "B",
        note="in cache if a block of states fits",
    )
    yield CostRow(
        "state_bytes",
        "Memory of a state with its derivatives",
        found.state_bytes,
        "B",
        formula="4·8·2ʷ",
        note="at any depth",
    )


def training_rows(
    model: DiffusionModel,
    config: Experiment,
    prepared: Prepared,
    counted: Counts,
    known: list[CircuitUse],
) -> Iterator[CostRow]:
    """Cost of training and of samples."""
    yield CostRow("n_parameters", "Trained parameters", model.n_parameters)
    yield CostRow("iterations", "Optimizer steps", model.n_steps)
    states = 0.0
    if model.circuits():
        states = counted.states_a_step
        texts = [use.states_per_step.text for use in known]
        yield CostRow(
            "states_a_step",
            "Simulated circuit evaluations per optimizer step",
            states,
            formula=" + ".join(dict.fromkeys(texts)),
        )
        yield CostRow(
            "states_of_samples",
            f"Simulated circuit evaluations for {N_SAMPLES} samples",
            counted.states_of_samples,
        )
        yield CostRow(
            "flops_a_step",
            "Floating-point operations of circuits per optimizer step",
            PASSES * _flops(model, states),
            "FLOP",
            note=f"about {PASSES} forward passes: one forward, two states backward, inner products",
        )
        yield CostRow(
            "flops_a_sample",
            "Floating-point operations of circuits per sample",
            _flops(model, counted.states_of_samples / N_SAMPLES),
            "FLOP",
        )
    if has_network(model):
        yield CostRow(
            "macs_a_step",
            "Multiply-adds of networks per optimizer step",
            counted.macs_a_step,
            "MAC",
            note="forward and backward",
        )
        yield CostRow(
            "macs_a_sample", "Multiply-adds of networks per sample", counted.macs_a_sample, "MAC"
        )
    held = memory.of_model(model, prepared.train, states)
    yield CostRow(
        "memory",
        "Memory of training",
        held,
        "B",
        note="states, parameters, optimizer moments, training data",
    )


def _flops(model: DiffusionModel, states: float) -> float:
    """Floating-point operations of one forward pass. States are shared among the circuits as the
    formulas say, or evenly if there are none.
    """
    if not states:
        return 0.0
    infos, known = model.circuits(), model.circuit_uses()
    shares = [use.states_per_step.value(**use.symbols) for use in known] or [
        states / len(infos)
    ] * len(infos)
    costs = [count(info.gates, info.n_qubits, len(info.weights), info.n_inputs) for info in infos]
    total = sum(shares) or 1.0
    return sum(
        states * share / total * simulation(info, cost).flops
        for share, info, cost in zip(shares, infos, costs)
    )


def twin_rows(model: DiffusionModel, prepared: Prepared) -> Iterator[CostRow]:
    """Cost of the classical twin."""
    calls = model.circuits()[0].repeated if model.circuits() else 1
    found = twin_cost(prepared.train.spec, model.n_parameters, calls)
    yield CostRow(
        "twin_parameters",
        "Parameters",
        found.n_parameters,
        note=f"on {found.n_data} real numbers per sample",
    )
    yield CostRow(
        "twin_macs",
        "Multiply-adds per call and sample",
        found.multiply_adds,
        "MAC",
        formula="one per weight",
    )
    yield CostRow("twin_calls", "Calls per sample", found.calls, formula="T")
    yield CostRow(
        "twin_macs_a_sample",
        "Multiply-adds per sample",
        found.multiply_adds * found.calls,
        "MAC",
        formula="T · multiply-adds per call",
    )


def _duration(seconds: float) -> str:
    for size, name in (
        (365.25 * 86400, "years"),
        (86400, "days"),
        (3600, "hours"),
        (60, "minutes"),
    ):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {name}"
    return f"{seconds:.3g} seconds"
