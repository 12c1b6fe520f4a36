"""Gaussian diffusion (DDPM) around any denoiser: what the classical networks and the quantum denoiser share.

The noisy samples that a denoiser sees have unit variance; ``diffusion.gaussian.precondition`` makes of its raw output a prediction of
epsilon or x_0.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from qdiffgui import catalog
from qdiffgui.config import Training
from qdiffgui.config.models import ClassicalDDPM, QuantumDenoiser
from qdiffgui.data.types import Spec
from qdiffgui.diffusion import gaussian, samplers
from qdiffgui.models.denoiser_family import Callback, DenoiserFamily


class GaussianDiffusion(DenoiserFamily):
    """Training loss and sampling of a DDPM; a subclass builds the denoiser."""

    config: ClassicalDDPM | QuantumDenoiser

    def __init__(self, config: ClassicalDDPM | QuantumDenoiser, spec: Spec, training: Training, seed: int) -> None:
        schedule = catalog.schedules[config.schedule.kind].load()
        self.alpha_bar: Tensor = torch.from_numpy(schedule(config.schedule))
        super().__init__(config, spec, training, seed)

    @property
    def n_diffusion_steps(self) -> int:
        return len(self.alpha_bar) - 1

    def _loss(self, x0: Tensor, features: Tensor) -> Tensor:
        t = gaussian.uniform_steps(len(x0), self.n_diffusion_steps, self.generator)
        noise = torch.randn(x0.shape, generator=self.generator)
        x = gaussian.add_noise(x0, t, noise, self.alpha_bar)
        target = noise if self.config.prediction == "epsilon" else x0
        return self._mean_square(self._predict(x, t, features) - target, features)

    def _predict(self, x: Tensor, t: Tensor, features: Tensor) -> Tensor:
        return gaussian.precondition(self._answer(x, t, features), x, t, self.alpha_bar, self.config.prediction)

    def _visited(self) -> tuple[int, ...]:
        return samplers.timesteps(self.n_diffusion_steps, self.config.sampling_steps)

    def _walk(self, start: Tensor, features: Tensor, generator: torch.Generator, callback: Callback) -> None:
        samplers.sample(
            lambda x, t: self._predict(x, torch.full((len(x),), t), features), start, self.alpha_bar, sampler=self.config.sampler,
            steps=self._visited(), prediction=self.config.prediction, eta=self.config.eta,
            clip=(self.transform.low, self.transform.high), generator=generator, callback=callback,
        )  # fmt: skip

    def _noised(self, x0: Tensor, times: Sequence[int], generator: torch.Generator) -> Iterator[Tensor]:
        z = x0
        yield z
        for s, t in itertools.pairwise(times):
            z = gaussian.noisier(z, s, t, torch.randn(z.shape, generator=generator), self.alpha_bar)
            yield z

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"prediction": self.config.prediction}
