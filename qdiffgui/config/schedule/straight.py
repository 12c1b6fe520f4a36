"""The path of rectified flow."""

from __future__ import annotations

from typing import Literal

from qdiffgui.config.base import Config, setting


class Straight(Config):
    """Straight lines between data and noise (arXiv:2209.03003)."""

    kind: Literal["straight"] = "straight"
    n_steps: int = setting(20, "Steps", "Steps of the sampler from noise to data; training draws times at random.", ge=1, le=1000)
