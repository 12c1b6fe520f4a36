"""Settings of ``models.latent``."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import model_validator

from qdiffgui.config.base import setting
from qdiffgui.config.models.base import (
    ABLATION,
    BACKEND,
    COPIES,
    READOUT,
    ModelConfig,
    Support,
    shared_settings,
    supported,
    unsupported,
)
from qdiffgui.config.models.gaussian import (
    ENVELOPE,
    N_TARGETS,
    PREDICTION,
    SAMPLER,
    START,
    TARGETS,
    UPLOADS,
)
from qdiffgui.config.registered import OneOf
from qdiffgui.config.schedules import Cosine, DepolarizingSchedule, GaussianSchedule

_OF_RE_UPLOADING = "Of the denoiser re-uploading. "
LatentSchedule = Annotated[GaussianSchedule | DepolarizingSchedule, OneOf()]


class LatentSpace(ModelConfig):
    """What latent circuits and networks have in common: the classical encoder."""

    fixed_data: ClassVar[bool] = True
    accepts: ClassVar[frozenset[str]] = frozenset({"map"})
    encoder: Literal["pca", "autoencoder"] = setting(
        "pca",
        "Encoder",
        (
            "Classical: whitened principal components (linear, and exact if all are kept), or a "
            "trained autoencoder."
        ),
    )
    cells: Literal["roots", "normal-scores"] = setting(
        "roots",
        "Cells",
        "roots: standardized square roots; normal-scores: the encoder is a Gaussian copula of the "
        "cells, the denoiser learns its leading numbers, and the others are drawn from the copula "
        "(up to 128 cells, principal components only).",
    )
    n_latent: int = setting(
        16,
        "Latent numbers",
        "Latent numbers per sample; 2, 4, 8, ... if they are amplitudes.",
        ge=2,
        le=64,
    )
    n_hidden: int = setting(
        64,
        "Hidden units",
        "Hidden units of the autoencoder, in two layers each of encoder and decoder.",
        ge=2,
        le=1024,
        advanced=True,
    )
    encoder_share: float = setting(
        0.3,
        "Encoder share",
        "Share of the iterations that trains the autoencoder, before the diffusion model.",
        gt=0,
        lt=1,
    )
    encoder_rate: float = setting(
        3e-3,
        "Encoder rate",
        "Adam's step size at the start of the autoencoder's training.",
        gt=0,
        le=1,
        advanced=True,
    )

    @model_validator(mode="after")
    def _cells_fit_the_encoder(self) -> Self:
        if self.cells == "normal-scores" and self.encoder != "pca":
            raise ValueError(
                "Normal scores are principal components already: choose pca as the encoder, or "
                "roots as cells."
            )
        return self


class Latent(LatentSpace):
    """An autoencoder to a few latent numbers, and quantum diffusion of these (after
    arXiv:2311.15444).
    """

    quantum: ClassVar[bool] = True
    reverse_caption: ClassVar[str] = (
        "The circuit cleans the latent numbers by one step; the decoder shows the samples they "
        "stand for."
    )
    shots: ClassVar[Support] = supported(
        "What is read from the circuit is estimated from this many runs."
    )
    device: ClassVar[Support] = supported(
        "The circuit's expectation values are read at every step."
    )
    kind: Literal["latent"] = "latent"
    recipe: Literal["re-uploading", "bottleneck", "mixed"] = setting(
        "re-uploading",
        "Denoiser",
        "re-uploading: Gaussian noise, and a circuit whose angles are the latent numbers; "
        "bottleneck: noisy amplitudes, and a circuit that is wider in the middle "
        "(arXiv:2311.15444); mixed: depolarizing noise, and an MSQuDDPM that predicts the clean "
        "state.",
    )
    n_qubits: int = setting(
        4,
        "Qubits",
        "Qubits of the re-uploading circuit; with amplitudes, their number sets the qubits.",
        ge=1,
        le=12,
    )
    readout: Literal["one", "all"] = setting(
        "all", "Readout", f"Readout of the re-uploading circuit. {READOUT}"
    )
    uploads: Literal["one", "mixed"] = setting(
        "one", "Uploads", _OF_RE_UPLOADING + UPLOADS, later=True
    )
    start: Literal["standardized", "white", "copula"] = setting(
        "standardized", "Start", _OF_RE_UPLOADING + START, later=True
    )
    prediction: Literal["epsilon", "x0", "velocity"] = setting(
        "epsilon", "Predicts", _OF_RE_UPLOADING + PREDICTION, later=True
    )
    envelope: bool = setting(
        False, "Envelope", _OF_RE_UPLOADING + ENVELOPE, advanced=True, later=True
    )
    targets: Literal["sample", "posterior-mean"] = setting(
        "sample", "Targets", _OF_RE_UPLOADING + TARGETS, later=True
    )
    n_targets: int = setting(
        80_000,
        "Target points",
        _OF_RE_UPLOADING + N_TARGETS,
        ge=100,
        le=2_000_000,
        advanced=True,
        later=True,
    )
    sampler: Literal["ddpm", "ddim", "heun"] = setting(
        "ddpm", "Sampler", _OF_RE_UPLOADING + SAMPLER, later=True
    )
    n_ancillas: int = setting(
        1,
        "Ancillas",
        "Ancillas of the bottleneck and of mixed states, measured at every step.",
        ge=1,
        le=4,
    )
    n_layers: int = setting(
        16,
        "Layers",
        "Layers of the circuit, of each block of the bottleneck, or of each step's circuit.",
        ge=1,
        le=40,
    )
    schedule: LatentSchedule = setting(
        Cosine(n_steps=100), "Noise", "Gaussian noise, or depolarizing noise for mixed states."
    )
    circuit: Literal["trained", "frozen", "separable"] = setting(
        "trained", "Circuit", ABLATION, advanced=True, later=True
    )
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.recipe != "re-uploading" and self.encoder == "pca":
            raise ValueError(
                "Principal components have signs, but measured probabilities have none: choose the "
                "autoencoder, or the denoiser re-uploading."
            )
        if self.circuit == "frozen" and self.recipe != "re-uploading":
            raise ValueError(
                f"The denoiser '{self.recipe}' trains circuit angles only, so a frozen circuit is "
                "an untrained one: choose trained or separable."
            )
        if (self.recipe == "mixed") != self.schedule.kind.startswith("depolarizing"):
            fitting = "a depolarizing" if self.recipe == "mixed" else "a cosine, linear or sigmoid"
            raise ValueError(
                f"The denoiser '{self.recipe}' does not work with '{self.schedule.kind}' noise: "
                f"choose {fitting} schedule."
            )
        return self

    @property
    def conditional(self) -> bool:
        """Whether the circuit depends on the class."""
        return self.recipe != "mixed"

    def device_support(self, encodes: str) -> Support:
        """Only expectation values of the re-uploading circuit can be read off a device."""
        if self.recipe != "re-uploading":
            return unsupported(f"its circuit's output state is used as it is; {COPIES}")
        return super().device_support(encodes)

    def classical_twin(self, n_parameters: int) -> tuple[ModelConfig, float] | None:
        if self.recipe != "re-uploading":
            return None
        size = max(n_parameters, 30)
        return LatentNetwork(n_parameters=size, **shared_settings(self, LatentNetwork)), 1.0


class LatentNetwork(LatentSpace):
    """The classical twin of the re-uploading circuit: a network denoises the same latent numbers in
    the same diffusion process.
    """

    quantum: ClassVar[bool] = False
    conditional: ClassVar[bool] = True
    reverse_caption: ClassVar[str] = (
        "The network cleans the latent numbers by one step; the decoder shows the samples they "
        "stand for."
    )
    kind: Literal["latent-network"] = "latent-network"
    n_parameters: int = setting(
        784,
        "Parameters",
        "Number of trainable parameters, those of an autoencoder included; the network comes as "
        "close as its shape allows.",
        ge=30,
        le=5_000_000,
    )
    start: Literal["standardized", "white", "copula"] = setting("standardized", "Start", START)
    prediction: Literal["epsilon", "x0", "velocity"] = setting("epsilon", "Predicts", PREDICTION)
    envelope: bool = setting(False, "Envelope", ENVELOPE, advanced=True)
    targets: Literal["sample", "posterior-mean"] = setting("sample", "Targets", TARGETS)
    n_targets: int = setting(
        80_000, "Target points", N_TARGETS, ge=100, le=2_000_000, advanced=True
    )
    sampler: Literal["ddpm", "ddim", "heun"] = setting("ddpm", "Sampler", SAMPLER)
    schedule: GaussianSchedule = setting(Cosine(n_steps=100), "Noise", "Gaussian noise.")
