"""Settings of ``models.classical_blend``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import Config, setting
from qdiffgui.config.models.parts import ENCODING, N_PARAMETERS, TARGET
from qdiffgui.config.schedule import Blend


class ClassicalBlend(Config):
    """The classical twin of Q-Dense and QU-Net: a dense network or a U-Net trained by the same recipe (arXiv:2401.07049)."""

    accepts: ClassVar[frozenset[str]] = frozenset({"map"})
    quantum: ClassVar[bool] = False
    conditional: ClassVar[bool] = True
    kind: Literal["classical-blend"] = "classical-blend"
    network: Literal["dense", "unet"] = setting(
        "dense", "Network", "Fully connected, the twin of Q-Dense, or a U-Net, that of QU-Net."
    )
    n_parameters: int = setting(987, "Parameters", N_PARAMETERS, ge=200, le=1_000_000)
    reading: Literal["squares", "pixels"] = setting(
        "squares",
        "Reads and answers",
        "squares: amplitudes in, fractions are the squares of what comes out, as for a circuit; pixels: grey levels in and out.",
    )
    target: Literal["data", "noise"] = setting("data", "Target", TARGET)
    encoding: Literal["sqrt", "amplitude"] = setting("sqrt", "Encoding", ENCODING)
    schedule: Blend = setting(Blend(), "Noise", "Weight of the noise image against the step.")
