"""Static cost: what a configuration costs before any training, counted on the built model, with a
formula next to each number that has one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from qdiffgui.circuits.cost import count
from qdiffgui.config import Experiment
from qdiffgui.experiment.prepare import Prepared, build, prepare
from qdiffgui.studies.scaling.cost_rows import (
    circuit_rows,
    hardware_rows,
    simulator_rows,
    training_rows,
    twin_rows,
)
from qdiffgui.studies.scaling.cost_table import CostGroup, CostRow, StaticCost
from qdiffgui.studies.scaling.counting import counts
from qdiffgui.studies.scaling.simulation import WIDEST

PRECISION = 0.01


def static(
    config: Experiment, *, precision: float = PRECISION, prepared: Prepared | None = None
) -> StaticCost:
    """Count what a configuration costs; takes about a second.

    Parameters
    ----------
    config : Experiment
        The settings.
    precision : float
        Standard error of every measured number on hardware.
    prepared : Prepared, optional
        The prepared data, if they are at hand.

    Returns
    -------
    StaticCost
        Groups of rows: the circuit, its cost on hardware and in simulation, training and sampling,
        and the classical twin.

    Raises
    ------
    ConfigError, DataError
        If the experiment cannot be run.
    """
    prepared = prepare(config) if prepared is None else prepared
    model = build(config, prepared)
    counted = counts(build(config, prepared), prepared.train)
    groups: list[CostGroup] = []
    notes: list[str] = []
    infos, known = model.circuits(), model.circuit_uses()
    for i, info in enumerate(infos):
        title = f"Circuit: {info.name}" if len(infos) > 1 else "Circuit"
        use = known[i] if known else None
        cost = count(info.gates, info.n_qubits, len(info.weights), info.n_inputs)
        suffix = f":{info.name}" if len(infos) > 1 else ""
        groups.append(
            CostGroup(f"circuit{suffix}", title, _named(circuit_rows(info, cost, use), suffix))
        )
        if use is not None:
            groups.append(
                CostGroup(
                    f"hardware{suffix}",
                    f"{title}, on hardware",
                    _named(hardware_rows(cost, use, config, precision), suffix),
                )
            )
            notes += use.notes
        if info.n_qubits > WIDEST:
            notes.append(
                f"No computer holds the state vector of {info.n_qubits} qubits, so its cost is not "
                "counted."
            )
            continue
        groups.append(
            CostGroup(
                f"simulator{suffix}",
                f"{title}, simulated",
                _named(simulator_rows(info, cost), suffix),
            )
        )
    groups.append(
        CostGroup(
            "training",
            "Training and sampling",
            tuple(training_rows(model, config, prepared, counted, known)),
        )
    )
    if config.model.quantum:
        groups.append(
            CostGroup(
                "twin",
                "Classical twin: an MLP with as many parameters",
                tuple(twin_rows(model, prepared)),
            )
        )
    if not infos:
        notes.append(
            "A classical model has no circuit: qubits, gates, shots and parameter-shift "
            "derivatives do not apply."
        )
    elif not known:
        notes.append(
            f"The model '{model.kind}' has no formulas; gates and evaluations are counted."
        )
    symbols = {k: v for use in known for k, v in use.symbols.items()} | (
        {"eps": precision} if known else {}
    )
    return StaticCost(
        model.kind,
        config.model.quantum,
        model.n_parameters,
        symbols,
        tuple(groups),
        tuple(dict.fromkeys(notes)),
    )


def _named(rows: Iterator[CostRow], suffix: str) -> tuple[CostRow, ...]:
    return tuple(replace(row, key=row.key + suffix) for row in rows)
