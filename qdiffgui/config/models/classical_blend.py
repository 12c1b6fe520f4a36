"""Settings of ``models.classical_blend``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import setting
from qdiffgui.config.models.base import ENCODING, N_PARAMETERS, TARGET, ModelConfig
from qdiffgui.config.schedules import Blend


class ClassicalBlend(ModelConfig):
    """The classical counterpart of Q-Dense and QU-Net: a dense network or a U-Net with the same
    training (arXiv:2401.07049).
    """

    accepts: ClassVar[frozenset[str]] = frozenset({"map"})
    quantum: ClassVar[bool] = False
    conditional: ClassVar[bool] = True
    reverse_caption: ClassVar[str] = "The network makes the image one step cleaner."
    kind: Literal["classical-blend"] = "classical-blend"
    network: Literal["dense", "unet"] = setting(
        "dense",
        "Network",
        "Fully connected network, the counterpart of Q-Dense, or U-Net, the counterpart of QU-Net.",
    )
    n_parameters: int = setting(987, "Parameters", N_PARAMETERS, ge=200, le=1_000_000)
    reading: Literal["squares", "pixels"] = setting(
        "squares",
        "Input and output",
        (
            "squares: amplitudes are the input, and squares of the output are fractions, as for a "
            "circuit; pixels: gray levels are input and output."
        ),
    )
    target: Literal["data", "noise"] = setting("data", "Target", TARGET)
    encoding: Literal["sqrt", "amplitude"] = setting("sqrt", "Encoding", ENCODING)
    schedule: Blend = setting(Blend(), "Noise", "Weight of the noise image by step.")
