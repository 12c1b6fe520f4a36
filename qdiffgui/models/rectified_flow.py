"""Rectified flow: a classical network learns the mean velocity of straight lines from noise to data
(arXiv:2209.03003, arXiv:2210.02747).

The second classical reference next to DDPM, on the same networks and transforms. Its samples solve
an ordinary differential equation, so few steps are enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from qdiffgui.config import Training
from qdiffgui.config.models import RectifiedFlow as Settings
from qdiffgui.data.types import Spec
from qdiffgui.diffusion import gaussian, straight, trigonometric
from qdiffgui.models.classical import build_network, n_time_features
from qdiffgui.models.denoising import Callback, DenoisingModel


class RectifiedFlow(DenoisingModel):
    """Rectified flow: the mean velocity of straight lines from noise to data.

    The network has as close to ``config.n_parameters`` parameters as its shape allows.

    Parameters
    ----------
    config : config.models.RectifiedFlow
        Settings of the model.
    spec : Spec
        Encoded data: "vector", "map", "channels" or "cloud".
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    References
    ----------
    arXiv:2209.03003

    Examples
    --------
    >>> from qdiffgui.config.models import RectifiedFlow as Settings
    >>> RectifiedFlow.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "rectified-flow"
    config: Settings

    def __init__(self, config: Settings, spec: Spec, training: Training, seed: int) -> None:
        self.n_time = n_time_features(config.n_parameters)
        super().__init__(config, spec, training, seed)

    def _build(self, generator: torch.Generator) -> nn.Module:
        return build_network(self.config, self.transform.diffused, self.n_condition, generator)

    @property
    def n_diffusion_steps(self) -> int:
        return self.config.schedule.n_steps

    def velocity(self, x: Tensor, s: Tensor, features: Tensor) -> Tensor:
        """v(x, s) of x (batch, *shape) at times s (batch,), 0 data and 1 noise, for classes
        ``features``.
        """
        raw = self._answer(x / straight.variance(s, x).sqrt(), s * self.n_diffusion_steps, features)
        return straight.precondition(raw, x, s)

    def _velocity_at(self, x: Tensor, phi: Tensor, features: Tensor) -> Tensor:
        """A straight line at s is √D times the path at tan φ = s / (1 - s), with D = (1 - s)² + s²:
        the point and the velocity give x₀ and ε, and these give F.
        """
        s = phi.sin() / (phi.cos() + phi.sin())
        size = straight.variance(s, x)
        line = x * size.sqrt()
        along = self.velocity(line, s, features)
        share = s.reshape(-1, *[1] * (x.ndim - 1))
        clean, noise = line - share * along, line + (1 - share) * along
        return trigonometric.rotate(clean, noise, phi)[1]

    def _loss(self, x0: Tensor, features: Tensor) -> Tensor:
        s = gaussian.uniform_times(len(x0), self.generator).to(x0.dtype)
        noise = torch.randn(x0.shape, generator=self.generator)
        predicted = self.velocity(straight.between(x0, noise, s), s, features)
        return self._mean_square(predicted - (noise - x0), features)

    def _visited(self) -> tuple[int, ...]:
        return tuple(range(self.n_diffusion_steps, -1, -1))

    def _walk(
        self, start: Tensor, features: Tensor, generator: torch.Generator, callback: Callback
    ) -> None:
        def velocity(x: Tensor, s: float) -> Tensor:
            return self.velocity(x, torch.full((len(x),), s), features)

        def keep(t: int, x: Tensor) -> None:
            callback(t, x if t else x.clamp(self.transform.low, self.transform.high))

        straight.integrate(velocity, start, self.n_diffusion_steps, self.config.sampler, keep)

    def _noised(
        self, x0: Tensor, times: Sequence[int], generator: torch.Generator
    ) -> Iterator[Tensor]:
        noise = torch.randn(x0.shape, generator=generator)
        for t in times:
            yield straight.between(x0, noise, t / self.n_diffusion_steps)

    def facts(self) -> dict[str, Any]:
        calls = self.n_diffusion_steps * (2 if self.config.sampler == "heun" else 1)
        return super().facts() | {"network": self.config.network, "denoiser_calls_a_sample": calls}
