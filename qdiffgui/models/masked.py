"""Masked (absorbing) discrete diffusion of maps as shares in levels; the base of the quantum model
and its classical twin.

A map is a row of levels (``diffusion.share_levels``). The forward process masks one share after
another, the reverse process draws one more level at each step, given those that are known (D3PM
with an absorbing state, arXiv:2107.03006). In the fixed order, from the center outward, the
likelihood of a map is exact: the product of the probabilities of its levels. In random order each
share is predicted from any set of known ones, and training minimizes the average over orders
(arXiv:2110.02037, eq. 3). Each share has a predictor of its own.
"""

from __future__ import annotations

import itertools
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from qdiffgui.config import Training
from qdiffgui.config.models import MaskedNetwork, MaskedQuantum
from qdiffgui.data.types import Array, Encoded, Spec
from qdiffgui.models.base import Generated
from qdiffgui.models.level_features import N_FEATURES
from qdiffgui.models.optimiser import Optimiser
from qdiffgui.models.share_model import ROWS, ShareModel

_NO_DECAY = ("angles", "offset", "first", "bias")  # what does not multiply a feature
_COLUMNS = {"scores": 1, "scores-empty": 2, "shares": N_FEATURES}  # the first of all features


class Predictors(nn.Module):
    """One predictor per share."""

    @abstractmethod
    def start_at(self, frequencies: Tensor) -> None:
        """Let the predictors start from the frequencies (K, n_levels) of the levels of each share,
        whatever the inputs.
        """

    def every(self, inputs: Iterable[Tensor]) -> Iterator[Tensor]:
        """log p of all shares in turn, given the inputs of each."""
        return (self(k, x) for k, x in enumerate(inputs))


