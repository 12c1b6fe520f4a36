"""The forward processes of pure states: a common interface, and the choice by schedule."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from qdiffgui import catalog
from qdiffgui.config.schedules import HaarPatches, ScramblingSchedule, StateSchedule
from qdiffgui.diffusion.haar import HaarNoise
from qdiffgui.diffusion.scrambling import Scrambling


class StateProcess(Protocol):
    """A process of normalized states (n, 2**n_qubits), complex64; wire 0 is the most significant
    bit. Step 0 is data, step ``n_steps`` is noise.
    """

    n_steps: int
    start: str
    """What sampling starts from, as text."""

    def noise(self, n: int, n_qubits: int, generator: torch.Generator) -> Tensor:
        """Draw n states to start sampling from, shape (n, 2**n_qubits)."""

    def at(self, psi: Tensor, t: int, generator: torch.Generator) -> Tensor:
        """Draw x_t for x_0 = psi, with independent noise for every sample."""

    def path(self, psi: Tensor, generator: torch.Generator) -> Tensor:
        """Draw one trajectory per sample, shape (n_steps + 1, n, 2**n_qubits): frame t is x_t."""


class Truncated:
    """The first ``n_steps`` steps of a process, whose noise ends short of the process's own
    (truncated diffusion, arXiv:2202.09671). See ``StateProcess``.
    """

    def __init__(self, process: StateProcess, n_steps: int) -> None:
        self.process, self.n_steps, self.start = process, n_steps, process.start

    def noise(self, n: int, n_qubits: int, generator: torch.Generator) -> Tensor:
        return self.process.noise(n, n_qubits, generator)

    def at(self, psi: Tensor, t: int, generator: torch.Generator) -> Tensor:
        return self.process.at(psi, t, generator)

    def path(self, psi: Tensor, generator: torch.Generator) -> Tensor:
        return self.process.path(psi, generator)[: self.n_steps + 1]


def state_process(schedule: StateSchedule) -> StateProcess:
    """The process of a schedule of ``config.schedules.StateSchedule``."""
    entry = catalog.schedules[schedule.kind]
    values = entry.load()(schedule).tolist()
    if isinstance(schedule, ScramblingSchedule):
        return Scrambling(values)
    return HaarNoise(values, schedule.patch_qubits if isinstance(schedule, HaarPatches) else None)
