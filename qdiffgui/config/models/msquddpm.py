"""Settings of ``models.msquddpm``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import setting
from qdiffgui.config.models.base import BACKEND, KERNEL_POWER, MEASURED_STEP, SEPARABLE, ModelConfig
from qdiffgui.config.schedules import ChannelSchedule, DepolarizingCosine


class MSQuDDPM(ModelConfig):
    """Quantum denoising diffusion of ensembles of mixed states (arXiv:2411.17608)."""

    accepts: ClassVar[frozenset[str]] = frozenset({"density"})
    quantum: ClassVar[bool] = True
    conditional: ClassVar[bool] = False
    reverse_caption: ClassVar[str] = MEASURED_STEP
    kind: Literal["msquddpm"] = "msquddpm"
    n_ancillas: int = setting(
        2, "Ancillas", "Qubits added, measured and dropped at every denoising step.", ge=1, le=4
    )
    n_layers: int = setting(
        4, "Layers", "Layers of the circuit of each denoising step.", ge=1, le=50
    )
    ansatz: str = setting("hardware-efficient", "Ansatz", "Circuit of each denoising step.")
    loss: Literal["mmd", "wasserstein", "sinkhorn", "powered-mmd", "energy"] = setting(
        "wasserstein",
        "Loss",
        "Distance of ensembles (by superfidelity) that is minimized; MMD compares only means.",
    )
    kernel_power: int = setting(4, "Kernel power", KERNEL_POWER, ge=1, le=8, advanced=True)
    prediction: Literal["previous", "rho0"] = setting(
        "previous",
        "Predicts",
        ("Predict the next less noisy state, or the clean state, to which noise is added again."),
    )
    ancillas: Literal["zero", "haar"] = setting(
        "zero",
        "Ancilla state",
        ("Every ancilla starts in |0>, or in its own Haar-random state, drawn at every step."),
    )
    measurement: Literal["auto", "enumerate", "sample"] = setting(
        "auto",
        "Ancilla measurement",
        "All weighted outcomes (exact) or one sampled outcome; auto enumerates up to 3 ancillas.",
        advanced=True,
    )
    schedule: ChannelSchedule = setting(
        DepolarizingCosine(), "Noise", "Noise channel, and its strength at each step."
    )
    circuit: Literal["trained", "separable"] = setting(
        "trained", "Circuit", SEPARABLE, advanced=True, later=True
    )
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)

    @property
    def fewest_steps(self) -> int:
        """One for each circuit: they are trained one after the other."""
        return self.schedule.n_steps
