"""Settings of ``models.msquddpm``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import Config, setting
from qdiffgui.config.models.parts import BACKEND, KERNEL_POWER
from qdiffgui.config.schedule import ChannelSchedule, DepolarizingCosine


class MSQuDDPM(Config):
    """Quantum denoising diffusion of ensembles of mixed states (arXiv:2411.17608)."""

    accepts: ClassVar[frozenset[str]] = frozenset({"density"})
    quantum: ClassVar[bool] = True
    conditional: ClassVar[bool] = False
    kind: Literal["msquddpm"] = "msquddpm"
    n_ancillas: int = setting(2, "Ancillas", "Qubits added, measured and dropped at every denoising step.", ge=1, le=4)
    n_layers: int = setting(4, "Layers", "Layers of the circuit of each denoising step.", ge=1, le=50)
    ansatz: str = setting("hardware-efficient", "Ansatz", "Circuit of each denoising step.")
    loss: Literal["mmd", "wasserstein", "sinkhorn", "powered-mmd", "energy"] = setting(
        "wasserstein", "Loss", "Distance that training lowers, of superfidelities; MMD is blind to shape."
    )
    kernel_power: int = setting(4, "Kernel power", KERNEL_POWER, ge=1, le=8, advanced=True)
    prediction: Literal["previous", "rho0"] = setting(
        "previous", "Predicts", "The next less noisy state, or the clean one, which is then made noisy again up to the next step."
    )
    ancillas: Literal["zero", "haar"] = setting(
        "zero", "Ancillas start", "Every ancilla qubit in |0>, or each in a Haar-random state of its own, drawn at every step."
    )
    measurement: Literal["auto", "enumerate", "sample"] = setting(
        "auto",
        "Ancilla measurement",
        "All weighted branches (exact) or one sampled branch; auto enumerates up to 3.",
        advanced=True,
    )
    schedule: ChannelSchedule = setting(DepolarizingCosine(), "Noise", "Which channel makes the noise, and how fast.")
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)
