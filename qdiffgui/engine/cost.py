"""The "auto" back-end: which way to simulate, decided by a cost model whose figures are measured once per installation."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from qdiffgui.engine.backend import PureStateBackend
from qdiffgui.engine.calibration import costs
from qdiffgui.engine.numba_backend import NumbaBackend
from qdiffgui.engine.program import GateProgram
from qdiffgui.engine.torch_backend import TorchBackend


class AutoBackend(PureStateBackend):
    """CPU tensors go to the compiled kernel, or to one matrix product with the circuit's unitary; others to torch.

    The choice is a function of the circuit, the batch and the figures of ``calibration``, which are measured once and
    then stay: a run that is resumed on the same machine takes the same way and equals an uninterrupted one bit for bit.
    On another machine, or after an upgrade, the last bits may differ (there the kernel's machine code differs too).
    """

    def __init__(self, program: GateProgram, dtype: torch.dtype, threads: int) -> None:
        super().__init__(program, dtype)
        self.threads = threads
        self._kernel: NumbaBackend | None = None
        self._torch: TorchBackend | None = None

    @property
    def kernel(self) -> NumbaBackend:
        if self._kernel is None:
            self._kernel = NumbaBackend(self.program, self.dtype, self.threads)
        return self._kernel

    def state(self, shared: Tensor, sample: Tensor | None, psi: Tensor | None, batch: int) -> Tensor:
        if shared.device.type != "cpu":
            return self._elsewhere().state(shared, sample, psi, batch)
        if sample is None and psi is not None and self.by_unitary(batch):
            return self._through_unitary(shared, psi)
        return self.kernel.state(shared, sample, psi, batch)

    def expval(self, words: Sequence[str], shared: Tensor, sample: Tensor | None, psi: Tensor | None, batch: int) -> Tensor:
        if shared.device.type != "cpu" or (sample is None and psi is not None and self.by_unitary(batch, reading=True)):
            return super().expval(words, shared, sample, psi, batch)
        return self.kernel.expval(words, shared, sample, psi, batch)

    def by_unitary(self, batch: int, reading: bool = False) -> bool:
        """True where building the unitary once and one matrix product (and ``reading`` expectation values off it) is
        cheaper than running the whole batch."""
        size = 2**self.program.n_qubits
        if batch <= size:
            return False
        figures = costs()
        a_sample = self.kernel.plan.flops
        product = figures.gemm * batch * size * size + figures.overhead * self.threads
        product += figures.reading * batch * size if reading else 0
        return bool(a_sample * size + product < a_sample * batch)

    def _through_unitary(self, shared: Tensor, psi: Tensor) -> Tensor:
        size = 2**self.program.n_qubits
        eye = torch.eye(size, dtype=self.dtype)
        return psi @ self.kernel.state(shared, None, eye, size)  # row k is the image of basis state k

    def _elsewhere(self) -> TorchBackend:
        if self._torch is None:
            self._torch = TorchBackend(self.program, self.dtype)
        return self._torch
