"""Which model: one class a family, told apart by ``kind``.

``accepts`` names the encoded data a family learns (see ``config.representation``); ``quantum`` says whether a circuit is in it;
``conditional`` whether it can be told which class to generate.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from qdiffgui.config.base import Config, setting
from qdiffgui.config.schedule import Blend, Cosine, GaussianSchedule, LinearAngles, ScramblingSchedule

_BACKEND = "What simulates the circuit: auto, numba, torch, or pennylane:<device>."


class QuDDPM(Config):
    """Quantum denoising diffusion of ensembles of pure states (arXiv:2310.05866)."""

    accepts: ClassVar[frozenset[str]] = frozenset({"state", "map"})
    quantum: ClassVar[bool] = True
    conditional: ClassVar[bool] = False
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
    schedule: ScramblingSchedule = setting(LinearAngles(), "Noise", "How fast the random circuits scramble.")
    backend: str = setting("auto", "Simulator", _BACKEND, advanced=True)


class QDense(Config):
    """Q-Dense: a strongly entangling circuit that denoises amplitude-embedded images (arXiv:2401.07049)."""

    accepts: ClassVar[frozenset[str]] = frozenset({"map"})
    quantum: ClassVar[bool] = True
    conditional: ClassVar[bool] = True
    kind: Literal["q-dense"] = "q-dense"
    n_layers: int = setting(47, "Layers", "Layers of the circuit.", ge=1, le=200)
    ansatz: str = setting("strongly-entangling", "Ansatz", "Circuit of the denoiser.")
    target: Literal["data", "noise"] = setting("data", "Target", "Predict the less noisy image, or the noise removed.")
    encoding: Literal["sqrt", "amplitude"] = setting(
        "sqrt", "Encoding", "sqrt: probabilities are the pixel fractions (energy preserving); amplitude: as in the paper."
    )
    label_qubit: bool = setting(True, "Label qubit", "One more qubit, turned by RX(2π·class/classes).")
    schedule: Blend = setting(Blend(), "Noise", "Weight of the noise image against the step.")
    backend: str = setting("auto", "Simulator", _BACKEND, advanced=True)


class QuantumDenoiser(Config):
    """Gaussian diffusion of a few observables, denoised by a data re-uploading circuit alone."""

    accepts: ClassVar[frozenset[str]] = frozenset({"vector"})
    quantum: ClassVar[bool] = True
    conditional: ClassVar[bool] = True
    kind: Literal["quantum-denoiser"] = "quantum-denoiser"
    n_qubits: int = setting(6, "Qubits", "Qubits of the denoiser.", ge=1, le=12)
    n_layers: int = setting(8, "Layers", "Re-uploading layers.", ge=1, le=40)
    ansatz: str = setting("re-uploading", "Ansatz", "Circuit of the denoiser.")
    prediction: Literal["epsilon", "x0"] = setting("epsilon", "Predicts", "The noise, or the clean data.")
    sampler: Literal["ddpm", "ddim"] = setting("ddpm", "Sampler", "Stochastic (DDPM) or deterministic (DDIM) sampling.")
    sampling_steps: int = setting(0, "Sampling steps", "Denoising steps when sampling; 0: all.", ge=0, le=1000)
    eta: float = setting(0.0, "DDIM eta", "0: deterministic DDIM; 1: as noisy as DDPM.", ge=0, le=1, advanced=True)
    schedule: GaussianSchedule = setting(Cosine(), "Noise", "How alpha_bar falls with the step.")
    backend: str = setting("auto", "Simulator", _BACKEND, advanced=True)


class ClassicalDDPM(Config):
    """DDPM and DDIM with a multilayer perceptron or a U-Net (arXiv:2006.11239, arXiv:2010.02502)."""

    accepts: ClassVar[frozenset[str]] = frozenset({"vector", "map"})
    quantum: ClassVar[bool] = False
    conditional: ClassVar[bool] = True
    kind: Literal["ddpm"] = "ddpm"
    network: Literal["mlp", "unet"] = setting("mlp", "Network", "Multilayer perceptron, or U-Net for maps.")
    n_parameters: int = setting(
        280,
        "Parameters",
        "The network is built with as close to this many trainable numbers as its shape allows.",
        ge=30,
        le=5_000_000,
    )
    prediction: Literal["epsilon", "x0"] = setting("epsilon", "Predicts", "The noise, or the clean data.")
    sampler: Literal["ddpm", "ddim"] = setting("ddpm", "Sampler", "Stochastic (DDPM) or deterministic (DDIM) sampling.")
    sampling_steps: int = setting(0, "Sampling steps", "Denoising steps when sampling; 0: all.", ge=0, le=1000)
    eta: float = setting(0.0, "DDIM eta", "0: deterministic DDIM; 1: as noisy as DDPM.", ge=0, le=1, advanced=True)
    schedule: GaussianSchedule = setting(Cosine(), "Noise", "How alpha_bar falls with the step.")


ModelConfig = Annotated[QuDDPM | QDense | QuantumDenoiser | ClassicalDDPM, Field(discriminator="kind")]
