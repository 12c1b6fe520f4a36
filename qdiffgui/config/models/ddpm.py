"""Settings of ``models.ddpm``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import setting
from qdiffgui.config.models.base import CELLS, N_PARAMETERS, NETWORK, ModelConfig
from qdiffgui.config.models.gaussian import (
    ENVELOPE,
    N_TARGETS,
    PREDICTION,
    SAMPLER,
    START,
    TARGETS,
)
from qdiffgui.config.schedules import Cosine, GaussianSchedule


class ClassicalDDPM(ModelConfig):
    """DDPM and DDIM with a multilayer perceptron, a U-Net or a set transformer (arXiv:2006.11239,
    arXiv:2010.02502).
    """

    accepts: ClassVar[frozenset[str]] = frozenset({"vector", "map", "channels", "cloud"})
    quantum: ClassVar[bool] = False
    conditional: ClassVar[bool] = True
    takes_conditions: ClassVar[bool] = True
    reverse_caption: ClassVar[str] = "The network {predicts}; {walk}"
    kind: Literal["ddpm"] = "ddpm"
    network: Literal["mlp", "unet", "set-transformer"] = setting("mlp", "Network", NETWORK)
    n_parameters: int = setting(280, "Parameters", N_PARAMETERS, ge=30, le=5_000_000)
    cells: Literal["auto", "ranks", "normal-scores", "roots"] = setting("auto", "Cells", CELLS)
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
