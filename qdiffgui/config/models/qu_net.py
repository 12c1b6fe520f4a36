"""Settings of ``models.qu_net``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import Config, setting
from qdiffgui.config.models.parts import ABLATION, BACKEND, ENCODING, TARGET
from qdiffgui.config.schedule import Blend


class QUNet(Config):
    """QU-Net: a U-Net without attention, whose convolutions are circuits on amplitude-embedded patches (arXiv:2401.07049)."""

    accepts: ClassVar[frozenset[str]] = frozenset({"map"})
    quantum: ClassVar[bool] = True
    conditional: ClassVar[bool] = True
    kind: Literal["qu-net"] = "qu-net"
    channels: int = setting(3, "Channels", "Channels at full resolution; twice as many at half of it.", ge=1, le=8)
    n_layers: int = setting(4, "Layers", "Layers of each convolution's circuit.", ge=1, le=20)
    ansatz: str = setting("quantum-convolution", "Ansatz", "Circuit of a convolution.")
    circuit: Literal["trained", "frozen", "separable"] = setting("trained", "Circuits", ABLATION)
    target: Literal["data", "noise"] = setting("data", "Target", TARGET)
    encoding: Literal["sqrt", "amplitude"] = setting("sqrt", "Encoding", ENCODING)
    schedule: Blend = setting(Blend(), "Noise", "Weight of the noise image against the step.")
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)
