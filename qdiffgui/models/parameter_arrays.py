"""The trained parameters of a torch module as the arrays of a model file, and back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from qdiffgui.models.base import Array


def parameter_arrays(module: nn.Module, group: str) -> dict[str, Array]:
    """Copies of the parameters of ``module``, named ``group/name``.

    Examples
    --------
    >>> sorted(parameter_arrays(nn.Linear(2, 3), "network"))
    ['network/bias', 'network/weight']
    """
    return {f"{group}/{k}": p.detach().numpy().copy() for k, p in module.named_parameters()}


@torch.no_grad()
def load_parameters(module: nn.Module, group: str, arrays: Mapping[str, Array]) -> None:
    """Restore in place what ``parameter_arrays`` returned; raises ``KeyError`` if a parameter is
    missing from ``arrays``.
    """
    for name, parameter in module.named_parameters():
        array = np.array(arrays[f"{group}/{name}"], dtype=np.float32)
        parameter.copy_(torch.from_numpy(array).reshape(parameter.shape))
