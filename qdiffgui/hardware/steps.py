"""A trained model's circuits as a quantum computer takes them: OpenQASM 3, one program for each reverse step."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from qdiffgui.circuits.openqasm import to_qasm3
from qdiffgui.errors import UserError
from qdiffgui.models.base import CircuitInfo


class Program(NamedTuple):
    """The text of one circuit at one reverse step (from 1, in the order of sampling); ``step`` 0 is that of every step alike."""

    name: str
    step: int
    text: str


def programs(circuits: list[CircuitInfo], step: int = 0) -> list[Program]:
    """Every circuit at every reverse step, or at one (from 1); of a circuit that is the same at all steps, that one.

    Raises ``UserError`` for a classical family, and for a step that there is none of.
    """
    if not circuits:
        raise UserError("This model is classical: it has no circuit.")
    made = []
    for info in circuits:
        n_steps = max(info.repeated, 1 if info.series is None else len(info.series))
        if step > n_steps:
            raise UserError(f"The circuit '{info.name}' is used at {n_steps} reverse steps; found step {step}.")
        if info.series is None:
            made.append(Program(info.name, 0, to_qasm3(_told(info, step, n_steps))))
            continue
        rows = np.asarray(info.series)
        chosen = [step] if step else range(1, n_steps + 1)
        made += [Program(info.name, k, to_qasm3(_one(info, rows[k - 1], k, n_steps))) for k in chosen]
    return made


def _told(info: CircuitInfo, step: int, n_steps: int) -> CircuitInfo:
    if n_steps == 1:
        return info
    inputs = (
        "its inputs x_k are those of the sample and of the step" if info.n_inputs else "only the state that it acts on differs"
    )
    which = f"Reverse step {step} of {n_steps}" if step else f"All {n_steps} reverse steps"
    return replace(info, about=(*info.about, f"{which}: the circuit is the same at each; {inputs}."))


def _one(info: CircuitInfo, weights: np.ndarray, k: int, n_steps: int) -> CircuitInfo:
    start = "what the noise of the forward process leaves" if k == 1 else f"what step {k - 1} left of the measured state"
    about = (*info.about, f"Reverse step {k} of {n_steps}, acting on {start}.")
    return replace(info, weights=weights, series=None, repeated=1, about=about)
