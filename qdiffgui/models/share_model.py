"""The base of all models of maps as shares in levels (``diffusion.share_levels``): the codec, what
is seen of a partly known map, training steps, files, and the exact likelihood.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from qdiffgui.config import Training
from qdiffgui.config.models.levels import LevelSettings
from qdiffgui.config.models.masked import MaskedShares
from qdiffgui.data.types import Array, Encoded, Spec
from qdiffgui.diffusion.held_out import HeldOutLoss, loss_of_strings
from qdiffgui.diffusion.share_levels import ShareLevels, with_mirror_images
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.models.base import Step, below
from qdiffgui.models.conditioning import Labels
from qdiffgui.models.level_features import LevelFeatures
from qdiffgui.models.one_optimiser import OneOptimiser
from qdiffgui.models.parameter_arrays import load_parameters, parameter_arrays

ROWS = 4096  # samples at a time


class ShareModel(OneOptimiser):
    """A subclass creates ``network`` and ``optimiser``, computes the loss and draws levels; one
    with an exact likelihood has ``_log_p``, too.

    A level of ``masked`` stands for a share that is not known.
    """

    config: LevelSettings | MaskedShares
    network: nn.Module
    stream: ClassVar[int]
    """Sets the random numbers of the decoder apart from those of other models."""

    def __init__(
        self, config: LevelSettings | MaskedShares, spec: Spec, training: Training, seed: int
    ) -> None:
        if spec.kind != "map" or spec.size < 2:
            raise ConfigError(
                "Shares in levels need maps of at least two cells; found data of kind "
                f"'{spec.kind}' with {spec.size} numbers."
            )
        super().__init__(config, spec, training, seed)
        self.codec, self._fitted = ShareLevels(spec.shape, config.n_levels), False
        self.labels = Labels(spec.classes)
        self._see = LevelFeatures(self.codec)
        self._levels = torch.empty(0, self.codec.n_shares, dtype=torch.int64)
        self._label = np.empty(0, dtype=np.int8)

    @abstractmethod
    def _loss(self, levels: Tensor, label: Array) -> Tensor:
        """The loss of training levels (B, n_shares) with labels (B,), nats per sample."""

    def _log_p(self, levels: Tensor, label: Array) -> Tensor:
        """log p (B,) of levels (B, n_shares) given the labels (B,), nats."""
        raise NotImplementedError

    @property
    def has_likelihood(self) -> bool:
        """Whether the likelihood of a map is exact."""
        return False

    @property
    def masked(self) -> int:
        """The level of a masked share."""
        return self.codec.n_levels

    # ---- training

    def fit(self, train: Encoded) -> None:
        x, label = train.x, train.label
        if self.config.mirror:
            x, label = with_mirror_images(x, label)
        self.codec.fit(x)
        self.labels.fit(train.label)
        self._ready()
        self._levels, self._label = torch.from_numpy(self.codec.encode(x)), label

    def _ready(self) -> None:
        """Keep what is derived from the fitted codec."""
        self._see, self._fitted = LevelFeatures(self.codec), True

    def step(self, i: int) -> Step:
        if not len(self._levels):
            raise UserError("A model must be fitted on training samples before it is trained.")
        index = torch.randint(
            len(self._levels), (self.training.batch_size,), generator=self.generator
        )
        return Step(*self.optimiser.step(i, self._loss(self._levels[index], self._label[index])))

    # ---- use

    @property
    def n_parameters(self) -> int:
        return self.optimiser.n_trained

    def weights(self) -> dict[str, Array]:
        network = parameter_arrays(self.network, "network")
        codec = {f"transform/{k}": v for k, v in self.codec.arrays().items()}
        return network | codec | {"mix": self.labels.mix.copy()}

    def load_weights(self, weights: Mapping[str, Array]) -> None:
        load_parameters(self.network, "network", weights)
        self.codec.load_arrays(below(weights, "transform"))
        self._ready()
        self.labels.mix = np.array(weights["mix"], dtype=np.float64)

    def held_out_loss(self, samples: Encoded, *, seed: int = 0) -> HeldOutLoss | None:
        """Exact negative log-likelihood of the levels of each sample, nats, where it is known."""
        if not self.has_likelihood:
            return None
        return loss_of_strings(
            -self.log_likelihood(samples.x, samples.label),
            f"{self.codec.n_shares} shares in {self.codec.n_levels} levels",
        )

    @torch.no_grad()
    def log_likelihood(self, x: Array, label: Array) -> Array:
        """Exact log-likelihood of the levels of maps.

        Parameters
        ----------
        x : ndarray, shape (n, *spec.shape)
            Maps.
        label : ndarray, shape (n,), int8
            Their classes.

        Returns
        -------
        ndarray, shape (n,)
            log p(levels | class), nats. Comparable between models of the same fitted codec only.

        Raises
        ------
        UserError
            If the model has no exact likelihood.
        """
        if not self.has_likelihood:
            raise UserError(
                "The likelihood of this model is a sum over all orders of the shares: choose one "
                "with a fixed order (model.order=fixed)."
            )
        levels = torch.from_numpy(self.codec.encode(x))
        parts = [
            self._log_p(levels[i : i + ROWS], label[i : i + ROWS]).numpy()
            for i in range(0, len(levels), ROWS)
        ]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _decode(self, levels: Tensor, seed: int, codec: ShareLevels | None = None) -> Array:
        """Maps (n, *shape) of levels (n, n_shares). The same ``seed`` gives a share the same place
        inside its level in every frame of a trajectory.
        """
        rng = np.random.default_rng([seed, self.stream])
        return (codec or self.codec).decode(levels.numpy(), rng)

    def _codec_of(self, x: Array) -> ShareLevels:
        """The fitted codec; before ``fit``, one of the samples ``x`` themselves."""
        if self._fitted:
            return self.codec
        codec = ShareLevels(self.spec.shape, self.config.n_levels)
        codec.fit(x)
        return codec

    def facts(self) -> dict[str, Any]:
        return {
            "n_parameters": self.n_parameters,
            "n_shares": self.codec.n_shares,
            "n_levels": self.codec.n_levels,
            "conditional": self.labels.conditional,
        }
