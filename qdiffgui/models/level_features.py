"""What a model of maps as shares in levels (``diffusion.share_levels``) sees of a map."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from qdiffgui.diffusion.share_levels import EMPTY, ShareLevels

N_FEATURES = 5  # of a level
_LEAST = 1e-3  # of what is left: keeps its logarithm finite


class LevelFeatures:
    """Levels to numbers of order 1, from the tables of a fitted codec.

    Parameters
    ----------
    codec : ShareLevels
        The codec; later changes of its tables are not seen.

    Examples
    --------
    >>> import torch
    >>> LevelFeatures(ShareLevels((3, 1)))(torch.tensor([[0, 15]]))[..., 1:4].round(decimals=1)
    tensor([[[ 1.0000,  0.0000,  0.0000],
             [ 0.0000,  3.0000, -3.5000]]])
    """

    def __init__(self, codec: ShareLevels) -> None:
        known = (codec.scores(), codec.shares())
        score, share = (np.pad(table, ((0, 0), (0, 1))).astype(np.float32) for table in known)
        self._scores, self._shares = torch.from_numpy(score), torch.from_numpy(share)

    def scores(self, levels: Tensor) -> Tensor:
        """Normal scores (n, n_shares) of levels (n, n_shares); 0 where masked (-1 or one more than
        the last level).
        """
        return self._scores[torch.arange(levels.shape[1]), levels]

    def __call__(self, levels: Tensor) -> Tensor:
        """Features (n, n_shares, ``N_FEATURES``) of levels (n, n_shares): normal score, is-empty,
        share, what is left after the cell, and the fraction in it. Those of a share depend on the
        levels up to its own only. The last two count masked cells as empty.
        """
        share = self._shares[torch.arange(levels.shape[1]), levels]
        left = torch.cumprod(1 - share, dim=1)
        before = torch.cat([torch.ones(len(left), 1), left[:, :-1]], dim=1)
        return torch.stack(
            [
                self.scores(levels),
                (levels == EMPTY).float(),
                3 * share,
                (left + _LEAST).log() / 2,
                3 * (share * before).sqrt(),
            ],
            dim=2,
        )
