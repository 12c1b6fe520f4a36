"""Diffusion in real numbers around any denoiser: what DDPM, rectified flow and the quantum denoiser
share.

A denoiser is a torch module ``forward(x, condition) -> raw``: x (batch, *shape) noisy, condition
(batch, n_time + n_label + n_context) features of the step, the class and the transform's context
(for clouds: the number of particles), raw like x. A subclass defines what the raw output means: the
loss and the sampler.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from qdiffgui import progress
from qdiffgui.config import Training
from qdiffgui.config.models import ClassicalDDPM, QuantumDenoiser, RectifiedFlow
from qdiffgui.data.conditions import Conditions
from qdiffgui.data.types import Array, Encoded, Spec
from qdiffgui.diffusion.held_out import N_DRAWS, CommonPoints, HeldOutLoss
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.models.base import Generated, Step, below
from qdiffgui.models.cloud_transform import CloudTransform
from qdiffgui.models.conditioning import GivenConditions, Labels, time_features
from qdiffgui.models.normal_scores import MOST_CELLS, NormalScores
from qdiffgui.models.one_optimiser import OneOptimiser
from qdiffgui.models.optimiser import Optimiser
from qdiffgui.models.parameter_arrays import load_parameters, parameter_arrays
from qdiffgui.models.pixel_transform import PixelTransform
from qdiffgui.models.rank_scores import RankScores
from qdiffgui.models.transforms import Transform
from qdiffgui.models.whitening import Whitening

_SLICE = 4096
_FRAMES = 51

Callback = Callable[[int, Tensor], None]
START_WORDS = {
    "standardized": "the standardized numbers",
    "white": "the whitened numbers",
    "copula": "the whitened normal scores",
    "ranks": "the ranks of the cells",
    "normal-scores": "the normal scores of the cells",
    "roots": "the standardized square roots of the cells",
}


class DenoisingModel(OneOptimiser):
    """Batches, state, weights and slices of a family with one denoiser; a subclass has its loss,
    its noise and its sampler.
    """

    config: ClassicalDDPM | QuantumDenoiser | RectifiedFlow
    n_time = 2

    def __init__(
        self,
        config: ClassicalDDPM | QuantumDenoiser | RectifiedFlow,
        spec: Spec,
        training: Training,
        seed: int,
    ) -> None:
        self.conditions = Conditions(spec)
        super().__init__(config, self.conditions.inner, training, seed)
        self.full_spec = spec
        self.given = GivenConditions(self.conditions.n)
        self.labels = Labels(spec.classes)
        self.transform = self._new_transform()
        self.network = self._build(torch.Generator().manual_seed(seed))
        parameters = dict(self.network.named_parameters())
        self.optimiser = Optimiser(
            parameters,
            training.learning_rate,
            training.iterations,
            training.decay,
            max_norm=1.0,
            frozen=self._frozen(),
        )
        self._x: Tensor | None = None
        self._features: Tensor | None = None

    @abstractmethod
    def _build(self, generator: torch.Generator) -> nn.Module:
        """The denoiser, its weights drawn from ``generator``."""

    def _frozen(self) -> tuple[str, ...]:
        """Names of the denoiser's parameters that are not trained."""
        return ()

    def _new_transform(self) -> Transform | CloudTransform:
        """From encoded data to what is diffused, not yet fitted."""
        start = getattr(self.config, "start", "standardized")
        if start == "standardized":
            return transform_of(self.spec, self._cells())
        if self.spec.kind != "vector":
            raise ConfigError(
                f"The start '{start}' whitens vectors, and the data are of kind "
                f"'{self.spec.kind}': set model.start to 'standardized'."
            )
        return Whitening(self.spec, scores=start == "copula")

    def _cells(self) -> str:
        """How a map is diffused."""
        asked = str(getattr(self.config, "cells", "roots"))
        if asked != "auto":
            return asked
        return "ranks" if self.spec.of_fractions and self.spec.size <= MOST_CELLS else "roots"

    @property
    def n_condition(self) -> int:
        """Number of features the denoiser gets in addition to the noisy sample."""
        return self.n_time + self._n_before_context + self.transform.n_context

    @property
    def _n_before_context(self) -> int:
        """Number of features of the class and of the conditions, which come first."""
        return self.labels.n_features + self.conditions.n

    @property
    @abstractmethod
    def n_diffusion_steps(self) -> int:
        """The step that is pure noise."""

    @abstractmethod
    def _loss(self, x0: Tensor, features: Tensor) -> Tensor:
        """The training loss of clean samples x0 (batch, *shape) with ``features``, steps and noise
        drawn from ``self.generator``.
        """

    @abstractmethod
    def _visited(self) -> tuple[int, ...]:
        """Descending steps that sampling passes, from pure noise to 0."""

    @abstractmethod
    def _walk(
        self, start: Tensor, features: Tensor, generator: torch.Generator, callback: Callback
    ) -> None:
        """From noise ``start`` to samples; ``callback(t, x_t)`` sees every x, the first and the
        last included.
        """

    @abstractmethod
    def _noised(
        self, x0: Tensor, times: Sequence[int], generator: torch.Generator
    ) -> Iterator[Tensor]:
        """x_t at each of the ascending ``times``, of which the first is 0."""

    # ---- training

    def fit(self, train: Encoded) -> None:
        x, given = self.conditions.separate(train.x)
        self.transform.fit(x, train.label)
        self.labels.fit(train.label)
        self.given.fit(given, train.label)
        self._x = self.transform.encode(x, train.label)
        self._features = self._context_of(train.label, given, self.transform.context(x))

    def step(self, i: int) -> Step:
        if self._x is None or self._features is None:
            raise UserError("A model must be fitted on training samples before it is trained.")
        index = torch.randint(len(self._x), (self.training.batch_size,), generator=self.generator)
        return Step(*self.optimiser.step(i, self._loss(self._x[index], self._features[index])))

    def _answer(self, x: Tensor, t: Tensor, features: Tensor) -> Tensor:
        """What the denoiser says at x (batch, *shape) and steps t (batch,)."""
        raw: Tensor = self.network(x, torch.cat([self._time(t), features], dim=1))
        return raw

    def _context_of(self, label: Array, given: Array, context: Tensor) -> Tensor:
        """(n, n_label + n_given + n_context) features of classes ``label`` (n,), of conditions
        ``given`` (n, n_given) and of the context of the transform.
        """
        return torch.cat([self.labels.features(label), torch.from_numpy(given), context], dim=1)

    def _mean_square(self, error: Tensor, features: Tensor) -> Tensor:
        """Over all numbers of ``error`` (batch, *shape) that count: of clouds, those of the
        particles that are there.
        """
        return self.transform.mean_square(error, features[:, self._n_before_context :])

    def _time(self, t: Tensor) -> Tensor:
        """(batch, n_time) features of the step."""
        return time_features(t, self.n_diffusion_steps, self.n_time)

    # ---- use

    @property
    def n_parameters(self) -> int:
        return self.optimiser.n_trained

    @property
    def parts_of_any_shape(self) -> tuple[str, ...]:
        own = ("transform",) if isinstance(self.transform, Whitening) else ()
        return (*own, "conditions") if self.given.n else own

    def weights(self) -> dict[str, Array]:
        network = parameter_arrays(self.network, "network")
        return (
            network
            | {f"transform/{k}": v for k, v in self.transform.arrays().items()}
            | {"mix": self.labels.mix.copy()}
            | {f"conditions/{k}": v for k, v in self.given.arrays().items()}
        )

    def load_weights(self, weights: Mapping[str, Array]) -> None:
        load_parameters(self.network, "network", weights)
        self.transform.load_arrays(below(weights, "transform"))
        self.labels.mix = np.array(weights["mix"], dtype=np.float64)
        self.given.load_arrays(below(weights, "conditions"))

    def sample(
        self,
        n: int,
        label: int | None = None,
        *,
        seed: int = 0,
        trajectory: bool = False,
        condition: Array | None = None,
    ) -> Generated:
        """See ``DiffusionModel.sample``. ``condition`` (k,), or (n, k), are the conditions of all
        samples, or of each, as the representation scales them; by default those of training samples
        of the class.
        """
        generator = torch.Generator().manual_seed(seed)
        drawn = self.labels.drawn(n, label, generator)
        given = self.given.drawn(drawn, condition, generator)
        if condition is not None and label is None and self.labels.conditional:
            drawn = self.given.labels_near(given, generator)
        parts: list[list[Array]] = []
        for part, rows in zip(_slices(drawn), _slices(given), strict=True):
            progress.tell("samples", len(parts) * _SLICE / n)
            parts.append(self._sample_slice(part, rows, generator, trajectory))
        x = (
            np.concatenate([part[-1] for part in parts])
            if parts
            else np.zeros((0, *self.full_spec.shape), np.float32)
        )
        if not trajectory:
            return Generated(x, drawn)
        frames = np.concatenate([np.stack(part) for part in parts], axis=1)
        return Generated(x, drawn, frames, self._visited())

    def _sample_slice(
        self, label: Array, given: Array, generator: torch.Generator, trajectory: bool
    ) -> list[Array]:
        """Every x_t decoded, noise first, or the last alone."""
        context = self.transform.sample_context(label, generator)
        start = torch.randn((len(label), *self.transform.diffused.shape), generator=generator)
        seen: list[Array] = []

        def keep(t: int, x: Tensor) -> None:
            if trajectory or t == 0:
                seen.append(self.conditions.join(self.transform.decode(x, context, label), given))

        with torch.no_grad():
            self._walk(start, self._context_of(label, given, context), generator, keep)
        return seen

    def _velocity_at(self, x: Tensor, phi: Tensor, features: Tensor) -> Tensor | None:
        """F = dx/dφ of the path cos φ x₀ + sin φ ε at x (n, *shape) and φ (n,), radians."""
        return None

    @torch.no_grad()
    def held_out_loss(self, samples: Encoded, *, seed: int = 0) -> HeldOutLoss | None:
        """Mean squared error of the velocity at common points, in the numbers that are diffused."""
        x, given = self.conditions.separate(samples.x)
        x0 = self.transform.encode(x, samples.label)
        points = CommonPoints.of(x0, seed)
        context = self._context_of(samples.label, given, self.transform.context(x))
        n_label = self._n_before_context
        answers = []
        for part in torch.split(torch.arange(len(points.rows)), _SLICE):
            features = context[points.rows[part]]
            answer = self._velocity_at(points.x[part], points.phi[part], features)
            if answer is None:
                return None
            answers.append(answer)
        losses, nothing = points.losses(
            torch.cat(answers),
            lambda error, rows: self.transform.mean_squares(error, context[rows][:, n_label:]),
        )
        start = self._start()
        words = START_WORDS.get(start, f"the numbers of the start '{start}'")
        generator = {"white": "pca-gaussian", "copula": "gaussian-copula"}.get(start)
        return HeldOutLoss(
            losses,
            ", ".join([f"velocity, {start}", *(f"given {name}" for name in self.conditions.names)]),
            f"Held-out loss: mean squared error of the velocity dx/dφ of {words}, at "
            f"{N_DRAWS} noisy points of each held-out sample; the same points, noise and steps for "
            "every model that diffuses these numbers. Other losses cannot be compared with it.",
            {generator: nothing} if generator else {},
        )

    def _start(self) -> str:
        """The numbers that are diffused, in a word."""
        start = str(getattr(self.config, "start", "standardized"))
        return self._cells() if self.spec.of_fractions else start

    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        full, (x, given) = x, self.conditions.separate(x)
        transform = self.transform
        if self._x is None:
            transform = self._new_transform()
            transform.fit(x)
        n_frames = min(self.n_diffusion_steps + 1, _FRAMES)
        times = tuple(int(t) for t in np.linspace(0, self.n_diffusion_steps, n_frames).round())
        noised = self._noised(transform.encode(x), times, torch.Generator().manual_seed(seed))
        context = transform.context(x)
        next(noised)  # the samples as they are: reading back is not exact for every transform
        return np.stack(
            [
                np.asarray(full, dtype=np.float32),
                *(self.conditions.join(transform.decode(z, context), given) for z in noised),
            ]
        ), times

    def facts(self) -> dict[str, Any]:
        return {
            "n_parameters": self.n_parameters,
            "n_diffusion_steps": self.n_diffusion_steps,
            "denoiser_calls_a_sample": len(self._visited()) - 1,
            "conditional": self.labels.conditional,
            **({"cells": self._cells()} if self.spec.of_fractions else {}),
            **(
                {"numbers_in_the_transform": self.transform.n_numbers}
                if isinstance(self.transform, Whitening) and self.transform.by_class
                else {}
            ),
        }


def transform_of(spec: Spec, cells: str = "roots") -> Transform | CloudTransform:
    """From encoded data of ``spec`` to what is diffused, not yet fitted; ``cells`` ("roots",
    "ranks", "normal-scores") of maps.
    """
    if spec.kind == "cloud":
        return CloudTransform(spec)
    if cells == "roots" or not spec.of_fractions:
        return PixelTransform(spec) if spec.kind == "channels" else Transform(spec)
    if cells == "ranks":
        return RankScores(spec)
    if spec.size > MOST_CELLS:
        raise ConfigError(
            f"Normal scores are for at most {MOST_CELLS} cells, and there are {spec.size}: "
            "choose ranks or roots."
        )
    return NormalScores(spec)


def _slices(label: Array) -> Iterator[Array]:
    for begin in range(0, len(label), _SLICE):
        yield label[begin : begin + _SLICE]
