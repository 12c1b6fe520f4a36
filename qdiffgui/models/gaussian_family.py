"""Gaussian diffusion (DDPM) around any denoiser: what the classical networks and the quantum denoiser share.

A denoiser is a torch module ``forward(x, condition) -> raw``: x (batch, *shape) noisy and of unit variance, condition (batch, n_time +
n_label) features of step and class, raw like x; ``diffusion.gaussian.precondition`` makes of it a prediction of epsilon or x_0.
"""

from __future__ import annotations

import itertools
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from qdiffgui import catalog
from qdiffgui.config import Training
from qdiffgui.config.models import ClassicalDDPM, QuantumDenoiser
from qdiffgui.data.types import Array, Encoded, Spec
from qdiffgui.diffusion import gaussian, samplers
from qdiffgui.errors import UserError
from qdiffgui.models.base import Family, Generated, Step, below, rng_state, set_rng_state
from qdiffgui.models.conditioning import Labels, time_features
from qdiffgui.models.optimiser import Optimiser
from qdiffgui.models.transforms import Transform

_SLICE = 4096
_FRAMES = 51


class GaussianDiffusion(Family):
    """Training loss, sampling and state of a DDPM; a subclass builds the denoiser."""

    config: ClassicalDDPM | QuantumDenoiser
    n_time = 2

    def __init__(self, config: ClassicalDDPM | QuantumDenoiser, spec: Spec, training: Training, seed: int) -> None:
        super().__init__(config, spec, training, seed)
        schedule = catalog.schedules[config.schedule.kind].load()
        self.alpha_bar: Tensor = torch.from_numpy(schedule(config.schedule))
        self.labels = Labels(spec.classes)
        self.transform = Transform(spec)
        self.network = self._build(torch.Generator().manual_seed(seed))
        parameters = dict(self.network.named_parameters())
        self.optimiser = Optimiser(parameters, training.learning_rate, training.iterations, training.decay, max_norm=1.0)
        self._x: Tensor | None = None
        self._features: Tensor | None = None

    @abstractmethod
    def _build(self, generator: torch.Generator) -> nn.Module:
        """The denoiser, its weights drawn from ``generator``."""

    @property
    def n_diffusion_steps(self) -> int:
        return len(self.alpha_bar) - 1

    # ---- training

    def fit(self, train: Encoded) -> None:
        self.transform.fit(train.x)
        self.labels.fit(train.label)
        self._x = self.transform.encode(train.x)
        self._features = self.labels.features(train.label)

    def step(self, i: int) -> Step:
        if self._x is None or self._features is None:
            raise UserError("A model must be fitted on training samples before it is trained.")
        n = self.training.batch_size
        index = torch.randint(len(self._x), (n,), generator=self.generator)
        t = gaussian.uniform_steps(n, self.n_diffusion_steps, self.generator)
        x0 = self._x[index]
        noise = torch.randn(x0.shape, generator=self.generator)
        x = gaussian.add_noise(x0, t, noise, self.alpha_bar)
        predicted = self._predict(x, t, self._features[index])
        target = noise if self.config.prediction == "epsilon" else x0
        return Step(*self.optimiser.step(i, (predicted - target).square().mean()))

    def _predict(self, x: Tensor, t: Tensor, features: Tensor) -> Tensor:
        condition = torch.cat([self._time(t), features], dim=1)
        return gaussian.precondition(self.network(x, condition), x, t, self.alpha_bar, self.config.prediction)

    def _time(self, t: Tensor) -> Tensor:
        """(batch, n_time) features of the step."""
        return time_features(t, self.n_diffusion_steps, self.n_time)

    def state(self) -> dict[str, Array]:
        return {"generator": rng_state(self.generator)} | {f"optimiser/{k}": v for k, v in self.optimiser.state().items()}

    def load_state(self, state: Mapping[str, Array]) -> None:
        set_rng_state(self.generator, state["generator"])
        self.optimiser.load_state(below(state, "optimiser"))

    # ---- use

    @property
    def n_parameters(self) -> int:
        return sum(p.numel() for p in self.network.parameters())

    def weights(self) -> dict[str, Array]:
        network = {f"network/{k}": p.detach().numpy().copy() for k, p in self.network.named_parameters()}
        return network | {f"transform/{k}": v for k, v in self.transform.arrays().items()} | {"mix": self.labels.mix.copy()}

    def load_weights(self, weights: Mapping[str, Array]) -> None:
        with torch.no_grad():
            for name, parameter in self.network.named_parameters():
                array = np.asarray(weights[f"network/{name}"], dtype=np.float32)
                parameter.copy_(torch.from_numpy(array.copy()).reshape(parameter.shape))
        self.transform.load_arrays(below(weights, "transform"))
        self.labels.mix = np.array(weights["mix"], dtype=np.float64)

    def sample(self, n: int, label: int | None = None, *, seed: int = 0, trajectory: bool = False) -> Generated:
        generator = torch.Generator().manual_seed(seed)
        drawn = self.labels.drawn(n, label, generator)
        parts = [self._sample_slice(part, generator, trajectory) for part in _slices(drawn)]
        x = np.concatenate([part[-1] for part in parts]) if parts else np.zeros((0, *self.spec.shape), np.float32)
        if not trajectory:
            return Generated(x, drawn)
        frames = np.concatenate([np.stack(part) for part in parts], axis=1)
        return Generated(x, drawn, frames, self._visited())

    def _visited(self) -> tuple[int, ...]:
        return samplers.timesteps(self.n_diffusion_steps, self.config.sampling_steps)

    def _sample_slice(self, label: Array, generator: torch.Generator, trajectory: bool) -> list[Array]:
        """Every x_t decoded, noise first, or the last alone."""
        features = self.labels.features(label)
        start = torch.randn((len(label), *self.spec.shape), generator=generator)
        seen: list[Array] = []

        def keep(t: int, x: Tensor) -> None:
            if trajectory or t == 0:
                seen.append(self.transform.decode(x))

        samplers.sample(
            lambda x, t: self._predict(x, torch.full((len(x),), t), features), start, self.alpha_bar, sampler=self.config.sampler,
            steps=self._visited(), prediction=self.config.prediction, eta=self.config.eta,
            clip=(self.transform.low, self.transform.high), generator=generator, callback=keep,
        )  # fmt: skip
        return seen

    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        transform = self.transform
        if self._x is None:
            transform = Transform(self.spec)
            transform.fit(x)
        generator = torch.Generator().manual_seed(seed)
        n_frames = min(self.n_diffusion_steps + 1, _FRAMES)
        times = tuple(int(t) for t in np.linspace(0, self.n_diffusion_steps, n_frames).round())
        z = transform.encode(x)
        frames = [transform.decode(z)]
        for s, t in itertools.pairwise(times):
            z = gaussian.noisier(z, s, t, torch.randn(z.shape, generator=generator), self.alpha_bar)
            frames.append(transform.decode(z))
        return np.stack(frames), times

    def facts(self) -> dict[str, Any]:
        return {
            "n_parameters": self.n_parameters, "n_diffusion_steps": self.n_diffusion_steps, "prediction": self.config.prediction,
            "denoiser_calls_a_sample": len(self._visited()) - 1, "conditional": self.labels.conditional,
        }  # fmt: skip


def _slices(label: Array) -> Iterator[Array]:
    for begin in range(0, len(label), _SLICE):
        yield label[begin : begin + _SLICE]
