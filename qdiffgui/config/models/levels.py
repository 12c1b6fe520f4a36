"""Settings of the models of maps as shares in levels: ``models.made`` and ``models.level_d3pm``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import setting
from qdiffgui.config.models.base import MIRROR, ModelConfig
from qdiffgui.config.processes import LAST_FIRST, LEVELS, Process
from qdiffgui.config.schedules import Cosine, GaussianSchedule


class LevelSettings(ModelConfig):
    """What MADE and the D3PM of levels share: the levels and the size of the network."""

    accepts: ClassVar[frozenset[str]] = frozenset({"map"})
    quantum: ClassVar[bool] = False
    conditional: ClassVar[bool] = True
    n_levels: int = setting(
        16,
        "Levels",
        ("Levels of a share: empty, all that is left, and bins of equal content between the two."),
        ge=3,
        le=256,
    )
    n_hidden: int = setting(384, "Hidden units", "Units of each hidden layer.", ge=1, le=4096)
    n_blocks: int = setting(
        1, "Residual blocks", "Blocks of two hidden layers after the first layer.", ge=0, le=16
    )
    mirror: bool = setting(False, "Mirror", MIRROR)
    weight_decay: float = setting(
        0.01,
        "Weight decay",
        "AdamW shrinks weights, but not biases, by learning rate times this per step.",
        ge=0,
        le=10,
        advanced=True,
    )


class MADE(LevelSettings):
    """Autoregressive network over the shares of a map (arXiv:1502.03509); not a diffusion model."""

    reverse_caption: ClassVar[str] = (
        "The network gives the distribution of the next share, given those before it, and one level"
        " is drawn."
    )
    kind: Literal["made"] = "made"

    @property
    def process(self) -> Process:
        """Shares are masked one after another, the last one first."""
        return LAST_FIRST


class LevelD3PM(LevelSettings):
    """Discrete diffusion of the shares of a map in levels (arXiv:2107.03006)."""

    reverse_caption: ClassVar[str] = (
        "The network draws a guess of every clean level, and the noisier levels are drawn given "
        "that guess."
    )
    kind: Literal["d3pm-levels"] = "d3pm-levels"
    noise: Literal["absorbing", "uniform"] = setting(
        "absorbing",
        "Noise type",
        "Mask each level independently (absorbing), or redraw it uniformly.",
    )
    sampler: Literal["counted", "ancestral"] = setting(
        "counted",
        "Sampler",
        (
            "Which masked levels a step fills in. counted: as many as the schedule expects, at "
            "random places; ancestral: each by chance, so that some are filled in together."
        ),
    )
    sampling_steps: int = setting(
        0,
        "Sampling steps",
        "Denoising steps when sampling; 0: all; 1: all shares at once.",
        ge=0,
        le=1000,
    )
    schedule: GaussianSchedule = setting(
        Cosine(n_steps=100), "Noise", "How the share of unchanged levels falls with the step."
    )

    @property
    def process(self) -> Process:
        """Levels are masked or redrawn, whatever the schedule was made for."""
        return LEVELS
