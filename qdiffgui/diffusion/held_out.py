"""Losses on held-out samples: what a model that has an AUC of 0.5 can still do better or worse.

Gaussian models and flows are asked for the velocity ``F = dx/dφ`` of the path ``x(φ) = cos φ x₀ +
sin φ ε`` (``diffusion.trigonometric``) at the same points: the same x₀, the same noise ε and the
same angles φ for every model of a group. What two models differ by is then known much better than
either loss.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qdiffgui.diffusion import trigonometric

Array = NDArray[Any]
N_SAMPLES, N_DRAWS = 4096, 4
ANGLES = 0.05, 1.5
"""Radians. Outside, no model knows more than that there is only data, or only noise."""


@dataclass(frozen=True)
class HeldOutLoss:
    """The loss of each held-out sample.

    Attributes
    ----------
    values : array, shape (n,)
        The losses; less is better.
    group : str
        What is measured. Losses can be compared if their groups and the samples are the same.
    about : str
        The same as a sentence.
    trivial : mapping of str to array
        Key of a trivial generator to its losses (n,), where they are known.

    Examples
    --------
    >>> HeldOutLoss(np.array([0.9, 1.1]), "velocity, white", "Mean squares.").group
    'velocity, white'
    """

    values: Array
    group: str
    about: str
    trivial: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class CommonPoints:
    """Noisy points of held-out samples: x, F and x₀ (n, *shape), φ (n,) and ``rows`` (n,), the
    sample that each belongs to.
    """

    x: Tensor
    velocity: Tensor
    clean: Tensor
    phi: Tensor
    rows: Tensor

    @classmethod
    def of(cls, x0: Tensor, seed: int) -> CommonPoints:
        """``N_DRAWS`` points of each of the first ``N_SAMPLES`` samples x0 (m, *shape); equal
        arguments give equal points.
        """
        generator = torch.Generator().manual_seed(seed)
        few = x0[:N_SAMPLES]
        rows = torch.arange(len(few)).repeat(N_DRAWS)
        # stratified: every sample is seen once in each quarter of the path
        inside = torch.rand(len(rows), generator=generator)
        quarter = torch.arange(N_DRAWS).repeat_interleave(len(few))
        low, high = ANGLES
        phi = low + (high - low) * (quarter + inside) / N_DRAWS
        noise = torch.randn((len(rows), *x0.shape[1:]), generator=generator)
        clean = few[rows]
        x, velocity = trigonometric.rotate(clean, noise, phi)
        return cls(x, velocity, clean, phi, rows)

    def losses(
        self, answer: Tensor, mean_squares: Callable[[Tensor, Tensor], Tensor]
    ) -> tuple[Array, Array]:
        """Mean squared errors (m,) of an answer F (n, *shape), and those of the answer 0.

        ``mean_squares(error, rows)`` is the mean square (n,) over the numbers that count. The
        scatter of |F|² around its mean, which no model can foresee, is removed by regression.
        """
        loss = mean_squares(answer - self.velocity, self.rows).double()
        nothing = mean_squares(self.velocity, self.rows).double()
        size = mean_squares(self.clean, self.rows).double()
        expected = self.phi.cos().square() + self.phi.sin().square() * size
        scatter = nothing - expected
        slope = (scatter * (loss - expected)).sum() / scatter.square().sum().clamp(min=1e-12)
        return self._by_sample(loss - slope * scatter), self._by_sample(expected)

    def _by_sample(self, losses: Tensor) -> Array:
        return np.asarray(losses.reshape(N_DRAWS, -1).mean(0).numpy())


def steps_at(phi: Tensor, table: Tensor) -> Tensor:
    """Real steps t (n,) at angles φ (n,), linear between the steps of ``table`` (n_steps + 1,); the
    nearest step where the table does not reach φ.

    Examples
    --------
    >>> steps_at(torch.tensor([0.25, 3.0]), torch.tensor([0.0, 0.5, 1.0])).tolist()
    [0.5, 2.0]
    """
    steps = np.interp(phi.double().numpy(), table.double().numpy(), np.arange(len(table)))
    return torch.from_numpy(steps).float()


def loss_of_strings(
    values: Array, strings: str, trivial: Mapping[str, Array] | None = None
) -> HeldOutLoss:
    """The loss of a model that writes samples as strings of symbols: ``values`` (n,) are the
    negative log-likelihoods, nats. ``strings`` says which strings these are, such as "16 shares in
    16 levels".
    """
    return HeldOutLoss(
        values,
        f"likelihood, {strings}",
        "Held-out loss: exact negative log-likelihood, in nats, of the strings of held-out samples "
        f"({strings}). It can be compared between models that write samples as the same strings.",
        trivial or {},
    )
