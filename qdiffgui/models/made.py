"""MADE: a masked autoregressive network over the shares of a map (arXiv:1502.03509).

Not a diffusion model, but the strong classical reference on jet maps. One network gives
p(level of share k | levels of the shares before k) for all k at once, so the likelihood is exact
and is what training maximizes. Sampling fills in one share after another, from the first cell on.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from qdiffgui.config.models import MADE as Settings
from qdiffgui.data.types import Array
from qdiffgui.models.base import Generated
from qdiffgui.models.level_features import N_FEATURES
from qdiffgui.models.level_model import LevelModel, drawn_from
from qdiffgui.models.level_network import LevelNetwork
from qdiffgui.models.share_model import ROWS


class MADE(LevelModel):
    """Autoregressive network over shares in levels; not a diffusion model.

    Parameters
    ----------
    config : config.models.MADE
        Settings of the model.
    spec : Spec
        Encoded data: "map" (height, width).
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    Raises
    ------
    ConfigError
        If the data are not maps of at least two cells.

    References
    ----------
    Germain, Gregor, Murray and Larochelle, "MADE: Masked Autoencoder for Distribution Estimation",
    arXiv:1502.03509; Nash and Durkan, "Autoregressive Energy Machines", arXiv:1904.05626 (residual
    blocks).

    Examples
    --------
    >>> from qdiffgui.config.models import MADE as Settings
    >>> MADE.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "made"
    config: Settings

    def _build(self) -> LevelNetwork:
        return LevelNetwork(
            self.codec.n_shares,
            self.codec.n_levels,
            N_FEATURES,
            self.labels.n_features,
            self.n_classes,
            self.config.n_hidden,
            self.config.n_blocks,
            ordered=True,
        )

    def _loss(self, levels: Tensor, label: Array) -> Tensor:
        return -self._log_p(levels, label).mean()

    def _log_p(self, levels: Tensor, label: Array) -> Tensor:
        """log p (B,) of levels (B, n_shares) given the labels (B,), nats."""
        logits = self.network(self._see(levels), self.labels.features(label), self._place(label))
        return (
            -nn.functional.cross_entropy(logits.flatten(0, 1), levels.flatten(), reduction="none")
            .reshape(levels.shape)
            .sum(1)
        )

    @property
    def has_likelihood(self) -> bool:
        return True

    def log_likelihood(self, x: Array, label: Array) -> Array:
        return super().log_likelihood(x, label).astype(np.float64)

    def sample(
        self, n: int, label: int | None = None, *, seed: int = 0, trajectory: bool = False
    ) -> Generated:
        generator = torch.Generator().manual_seed(seed)
        drawn = self.labels.drawn(n, label, generator)
        parts = [self._draw(drawn[i : i + ROWS], generator) for i in range(0, max(n, 1), ROWS)]
        levels = torch.cat(parts)
        x = self._decode(levels, seed)
        if not trajectory:
            return Generated(x, drawn)
        times = tuple(range(self.codec.n_shares, -1, -1))
        frames = [self._decode(self._without_last(levels, t), seed) for t in times]
        return Generated(x, drawn, np.stack(frames), times)

    @torch.no_grad()
    def _draw(self, label: Array, generator: torch.Generator) -> Tensor:
        """Levels (n, n_shares) of the classes ``label`` (n,), one share after another."""
        levels = torch.full((len(label), self.codec.n_shares), self.masked)
        condition, place = self.labels.features(label), self._place(label)
        for k in range(self.codec.n_shares):
            logits = self.network.logits_of(k, self._see(levels), condition, place)
            levels[:, k] = drawn_from(logits, generator)
        return levels

    def _without_last(self, levels: Tensor, t: int) -> Tensor:
        """Levels (n, n_shares) with the last ``t`` of them masked."""
        hidden = torch.arange(self.codec.n_shares) >= self.codec.n_shares - t
        return torch.where(hidden, self.masked, levels)

    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        codec, times = self._codec_of(x), tuple(range(self.codec.n_shares + 1))
        levels = torch.from_numpy(codec.encode(x))
        frames = [self._decode(self._without_last(levels, t), seed, codec) for t in times[1:]]
        return np.stack([np.asarray(x, dtype=np.float32), *frames]), times

    def facts(self) -> dict[str, Any]:
        return super().facts() | {
            "network": "masked mlp",
            "autoregressive": True,
            "network_calls_a_sample": self.codec.n_shares,
        }
