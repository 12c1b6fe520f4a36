"""The "auto" back-end: chooses how to simulate by a cost model that is calibrated once per
installation.
"""

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
    """Runs CPU tensors in the compiled kernel or by one matrix product with the circuit's unitary,
    and other tensors in torch.

    The choice depends on the circuit, the batch and the costs of ``calibration``, which are
    measured only once. A run that is resumed on the same machine therefore makes the same choices
    and equals an uninterrupted one bit for bit. On another machine, or after an upgrade, the last
    bits may differ, as the kernel's machine code does.
    """

    def __init__(self, program: GateProgram, dtype: torch.dtype, threads: int) -> None:
        super().__init__(program, dtype)
        self.threads = threads
        self._kernel: NumbaBackend | None = None
        self._torch: TorchBackend | None = None

    @property
    def kernel(self) -> NumbaBackend:
        """The compiled kernel, made when it is first needed."""
        if self._kernel is None:
            self._kernel = NumbaBackend(self.program, self.dtype, self.threads)
        return self._kernel

    def state(
        self, shared: Tensor, sample: Tensor | None, psi: Tensor | None, batch: int
    ) -> Tensor:
        if shared.device.type != "cpu":
            return self._torch_backend().state(shared, sample, psi, batch)
        if sample is None and psi is not None and self.by_unitary(batch):
            return self._through_unitary(shared, psi)
        return self.kernel.state(shared, sample, psi, batch)

    def expval(
        self,
        words: Sequence[str],
        shared: Tensor,
        sample: Tensor | None,
        psi: Tensor | None,
        batch: int,
    ) -> Tensor:
        if shared.device.type != "cpu" or (
            sample is None and psi is not None and self.by_unitary(batch, reading=True)
        ):
            return super().expval(words, shared, sample, psi, batch)
        return self.kernel.expval(words, shared, sample, psi, batch)

    def by_unitary(self, batch: int, reading: bool = False) -> bool:
        """Whether computing the unitary once, and one matrix product, is cheaper than running the
        whole batch; ``reading`` if expectation values are read from the product.
        """
        size = 2**self.program.n_qubits
        if batch <= size:
            return False
        cost = costs()
        a_sample = self.kernel.plan.flops
        product = cost.gemm * batch * size * size + cost.overhead * self.threads
        product += cost.reading * batch * size if reading else 0
        return bool(a_sample * size + product < a_sample * batch)

    def _through_unitary(self, shared: Tensor, psi: Tensor) -> Tensor:
        size = 2**self.program.n_qubits
        eye = torch.eye(size, dtype=self.dtype)
        images = self.kernel.state(shared, None, eye, size)  # row k: image of basis state k
        return psi @ images

    def _torch_backend(self) -> TorchBackend:
        if self._torch is None:
            self._torch = TorchBackend(self.program, self.dtype)
        return self._torch
