"""Settings of ``models.rectified_flow``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import setting
from qdiffgui.config.models.base import CELLS, N_PARAMETERS, NETWORK, ModelConfig
from qdiffgui.config.models.gaussian import START
from qdiffgui.config.schedules import Straight


class RectifiedFlow(ModelConfig):
    """Rectified flow with a multilayer perceptron, a U-Net or a set transformer
    (arXiv:2209.03003).
    """

    accepts: ClassVar[frozenset[str]] = frozenset({"vector", "map", "channels", "cloud"})
    quantum: ClassVar[bool] = False
    conditional: ClassVar[bool] = True
    takes_conditions: ClassVar[bool] = True
    reverse_caption: ClassVar[str] = (
        "The network gives the velocity at every point ({calls}), and the samples follow it."
    )
    kind: Literal["rectified-flow"] = "rectified-flow"
    network: Literal["mlp", "unet", "set-transformer"] = setting("mlp", "Network", NETWORK)
    n_parameters: int = setting(280, "Parameters", N_PARAMETERS, ge=30, le=5_000_000)
    cells: Literal["auto", "ranks", "normal-scores", "roots"] = setting("auto", "Cells", CELLS)
    start: Literal["standardized", "white", "copula"] = setting(
        "standardized", "Start", START, later=True
    )
    sampler: Literal["euler", "heun"] = setting(
        "heun",
        "Sampler",
        (
            "euler: one velocity per step; heun: two velocities per step, second order, and far "
            "fewer steps for the same error."
        ),
    )
    schedule: Straight = setting(Straight(), "Path", "Straight lines from noise to data.")
