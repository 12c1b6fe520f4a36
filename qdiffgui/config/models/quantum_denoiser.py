"""Settings of ``models.quantum_denoiser``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import Config, setting
from qdiffgui.config.models.parts import BACKEND, READOUT
from qdiffgui.config.schedule import Cosine, GaussianSchedule


class QuantumDenoiser(Config):
    """Gaussian diffusion of a few observables, denoised by a data re-uploading circuit alone."""

    accepts: ClassVar[frozenset[str]] = frozenset({"vector"})
    quantum: ClassVar[bool] = True
    conditional: ClassVar[bool] = True
    kind: Literal["quantum-denoiser"] = "quantum-denoiser"
    n_qubits: int = setting(6, "Qubits", "Qubits of the denoiser.", ge=1, le=12)
    n_layers: int = setting(8, "Layers", "Re-uploading layers.", ge=1, le=40)
    ansatz: str = setting("re-uploading", "Ansatz", "Circuit of the denoiser.")
    readout: Literal["one", "all"] = setting("one", "Read-out", READOUT)
    prediction: Literal["epsilon", "x0"] = setting("epsilon", "Predicts", "The noise, or the clean data.")
    sampler: Literal["ddpm", "ddim"] = setting("ddpm", "Sampler", "Stochastic (DDPM) or deterministic (DDIM) sampling.")
    sampling_steps: int = setting(0, "Sampling steps", "Denoising steps when sampling; 0: all.", ge=0, le=1000)
    eta: float = setting(0.0, "DDIM eta", "0: deterministic DDIM; 1: as noisy as DDPM.", ge=0, le=1, advanced=True)
    schedule: GaussianSchedule = setting(Cosine(), "Noise", "How alpha_bar falls with the step.")
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)