class MaskedDiffusion(ShareModel):
    """Training, sampling and the likelihood; a subclass builds the predictors.

    They are one ``Predictors``: ``forward(k, inputs) -> log p`` with log p (B, n_levels)
    normalized. The ``inputs`` (B, n_inputs[k]) are the features of the other shares that share k
    may depend on, and of the class.
    """

    config: MaskedQuantum | MaskedNetwork
    network: Predictors
    stream: ClassVar[int] = 6

    def __init__(
        self, config: MaskedQuantum | MaskedNetwork, spec: Spec, training: Training, seed: int
    ) -> None:
        super().__init__(config, spec, training, seed)
        self.random = config.order == "random"
        self.network = self._build(torch.Generator().manual_seed(seed))
        parameters = dict(self.network.named_parameters())
        self.optimiser = Optimiser(
            parameters,
            training.learning_rate,
            training.iterations,
            training.decay,
            weight_decay=config.weight_decay,
            no_decay=[name for name in parameters if name.endswith(_NO_DECAY)],
            frozen=self._frozen(),
        )

    @abstractmethod
    def _build(self, generator: torch.Generator) -> Predictors:
        """The predictors, their weights drawn from ``generator``."""

    @property
    def n_diffusion_steps(self) -> int:
        """Number of shares: each step masks or unmasks one."""
        return self.codec.n_shares

    @property
    def n_inputs(self) -> tuple[int, ...]:
        """Number of inputs of the predictor of each share."""
        width = self._n_features
        before_and_after = (self._seen(k) for k in range(self.n_diffusion_steps))
        known = [len(range(*b)) + len(range(*a)) for b, a in before_and_after]
        return tuple(n * width + self.labels.n_features for n in known)

    def _seen(self, k: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """The shares, from and to, that share k may depend on: those before it, and in random order
        those after it. Of each, at most the nearest ``config.reach``.
        """
        reach, end = self.config.reach or self.n_diffusion_steps, self.n_diffusion_steps
        after = min(k + 1 + reach, end) if self.random else k + 1
        return (max(0, k - reach), k), (k + 1, after)

    @property
    def _n_features(self) -> int:
        return _COLUMNS[self.config.features] + self.random

    # ---- training

    def fit(self, train: Encoded) -> None:
        super().fit(train)
        if self.config.start == "marginals":
            self.network.start_at(self._frequencies())

    def _frequencies(self) -> Tensor:
        """Frequencies (K, n_levels) of the levels of training samples, where they are drawn."""
        one_hot = torch.nn.functional.one_hot(self._levels, self.config.n_levels).float()
        drawn = (~self._decided(self._levels)).float()[:, :, None]
        return (one_hot * drawn).sum(0) / drawn.sum(0).clamp(min=1)

    def _frozen(self) -> tuple[str, ...]:
        """Names of the predictors' parameters that are not trained."""
        return ()

    def _loss(self, levels: Tensor, label: Array) -> Tensor:
        if not self.random:
            return -self._log_p(levels, label).mean()
        known, weight = self._hidden(len(levels))
        seen = torch.where(known, levels, self.masked)
        return -(weight * self._log_p(levels, label, seen)).mean()

    def _hidden(self, n: int) -> tuple[Tensor, Tensor]:
        """Random masks: which shares are known (n, K), and the weight (n,) of a sample whose masked
        shares stand for all K. The numbers of known shares are spread evenly over the batch.
        """
        k = self.n_diffusion_steps
        rank = torch.rand(n, k, generator=self.generator).argsort(dim=1).argsort(dim=1)
        u = (torch.arange(n) + torch.rand(n, generator=self.generator)) / n
        n_known = (u * k).long().clamp(max=k - 1)
        return rank < n_known[:, None], k / (k - n_known)

    def _log_p(self, levels: Tensor, label: Array, seen: Tensor | None = None) -> Tensor:
        """Sum (B,) of log p over the shares that have to be drawn, given those before (fixed order)
        or given ``seen`` (B, K), where some are masked.

        After the level "all that is left" nothing has to be drawn.
        """
        given, condition = levels if seen is None else seen, self.labels.features(label)
        features, drawn = self._features(given), ~self._decided(given)
        if seen is not None:
            drawn = drawn & (seen == self.masked)
        total = torch.zeros(len(levels))
        inputs = (self._inputs(k, features, condition) for k in range(self.n_diffusion_steps))
        for k, log_p in enumerate(self.network.every(inputs)):
            own = log_p.gather(1, levels[:, k : k + 1])[:, 0]
            total = total + torch.where(drawn[:, k], own, 0.0)
        return total

    def _decided(self, levels: Tensor) -> Tensor:
        """Whether a share before each one (B, K) has used up all that was left."""
        full = (levels == self.codec.full).long()
        return full.cumsum(1) - full > 0

    def _features(self, levels: Tensor) -> Tensor:
        """Features (B, K, n_features) of levels (B, K): the first of ``LevelFeatures``, and in
        random order whether the share is masked.
        """
        features = self._see(levels)[:, :, : _COLUMNS[self.config.features]]
        if not self.random:
            return features
        return torch.cat([features, (levels == self.masked).float()[:, :, None]], dim=2)

    def _inputs(self, k: int, features: Tensor, condition: Tensor) -> Tensor:
        """Inputs (B, n_inputs[k]) of share k."""
        before, after = (features[:, slice(*seen)].flatten(1) for seen in self._seen(k))
        return torch.cat([before, after, condition], dim=1)

    # ---- use

    @property
    def has_likelihood(self) -> bool:
        """Whether the order is fixed: in random order the likelihood is a sum over all orders."""
        return not self.random

    def sample(
        self, n: int, label: int | None = None, *, seed: int = 0, trajectory: bool = False
    ) -> Generated:
        generator = torch.Generator().manual_seed(seed)
        drawn = self.labels.drawn(n, label, generator)
        condition = self.labels.features(drawn)
        levels = torch.full((n, self.n_diffusion_steps), self.masked)
        order = self._order(n, generator)
        u = torch.rand(n, self.n_diffusion_steps, generator=generator, dtype=torch.float64)
        frames = [levels.clone()] if trajectory else []
        for place, draw in zip(order.T, u.T):
            self._unmask(levels, place, draw, condition)
            if trajectory:
                frames.append(levels.clone())
        x = self._decode(levels, seed)
        if not trajectory:
            return Generated(x, drawn)
        times = tuple(range(self.n_diffusion_steps, -1, -1))
        return Generated(x, drawn, np.stack([self._decode(f, seed) for f in frames]), times)

    def _order(self, n: int, generator: torch.Generator) -> Tensor:
        """The share that each sample unmasks at each step, (n, K)."""
        if self.random:
            return torch.rand(n, self.n_diffusion_steps, generator=generator).argsort(dim=1)
        return torch.arange(self.n_diffusion_steps).expand(n, -1)

    @torch.no_grad()
    def _unmask(self, levels: Tensor, place: Tensor, u: Tensor, condition: Tensor) -> None:
        """Draw the level of share ``place`` (n,) of each sample, in place."""
        decided = self._decided(levels).gather(1, place[:, None])[:, 0]
        levels[decided, place[decided]] = 0
        for k in set(place[~decided].tolist()):
            for rows in torch.split(torch.nonzero((place == k) & ~decided)[:, 0], ROWS):
                inputs = self._inputs(k, self._features(levels[rows]), condition[rows])
                up_to = self.network(k, inputs).double().exp().cumsum(1)
                found = torch.searchsorted(up_to, (u[rows] * up_to[:, -1])[:, None], right=True)
                levels[rows, k] = found[:, 0].clamp(max=self.config.n_levels - 1)

    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        codec = self._codec_of(x)
        levels = torch.from_numpy(codec.encode(x))
        order = self._order(len(x), torch.Generator().manual_seed(seed)).flip(1)
        frames = [np.asarray(x, dtype=np.float32)]
        for place in order.T:
            levels[torch.arange(len(x)), place] = self.masked
            frames.append(self._decode(levels, seed, codec))
        return np.stack(frames), tuple(range(self.n_diffusion_steps + 1))

    def facts(self) -> dict[str, Any]:
        return super().facts() | {
            "n_diffusion_steps": self.n_diffusion_steps,
            "order": self.config.order,
            "denoiser_calls_a_sample": self.n_diffusion_steps,
        }


def offsets(sizes: tuple[int, ...]) -> tuple[int, ...]:
    """Begin of each of several consecutive blocks of these sizes, and the end of the last.

    Examples
    --------
    >>> offsets((2, 0, 3))
    (0, 2, 2, 5)
    """
    return (0, *itertools.accumulate(sizes))
