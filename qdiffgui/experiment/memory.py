"""What a training holds in memory: the program, its data, and what the model needs for a step."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import psutil
import torch

from qdiffgui.data.types import Encoded
from qdiffgui.engine import tally
from qdiffgui.experiment.prepare import Prepared
from qdiffgui.models.base import Family

AMPLITUDE_BYTES = 8
"""Of one amplitude in complex64."""
VECTORS = 4
"""State vectors a sample that forward and backward pass hold, whatever the depth (state, adjoint, gradients in and out)."""
_MOMENTS = 16  # bytes a parameter in float32: value, gradient, two moments of Adam


_PROGRAM: dict[int, int] = {}  # process id -> bytes


def expected(model: Family, prepared: Prepared) -> int:
    """Bytes that the process which trains will hold, about: the program, the data, and what the model needs.

    The program is what this process holds beside its own data when it is first asked: interpreter and libraries, all of which are loaded
    once a model has been built and has taken a step. ``model`` is fitted, and not to be used for anything else afterwards.
    """
    own = of_data(prepared) + of_step(model, prepared.train)
    program = _PROGRAM.setdefault(os.getpid(), max(psutil.Process().memory_info().rss - own, 0))
    return program + own


def of_data(prepared: Prepared) -> int:
    """Bytes of the samples, as they were loaded, split and encoded."""
    parts = (prepared.dataset.content, prepared.train_content, prepared.test_content, prepared.train, prepared.test)
    return sum(_bytes(part) for part in parts)


def of_model(model: Family, train: Encoded, states: float) -> int:
    """Bytes that a training needs beside the program itself: simulated states, parameters with moments, encoded training samples.

    states : input states that circuits are run on in one optimiser step.
    """
    widest = max((info.n_qubits for info in model.circuits()), default=0)
    held = round(states * VECTORS * AMPLITUDE_BYTES * 2**widest)
    total: int = held + _MOMENTS * model.n_parameters + train.x.nbytes
    return total


def of_step(model: Family, train: Encoded) -> int:
    """The same, counted on one more step of a model in its last phase; what torch keeps of networks for their derivatives is in it."""
    last = model.phases()[-1]
    with tally() as circuits, kept_for_backward() as kept:
        model.step(last[min(1, len(last) - 1)])
    return of_model(model, train, circuits.states) + kept[0]


@contextmanager
def kept_for_backward() -> Iterator[list[int]]:
    """Counts into a list of one number the bytes that torch keeps of a forward pass for its derivatives, until the block ends."""
    found, known = [0], set()

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in known:
            known.add(storage.data_ptr())
            found[0] += storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        yield found


def _bytes(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return int(value.nbytes)
    parts = value.values() if isinstance(value, Mapping) else vars(value).values() if hasattr(value, "__dict__") else ()
    return sum(_bytes(part) for part in parts)
