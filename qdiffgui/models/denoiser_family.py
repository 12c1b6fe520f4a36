"""Diffusion in real numbers around any denoiser: what DDPM, rectified flow and the quantum denoiser share.

A denoiser is a torch module ``forward(x, condition) -> raw``: x (batch, *shape) noisy, condition (batch, n_time + n_label + n_told)
features of step and class and what the transform tells of the sample (of clouds: how many particles there are), raw like x. What a
family adds is what the raw output means: how it is trained and how one walks from noise to samples.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from qdiffgui.config import Training
from qdiffgui.config.models import ClassicalDDPM, QuantumDenoiser, RectifiedFlow
from qdiffgui.data.types import Array, Encoded, Spec
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.models.base import Generated, Step, below
from qdiffgui.models.cloud_transform import CloudTransform
from qdiffgui.models.conditioning import Labels, time_features
from qdiffgui.models.normal_scores import MOST_CELLS, NormalScores
from qdiffgui.models.one_optimiser import OneOptimiser
from qdiffgui.models.optimiser import Optimiser
from qdiffgui.models.pixel_transform import PixelTransform
from qdiffgui.models.rank_scores import RankScores
from qdiffgui.models.transforms import Transform

_SLICE = 4096
_FRAMES = 51

Callback = Callable[[int, Tensor], None]


class DenoiserFamily(OneOptimiser):
    """Batches, state, weights and slices of a family with one denoiser; a subclass has its loss, its noise and its sampler."""

    config: ClassicalDDPM | QuantumDenoiser | RectifiedFlow
    n_time = 2

    def __init__(
        self, config: ClassicalDDPM | QuantumDenoiser | RectifiedFlow, spec: Spec, training: Training, seed: int
    ) -> None:
        super().__init__(config, spec, training, seed)
        self.labels = Labels(spec.classes)
        self.transform = transform_of(spec, self._cells())
        self.network = self._build(torch.Generator().manual_seed(seed))
        parameters = dict(self.network.named_parameters())
        self.optimiser = Optimiser(parameters, training.learning_rate, training.iterations, training.decay, max_norm=1.0)
        self._x: Tensor | None = None
        self._features: Tensor | None = None

    @abstractmethod
    def _build(self, generator: torch.Generator) -> nn.Module:
        """The denoiser, its weights drawn from ``generator``."""

    def _cells(self) -> str:
        """How a map is diffused."""
        asked = str(getattr(self.config, "cells", "roots"))
        if asked != "auto":
            return asked
        return "ranks" if self.spec.of_fractions and self.spec.size <= MOST_CELLS else "roots"

    @property
    def n_condition(self) -> int:
        """Features that the denoiser is given beside the noisy sample."""
        return self.n_time + self.labels.n_features + self.transform.n_told

    @property
    @abstractmethod
    def n_diffusion_steps(self) -> int:
        """The step that is pure noise."""

    @abstractmethod
    def _loss(self, x0: Tensor, features: Tensor) -> Tensor:
        """The training loss of clean samples x0 (batch, *shape) with ``features``, steps and noise drawn from ``self.generator``."""

    @abstractmethod
    def _visited(self) -> tuple[int, ...]:
        """Descending steps that sampling passes, from pure noise to 0."""

    @abstractmethod
    def _walk(self, start: Tensor, features: Tensor, generator: torch.Generator, callback: Callback) -> None:
        """From noise ``start`` to samples; ``callback(t, x_t)`` sees every x, the first and the last included."""

    @abstractmethod
    def _noised(self, x0: Tensor, times: Sequence[int], generator: torch.Generator) -> Iterator[Tensor]:
        """x_t at each of the ascending ``times``, of which the first is 0."""

    # ---- training

    def fit(self, train: Encoded) -> None:
        self.transform.fit(train.x, train.label)
        self.labels.fit(train.label)
        self._x = self.transform.encode(train.x)
        self._features = self._told_of(train.label, self.transform.told(train.x))

    def step(self, i: int) -> Step:
        if self._x is None or self._features is None:
            raise UserError("A model must be fitted on training samples before it is trained.")
        index = torch.randint(len(self._x), (self.training.batch_size,), generator=self.generator)
        return Step(*self.optimiser.step(i, self._loss(self._x[index], self._features[index])))

    def _answer(self, x: Tensor, t: Tensor, features: Tensor) -> Tensor:
        """What the denoiser says at x (batch, *shape) and steps t (batch,)."""
        raw: Tensor = self.network(x, torch.cat([self._time(t), features], dim=1))
        return raw

    def _told_of(self, label: Array, told: Tensor) -> Tensor:
        """(n, n_label + n_told) features of classes ``label`` (n,), and of what the transform tells."""
        return torch.cat([self.labels.features(label), told], dim=1)

    def _mean_square(self, error: Tensor, features: Tensor) -> Tensor:
        """Over all numbers of ``error`` (batch, *shape) that count: of clouds, those of the particles that are there."""
        return self.transform.mean_square(error, features[:, self.labels.n_features :])

    def _time(self, t: Tensor) -> Tensor:
        """(batch, n_time) features of the step."""
        return time_features(t, self.n_diffusion_steps, self.n_time)

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

    def _sample_slice(self, label: Array, generator: torch.Generator, trajectory: bool) -> list[Array]:
        """Every x_t decoded, noise first, or the last alone."""
        told = self.transform.draw_told(label, generator)
        start = torch.randn((len(label), *self.transform.diffused.shape), generator=generator)
        seen: list[Array] = []

        def keep(t: int, x: Tensor) -> None:
            if trajectory or t == 0:
                seen.append(self.transform.decode(x, told))

        with torch.no_grad():
            self._walk(start, self._told_of(label, told), generator, keep)
        return seen

    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        transform = self.transform
        if self._x is None:
            transform = transform_of(self.spec, self._cells())
            transform.fit(x)
        n_frames = min(self.n_diffusion_steps + 1, _FRAMES)
        times = tuple(int(t) for t in np.linspace(0, self.n_diffusion_steps, n_frames).round())
        noised = self._noised(transform.encode(x), times, torch.Generator().manual_seed(seed))
        told = transform.told(x)
        next(noised)  # the samples as they are: reading back is not exact for every transform
        return np.stack([np.asarray(x, dtype=np.float32), *(transform.decode(z, told) for z in noised)]), times

    def facts(self) -> dict[str, Any]:
        return {
            "n_parameters": self.n_parameters, "n_diffusion_steps": self.n_diffusion_steps,
            "denoiser_calls_a_sample": len(self._visited()) - 1, "conditional": self.labels.conditional,
            **({"cells": self._cells()} if self.spec.of_fractions else {}),
        }  # fmt: skip


def transform_of(spec: Spec, cells: str = "roots") -> Transform | CloudTransform:
    """From encoded data of ``spec`` to what is diffused, not yet fitted; ``cells`` ("roots", "ranks", "normal-scores") of maps."""
    if spec.kind == "cloud":
        return CloudTransform(spec)
    if cells == "roots" or not spec.of_fractions:
        return PixelTransform(spec) if spec.kind == "channels" else Transform(spec)
    if cells == "ranks":
        return RankScores(spec)
    if spec.size > MOST_CELLS:
        raise ConfigError(f"Normal scores are for at most {MOST_CELLS} cells, and there are {spec.size}: choose ranks or roots.")
    return NormalScores(spec)


def _slices(label: Array) -> Iterator[Array]:
    for begin in range(0, len(label), _SLICE):
        yield label[begin : begin + _SLICE]
