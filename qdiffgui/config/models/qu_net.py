"""Settings of ``models.qu_net``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import setting
from qdiffgui.config.models.base import (
    ABLATION,
    BACKEND,
    ENCODING,
    TARGET,
    ModelConfig,
    Support,
    shared_settings,
    supported,
)
from qdiffgui.config.models.classical_blend import ClassicalBlend
from qdiffgui.config.schedules import Blend


class QUNet(ModelConfig):
    """QU-Net: a U-Net without attention whose convolutions are circuits on amplitude-embedded
    patches (arXiv:2401.07049).
    """

    accepts: ClassVar[frozenset[str]] = frozenset({"map"})
    quantum: ClassVar[bool] = True
    conditional: ClassVar[bool] = True
    reverse_caption: ClassVar[str] = (
        "A U-Net whose convolutions are circuits makes the image one step cleaner."
    )
    shots: ClassVar[Support] = supported(
        "Every expectation value, of every patch at every denoising step, is the mean of this many "
        "±1 outcomes."
    )
    device: ClassVar[Support] = supported(
        "Every patch of every image and step is loaded as amplitudes (state preparation) and read "
        "as expectation values."
    )
    kind: Literal["qu-net"] = "qu-net"
    channels: int = setting(
        3, "Channels", "Channels at full resolution; twice as many at half resolution.", ge=1, le=8
    )
    n_layers: int = setting(4, "Layers", "Layers of each convolution's circuit.", ge=1, le=20)
    ansatz: str = setting("quantum-convolution", "Ansatz", "Circuit of a convolution.")
    circuit: Literal["trained", "frozen", "separable"] = setting(
        "trained", "Circuits", ABLATION, later=True
    )
    target: Literal["data", "noise"] = setting("data", "Target", TARGET)
    encoding: Literal["sqrt", "amplitude"] = setting("sqrt", "Encoding", ENCODING)
    schedule: Blend = setting(Blend(), "Noise", "Weight of the noise image by step.")
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)

    def classical_twin(self, n_parameters: int) -> tuple[ModelConfig, float]:
        shared = shared_settings(self, ClassicalBlend)
        size = max(n_parameters, 200)
        return ClassicalBlend(network="unet", n_parameters=size, **shared), 1.0
