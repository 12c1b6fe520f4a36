"""Settings of ``models.qg_unet``."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from qdiffgui.config.base import Config, setting
from qdiffgui.config.models.parts import ABLATION, BACKEND
from qdiffgui.config.schedule import (
    Cosine,
    HaarMixing,
    HaarPatches,
    Linear,
    LinearAngles,
    PiecewiseAngles,
    QuadraticAngles,
    Sigmoid,
)

AmplitudeSchedule = Annotated[
    HaarMixing | HaarPatches | LinearAngles | QuadraticAngles | PiecewiseAngles | Cosine | Linear | Sigmoid,
    Field(discriminator="kind"),
]


class QGUNet(Config):
    """The quark/gluon quantum diffusion model, as intended: random states as noise, a U-Net around a circuit (arXiv:2412.21082)."""

    accepts: ClassVar[frozenset[str]] = frozenset({"map"})
    quantum: ClassVar[bool] = True
    conditional: ClassVar[bool] = True
    kind: Literal["qg-unet"] = "qg-unet"
    variant: Literal["classical", "hybrid", "quantum"] = setting(
        "hybrid",
        "Variant",
        "U-Net with a dense bottleneck (classical) or a circuit in its place (hybrid), or a circuit and nothing else (quantum).",
    )
    circuit: Literal["trained", "frozen", "separable"] = setting("trained", "Circuit", ABLATION)
    encoding: Literal["amplitude", "angle-patches"] = setting(
        "amplitude",
        "Encoding",
        "Whole image in the amplitudes of one register, or (quantum variant) patches of 2x2 pixels as angles RX(πx) of four qubits.",
    )
    n_qubits: int = setting(6, "Bottleneck qubits", "Qubits of the hybrid's bottleneck.", ge=1, le=12)
    n_layers: int = setting(4, "Layers", "Layers of the circuit.", ge=1, le=40)
    n_ancillas: int = setting(2, "Ancillas", "Qubits beside the data, traced out (quantum variant).", ge=0, le=8, advanced=True)
    ansatz: str = setting("re-uploading", "Ansatz", "Circuit of the denoiser.")
    width: int = setting(8, "Channels", "Channels of the U-Net at full resolution; twice as many below.", ge=1, le=64)
    schedule: AmplitudeSchedule = setting(
        HaarMixing(), "Noise", "Haar-random states, random circuits of growing depth, or Gaussian noise."
    )
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)
