"""Counts of what a model really does: circuit evaluations and multiply-adds of its classical part, in a training step and in sampling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from qdiffgui.data.types import Encoded
from qdiffgui.engine import tally
from qdiffgui.models.base import Family

N_SAMPLES = 64


@dataclass(frozen=True)
class Counts:
    """states_a_step : input states that circuits were run on in one optimiser step, the mean of a cycle.
    states_of_samples : the same for ``N_SAMPLES`` generated samples.
    macs_a_step, macs_a_sample : multiply-adds of matrix products and convolutions (of a classical model)."""

    states_a_step: float
    states_of_samples: int
    macs_a_step: float
    macs_a_sample: float


def counts(model: Family, train: Encoded) -> Counts:
    """Train ``model`` for a few steps, sample from it, and count; it is not to be used for anything else afterwards."""
    model.fit(train)
    for phase in some(model.phases()):
        model.step(phase[0])  # may set things up, which is not part of a step
    last = phase[1 : model.cycle + 1] or phase
    states, macs = _counted(lambda: [model.step(i) for i in last])
    sampled, macs_of_samples = _counted(lambda: model.sample(N_SAMPLES, None, seed=0))
    return Counts(states / len(last), sampled, macs / len(last), macs_of_samples / N_SAMPLES)


def has_network(model: Family) -> bool:
    """Whether a classical network is trained, alone or beside circuits."""
    modules = [value for value in vars(model).values() if isinstance(value, nn.Module)]
    return any(isinstance(layer, nn.Linear | nn.Conv2d) for module in modules for layer in module.modules())


def some(phases: tuple[range, ...]) -> list[range]:
    """The first two, the middle and the last: where they cost differently, costs change steadily in between."""
    chosen = sorted({0, min(1, len(phases) - 1), len(phases) // 2, len(phases) - 1})
    return [phases[k] for k in chosen]


def _counted(work: Callable[[], object]) -> tuple[int, int]:
    with tally() as circuits, FlopCounterMode(display=False) as classical:
        work()
    return circuits.states, classical.get_total_flops() // 2
