"""Diffusion by blending with one noise image, with any denoiser; the base of Q-Dense, QU-Net and
their classical twins (arXiv:2401.07049, section III).

Pixels are in the units of ``diffusion.blend`` (mean 1/2). A denoiser knows neither the step nor the
scale of the image. The only randomness of a sample is its initial noise image. The mean square
error is minimal for the mean image, so samples of the published recipe vary little with any
network.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from qdiffgui import catalog
from qdiffgui.circuits.encodings.amplitude import roots
from qdiffgui.config import Training
from qdiffgui.config.models import USS, ClassicalBlend, QDense, QUNet
from qdiffgui.data.types import Array, Encoded, Spec
from qdiffgui.diffusion import blend as process
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.models.base import Generated, Step
from qdiffgui.models.conditioning import Labels
from qdiffgui.models.one_optimiser import OneOptimiser
from qdiffgui.models.optimiser import Optimiser

Settings = QDense | ClassicalBlend | USS | QUNet

_SLICE = 4096
_NOISE_SCALE = (
    0.1  # scale of the target "noise": (net - 1/2) / 10 is the noise of one step, as in the paper
)


class BlendDiffusion(OneOptimiser):
    """Training loss, sampling and state; a subclass builds the denoiser."""

    config: Settings

    def __init__(self, config: Settings, spec: Spec, training: Training, seed: int) -> None:
        if spec.kind != "map":
            label = catalog.models[config.kind].label
            raise ConfigError(
                f"{label} learns images, but the data are of kind '{spec.kind}': choose an "
                "image or a log-polar map."
            )
        super().__init__(config, spec, training, seed)
        self.data_weight = torch.from_numpy(
            np.asarray(catalog.schedules[config.schedule.kind].load()(config.schedule))
        )
        self.target: str = getattr(config, "target", "data")
        self.labels = Labels(spec.classes)
        self.frozen: dict[str, Tensor] = {}
        self.parameters = self._build(torch.Generator().manual_seed(seed))
        self.optimiser = Optimiser(
            self.parameters, training.learning_rate, training.iterations, training.decay
        )
        self._fractions: Tensor | None = None
        self._context: Tensor | None = None

    @abstractmethod
    def _build(self, generator: torch.Generator) -> dict[str, Tensor]:
        """Build the denoiser with weights drawn from ``generator``; returns the trained tensors by
        name. Weights that are not trained go to ``frozen``.
        """

    @abstractmethod
    def predict(self, pixels: Tensor, context: Tensor) -> Tensor:
        """Denoise images (batch, n_pixels) with mean 1/2. ``context`` is the result of ``tell``."""

    @abstractmethod
    def tell(self, label: Array) -> Tensor:
        """The context of labels (n,): (n, ...)."""

    @property
    def n_diffusion_steps(self) -> int:
        return len(self.data_weight) - 1

    def denoise(self, pixels: Tensor, context: Tensor) -> Tensor:
        """x_{t-1} of x_t, both (batch, n_pixels) pixels: the output itself, or x_t minus the
        predicted noise.
        """
        answer = self.predict(pixels, context)
        if self.target == "data":
            return process.to_pixels(process.to_fractions(answer))
        return process.to_pixels(
            process.to_fractions(pixels - _NOISE_SCALE * (answer - process.MEAN))
        )

    # ---- training

    def fit(self, train: Encoded) -> None:
        self.labels.fit(train.label)
        self._fractions = torch.from_numpy(
            np.ascontiguousarray(train.x.reshape(len(train), -1), dtype=np.float32)
        )
        self._context = self.tell(train.label)

    def step(self, i: int) -> Step:
        if self._fractions is None or self._context is None:
            raise UserError("A model must be fitted on training samples before it is trained.")
        n = self.training.batch_size
        index = torch.randint(len(self._fractions), (n,), generator=self.generator)
        t = torch.randint(1, self.n_diffusion_steps + 1, (n,), generator=self.generator)
        x0 = process.to_pixels(self._fractions[index])
        noise = process.noise_images(n, self.spec.size, self.generator)
        x, target = (process.blend(x0, noise, self.data_weight[steps]) for steps in (t, t - 1))
        return Step(*self.optimiser.step(i, self._loss(x, target, self._context[index])))

    def _loss(self, x: Tensor, target: Tensor, context: Tensor) -> Tensor:
        """Mean square error of the prediction at x_t; ``target`` is x_{t-1}."""
        answer = self.predict(x, context)
        if self.target == "noise":
            answer, target = _NOISE_SCALE * (answer - process.MEAN), x - target
        return (answer - target).square().mean()

    # ---- use

    @property
    def n_parameters(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters.values())

    def weights(self) -> dict[str, Array]:
        trained = {
            name: parameter.detach().numpy().copy()
            for name, parameter in (self.parameters | self.frozen).items()
        }
        return trained | {"mix": self.labels.mix.copy()}

    def load_weights(self, weights: Mapping[str, Array]) -> None:
        with torch.no_grad():
            for name, parameter in (self.parameters | self.frozen).items():
                array = np.array(weights[name], dtype=np.float32)
                parameter.copy_(torch.from_numpy(array).reshape(parameter.shape))
        self.labels.mix = np.array(weights["mix"], dtype=np.float64)

    @torch.no_grad()
    def sample(
        self, n: int, label: int | None = None, *, seed: int = 0, trajectory: bool = False
    ) -> Generated:
        generator = torch.Generator().manual_seed(seed)
        drawn = self.labels.drawn(n, label, generator)
        parts = []
        for begin in range(0, n, _SLICE):
            context = self.tell(drawn[begin : begin + _SLICE])
            frames = self._walk(
                process.noise_images(len(context), self.spec.size, generator), context, trajectory
            )
            parts.append(torch.stack([process.to_fractions(frame) for frame in frames]))
        frames_of_all = (
            torch.cat(parts, dim=1).reshape(-1, n, *self.spec.shape).numpy()
            if parts
            else self._nothing()
        )
        if not trajectory:
            return Generated(frames_of_all[-1], drawn)
        return Generated(
            frames_of_all[-1], drawn, frames_of_all, tuple(range(self.n_diffusion_steps, -1, -1))
        )

    def _walk(self, x: Tensor, context: Tensor, every: bool) -> list[Tensor]:
        """From noise images to samples, pixels (n, n_pixels): every x_t, or the last alone."""
        frames = [x]
        for _ in range(self.n_diffusion_steps):
            x = self.denoise(x, context)
            frames = [*frames, x] if every else [x]
        return frames

    def _nothing(self) -> Array:
        return np.zeros((1, 0, *self.spec.shape), dtype=np.float32)

    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        flat = torch.from_numpy(np.ascontiguousarray(x.reshape(len(x), -1), dtype=np.float32))
        noise = process.noise_images(len(flat), self.spec.size, torch.Generator().manual_seed(seed))
        kept = [weight.expand(len(flat)) for weight in self.data_weight]
        frames = [
            process.to_fractions(process.blend(process.to_pixels(flat), noise, weight))
            for weight in kept
        ]
        return torch.stack(frames).reshape(-1, *x.shape).numpy(), tuple(
            range(self.n_diffusion_steps + 1)
        )


def embedded(pixels: Tensor, encoding: Literal["sqrt", "amplitude"]) -> Tensor:
    """Normalized amplitudes (batch, n_pixels) of images: square roots of the fractions, or the
    pixels over their norm.
    """
    x = (
        pixels.clamp(min=0) + 1e-9
    )  # the square root has no gradient at 0, and an empty image cannot be normalized
    return roots(x) if encoding == "sqrt" else torch.nn.functional.normalize(x, dim=1)
