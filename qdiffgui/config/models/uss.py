"""Settings of ``models.uss``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import Config, setting
from qdiffgui.config.models.parts import BACKEND, ENCODING
from qdiffgui.config.schedule import Blend


class USS(Config):
    """Unitary single sampling: one unitary takes |x_t> to |x_{t-1}>, its power takes noise to images at once (arXiv:2401.07049)."""

    accepts: ClassVar[frozenset[str]] = frozenset({"map"})
    quantum: ClassVar[bool] = True
    conditional: ClassVar[bool] = True
    kind: Literal["uss"] = "uss"
    n_layers: int = setting(47, "Layers", "Layers of the circuit.", ge=1, le=200)
    ansatz: str = setting("strongly-entangling", "Ansatz", "Circuit of the unitary.")
    loss: Literal["distance", "infidelity"] = setting(
        "distance", "Loss", "Squared distance of state vectors, or 1 - fidelity, which lets every step turn the phase."
    )
    encoding: Literal["sqrt", "amplitude"] = setting("sqrt", "Encoding", ENCODING)
    label_qubit: bool = setting(True, "Label qubit", "One more qubit, turned by RX(2π·class/classes), which no step may change.")
    schedule: Blend = setting(
        Blend(power=1.0), "Noise", "Weight of the noise image against the step; one unitary turns about as far at every step."
    )
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)
