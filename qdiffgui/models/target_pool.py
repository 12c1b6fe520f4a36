"""A pool of training points with targets of small variance (arXiv:2302.00670)."""

from __future__ import annotations

import torch
from torch import Tensor

from qdiffgui.diffusion import trigonometric
from qdiffgui.models import target_cache

BLOCK = 1024
"""Points whose targets are computed at once: about 0.1 s with 20 000 training samples."""


class TargetPool:
    """Points x = cos φ x₀ + sin φ ε, as many of each class, φ spread evenly, with the mean velocity
    of all training samples of the class: E[F | x].

    The points are in random order and their targets are computed block by block, as training gets
    to them, so that it starts at once and stops quickly. A pool that was complete before, in any
    process of this user, is read from disk (``models.target_cache``).

    Parameters
    ----------
    data : Tensor, shape (m, d)
        Training samples as they are diffused.
    features : Tensor, shape (m, c)
        Features of their classes. Samples of equal features are one class.
    angles : Tensor, shape (n_steps + 1,)
        φ of each diffusion step, radians.
    n : int
        Number of points.
    generator : torch.Generator
        Source of the points.

    Attributes
    ----------
    x : Tensor, shape (n, d)
        The points.
    t : Tensor, shape (n,)
        Their diffusion steps, real numbers.
    features : Tensor, shape (n, c)
        Features of their classes.
    velocity : Tensor, shape (n, d)
        Their targets, of which the first ``n_known`` are computed.

    Examples
    --------
    >>> data, features = torch.randn(50, 2), torch.zeros(50, 1)
    >>> angles = torch.linspace(0, torch.pi / 2, 21)
    >>> pool = TargetPool(data, features, angles, 3000, torch.Generator().manual_seed(0))
    >>> pool.complete(1)
    >>> pool.n_known, pool.velocity.shape
    (1024, torch.Size([3000, 2]))
    """

    def __init__(
        self, data: Tensor, features: Tensor, angles: Tensor, n: int, generator: torch.Generator
    ) -> None:
        if features.shape[1]:
            classes, member = torch.unique(features, dim=0, return_inverse=True)
        else:  # one class, without features
            classes, member = features[:1], torch.zeros(len(data), dtype=torch.long)
        self._data = [data[member == k] for k in range(len(classes))]
        n_each = max(n // len(classes), 1)
        parts = [_points(own, angles, n_each, generator) for own in self._data]
        order = torch.randperm(n_each * len(classes), generator=generator)
        self.x, self.t = (torch.cat(part)[order] for part in zip(*parts))
        self._member = torch.arange(len(classes)).repeat_interleave(n_each)[order]
        self.features = classes[self._member]
        self._angles = angles
        self.velocity = torch.zeros_like(self.x)
        self.n_known = 0
        self._file = target_cache.path_of([self.x, self.t, self._member, angles, *self._data])
        stored = None if self._file is None else target_cache.read(self._file, self.velocity)
        if stored is not None:
            self.velocity, self.n_known = stored, len(self.x)

    @property
    def n_blocks(self) -> int:
        """How many blocks of targets there are."""
        return -(-len(self.x) // BLOCK)

    def complete(self, n_blocks: int) -> None:
        """Compute the targets of the first ``n_blocks`` blocks that are not yet computed."""
        if self.n_known == len(self.x):
            return
        while self.n_known < min(n_blocks * BLOCK, len(self.x)):
            block = slice(self.n_known, min(self.n_known + BLOCK, len(self.x)))
            phi = trigonometric.angle_at(self.t[block], self._angles)
            for k, data in enumerate(self._data):
                own = self._member[block] == k
                if own.any():
                    self.velocity[block][own] = trigonometric.stable_velocity(
                        self.x[block][own], phi[own], data
                    )
            self.n_known = block.stop
        if self.n_known == len(self.x) and self._file is not None:
            target_cache.keep(self._file, self.velocity)

    def skip(self) -> None:
        """Treat all targets as computed, for timing: those that are not are 0."""
        self.n_known = len(self.x)


def _points(
    data: Tensor, angles: Tensor, n: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """x and t of n points of one class."""
    first, last = _step_of(trigonometric.LEAST_ANGLE, angles), len(angles) - 1
    t = first + (last - first) * (torch.arange(n) + torch.rand(n, generator=generator)) / n
    phi = trigonometric.angle_at(t, angles)
    x0 = data[torch.randint(len(data), (n,), generator=generator)]
    x, _ = trigonometric.rotate(x0, torch.randn(x0.shape, generator=generator), phi)
    return x, t


def _step_of(phi: float, angles: Tensor) -> Tensor:
    """The real step at which the path has the angle ``phi``."""
    low = int((angles <= phi).sum().clamp(1, len(angles) - 1)) - 1
    share: Tensor = (phi - angles[low]) / (angles[low + 1] - angles[low])
    return low + share
