"""Forward processes of pure states, of one signature, chosen by their schedule."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from qdiffgui import catalog
from qdiffgui.config.schedule import HaarPatches, StateSchedule
from qdiffgui.diffusion.haar import HaarNoise
from qdiffgui.diffusion.scrambling import Scrambling


class StateProcess(Protocol):
    """States are (n, 2**n_qubits) complex64, normalised, wire 0 the most significant bit; step 0 is data, step ``n_steps`` noise."""

    n_steps: int
    start: str
    """What sampling starts from, in words."""

    def noise(self, n: int, n_qubits: int, generator: torch.Generator) -> Tensor:
        """n states to start sampling from, (n, 2**n_qubits)."""

    def at(self, psi: Tensor, t: int, generator: torch.Generator) -> Tensor:
        """x_t of x_0 = psi, every sample with noise of its own."""

    def path(self, psi: Tensor, generator: torch.Generator) -> Tensor:
        """One trajectory a sample, (n_steps + 1, n, 2**n_qubits): frame t is x_t."""


def state_process(schedule: StateSchedule) -> StateProcess:
    """The process of a schedule of ``config.schedule.StateSchedule``."""
    entry = catalog.schedules[schedule.kind]
    values = entry.load()(schedule).tolist()
    if entry.facts["process"] == "scrambling":
        return Scrambling(values)
    return HaarNoise(values, schedule.patch_qubits if isinstance(schedule, HaarPatches) else None)
