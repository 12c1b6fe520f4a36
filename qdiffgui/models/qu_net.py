"""QU-Net: a U-Net without attention whose convolutions are circuits (arXiv:2401.07049, section III
and Fig. 2).

Two resolutions: convolution, 2x2 mean, two convolutions, nearest neighbor up, convolution over
both, convolution to one channel. Every convolution is a ``QuantumConv2d``; only the gain and the
bias of each channel, pooling and copying are classical. No activation is needed: an expectation
value is a quadratic form of the patch over its norm. Each convolution also gets the pixel's place
and the class; where the paper leaves open how the scale of a patch survives its normalization, a
constant among the amplitudes keeps it.
"""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from qdiffgui import catalog
from qdiffgui.circuits import readout
from qdiffgui.circuits.composed_cost import ansatz_cost
from qdiffgui.circuits.cost import cost
from qdiffgui.circuits.ends import expected
from qdiffgui.circuits.formula import Formula
from qdiffgui.config.models import QUNet as Settings
from qdiffgui.data.types import Array
from qdiffgui.diffusion import blend as process
from qdiffgui.models.base import CircuitInfo, gate_angles
from qdiffgui.models.blend import BlendDiffusion, embedded
from qdiffgui.models.circuit_use import CircuitUse, measured_bases, symbols
from qdiffgui.models.quantum_layers import QuantumConv2d

_KERNEL = 3
_PLACE = 3  # a constant, the row, the column


class Network(nn.Module):
    """Map x (batch, height, width) and context (batch, n_context) to an output like x."""

    def __init__(
        self, shape: tuple[int, int], n_context: int, config: Settings, threads: int
    ) -> None:
        super().__init__()
        height, width = shape
        rows = torch.linspace(-1, 1, height)[:, None].expand(height, width)
        columns = torch.linspace(-1, 1, width)[None, :].expand(height, width)
        self.register_buffer(
            "place", torch.stack([torch.ones(height, width), rows, columns]), persistent=False
        )

        def convolution(n_in: int, n_out: int) -> QuantumConv2d:
            return QuantumConv2d(
                n_in,
                n_out,
                _KERNEL,
                _PLACE + n_context,
                config.ansatz,
                config.n_layers,
                config.circuit,
                config.backend,
                threads,
            )

        c = config.channels
        self.enter, self.down, self.bottom = (
            convolution(1, c),
            convolution(c, 2 * c),
            convolution(2 * c, 2 * c),
        )
        self.up, self.leave = convolution(3 * c, c), convolution(c, 1)

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        place = self.place.expand(len(x), -1, -1, -1)  # type: ignore[operator]
        fine = torch.cat([place, context[:, :, None, None].expand(-1, -1, *x.shape[1:])], dim=1)
        coarse = nn.functional.avg_pool2d(fine, 2, ceil_mode=True)
        h = self.enter(x[:, None], fine)
        deep = self.bottom(
            self.down(nn.functional.avg_pool2d(h, 2, ceil_mode=True), coarse), coarse
        )
        wide = nn.functional.interpolate(deep, size=x.shape[1:], mode="nearest")
        return self.leave(self.up(torch.cat([wide, h], dim=1), fine), fine)[:, 0]  # type: ignore[no-any-return]


