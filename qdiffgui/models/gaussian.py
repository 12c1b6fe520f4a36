"""Gaussian diffusion (DDPM) around any denoiser: what the classical networks and the quantum
denoiser share.

The noisy samples that a denoiser sees have unit variance; ``diffusion.gaussian.precondition`` makes
of its raw output a prediction of epsilon or x_0.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from qdiffgui import catalog
from qdiffgui.config import Training
from qdiffgui.config.models import ClassicalDDPM, QuantumDenoiser
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.diffusion import gaussian, samplers, trigonometric
from qdiffgui.diffusion.held_out import steps_at
from qdiffgui.models.base import Step
from qdiffgui.models.denoising import Callback, DenoisingModel
from qdiffgui.models.target_pool import BLOCK, TargetPool


class GaussianDiffusion(DenoisingModel):
    """Training loss and sampling of a DDPM; a subclass builds the denoiser."""

    config: ClassicalDDPM | QuantumDenoiser

    def __init__(
        self, config: ClassicalDDPM | QuantumDenoiser, spec: Spec, training: Training, seed: int
    ) -> None:
        schedule = catalog.schedules[config.schedule.kind].load()
        self.alpha_bar: Tensor = torch.from_numpy(schedule(config.schedule))
        self._angles = trigonometric.angles(self.alpha_bar).float()
        self._pool: TargetPool | None = None
        # The settings of a plug-in need not offer these two.
        self._mean_targets = getattr(config, "targets", "sample") == "posterior-mean"
        self._envelope = bool(getattr(config, "envelope", False))
        super().__init__(config, spec, training, seed)

    @property
    def n_diffusion_steps(self) -> int:
        return len(self.alpha_bar) - 1

    def fit(self, train: Encoded) -> None:
        super().fit(train)
        if self._mean_targets:
            assert self._x is not None
            assert self._features is not None
            self._pool = TargetPool(
                self._x,
                self._features,
                self._angles,
                min(self.config.n_targets, self.training.iterations * self.training.batch_size),
                torch.Generator().manual_seed(self.seed),
            )

    def step(self, i: int) -> Step:
        if self._pool is None:
            return super().step(i)
        pool, size = self._pool, self.training.batch_size
        pool.complete(i + 1)
        n_known = min((i + 1) * BLOCK, len(pool.x))  # of this step, whatever was computed before
        index = torch.randint(n_known, (size,), generator=self.generator)
        x, t, features = pool.x[index], pool.t[index], pool.features[index]
        error = self._velocity(x, t, features) - pool.velocity[index]
        weight = self._weight(trigonometric.angle_at(t, self._angles))
        return Step(*self.optimiser.step(i, self._mean_square(weight[:, None] * error, features)))

    def setup_seconds(self, clock: Callable[[], float]) -> float:
        """Seconds that all targets take, from two blocks of them."""
        if self._pool is None:
            return 0.0
        begun = clock()
        self._pool.complete(min(2, self._pool.n_blocks))
        seconds = (clock() - begun) * self._pool.n_blocks / min(2, self._pool.n_blocks)
        self._pool.skip()
        return seconds

    def _weight(self, phi: Tensor) -> Tensor:
        """Size of an error of the prediction for an error 1 of the velocity."""
        if self.config.prediction == "velocity":
            return torch.ones_like(phi)
        return phi.cos() if self.config.prediction == "epsilon" else phi.sin()

    def _loss(self, x0: Tensor, features: Tensor) -> Tensor:
        t = gaussian.uniform_steps(len(x0), self.n_diffusion_steps, self.generator)
        noise = torch.randn(x0.shape, generator=self.generator)
        x = gaussian.add_noise(x0, t, noise, self.alpha_bar)
        if self.config.prediction == "velocity":
            velocity = gaussian.velocity(x0, t, noise, self.alpha_bar)
            return self._mean_square(self._velocity(x, t, features) - velocity, features)
        target = noise if self.config.prediction == "epsilon" else x0
        return self._mean_square(self._predict(x, t, features) - target, features)

    def _predict(self, x: Tensor, t: Tensor, features: Tensor) -> Tensor:
        """The prediction of epsilon or x_0; of epsilon where the model predicts the velocity."""
        return gaussian.precondition(
            self._velocity(x, t, features), x, t, self.alpha_bar, self._sampled_prediction
        )

    @property
    def _sampled_prediction(self) -> gaussian.Prediction:
        return "x0" if self.config.prediction == "x0" else "epsilon"

    def _velocity(self, x: Tensor, t: Tensor, features: Tensor) -> Tensor:
        """F = dx/dφ at x (batch, *shape) and steps t (batch,), real numbers or whole ones."""
        raw = self._answer(x, t, features)
        if not self._envelope:
            return raw
        factor = trigonometric.envelope(trigonometric.angle_at(t, self._angles))
        return factor.reshape(-1, *[1] * (x.ndim - 1)) * raw

    def _velocity_at(self, x: Tensor, phi: Tensor, features: Tensor) -> Tensor:
        return self._velocity(x, steps_at(phi, self._angles), features)

    def _visited(self) -> tuple[int, ...]:
        return samplers.timesteps(self.n_diffusion_steps, self.config.sampling_steps)

    def _walk(
        self, start: Tensor, features: Tensor, generator: torch.Generator, callback: Callback
    ) -> None:
        if self.config.sampler == "heun":
            trigonometric.heun(
                lambda x, t: self._velocity(x, torch.full((len(x),), t), features),
                start,
                self._angles,
                self._visited(),
                lambda t, x: callback(
                    t, x if t else x.clamp(self.transform.low, self.transform.high)
                ),
            )
            return
        samplers.sample(
            lambda x, t: self._predict(x, torch.full((len(x),), t), features),
            start,
            self.alpha_bar,
            sampler=self.config.sampler,
            steps=self._visited(),
            prediction=self._sampled_prediction,
            eta=self.config.eta,
            clip=(self.transform.low, self.transform.high),
            generator=generator,
            callback=callback,
        )

    def _noised(
        self, x0: Tensor, times: Sequence[int], generator: torch.Generator
    ) -> Iterator[Tensor]:
        z = x0
        yield z
        for s, t in itertools.pairwise(times):
            z = gaussian.noisier(z, s, t, torch.randn(z.shape, generator=generator), self.alpha_bar)
            yield z

    def facts(self) -> dict[str, Any]:
        calls = {"denoiser_calls_a_sample": 2 * (len(self._visited()) - 1)}
        return (
            super().facts()
            | {"prediction": self.config.prediction}
            | (calls if self.config.sampler == "heun" else {})
        )
