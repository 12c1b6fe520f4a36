"""Settings of ``models.masked_quantum`` and ``models.masked_network``."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from qdiffgui.config.base import setting
from qdiffgui.config.models.base import (
    ABLATION,
    BACKEND,
    MIRROR,
    ModelConfig,
    Support,
    shared_settings,
    supported,
    unsupported,
)
from qdiffgui.config.processes import MASKING, Process


class MaskedShares(ModelConfig):
    """What both share: maps as levels of shares, which are masked one after the other."""

    if TYPE_CHECKING:

        @property
        def n_levels(self) -> int:
            """Levels of a share."""

    accepts: ClassVar[frozenset[str]] = frozenset({"map"})
    conditional: ClassVar[bool] = True
    order: Literal["fixed", "random"] = setting(
        "fixed",
        "Order",
        "Shares are unmasked from the center outward (fixed), or in another random order for each "
        "sample.",
    )
    features: Literal["scores", "scores-empty", "shares"] = setting(
        "scores-empty",
        "Features",
        "What is known of an unmasked share: the normal score of its level; also whether its cell "
        "is empty; shares: also the share, the fraction in the cell, and what is left after it.",
    )
    reach: int = setting(
        0,
        "Reach",
        "On how many shares before it (in random order also after it) a share depends; 0: all. "
        "Fewer overfit less on large maps; with features=shares, what is left is known anyway.",
        ge=0,
        le=4096,
        later=True,
    )
    start: Literal["random", "marginals"] = setting(
        "random",
        "Start",
        "Where training starts: random predictors, or predictors that draw each share with its "
        "frequencies in the training maps.",
        later=True,
    )
    mirror: bool = setting(False, "Mirror", MIRROR, later=True)
    weight_decay: float = setting(
        0.0,
        "Weight decay",
        "AdamW shrinks the weights of the features by learning rate times this per step; angles, "
        "offsets and biases stay free.",
        ge=0,
        le=10,
        advanced=True,
        later=True,
    )

    @property
    def process(self) -> Process:
        """Shares are masked; there is no schedule."""
        return MASKING


class MaskedQuantum(MaskedShares):
    """Masked diffusion of shares in levels: one measured circuit per share."""

    fixed_data: ClassVar[bool] = True
    quantum: ClassVar[bool] = True
    reverse_caption: ClassVar[str] = (
        "The circuit of one more share is measured once for every sample, its angles set by the "
        "shares that are known: the outcome is the level of the share."
    )
    shots: ClassVar[Support] = unsupported(
        "Every share of a sample is one measured outcome, so this model takes one shot already."
    )
    device: ClassVar[Support] = supported("Every share of a sample is one measured outcome.")
    kind: Literal["masked-quantum"] = "masked-quantum"
    n_qubits: int = setting(
        4, "Qubits", "Measured qubits; their 2^n outcomes are the levels of a share.", ge=2, le=6
    )
    n_ancillas: int = setting(
        0, "Ancillas", "Additional qubits that are measured and dropped.", ge=0, le=4
    )
    n_layers: int = setting(
        6, "Layers", "Layers of each circuit; known shares enter each of them.", ge=1, le=40
    )
    uploads: Literal["one", "mixed", "every"] = setting(
        "mixed",
        "Uploads",
        "Each RX takes one known share (one) or a trained linear mix of all (mixed); every: RX, RY "
        "and RZ take one mix each.",
    )
    ansatz: str = setting("strongly-entangling", "Ansatz", "Circuit of each share.")
    circuit: Literal["trained", "frozen", "separable"] = setting(
        "trained", "Circuit", ABLATION, advanced=True
    )
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)

    @property
    def n_levels(self) -> int:
        """Levels of a share."""
        return int(2**self.n_qubits)

    def classical_twin(self, n_parameters: int) -> tuple[ModelConfig, float]:
        # the rate of the two presets, which were tuned
        shared = shared_settings(self, MaskedNetwork)
        size = max(n_parameters, 30)
        return MaskedNetwork(n_levels=self.n_levels, n_parameters=size, **shared), 0.4


class MaskedNetwork(MaskedShares):
    """The classical twin of masked quantum diffusion: one small network per share."""

    quantum: ClassVar[bool] = False
    reverse_caption: ClassVar[str] = (
        "The network of one more share gives the probabilities of its levels, given the shares that"
        " are known, and the level is drawn from them."
    )
    kind: Literal["masked-network"] = "masked-network"
    n_levels: int = setting(16, "Levels", "Levels of a share.", ge=3, le=64)
    n_parameters: int = setting(
        4000,
        "Parameters",
        "Number of trainable parameters of all networks; their width comes as close as it can.",
        ge=30,
        le=5_000_000,
    )
