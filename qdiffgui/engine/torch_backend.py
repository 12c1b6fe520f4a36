"""The reference back-end: batched torch operations on any device, with gradients by autograd."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from qdiffgui.engine.angles import wide
from qdiffgui.engine.backend import PureStateBackend, zero_state
from qdiffgui.engine.program import Fixed, GateProgram, Rotation, bit, word_masks, z_sign


class TorchBackend(PureStateBackend):
    """Applies the primitives of a program one after the other to psi (B, 2**n)."""

    def __init__(self, program: GateProgram, dtype: torch.dtype) -> None:
        super().__init__(program, dtype)
        self._cache: dict[tuple[object, ...], Tensor] = {}

    def state(
        self, shared: Tensor, sample: Tensor | None, psi: Tensor | None, batch: int
    ) -> Tensor:
        """Final states (B, 2**n); see ``Backend``."""
        if psi is None:
            psi = zero_state(batch, self.program.n_qubits, self.dtype, shared.device)
        shared = shared.to(wide(shared.device))
        sample = None if sample is None else sample.to(shared.dtype)
        rows = self.program.sample_rows()
        place = np.where(rows, np.cumsum(rows) - 1, np.cumsum(~rows) - 1)
        for p in self.program.primitives:
            if isinstance(p, Fixed):
                psi = self._fixed(psi, p)
                continue
            if rows[p.row]:
                assert sample is not None
                theta = sample[:, place[p.row], None]
            else:
                theta = shared[place[p.row]].reshape(1, 1)
            psi = self._rotate(psi, p, theta)
        return psi

    def _constant(
        self, key: tuple[object, ...], array: np.ndarray, like: Tensor, dtype: torch.dtype
    ) -> Tensor:
        """A constant table on the device of ``like``, made once per device."""
        key = (*key, like.device)
        if key not in self._cache:
            self._cache[key] = torch.as_tensor(array).to(dtype).to(like.device)
        return self._cache[key]

    def _selected(self, controls: tuple[tuple[int, int], ...]) -> np.ndarray:
        """Per basis state, shape (2**n,): 1 if every control has its value, else 0."""
        n = self.program.n_qubits
        index = np.arange(2**n)
        keep = np.ones(2**n, bool)
        for wire, value in controls:
            keep &= ((index & bit(wire, n)) != 0) == bool(value)
        return keep.astype(np.float64)

    def _rotate(self, psi: Tensor, p: Rotation, theta: Tensor) -> Tensor:
        n = self.program.n_qubits
        x, z, phase = word_masks(p.pauli, p.wires, n)
        half = 0.5 * theta
        cosine, sine = torch.cos(half).to(self.real), torch.sin(half).to(self.real)
        if x == 0:
            table = z_sign(z, n) * self._selected(p.controls)
            eigen = self._constant(("diagonal", p[:3]), table, psi, self.real)
            if not p.controls:
                return psi * torch.complex(cosine.expand(-1, eigen.shape[-1]), -sine * eigen)
            return psi * torch.complex(1 + (cosine - 1) * eigen.abs(), -sine * eigen)
        shape = (len(psi), *[2] * n)
        dims = [w + 1 for w in range(n) if x & bit(w, n)]
        flipped = psi.reshape(shape).flip(dims).reshape(psi.shape)
        off = -1j * phase * z_sign(z, n) * self._selected(p.controls)
        off_diagonal = self._constant(("off", p[:3]), off, psi, self.dtype)
        if not p.controls:
            return cosine * psi + (sine * off_diagonal) * flipped
        keep = self._constant(("keep", p.controls), self._selected(p.controls), psi, self.real)
        return (1 + (cosine - 1) * keep) * psi + (sine * off_diagonal) * flipped

    def _fixed(self, psi: Tensor, p: Fixed) -> Tensor:
        n, k = self.program.n_qubits, len(p.wires)
        array = self.program.constants[p.constant]
        matrix = self._constant(("matrix", p.constant), array, psi, self.dtype)
        axes = [w + 1 for w in p.wires]
        rest = [a for a in range(n + 1) if a not in axes]
        moved = psi.reshape(len(psi), *[2] * n).permute(*axes, *rest)
        out = (matrix @ moved.reshape(2**k, -1)).reshape(moved.shape)
        back = [0] * (n + 1)
        for position, axis in enumerate((*axes, *rest)):
            back[axis] = position
        out = out.permute(*back).reshape(psi.shape)
        if not p.controls:
            return out
        keep = self._constant(("keep", p.controls), self._selected(p.controls), psi, self.real)
        return psi + keep * (out - psi)
