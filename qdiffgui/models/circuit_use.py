"""How a model uses its circuits, as formulas; tests compare them with what the engine counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from qdiffgui.circuits import readout
from qdiffgui.circuits.ansatz_cost import AnsatzCost
from qdiffgui.circuits.composed_cost import reuploading_cost
from qdiffgui.circuits.formula import Formula
from qdiffgui.circuits.readout import Preparation, Readout

PAIRED_LOSSES = ("mmd", "powered-mmd", "energy", "sinkhorn")
"""Losses that also compare generated states with one another."""

COPIES = (
    "Reading numbers from one trajectory needs many copies of the same conditional state, so all "
    "ancilla outcomes must repeat. This is free in simulation, but not on hardware."
)


@dataclass(frozen=True)
class CircuitUse:
    """How one circuit is used.

    Parameters
    ----------
    states_per_step : Formula
        Input states that the simulator runs it on in an optimizer step, on average.
    settings_per_step : Formula
        Different circuits (input and measured basis) whose results one loss needs on hardware.
    runs_per_sample : Formula
        Sequential uses of the circuit for one generated sample.
    readout_per_step, readout_per_sample : Readout
        How its output is read out in training, and for a sample.
    preparation : Preparation
        How its input state is prepared.
    symbols : mapping
        Values of the symbols in the formulas.
    cost : AnsatzCost, optional
        Cost of the circuit; ``None`` without a formula.
    settings_per_sample : Formula, optional
        ``runs_per_sample`` times the measured bases, where there are several.
    trained_inputs : bool
        Whether data angles have trained factors, whose derivatives need shifts, too.
    weight_sets : Formula
        How many copies of the circuit's angles there are, each with its own values.
    notes : tuple of str
        Sentences for a reader of the table.

    Examples
    --------
    >>> use = uploaded_use("re-uploading", {"B": 8, "M": 2, "S": 40})
    >>> use.settings_per_step.value(**use.symbols)
    16
    """

    states_per_step: Formula
    settings_per_step: Formula
    runs_per_sample: Formula
    readout_per_step: Readout
    readout_per_sample: Readout
    preparation: Preparation
    symbols: Mapping[str, float]
    cost: AnsatzCost | None = None
    settings_per_sample: Formula | None = None
    trained_inputs: bool = False
    weight_sets: Formula = field(default_factory=lambda: Formula("1"))
    notes: tuple[str, ...] = field(default_factory=tuple)


def symbols(model: Any, **more: float) -> dict[str, float]:
    """The symbols n, a, L, T and B of a model: data qubits, ancillas, layers, diffusion steps and
    batch size. ``more`` adds symbols or replaces them.
    """
    known = {
        "n": getattr(model, "n_qubits", 0),
        "a": getattr(model.config, "n_ancillas", 0),
        "L": getattr(model.config, "n_layers", 0),
        "T": getattr(model, "n_diffusion_steps", 1),
        "B": model.training.batch_size,
    }
    return known | more


def state_readout(is_map: bool) -> Readout:
    """The readout of a generated state: probabilities for a map, one outcome for a state."""
    return readout.PROBABILITIES if is_map else readout.OUTCOME


def measured_bases(words: Any) -> int:
    """The number of different single-qubit bases in which Pauli words are measured."""
    return len({letter for word in words for letter in word if letter != "I"})


def without_formulas(config: Any, uses: list[CircuitUse]) -> list[CircuitUse]:
    """The uses of circuits, without the formulas of their cost if the settings ``config`` take the
    entangling gates out: the formulas are for the whole ansatz.
    """
    if getattr(config, "circuit", "trained") != "separable":
        return uses
    return [replace(use, cost=None) for use in uses]


def uploaded_use(
    ansatz: str,
    symbols: Mapping[str, float],
    *,
    width: str = "n",
    inputs: str = "B",
    runs: str = "S",
    read: Readout = readout.EXPECTATION,
    read_sample: Readout | None = None,
    bases: str = "M*",
    **more: Any,
) -> CircuitUse:
    """The use of a circuit whose angles are the data.

    Parameters
    ----------
    ansatz : str
        Key of the ansatz.
    symbols : mapping
        Values of the symbols.
    width : str
        Number of qubits, an expression.
    inputs : str
        Input samples per optimizer step, an expression.
    runs : str
        Uses of the circuit per generated sample, an expression.
    read, read_sample : Readout
        How the output is read out in training and for a sample; by default alike.
    bases : str
        Factor for the measured bases, "" for a single one.
    more
        Further fields of ``CircuitUse``.
    """
    fields: dict[str, Any] = {
        "states_per_step": Formula(inputs),
        "settings_per_step": Formula(f"{bases}{inputs}"),
        "runs_per_sample": Formula(runs),
        "settings_per_sample": Formula(f"M*{runs}"),
        "readout_per_step": read,
        "readout_per_sample": read_sample or read,
        "preparation": readout.ZERO,
        "symbols": symbols,
        "cost": reuploading_cost(ansatz, width),
        "trained_inputs": True,
    }
    return CircuitUse(**(fields | more))
