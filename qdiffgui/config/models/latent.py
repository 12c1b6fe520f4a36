"""Settings of ``models.latent``."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from qdiffgui.config.base import Config, setting
from qdiffgui.config.models.parts import BACKEND, READOUT
from qdiffgui.config.schedule import Cosine, DepolarizingCosine, DepolarizingLinear, Linear, Sigmoid

LatentSchedule = Annotated[Cosine | Linear | Sigmoid | DepolarizingCosine | DepolarizingLinear, Field(discriminator="kind")]


class Latent(Config):
    """A classical encoder to a few numbers, quantum diffusion there, and the way back (after arXiv:2311.15444)."""

    accepts: ClassVar[frozenset[str]] = frozenset({"map"})
    quantum: ClassVar[bool] = True
    kind: Literal["latent"] = "latent"
    recipe: Literal["re-uploading", "bottleneck", "mixed"] = setting(
        "re-uploading",
        "Denoiser",
        "re-uploading: Gaussian noise, a circuit whose angles are the latent numbers; bottleneck: noisy amplitudes, a circuit wider in the "
        "middle (arXiv:2311.15444); mixed: depolarizing noise, MSQuDDPM that predicts the clean state.",
    )
    encoder: Literal["pca", "autoencoder"] = setting(
        "pca", "Encoder", "Classical: whitened principal components (linear, exact if all are kept), or a trained autoencoder."
    )
    cells: Literal["roots", "normal-scores"] = setting(
        "roots",
        "Cells",
        "roots: standardised square roots; normal-scores: the encoder is a Gaussian copula of the cells, the circuit learns its leading "
        "numbers and the others are drawn (up to 128 cells, principal components only).",
    )
    n_latent: int = setting(16, "Latent numbers", "How many numbers a sample becomes; amplitudes hold 2, 4, 8, ...", ge=2, le=64)
    n_hidden: int = setting(64, "Hidden units", "Of the autoencoder, two layers each way.", ge=2, le=1024, advanced=True)
    encoder_share: float = setting(
        0.3, "Encoder share", "Part of the iterations that trains the autoencoder, before the diffusion.", gt=0, lt=1
    )
    encoder_rate: float = setting(
        3e-3, "Encoder rate", "Adam's step size at the start, for the autoencoder.", gt=0, le=1, advanced=True
    )
    n_qubits: int = setting(
        4, "Qubits", "Qubits of the re-uploading circuit; amplitudes need what their number needs.", ge=1, le=12
    )
    readout: Literal["one", "all"] = setting("all", "Read-out", f"Of the re-uploading circuit. {READOUT}")
    n_ancillas: int = setting(1, "Ancillas", "Of the bottleneck and of mixed states, measured at every step.", ge=1, le=4)
    n_layers: int = setting(
        16,
        "Layers",
        "Of the circuit; of each block of the bottleneck; of each step's circuit for mixed states.",
        ge=1,
        le=40,
    )
    schedule: LatentSchedule = setting(Cosine(n_steps=100), "Noise", "Gaussian, or depolarizing for mixed states.")
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.recipe != "re-uploading" and self.encoder == "pca":
            raise ValueError(
                "Principal components have signs, and measured probabilities have none: choose the autoencoder, or the circuit "
                "that re-uploads."
            )
        if self.cells == "normal-scores" and self.encoder != "pca":
            raise ValueError("Normal scores are principal components already: choose these as the encoder, or roots as cells.")
        if (self.recipe == "mixed") != self.schedule.kind.startswith("depolarizing"):
            fitting = "a depolarizing" if self.recipe == "mixed" else "a cosine, linear or sigmoid"
            raise ValueError(
                f"The denoiser '{self.recipe}' does not work on '{self.schedule.kind}' noise: choose {fitting} schedule."
            )
        return self

    @property
    def conditional(self) -> bool:
        return self.recipe != "mixed"
