"""Settings of ``models.ddpm``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import Config, setting
from qdiffgui.config.models.parts import CELLS, N_PARAMETERS, NETWORK
from qdiffgui.config.schedule import Cosine, GaussianSchedule


class ClassicalDDPM(Config):
    """DDPM and DDIM with a multilayer perceptron, a U-Net or a set transformer (arXiv:2006.11239, arXiv:2010.02502)."""

    accepts: ClassVar[frozenset[str]] = frozenset({"vector", "map", "channels", "cloud"})
    quantum: ClassVar[bool] = False
    conditional: ClassVar[bool] = True
    kind: Literal["ddpm"] = "ddpm"
    network: Literal["mlp", "unet", "set-transformer"] = setting("mlp", "Network", NETWORK)
    n_parameters: int = setting(280, "Parameters", N_PARAMETERS, ge=30, le=5_000_000)
    cells: Literal["auto", "ranks", "normal-scores", "roots"] = setting("auto", "Cells", CELLS)
    prediction: Literal["epsilon", "x0"] = setting("epsilon", "Predicts", "The noise, or the clean data.")
    sampler: Literal["ddpm", "ddim"] = setting("ddpm", "Sampler", "Stochastic (DDPM) or deterministic (DDIM) sampling.")
    sampling_steps: int = setting(0, "Sampling steps", "Denoising steps when sampling; 0: all.", ge=0, le=1000)
    eta: float = setting(0.0, "DDIM eta", "0: deterministic DDIM; 1: as noisy as DDPM.", ge=0, le=1, advanced=True)
    schedule: GaussianSchedule = setting(Cosine(), "Noise", "How alpha_bar falls with the step.")
