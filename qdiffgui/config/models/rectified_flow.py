"""Settings of ``models.rectified_flow``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import Config, setting
from qdiffgui.config.models.parts import CELLS, N_PARAMETERS, NETWORK
from qdiffgui.config.schedule import Straight


class RectifiedFlow(Config):
    """Rectified flow with a multilayer perceptron, a U-Net or a set transformer (arXiv:2209.03003)."""

    accepts: ClassVar[frozenset[str]] = frozenset({"vector", "map", "channels", "cloud"})
    quantum: ClassVar[bool] = False
    conditional: ClassVar[bool] = True
    kind: Literal["rectified-flow"] = "rectified-flow"
    network: Literal["mlp", "unet", "set-transformer"] = setting("mlp", "Network", NETWORK)
    n_parameters: int = setting(280, "Parameters", N_PARAMETERS, ge=30, le=5_000_000)
    cells: Literal["auto", "ranks", "normal-scores", "roots"] = setting("auto", "Cells", CELLS)
    sampler: Literal["euler", "heun"] = setting(
        "heun", "Sampler", "euler: one velocity a step; heun: two, and second order: far fewer steps for the same error."
    )
    schedule: Straight = setting(Straight(), "Path", "Straight lines from noise to data.")
