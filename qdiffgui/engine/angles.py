"""The angles of a program as differentiable torch functions of (weights, inputs): those shared by
the batch, and those of each sample.

Angles are computed in float64 whatever the precision of the states. In float32 a product
weight · input of 9 radians has an error of 5e-7, and its gradient that error times the other
factor. An angle that is simply a parameter keeps the parameter's type.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from qdiffgui.engine.program import AngleMap, GateProgram


def wide(device: torch.device) -> torch.dtype:
    """The type in which angles are computed: float64, but float32 on Apple GPUs, which have no
    float64.
    """
    return torch.float32 if device.type == "mps" else torch.float64


class _Part:
    """The angle map of some rows. Angles that are simply parameters cost one gather or nothing."""

    def __init__(self, angles: AngleMap, rows: np.ndarray) -> None:
        place = np.full(len(angles), -1)
        place[rows] = np.arange(len(rows))
        linear, quadratic = place[angles.linear_row] >= 0, place[angles.quadratic_row] >= 0
        self.n = len(rows)
        self.only_linear_entry = bool(
            not quadratic.any()
            and np.array_equal(place[angles.linear_row[linear]], np.arange(self.n))
        )
        self.linear_row = torch.as_tensor(place[angles.linear_row[linear]])
        self.linear_col = torch.as_tensor(angles.linear_col[linear])
        self.linear_val = torch.as_tensor(angles.linear_val[linear])
        self.quadratic_row = torch.as_tensor(place[angles.quadratic_row[quadratic]])
        self.left = torch.as_tensor(angles.quadratic_left[quadratic])
        self.right = torch.as_tensor(angles.quadratic_right[quadratic])
        self.quadratic_val = torch.as_tensor(angles.quadratic_val[quadratic])
        self.offset = torch.as_tensor(angles.offset[rows])
        self.no_offset = not angles.offset[rows].any()
        self.unit = bool((angles.linear_val[linear] == 1).all())
        self.in_order = self.only_linear_entry and np.array_equal(
            self.linear_col.numpy(), np.arange(self.n)
        )

    def to(self, device: torch.device) -> None:
        for name, value in vars(self).items():
            if isinstance(value, Tensor):
                real = wide(device) if value.is_floating_point() else value.dtype
                setattr(self, name, value.to(real).to(device))

    def __call__(self, p: Tensor) -> Tensor:
        """Angles (..., n) from parameters p (..., n_parameters)."""
        if self.offset.device != p.device:
            self.to(p.device)
        if self.only_linear_entry:
            exact = self.in_order and p.shape[-1] == self.n
            angles = p if exact else p.index_select(-1, self.linear_col)
            angles = angles if self.unit else angles * self.linear_val
            return angles if self.no_offset else angles + self.offset
        p = p.to(self.offset.dtype)
        angles = self.offset.expand(*p.shape[:-1], self.n)
        if len(self.linear_row):
            angles = angles.index_add(
                -1, self.linear_row, p.index_select(-1, self.linear_col) * self.linear_val
            )
        if len(self.quadratic_row):
            pairs = p.index_select(-1, self.left) * p.index_select(-1, self.right)
            angles = angles.index_add(-1, self.quadratic_row, pairs * self.quadratic_val)
        return angles


class Angles:
    """Maps weights (n_weights,) and inputs (B, n_inputs) or None to shared angles (n_shared,) and
    per-sample angles (B, n_sample) or None.
    """

    def __init__(self, program: GateProgram) -> None:
        per_sample = program.sample_rows()
        self._shared = _Part(program.angles, np.flatnonzero(~per_sample))
        self._sample = _Part(program.angles, np.flatnonzero(per_sample))
        self._n_inputs = program.n_inputs

    def __call__(self, weights: Tensor, inputs: Tensor | None) -> tuple[Tensor, Tensor | None]:
        shared = self._shared(weights)
        if self._sample.n == 0:
            return shared, None
        assert inputs is not None
        if len(weights) == 0:
            return shared, self._sample(inputs)
        return shared, self._sample(torch.cat([weights.expand(len(inputs), -1), inputs], 1))