class QUNet(BlendDiffusion):
    """QU-Net: a U-Net whose convolutions are circuits on patches.

    Noise and target are those of Q-Dense.

    Parameters
    ----------
    config : config.models.QUNet
        Settings of the model.
    spec : Spec
        Encoded data: "map" (height, width).
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    References
    ----------
    arXiv:2401.07049

    Examples
    --------
    >>> from qdiffgui.config.models import QUNet as Settings
    >>> QUNet.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "qu-net"
    config: Settings

    def _build(self, generator: torch.Generator) -> dict[str, Tensor]:
        height, width = self.spec.shape
        self.network = Network(
            (height, width), self.labels.n_features, self.config, self.training.threads
        )
        for convolution in self.convolutions.values():
            convolution.layer.initialize(generator)
        self.frozen = {
            name: angles for name, angles in self.network.named_buffers() if name.endswith("angles")
        }
        return dict(self.network.named_parameters())

    @property
    def convolutions(self) -> dict[str, QuantumConv2d]:
        return {
            name: child
            for name, child in self.network.named_children()
            if isinstance(child, QuantumConv2d)
        }

    def predict(self, pixels: Tensor, context: Tensor) -> Tensor:
        amplitudes = embedded(pixels, self.config.encoding) * self.spec.size**0.5
        answer = self.network(amplitudes.reshape(-1, *self.spec.shape), context).flatten(1)
        return process.to_pixels(process.to_fractions(answer.square()))

    def tell(self, label: Array) -> Tensor:
        return self.labels.features(label)

    def circuits(self) -> list[CircuitInfo]:
        return [_info(name, convolution) for name, convolution in self.convolutions.items()]

    def circuit_uses(self) -> list[CircuitUse]:
        """One circuit per convolution, which runs on every patch."""
        height, width = self.spec.shape
        pixels, coarse = height * width, -(-height // 2) * -(-width // 2)
        separable = self.config.circuit == "separable"
        uses = []
        for name, convolution in self.convolutions.items():
            patches = "C" if name in ("down", "bottom") else "N"
            bases = measured_bases(convolution.words)
            uses.append(
                CircuitUse(
                    states_per_step=Formula(f"B*{patches}"),
                    settings_per_step=Formula(f"M*B*{patches}"),
                    runs_per_sample=Formula(f"T*{patches}"),
                    settings_per_sample=Formula(f"M*T*{patches}"),
                    readout_per_step=readout.EXPECTATION,
                    readout_per_sample=readout.EXPECTATION,
                    preparation=readout.REAL,
                    symbols=symbols(self, n=convolution.n_qubits, N=pixels, C=coarse, M=bases),
                    cost=None if separable else ansatz_cost(self.config.ansatz),
                    notes=(
                        "N patches of an image at full resolution, C at half of it; M measured "
                        "bases.",
                    ),
                )
            )
        return uses

    def facts(self) -> dict[str, Any]:
        circuits = [convolution.layer for convolution in self.convolutions.values()]
        return {
            "n_parameters": self.n_parameters,
            "circuit_parameters": sum(layer.angles.numel() for layer in circuits),
            "n_qubits": max(layer.program.n_qubits for layer in circuits),
            "n_layers": self.config.n_layers,
            "n_diffusion_steps": self.n_diffusion_steps,
            "circuits": self.config.circuit,
            "circuit_runs_an_image": self.spec.size * 3
            + 2 * (-(-self.spec.shape[0] // 2) * -(-self.spec.shape[1] // 2)),
            "ansatz": catalog.ansatze[self.config.ansatz].label,
            "encoding": self.config.encoding,
            "target": self.config.target,
            "conditional": self.labels.conditional,
        }


def _info(name: str, convolution: QuantumConv2d) -> CircuitInfo:
    layer = convolution.layer
    gates, weights = layer.program.gates(), layer.angles.detach().numpy().copy()
    angles = gate_angles(gates, weights)
    return CircuitInfo(
        name,
        layer.program.n_qubits,
        gates,
        angles,
        layer.function,
        weights,
        facts=cost(layer.program).facts(),
        about=(
            f"A convolution: the wires start in the {convolution.n_amplitudes} entries of a "
            "patch and its context, "
            "over their norm, as amplitudes.",
            (
                f"Read out: expectation values of {', '.join(convolution.words)} (letter i acts on "
                "wire i);"
            ),
            "channel j is gain[j] * norm * <P_j> + bias[j], gain and bias in the model file.",
        ),
        ends=expected(
            convolution.words,
            layer.program.n_qubits,
            "next layer",
            "Expectation values: the channels of the next layer of the network.",
        ),
    )
