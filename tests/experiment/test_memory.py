"""What a training holds in memory."""

from __future__ import annotations

import numpy as np
import torch

from qdiffgui.config import override
from qdiffgui.experiment import inspect, memory
from qdiffgui.experiment.estimate import estimate
from qdiffgui.experiment.prepare import build, prepare
from tests.runs.tiny import STATES, tiny


def test_of_data_counts_every_array_once_for_each_form():
    prepared = prepare(tiny(STATES))
    parts = (
        prepared.dataset.content,
        prepared.train_content,
        prepared.test_content,
        prepared.train,
        prepared.test,
    )
    arrays = [
        value for part in parts for value in vars(part).values() if isinstance(value, np.ndarray)
    ]
    assert memory.of_data(prepared) == sum(array.nbytes for array in arrays) > 0


def test_what_torch_keeps_for_derivatives_is_counted_once():
    x = torch.ones(100, 10, requires_grad=True)
    with memory.kept_for_backward() as kept:
        y = (x * 2).sin()  # keeps its argument, one tensor as large as x
        (y + 1).sum()
    assert kept == [4 * 1000]


def test_the_memory_follows_the_choice_and_not_what_was_looked_at_before():
    """Once it was what the previewing process itself held, whatever had been chosen."""
    small, wide = (
        tiny(STATES),
        override(tiny(STATES), ["data.n_qubits=6", "training.batch_size=512"]),
    )
    first, other, again = (inspect(config)["estimate"]["memory"] for config in (small, wide, small))
    assert first == again
    prepared = prepare(wide)
    model = build(wide, prepared)
    estimate(model, prepared.train)
    more = memory.of_data(prepared) + memory.of_step(model, prepared.train)
    assert other > first + more / 2 > first
