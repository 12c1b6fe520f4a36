"""The circuits of a trained model as OpenQASM 3 programs, one for each reverse step."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from qdiffgui.circuits.openqasm import to_qasm3
from qdiffgui.errors import UserError
from qdiffgui.models.base import CircuitInfo


class Program(NamedTuple):
    """The OpenQASM text of one circuit at one reverse step.

    Steps count from 1 in sampling order; ``step`` 0 means that all steps use this program.
    """

    name: str
    step: int
    text: str


def programs(circuits: list[CircuitInfo], step: int = 0) -> list[Program]:
    """Programs of every circuit, at every reverse step or at ``step`` alone (from 1).

    A circuit that is the same at all steps gives one program.

    Raises ``UserError`` for a classical model and for a step that does not exist.
    """
    if not circuits:
        raise UserError("This model is classical: it has no circuit.")
    made = []
    for info in circuits:
        n_steps = max(info.repeated, 1 if info.series is None else len(info.series))
        if step > n_steps:
            raise UserError(
                f"The circuit '{info.name}' has {n_steps} reverse steps; found step {step}."
            )
        if info.series is None:
            made.append(Program(info.name, 0, to_qasm3(_describe_shared_step(info, step, n_steps))))
            continue
        rows = np.asarray(info.series)
        chosen = [step] if step else range(1, n_steps + 1)
        made += [
            Program(info.name, k, to_qasm3(_describe_own_step(info, rows[k - 1], k, n_steps)))
            for k in chosen
        ]
    return made


def _describe_shared_step(info: CircuitInfo, step: int, n_steps: int) -> CircuitInfo:
    if n_steps == 1:
        return info
    inputs = (
        "its inputs x_k depend on the sample and on the step"
        if info.n_inputs
        else "only the input state differs"
    )
    which = f"Reverse step {step} of {n_steps}" if step else f"All {n_steps} reverse steps"
    return replace(
        info, about=(*info.about, f"{which}: every step uses the same circuit; {inputs}.")
    )


def _describe_own_step(info: CircuitInfo, weights: np.ndarray, k: int, n_steps: int) -> CircuitInfo:
    start = (
        "the noise at the end of the forward process"
        if k == 1
        else f"the measured state of step {k - 1}"
    )
    about = (*info.about, f"Reverse step {k} of {n_steps}, acting on {start}.")
    return replace(info, weights=weights, series=None, repeated=1, about=about)
