"""Settings of ``models.quantum_denoiser``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import setting
from qdiffgui.config.models.base import (
    ABLATION,
    BACKEND,
    READOUT,
    ModelConfig,
    Support,
    shared_settings,
    supported,
)
from qdiffgui.config.models.ddpm import ClassicalDDPM
from qdiffgui.config.models.gaussian import (
    ENVELOPE,
    N_TARGETS,
    PREDICTION,
    SAMPLER,
    START,
    TARGETS,
    UPLOADS,
)
from qdiffgui.config.schedules import Cosine, GaussianSchedule


class QuantumDenoiser(ModelConfig):
    """Gaussian diffusion of a few observables, denoised by a data re-uploading circuit."""

    fixed_data: ClassVar[bool] = True
    accepts: ClassVar[frozenset[str]] = frozenset({"vector"})
    quantum: ClassVar[bool] = True
    conditional: ClassVar[bool] = True
    takes_conditions: ClassVar[bool] = True
    reverse_caption: ClassVar[str] = "The circuit runs once for every sample and {predicts}; {walk}"
    shots: ClassVar[Support] = supported(
        "Every expectation value, of every sample at every denoising step, is the mean of this many"
        " ±1 outcomes."
    )
    device: ClassVar[Support] = supported(
        "Every expectation value of every sample and step is the mean over runs of one circuit."
    )
    kind: Literal["quantum-denoiser"] = "quantum-denoiser"
    n_qubits: int = setting(6, "Qubits", "Number of qubits of the denoiser.", ge=1, le=12)
    n_layers: int = setting(8, "Layers", "Number of re-uploading layers.", ge=1, le=40)
    ansatz: str = setting("re-uploading", "Ansatz", "Circuit of the denoiser.")
    uploads: Literal["one", "mixed"] = setting("one", "Uploads", UPLOADS, later=True)
    readout: Literal["one", "all"] = setting("one", "Read-out", READOUT)
    start: Literal["standardized", "white", "copula"] = setting(
        "standardized", "Start", START, later=True
    )
    prediction: Literal["epsilon", "x0", "velocity"] = setting("epsilon", "Predicts", PREDICTION)
    envelope: bool = setting(False, "Envelope", ENVELOPE, advanced=True, later=True)
    targets: Literal["sample", "posterior-mean"] = setting("sample", "Targets", TARGETS, later=True)
    n_targets: int = setting(
        80_000, "Target points", N_TARGETS, ge=100, le=2_000_000, advanced=True, later=True
    )
    sampler: Literal["ddpm", "ddim", "heun"] = setting("ddpm", "Sampler", SAMPLER)
    sampling_steps: int = setting(
        0, "Sampling steps", "Denoising steps when sampling; 0: all.", ge=0, le=1000
    )
    eta: float = setting(
        0.0, "DDIM eta", "0: deterministic DDIM; 1: as noisy as DDPM.", ge=0, le=1, advanced=True
    )
    schedule: GaussianSchedule = setting(Cosine(), "Noise", "How alpha_bar falls with the step.")
    circuit: Literal["trained", "frozen", "separable"] = setting(
        "trained", "Circuit", ABLATION, advanced=True, later=True
    )
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)

    def classical_twin(self, n_parameters: int) -> tuple[ModelConfig, float]:
        shared = shared_settings(self, ClassicalDDPM)
        return ClassicalDDPM(network="mlp", n_parameters=max(n_parameters, 30), **shared), 1.0
