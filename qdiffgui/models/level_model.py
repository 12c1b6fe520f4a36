"""What MADE and the D3PM of levels share: one network for all shares, which starts at the
frequencies of the levels.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from qdiffgui.config import Training
from qdiffgui.config.models.levels import LevelSettings
from qdiffgui.data.types import Array, Encoded, Spec
from qdiffgui.models.level_network import LevelNetwork
from qdiffgui.models.optimiser import Optimiser
from qdiffgui.models.share_model import ShareModel

_MAX_NORM = 1.0


class LevelModel(ShareModel):
    """A subclass builds the network, computes the loss and draws levels."""

    config: LevelSettings
    network: LevelNetwork
    stream: ClassVar[int] = 5

    def __init__(self, config: LevelSettings, spec: Spec, training: Training, seed: int) -> None:
        super().__init__(config, spec, training, seed)
        self.network = self._build()
        self.network.initialize(torch.Generator().manual_seed(seed))
        parameters = dict(self.network.named_parameters())
        self.optimiser = Optimiser(
            parameters,
            training.learning_rate,
            training.iterations,
            training.decay,
            max_norm=_MAX_NORM,
            weight_decay=config.weight_decay,
            # decay would pull the logits of levels that never occur up to 0
            no_decay=[k for k in parameters if k.endswith(("marginals", "bias"))],
        )

    @abstractmethod
    def _build(self) -> LevelNetwork:
        """The network, before its weights are drawn."""

    @property
    def n_classes(self) -> int:
        """Number of classes the network is conditioned on; 1 if there are none."""
        return len(self.labels.known) if self.labels.conditional else 1

    def fit(self, train: Encoded) -> None:
        super().fit(train)
        self.network.start_at(self._frequencies(self._levels, self._place(self._label)))

    def _frequencies(self, levels: Tensor, place: Tensor) -> Tensor:
        """Frequencies (n_classes, n_shares, n_levels) of the levels (n, n_shares) in each class;
        those of all samples for a class without samples.
        """
        one_hot = torch.nn.functional.one_hot(levels, self.codec.n_levels).float()
        means = [one_hot[place == k].mean(0) for k in range(self.n_classes)]
        return torch.stack([m if m.isfinite().all() else one_hot.mean(0) for m in means])

    def _place(self, label: Array) -> Tensor:
        """Index (n,) int64 of the class of each label (n,); 0 without classes."""
        places = self.labels.places(label) if self.labels.conditional else np.zeros(len(label))
        return torch.from_numpy(places.astype(np.int64))


def drawn_from(logits: Tensor, generator: torch.Generator) -> Tensor:
    """Draw a level (...) from logits (..., n_levels), by inversion of the cumulative sum."""
    upto = logits.double().softmax(-1).cumsum(-1)
    u = torch.rand(upto.shape[:-1], generator=generator, dtype=torch.float64)[..., None]
    return torch.searchsorted(upto, u * upto[..., -1:], right=True)[..., 0].clamp(
        max=logits.shape[-1] - 1
    )
