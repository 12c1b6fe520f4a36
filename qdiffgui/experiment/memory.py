"""Expected memory of a training: the program, its data, and one optimizer step of the model."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import psutil
import torch

from qdiffgui.data.types import Encoded
from qdiffgui.engine import Tracker
from qdiffgui.experiment.prepare import Prepared
from qdiffgui.models.base import DiffusionModel

AMPLITUDE_BYTES = 8
"""Size of one amplitude in complex64."""
VECTORS = 4
"""State vectors per sample that forward and backward pass hold at any depth: state, adjoint, and
gradients with respect to input and output."""
_MOMENTS = 16  # bytes per parameter in float32: value, gradient, two moments of Adam


_PROGRAM: dict[int, int] = {}  # process id -> bytes


def expected(model: DiffusionModel, prepared: Prepared) -> int:
    """Approximate memory of the training process, in bytes.

    It is the sum of the program, the data, and one optimizer step. The program is what this process
    holds besides its data at the first call: interpreter and libraries, all loaded once a model has
    been built and has done one step.

    Parameters
    ----------
    model : DiffusionModel
        The fitted model. It takes an optimizer step and must not be used afterwards.
    prepared : Prepared
        Its data.
    """
    own = of_data(prepared) + of_step(model, prepared.train)
    program = _PROGRAM.setdefault(os.getpid(), max(psutil.Process().memory_info().rss - own, 0))
    return program + own


def of_data(prepared: Prepared) -> int:
    """Size in bytes of the samples: as loaded, split and encoded."""
    parts = (
        prepared.dataset.content,
        prepared.train_content,
        prepared.test_content,
        prepared.train,
        prepared.test,
    )
    return sum(_bytes(part) for part in parts)


def of_model(model: DiffusionModel, train: Encoded, states: float) -> int:
    """Memory of a training without the program, in bytes.

    It is the sum of simulated states, parameters with moments, and encoded training samples.

    Parameters
    ----------
    states : float
        Number of input states on which circuits run in one optimizer step.
    """
    widest = max((info.n_qubits for info in model.circuits()), default=0)
    held = round(states * VECTORS * AMPLITUDE_BYTES * 2**widest)
    total: int = held + _MOMENTS * model.n_parameters + train.x.nbytes
    return total


def of_step(model: DiffusionModel, train: Encoded) -> int:
    """Memory of a training without the program, counted during one step of the last phase.

    Includes the tensors that torch keeps for the derivatives of networks.
    """
    last = model.phases()[-1]
    with Tracker() as circuits, kept_for_backward() as kept:
        model.step(last[min(1, len(last) - 1)])
    return of_model(model, train, circuits.n_states) + kept[0]


@contextmanager
def kept_for_backward() -> Iterator[list[int]]:
    """Count the bytes that torch keeps of forward passes for their derivatives.

    The list of one number that it yields is complete when the block ends.
    """
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
    parts = (
        value.values()
        if isinstance(value, Mapping)
        else vars(value).values()
        if hasattr(value, "__dict__")
        else ()
    )
    return sum(_bytes(part) for part in parts)
