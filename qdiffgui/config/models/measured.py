"""Settings that every family of measured circuits on pure states shares."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import Config, setting
from qdiffgui.config.models.parts import BACKEND, KERNEL_POWER

EnsembleLoss = Literal["mmd", "wasserstein", "sinkhorn", "powered-mmd", "energy", "map-energy"]
LOSS = "Distance between generated and true states that training lowers; MMD is blind to shape, map-energy is for maps."


class MeasuredCircuits(Config):
    """Circuits on data qubits and ancillas, the ancillas measured."""

    accepts: ClassVar[frozenset[str]] = frozenset({"state", "map"})
    quantum: ClassVar[bool] = True
    n_ancillas: int = setting(1, "Ancillas", "Qubits added, measured and dropped by every circuit.", ge=1, le=4)
    ansatz: str = setting("hardware-efficient", "Ansatz", "Circuit that generates.")
    measurement: Literal["auto", "enumerate", "sample"] = setting(
        "auto",
        "Ancilla measurement",
        "All weighted branches (exact) or one sampled branch; auto enumerates up to 3.",
        advanced=True,
    )
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)


class Denoisers(MeasuredCircuits):
    """Measured circuits trained by a distance of ensembles, with or without a class."""

    loss: EnsembleLoss = setting("wasserstein", "Loss", LOSS)
    kernel_power: int = setting(4, "Kernel power", KERNEL_POWER, ge=1, le=8, advanced=True)
    conditioning: Literal["none", "label-qubit", "class-angle"] = setting(
        "none",
        "Conditioning",
        "How every circuit is told the class: one more qubit, RX(2π·class/classes)|0>, or angles shifted by class, which add no qubit "
        "and double the parameters of two classes; needs data of two classes.",
    )

    @property
    def conditional(self) -> bool:
        return self.conditioning != "none"
