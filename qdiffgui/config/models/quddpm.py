"""Settings of ``models.quddpm``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import Config, setting
from qdiffgui.config.models.parts import BACKEND
from qdiffgui.config.schedule import LinearAngles, StateSchedule


class QuDDPM(Config):
    """Quantum denoising diffusion of ensembles of pure states (arXiv:2310.05866)."""

    accepts: ClassVar[frozenset[str]] = frozenset({"state", "map"})
    quantum: ClassVar[bool] = True
    kind: Literal["quddpm"] = "quddpm"
    n_ancillas: int = setting(1, "Ancillas", "Qubits added, measured and dropped at every denoising step.", ge=1, le=4)
    n_layers: int = setting(4, "Layers", "Layers of the circuit of each denoising step.", ge=1, le=50)
    ansatz: str = setting("hardware-efficient", "Ansatz", "Circuit of each denoising step.")
    loss: Literal["mmd", "wasserstein", "sinkhorn", "powered-mmd", "energy"] = setting(
        "wasserstein", "Loss", "Distance between generated and true states that training lowers; MMD is blind to shape."
    )
    measurement: Literal["auto", "enumerate", "sample"] = setting(
        "auto",
        "Ancilla measurement",
        "All weighted branches (exact) or one sampled branch; auto enumerates up to 3.",
        advanced=True,
    )
    conditioning: Literal["none", "label-qubit"] = setting(
        "none",
        "Conditioning",
        "Tell every circuit the class by one more qubit, RX(2π·class/classes)|0>; needs data of two classes.",
    )
    schedule: StateSchedule = setting(LinearAngles(), "Noise", "What noises the states, and how fast.")
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)

    @property
    def conditional(self) -> bool:
        return self.conditioning != "none"
