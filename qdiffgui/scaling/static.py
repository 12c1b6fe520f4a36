"""What a configuration costs, before anything is trained: counted on the built model, with the formula beside every number that has one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from qdiffgui.circuits.cost import Cost, count
from qdiffgui.config import Experiment
from qdiffgui.experiment import memory
from qdiffgui.experiment.prepare import Prepared, build, prepare
from qdiffgui.models.base import CircuitInfo, Family
from qdiffgui.scaling.ansaetze import AnsatzCost
from qdiffgui.scaling.counting import N_SAMPLES, Counts, counts, has_network
from qdiffgui.scaling.families import Use, uses
from qdiffgui.scaling.simulator import PASSES, simulation
from qdiffgui.scaling.twin import twin_cost

PRECISION = 0.01
RATE = 10_000
"""Circuit runs a second that times on hardware are given for."""


@dataclass(frozen=True)
class Row:
    """One quantity. ``value`` None: it does not apply, and ``note`` says why."""

    key: str
    label: str
    value: float | None
    unit: str = ""
    formula: str = ""
    note: str = ""

    def plain(self) -> dict[str, Any]:
        return dict(self.__dict__)


@dataclass(frozen=True)
class Group:
    """Rows under a heading."""

    key: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Static:
    """The table. ``symbols`` : what the letters of the formulas stand for here; ``notes`` : what holds and what does not apply."""

    kind: str
    quantum: bool
    n_parameters: int
    symbols: Mapping[str, float]
    groups: tuple[Group, ...]
    notes: tuple[str, ...]

    def row(self, key: str) -> Row:
        """A row by its key; raises ``KeyError``."""
        for group in self.groups:
            for row in group.rows:
                if row.key == key:
                    return row
        raise KeyError(key)

    def plain(self) -> dict[str, Any]:
        """All of it as JSON."""
        groups = [{"key": g.key, "title": g.title, "rows": [row.plain() for row in g.rows]} for g in self.groups]
        return {
            "kind": self.kind, "quantum": self.quantum, "n_parameters": self.n_parameters, "symbols": dict(self.symbols),
            "groups": groups, "notes": list(self.notes),
        }  # fmt: skip


def static(config: Experiment, *, precision: float = PRECISION, prepared: Prepared | None = None) -> Static:
    """Count what ``config`` costs; takes about a second. ``precision`` : standard error that every measured number shall have.

    Raises ``ConfigError`` or ``DataError`` where the experiment cannot be run.
    """
    prepared = prepare(config) if prepared is None else prepared
    model = build(config, prepared)
    counted = counts(build(config, prepared), prepared.train)
    groups: list[Group] = []
    notes: list[str] = []
    infos, known = model.circuits(), uses(model)
    for i, info in enumerate(infos):
        title = f"Circuit: {info.name}" if len(infos) > 1 else "Circuit"
        use = known[i] if known else None
        cost = count(info.gates, info.n_qubits, len(info.weights), info.n_inputs)
        suffix = f":{info.name}" if len(infos) > 1 else ""
        groups.append(Group(f"circuit{suffix}", title, _named(_circuit(info, cost, use), suffix)))
        if use is not None:
            groups.append(
                Group(f"hardware{suffix}", f"{title}, on hardware", _named(_hardware(cost, use, config, precision), suffix))
            )
            notes += use.notes
        groups.append(Group(f"simulator{suffix}", f"{title}, simulated", _named(_simulated(info, cost), suffix)))
    groups.append(Group("training", "Training and sampling", tuple(_training(model, config, prepared, counted, known))))
    if config.model.quantum:
        groups.append(Group("twin", "Classical twin: an MLP of as many parameters", tuple(_twin(model, prepared))))
    if not infos:
        notes.append("No circuit: qubits, gates, shots and derivatives by parameter shift do not apply to a classical model.")
    elif not known:
        notes.append(f"The family '{model.kind}' gives no formulas; gates and evaluations are counted.")
    symbols = {k: v for use in known for k, v in use.symbols.items()} | ({"eps": precision} if known else {})
    return Static(
        model.kind, config.model.quantum, model.n_parameters, symbols, tuple(groups), tuple(dict.fromkeys(notes))
    )  # fmt: skip


def _named(rows: Iterator[Row], suffix: str) -> tuple[Row, ...]:
    return tuple(replace(row, key=row.key + suffix) for row in rows)


def _of(known: AnsatzCost | None, name: str) -> str:
    return "" if known is None else str(getattr(known, name).text)


def _circuit(info: CircuitInfo, cost: Cost, use: Use | None) -> Iterator[Row]:
    known = use.cost if use is not None else None
    yield Row("n_qubits", "Qubits in all", info.n_qubits)
    yield Row("n_ancillas", "of them measured and dropped", info.n_ancillas)
    yield Row("n_weights", "Trained angles of one use", cost.n_weights, formula=_of(known, "parameters"))
    yield Row("n_inputs", "Data angles of one use", cost.n_inputs, formula=_of(known, "inputs"))
    yield Row("one_qubit", "One-qubit gates", cost.one_qubit, formula=_of(known, "one_qubit"))
    yield Row("two_qubit", "Two-qubit gates", cost.two_qubit, formula=_of(known, "two_qubit"))
    yield Row("depth", "Depth", cost.depth, formula=_of(known, "depth"))
    yield Row("two_qubit_depth", "Depth in two-qubit gates", cost.two_qubit_depth)
    if use is not None:
        sets = use.weight_sets.value(**use.symbols)
        formula = f"{use.weight_sets.text} sets of {_of(known, 'parameters') or cost.n_weights}" if sets > 1 else ""
        yield Row("all_weights", "Trained angles in all", sets * cost.n_weights, formula=formula)
        made = use.prepares
        yield Row(
            "prepare_one", "One-qubit gates that prepare a data state", made.one_qubit.value(**use.symbols),
            formula=made.one_qubit.text, note=made.label,
        )  # fmt: skip
        yield Row(
            "prepare_two", "Two-qubit gates that prepare it", made.two_qubit.value(**use.symbols), formula=made.two_qubit.text
        )


def _hardware(cost: Cost, use: Use, config: Experiment, precision: float) -> Iterator[Row]:
    values = dict(use.symbols) | {"eps": precision}
    shots, settings = use.reads_a_step.shots.value(**values), use.settings_a_step.value(**values)
    shifts = cost.weight_shifts + (cost.input_shifts if use.trained_inputs else 0)
    step = settings * (1 + shifts) * shots
    yield Row("shots", f"Shots for a standard error of {precision:g}", shots, formula=use.reads_a_step.shots.text,
              note=use.reads_a_step.label)  # fmt: skip
    yield Row("settings_a_step", "Different circuits for one value of the loss", settings, formula=use.settings_a_step.text)
    yield Row("shifts", "Evaluations of each for all derivatives (parameter shift)", shifts, formula=_shift_formula(use))
    yield Row("runs_a_step", "Circuit runs an optimiser step", step, formula="circuits · (1 + evaluations) · shots")
    total = step * config.training.iterations
    yield Row("runs_in_all", "Circuit runs of the whole training", total, formula="runs a step · iterations",
              note=f"{_duration(total / RATE)} at {RATE} runs a second")  # fmt: skip
    yield Row("uses_a_sample", "Uses of the circuit for one sample, in a row", use.runs_a_sample.value(**values),
              formula=use.runs_a_sample.text)  # fmt: skip
    read = use.reads_a_sample
    bases = use.settings_a_sample or use.runs_a_sample
    yield Row("runs_a_sample", "Circuit runs for one sample", bases.value(**values) * read.shots.value(**values),
              formula=f"{bases.text} · {read.shots.text}" if read.shots.text != "1" else bases.text, note=read.label)  # fmt: skip


def _shift_formula(use: Use) -> str:
    if use.cost is None:
        return ""
    inputs = f"2·{use.cost.inputs.text}" if use.trained_inputs else ""
    return " + ".join(part for part in (use.cost.shifts.text, inputs) if part)


def _simulated(info: CircuitInfo, cost: Cost) -> Iterator[Row]:
    found = simulation(info, cost)
    width = "2^w with w qubits in all"
    yield Row("flops", "Floating-point operations of a pass, a state", found.flops, "FLOP", note="neighbouring gates fused")
    yield Row("flops_by_gates", "the same gate by gate, at most", found.by_gates, "FLOP",
              formula="2ʷ(14·one-qubit gates + 30·two-qubit gates)", note=width)  # fmt: skip
    yield Row(
        "traffic", "Bytes read and written in a pass, a state", found.traffic, "B", note="in cache where a block of states fits"
    )
    yield Row(
        "state_bytes",
        "Memory of a state with its derivatives",
        found.state_bytes,
        "B",
        formula="4·8·2ʷ",
        note="whatever the depth",
    )


def _training(model: Family, config: Experiment, prepared: Prepared, counted: Counts, known: list[Use]) -> Iterator[Row]:
    yield Row("n_parameters", "Trained numbers of the model", model.n_parameters)
    yield Row("iterations", "Optimiser steps", model.n_steps)
    states = 0.0
    if model.circuits():
        states = counted.states_a_step
        texts = [use.states_a_step.text for use in known]
        yield Row(
            "states_a_step", "Circuit evaluations simulated an optimiser step", states, formula=" + ".join(dict.fromkeys(texts))
        )
        yield Row("states_of_samples", f"Circuit evaluations simulated for {N_SAMPLES} samples", counted.states_of_samples)
        yield Row("flops_a_step", "Floating-point operations of circuits, an optimiser step", PASSES * _flops(model, states), "FLOP",
                  note=f"about {PASSES} passes forward: one ahead, two states back, inner products")  # fmt: skip
        yield Row("flops_a_sample", "Floating-point operations of circuits, a sample",
                  _flops(model, counted.states_of_samples / N_SAMPLES), "FLOP")  # fmt: skip
    if has_network(model):
        yield Row(
            "macs_a_step",
            "Multiply-adds of the networks, an optimiser step",
            counted.macs_a_step,
            "MAC",
            note="forward and backward",
        )
        yield Row("macs_a_sample", "Multiply-adds of the networks, a sample", counted.macs_a_sample, "MAC")
    held = memory.of_model(model, prepared.train, states)
    yield Row("memory", "Memory of training", held, "B", note="states, parameters and moments, training data")


def _flops(model: Family, states: float) -> float:
    """Of one pass forward. States are dealt to the circuits as the formulas say, or evenly where there are none."""
    infos, known = model.circuits(), uses(model)
    shares = [use.states_a_step.value(**use.symbols) for use in known] or [states / len(infos)] * len(infos)
    costs = [count(info.gates, info.n_qubits, len(info.weights), info.n_inputs) for info in infos]
    total = sum(shares) or 1.0
    return sum(states * share / total * simulation(info, cost).flops for share, info, cost in zip(shares, infos, costs))


def _twin(model: Family, prepared: Prepared) -> Iterator[Row]:
    calls = model.circuits()[0].repeated if model.circuits() else 1
    found = twin_cost(prepared.train.spec, model.n_parameters, calls)
    yield Row("twin_parameters", "Parameters", found.n_parameters, note=f"on {found.n_data} real numbers a sample")
    yield Row("twin_macs", "Multiply-adds of one call, a sample", found.multiply_adds, "MAC", formula="one a weight")
    yield Row("twin_calls", "Calls a sample", found.calls, formula="T")
    yield Row(
        "twin_macs_a_sample",
        "Multiply-adds a sample",
        found.multiply_adds * found.calls,
        "MAC",
        formula="T · multiply-adds of a call",
    )


def _duration(seconds: float) -> str:
    for size, name in ((365.25 * 86400, "years"), (86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {name}"
    return f"{seconds:.3g} seconds"
