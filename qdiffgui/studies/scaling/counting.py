"""Counts of what a model does: circuit evaluations and multiply-adds of its networks, in a training
step and in sampling.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from qdiffgui.data.types import Encoded
from qdiffgui.engine import Tracker
from qdiffgui.models.base import DiffusionModel

N_SAMPLES = 64


@dataclass(frozen=True)
class Counts:
    """Counts of a model.

    Attributes
    ----------
    states_a_step : float
        Input states of circuits per optimizer step, averaged over a cycle.
    states_of_samples : int
        The same for ``N_SAMPLES`` generated samples.
    macs_a_step, macs_a_sample : float
        Multiply-adds of matrix products and convolutions.
    """

    states_a_step: float
    states_of_samples: int
    macs_a_step: float
    macs_a_sample: float


def counts(model: DiffusionModel, train: Encoded) -> Counts:
    """Train ``model`` for a few steps, sample from it, and count. Do not use the model
    afterwards.
    """
    model.fit(train)
    model.setup_seconds(time.perf_counter)  # not part of a step
    for phase in representative_phases(model.phases()):
        model.step(phase[0])  # may set things up, which is not part of a step
    last = phase[1 : model.cycle + 1] or phase
    states, macs = _counted(lambda: [model.step(i) for i in last])
    sampled, macs_of_samples = _counted(lambda: model.sample(N_SAMPLES, None, seed=0))
    return Counts(states / len(last), sampled, macs / len(last), macs_of_samples / N_SAMPLES)


def has_network(model: DiffusionModel) -> bool:
    """Whether the model trains a classical network, alone or with circuits."""
    modules = [value for value in vars(model).values() if isinstance(value, nn.Module)]
    return any(
        isinstance(layer, nn.Linear | nn.Conv2d) for module in modules for layer in module.modules()
    )


def representative_phases(phases: tuple[range, ...]) -> list[range]:
    """The first two phases, the middle one and the last: costs change steadily between them."""
    chosen = sorted({0, min(1, len(phases) - 1), len(phases) // 2, len(phases) - 1})
    return [phases[k] for k in chosen]


def _counted(work: Callable[[], object]) -> tuple[int, int]:
    with Tracker() as circuits, FlopCounterMode(display=False) as classical:
        work()
    return circuits.n_states, classical.get_total_flops() // 2
