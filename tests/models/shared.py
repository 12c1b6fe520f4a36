"""What several families are held to in the same words. ``make(**settings)`` builds the model,
``data`` are what it learns.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from qdiffgui.data.types import Encoded
from qdiffgui.models.base import DiffusionModel

Make = Callable[..., DiffusionModel]


def resumes_to_the_bit(make: Make, data: Encoded, stop: int, n_steps: int = 40) -> None:
    """Stopped after ``stop`` of ``n_steps`` steps and resumed in another instance, losses and state
    are those of a model never stopped.
    """
    whole, first, second = (make() for _ in range(3))
    for model in (whole, first, second):
        model.fit(data)
    losses = [whole.step(i).loss for i in range(n_steps)]
    again = [first.step(i).loss for i in range(stop)]
    second.load_state(first.state())
    again += [second.step(i).loss for i in range(stop, n_steps)]
    assert losses == again
    for name, array in whole.state().items():
        assert np.array_equal(array, second.state()[name]), name


def takes_the_power_of_the_kernel(make: Make, data: Encoded) -> None:
    """Power 1 is plain MMD, and what is not said is power 4."""

    def first_loss(**settings: object) -> float:
        model = make(**settings)
        model.fit(data)
        return model.step(0).loss

    powered = [first_loss(loss="powered-mmd", kernel_power=power) for power in (1, 2, 4)]
    assert powered[0] == pytest.approx(first_loss(loss="mmd"), abs=1e-6)
    assert powered[2] == first_loss(loss="powered-mmd")
    assert len({round(value, 4) for value in powered}) == 3
