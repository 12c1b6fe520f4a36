"""D3PM on levels: discrete diffusion of the shares of a map (arXiv:2107.03006).

Each of the d - 1 shares of a map is one of 16 levels. Noise masks each level independently
(absorbing) or redraws it (uniform). One network predicts p(x_0k | x_t) for all shares k at once.
The levels of one draw are independent, so correlations build up over the steps.
"""

from __future__ import annotations

import itertools
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from qdiffgui import catalog
from qdiffgui.config import Training
from qdiffgui.config.models import LevelD3PM as Settings
from qdiffgui.data.types import Array, Spec
from qdiffgui.diffusion.gaussian import uniform_steps
from qdiffgui.diffusion.level_noise import LevelNoise
from qdiffgui.diffusion.samplers import timesteps
from qdiffgui.models.base import Generated
from qdiffgui.models.level_features import N_FEATURES
from qdiffgui.models.level_model import LevelModel, drawn_from
from qdiffgui.models.level_network import LevelNetwork
from qdiffgui.models.share_model import ROWS


class LevelD3PM(LevelModel):
    """Discrete diffusion of shares in levels with one network for all steps.

    Parameters
    ----------
    config : config.models.LevelD3PM
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
    Austin, Johnson, Ho, Tarlow and van den Berg, "Structured Denoising Diffusion Models in Discrete
    State-Spaces", arXiv:2107.03006; Hoogeboom et al., "Autoregressive Diffusion Models",
    arXiv:2110.02037 (the loss with masks).

    Examples
    --------
    >>> from qdiffgui.config.models import LevelD3PM as Settings
    >>> LevelD3PM.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "d3pm-levels"
    config: Settings

    def __init__(self, config: Settings, spec: Spec, training: Training, seed: int) -> None:
        super().__init__(config, spec, training, seed)
        alpha_bar = catalog.schedules[config.schedule.kind].load()(config.schedule)
        self.noise = LevelNoise(torch.from_numpy(alpha_bar), config.n_levels, config.noise)

    def _build(self) -> LevelNetwork:
        # masked levels show how noisy a sample is, redrawn ones do not
        uniform = self.config.noise == "uniform"
        return LevelNetwork(
            self.codec.n_shares,
            self.codec.n_levels,
            N_FEATURES + (not uniform),
            self.labels.n_features + uniform,
            self.n_classes,
            self.config.n_hidden,
            self.config.n_blocks,
            ordered=False,
        )

    @property
    def n_diffusion_steps(self) -> int:
        return len(self.noise.alpha_bar) - 1

    def _logits(self, x_t: Tensor, label: Array, t: Tensor) -> Tensor:
        """Logits (B, n_shares, n_levels) of x_0 at levels x_t (B, n_shares) and steps t (B,)."""
        features, condition = self._see(x_t), self.labels.features(label)
        if self.noise.absorbing:
            features = torch.cat([features, (x_t == self.masked).float()[:, :, None]], dim=2)
        else:
            kept = self.noise.alpha_bar[t].float()[:, None]
            condition = torch.cat([condition, kept], dim=1)
        logits: Tensor = self.network(features, condition, self._place(label))
        return logits

    def _loss(self, levels: Tensor, label: Array) -> Tensor:
        n, d = levels.shape
        if not self.noise.absorbing:
            t = uniform_steps(n, self.n_diffusion_steps, self.generator)
            x_t = self.noise.noisy(levels, 0, t, self.generator)
            return self._surprise(self._logits(x_t, label, t), levels).sum(1).mean()
        # any number of masks, with equal probability: the bound on -log p is then the mean surprise
        # of a masked level times d, whatever the schedule
        n_masked = 1 + torch.randint(d, (n, 1), generator=self.generator)
        order = torch.rand(n, d, generator=self.generator).argsort(1).argsort(1)
        hidden = order < n_masked
        x_t = torch.where(hidden, self.masked, levels)
        surprise = self._surprise(self._logits(x_t, label, n_masked[:, 0]), levels)
        return (surprise * hidden * (d / n_masked)).sum(1).mean()

    def _surprise(self, logits: Tensor, levels: Tensor) -> Tensor:
        """-log p (B, n_shares) of levels (B, n_shares), nats."""
        return nn.functional.cross_entropy(
            logits.flatten(0, 1), levels.flatten(), reduction="none"
        ).reshape(levels.shape)

    # ---- use

    def visited(self) -> tuple[int, ...]:
        """Steps that sampling visits, from noise to 0."""
        return timesteps(self.n_diffusion_steps, self.config.sampling_steps)

    def sample(
        self, n: int, label: int | None = None, *, seed: int = 0, trajectory: bool = False
    ) -> Generated:
        generator = torch.Generator().manual_seed(seed)
        drawn = self.labels.drawn(n, label, generator)
        states = [self.noise.pure((n, self.codec.n_shares), generator)]
        for t, s in itertools.pairwise(self.visited()):
            parts = [
                self._step_back(states[-1][i : i + ROWS], drawn[i : i + ROWS], s, t, generator)
                for i in range(0, max(n, 1), ROWS)
            ]
            states = [*(states if trajectory else []), torch.cat(parts)]
        frames = [self._decode(levels, seed) for levels in states]
        if not trajectory:
            return Generated(frames[-1], drawn)
        return Generated(frames[-1], drawn, np.stack(frames), self.visited())

    @torch.no_grad()
    def _step_back(
        self, x_t: Tensor, label: Array, s: int, t: int, generator: torch.Generator
    ) -> Tensor:
        """Draw x_s (n, n_shares) given x_t. With masks, a guess is drawn only where it is used."""
        step = torch.full((len(x_t),), t)
        if not self.noise.absorbing:
            x_0 = drawn_from(self._logits(x_t, label, step), generator)
            return self.noise.back(x_t, x_0, s, t, generator)
        choose = self.noise.counted if self.config.sampler == "counted" else self.noise.revealed
        revealed = choose(x_t, s, t, generator)
        rows, x_s = revealed.any(1), x_t.clone()
        if not rows.any():
            return x_s
        logits = self._logits(x_t[rows], label[rows.numpy()], step[rows])
        x_s[revealed] = drawn_from(logits[revealed[rows]], generator)
        return x_s

    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        codec, generator = self._codec_of(x), torch.Generator().manual_seed(seed)
        levels = torch.from_numpy(codec.encode(x))
        frames = [np.asarray(x, dtype=np.float32)]
        for s, t in itertools.pairwise(range(self.n_diffusion_steps + 1)):
            levels = self.noise.noisy(levels, s, t, generator)
            frames.append(self._decode(levels, seed, codec))
        return np.stack(frames), tuple(range(self.n_diffusion_steps + 1))

    def facts(self) -> dict[str, Any]:
        return super().facts() | {
            "network": "mlp",
            "factorised": True,
            "noise": self.config.noise,
            "sampler": self.config.sampler if self.noise.absorbing else "ancestral",
            "n_diffusion_steps": self.n_diffusion_steps,
            "denoiser_calls_a_sample": len(self.visited()) - 1,
        }
