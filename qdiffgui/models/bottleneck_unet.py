"""A U-Net whose bottleneck is a circuit, or a dense layer of as many parameters (arXiv:2412.21082
as intended).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from qdiffgui.circuits.ansatz import Ansatz
from qdiffgui.models.networks import Conv2d, Linear
from qdiffgui.models.quantum_denoiser import pauli_words, re_uploading_function
from qdiffgui.models.quantum_layers import Ablation, CircuitLayer
from qdiffgui.models.unet import Block


class CircuitBottleneck(nn.Module):
    """(batch, n_qubits) to (batch, 2 n_qubits): layer l rotates qubit q by scale[l, q]·x_q. The
    output is <Z> and <X> of every qubit.
    """

    def __init__(
        self,
        ansatz: Ansatz,
        n_qubits: int,
        n_layers: int,
        circuit: Ablation,
        backend: str,
        threads: int,
    ) -> None:
        super().__init__()
        function, n_weights = re_uploading_function(ansatz, n_qubits, n_layers)
        self.layer = CircuitLayer(
            function, n_qubits, n_weights, n_qubits * n_layers, circuit, backend, threads
        )
        self.words = pauli_words(n_qubits)[: 2 * n_qubits]  # Z of every qubit, then X
        self.scale = nn.Parameter(torch.ones(n_layers, n_qubits))

    def forward(self, x: Tensor) -> Tensor:
        return self.layer.circuit.expval(
            self.words, self.layer.angles, (self.scale * x[:, None, :]).flatten(1)
        )


class DenseBottleneck(nn.Module):
    """The classical twin of the circuit with about ``n_parameters``: (batch, n) to (batch, 2 n)
    numbers between -1 and 1, like expectation values.
    """

    def __init__(self, n: int, n_parameters: int) -> None:
        super().__init__()
        n_hidden = max(round((n_parameters - 2 * n) / (3 * n + 1)), 1)
        self.enter, self.leave = Linear(n, n_hidden), Linear(n_hidden, 2 * n)

    def forward(self, x: Tensor) -> Tensor:
        return torch.tanh(self.leave(functional.silu(self.enter(x))))


class BottleneckUNet(nn.Module):
    """Real and imaginary part of a noisy image (batch, 2, height, width) and condition (batch,
    n_condition) to (batch, height, width).

    There are three resolutions. At the lowest, one linear map compresses all features of the image
    to the inputs of ``bottleneck``, within ±π, and another one expands its outputs. Only the two
    skip connections bypass it.
    """

    def __init__(
        self,
        shape: tuple[int, int],
        n_condition: int,
        width: int,
        n_narrow: int,
        bottleneck: nn.Module,
    ) -> None:
        super().__init__()
        height, wide = shape
        rows = torch.linspace(-1, 1, height)[:, None].expand(height, wide)
        columns = torch.linspace(-1, 1, wide)[None, :].expand(height, wide)
        self.register_buffer("position", torch.stack([rows, columns]), persistent=False)
        n_embedding, deep = 2 * width, 2 * width
        self.low = tuple(math.ceil(math.ceil(side / 2) / 2) for side in shape)
        n_low = deep * self.low[0] * self.low[1]
        self.embed = Linear(n_condition, n_embedding)
        self.enter = Conv2d(4, width, 3, padding=1)
        self.down = Block(width, deep, n_embedding)
        self.narrow, self.bottleneck, self.widen = (
            Linear(n_low, n_narrow),
            bottleneck,
            Linear(2 * n_narrow, n_low),
        )
        self.middle, self.up = (
            Block(2 * deep, deep, n_embedding),
            Block(deep + width, width, n_embedding),
        )
        self.leave = Conv2d(width, 1, 3, padding=1)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        context = functional.silu(self.embed(condition))
        fine = self.enter(torch.cat([x, self.position.expand(len(x), -1, -1, -1)], dim=1))  # type: ignore[operator]
        coarse = self.down(functional.avg_pool2d(fine, 2, ceil_mode=True), context)
        low = functional.avg_pool2d(functional.silu(coarse), 2, ceil_mode=True).flatten(1)
        h = self.widen(self.bottleneck(math.pi * torch.tanh(self.narrow(low))))
        h = functional.interpolate(
            h.reshape(len(x), -1, *self.low), size=coarse.shape[-2:], mode="nearest"
        )
        h = self.middle(torch.cat([h, coarse], dim=1), context)
        h = functional.interpolate(h, size=fine.shape[-2:], mode="nearest")
        h = self.up(torch.cat([h, fine], dim=1), context)
        return self.leave(functional.silu(h))[:, 0]  # type: ignore[no-any-return]
