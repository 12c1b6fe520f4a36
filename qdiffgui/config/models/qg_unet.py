"""Settings of ``models.qg_unet``."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from qdiffgui.config.base import setting
from qdiffgui.config.models.base import (
    ABLATION,
    BACKEND,
    ModelConfig,
    Support,
    supported,
)
from qdiffgui.config.registered import OneOf
from qdiffgui.config.schedules import (
    GaussianSchedule,
    HaarMixing,
    HaarSchedule,
    ScramblingSchedule,
)

AmplitudeSchedule = Annotated[HaarSchedule | ScramblingSchedule | GaussianSchedule, OneOf()]


_IMAGES = supported(
    "At every step the image is read as a histogram (or as expectation values, of patches), mixed "
    "with noise by the classical computer, and loaded again as amplitudes (state preparation)."
)


class QGUNet(ModelConfig):
    """The quark/gluon quantum diffusion model: random states as noise, and a U-Net around a circuit
    as denoiser (arXiv:2412.21082).
    """

    fixed_data: ClassVar[bool] = True
    accepts: ClassVar[frozenset[str]] = frozenset({"map"})
    quantum: ClassVar[bool] = True
    conditional: ClassVar[bool] = True
    reverse_caption: ClassVar[str] = (
        "The denoiser predicts the clean image, and the state moves one step toward it, with fresh"
        " noise."
    )
    shots: ClassVar[Support] = supported(
        "The output of the circuit at every denoising step is estimated from this many runs."
    )
    device: ClassVar[Support] = supported(
        "The circuit's expectation values are read at every step and passed on to a classical "
        "U-Net."
    )
    kind: Literal["qg-unet"] = "qg-unet"
    variant: Literal["classical", "hybrid", "quantum"] = setting(
        "hybrid",
        "Variant",
        (
            "classical: U-Net with a dense bottleneck; hybrid: U-Net with a circuit as bottleneck; "
            "quantum: a circuit only."
        ),
    )
    circuit: Literal["trained", "frozen", "separable"] = setting(
        "trained", "Circuit", ABLATION, later=True
    )
    encoding: Literal["amplitude", "angle-patches"] = setting(
        "amplitude",
        "Encoding",
        (
            "amplitude: the whole image in one register; angle-patches (quantum variant only): "
            "patches of 2x2 pixels as angles RX(πx) of four qubits."
        ),
    )
    n_qubits: int = setting(
        6, "Bottleneck qubits", "Qubits of the hybrid's bottleneck.", ge=1, le=12
    )
    n_layers: int = setting(4, "Layers", "Layers of the circuit.", ge=1, le=40)
    n_ancillas: int = setting(
        2,
        "Ancillas",
        "Additional qubits that are traced out (quantum variant only).",
        ge=0,
        le=8,
        advanced=True,
    )
    ansatz: str = setting("re-uploading", "Ansatz", "Circuit of the denoiser.")
    width: int = setting(
        8,
        "Channels",
        "Channels of the U-Net at full resolution; twice as many at half resolution.",
        ge=1,
        le=64,
    )
    schedule: AmplitudeSchedule = setting(
        HaarMixing(),
        "Noise",
        "Haar-random states, random circuits of increasing depth, or Gaussian noise.",
    )
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)

    @property
    def has_circuit(self) -> bool:
        """Whether the variant contains a circuit."""
        return self.variant != "classical"

    def device_support(self, encodes: str) -> Support:
        """The quantum variant reads images, the hybrid one expectation values."""
        found = super().device_support(encodes)
        return _IMAGES if self.variant == "quantum" and not found.reason else found

    def classical_twin(self, n_parameters: int) -> tuple[ModelConfig, float] | None:
        if self.variant != "hybrid":
            return None
        return self.model_copy(update={"variant": "classical", "circuit": "trained"}), 1.0
