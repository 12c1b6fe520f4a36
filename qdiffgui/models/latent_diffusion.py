"""What latent circuits and networks have in common: a classical encoder and decoder around a
diffusion model.

Maps are diffused as signed square roots (``models.transforms``), or the model learns the leading
normal scores (``models.normal_scores``) and the others are drawn from the Gaussian copula that
decodes them. The encoder compresses the roots to a few numbers: whitened principal components (a
linear map, exact if all are kept) or the code of an autoencoder, which is trained first in a
separate phase.
"""

from __future__ import annotations

import zlib
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qdiffgui.config import Training
from qdiffgui.config.models.latent import LatentSpace
from qdiffgui.data.types import Array, Encoded, Spec
from qdiffgui.diffusion.held_out import HeldOutLoss
from qdiffgui.engine import measured_probabilities
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.models.base import (
    CircuitInfo,
    DiffusionModel,
    Generated,
    Step,
    below,
    rng_state,
    set_rng_state,
)
from qdiffgui.models.circuit_use import CircuitUse
from qdiffgui.models.codes import Autoencoder, Whitening
from qdiffgui.models.denoising import transform_of
from qdiffgui.models.networks import initialize
from qdiffgui.models.optimiser import Optimiser
from qdiffgui.models.parameter_arrays import load_parameters, parameter_arrays
from qdiffgui.models.transforms import Transform


class LatentDiffusion(DiffusionModel):
    """A classical encoder, and a diffusion model ``inner`` in its latent space, which a subclass
    builds. Parameters as for ``models.latent.Latent``.
    """

    config: LatentSpace

    def __init__(self, config: LatentSpace, spec: Spec, training: Training, seed: int) -> None:
        super().__init__(config, spec, training, seed)
        size, k = spec.size, config.n_latent
        transform = transform_of(spec, config.cells)
        assert isinstance(transform, Transform)  # the settings accept only maps
        self.transform = transform
        n_numbers = self.transform.diffused.size
        if config.encoder == "pca" and k > n_numbers:
            raise ConfigError(
                f"{k} principal components were requested, but the data have {n_numbers} "
                "numbers: choose at most that many."
            )
        self.autoencoder: Autoencoder | None = None
        self.n_encoder_steps = 0
        if config.encoder == "autoencoder":
            self.autoencoder = Autoencoder(
                size, k, config.n_hidden, fractions=self.recipe != "re-uploading"
            )
            initialize(self.autoencoder, torch.Generator().manual_seed(seed))
            self.n_encoder_steps = min(
                max(round(config.encoder_share * training.iterations), 1), training.iterations - 1
            )
            parameters = dict(self.autoencoder.named_parameters())
            self.optimiser = Optimiser(
                parameters, config.encoder_rate, self.n_encoder_steps, training.decay, max_norm=1.0
            )
        self.whitening = Whitening(size if self.autoencoder is None else k, k)
        self.inner = self._build(
            training.model_copy(update={"iterations": training.iterations - self.n_encoder_steps})
        )
        self.diffuses = False
        self._train: Encoded | None = None
        self._z = self._lit = torch.empty(0)

    @abstractmethod
    def _build(self, training: Training) -> DiffusionModel:
        """The diffusion model of the latent space; the encoder has its size already."""

    @property
    def recipe(self) -> str:
        """How the latent numbers are diffused, one of those of ``Latent``."""
        return "re-uploading"

    # ---- training

    def fit(self, train: Encoded) -> None:
        self.transform.fit(train.x)
        self._train = train
        if self.autoencoder is None:
            if not self.scores:
                self.whitening.fit(self._flat(train.x))
            self._begin()
        else:
            self._z = self._flat(train.x)
            self._lit = torch.from_numpy(train.x.reshape(len(train), -1) > 0)

    def _begin(self) -> None:
        """Start the diffusion phase; the encoder is frozen from here on."""
        assert self._train is not None
        if self.autoencoder is not None and self.recipe == "re-uploading":
            with torch.no_grad():
                self.whitening.fit(self.autoencoder.encode(self._z))
        self.diffuses = True
        self.inner.fit(replace(self._train, x=self.encode(self._train.x), spec=self.inner.spec))

    def phases(self) -> tuple[range, ...]:
        n = self.n_encoder_steps
        diffusion = tuple(range(n + phase.start, n + phase.stop) for phase in self.inner.phases())
        return diffusion if self.autoencoder is None else (range(n), *diffusion)

    @property
    def cycle(self) -> int:
        return self.inner.cycle

    def setup_seconds(self, clock: Callable[[], float]) -> float:
        return self.inner.setup_seconds(clock) if self.diffuses else 0.0

    def step(self, i: int) -> Step:
        if self._train is None:
            raise UserError("A model must be fitted on training samples before it is trained.")
        if i < self.n_encoder_steps:
            return self._encoder_step(i)
        if not self.diffuses:
            self._begin()
        step = self.inner.step(i - self.n_encoder_steps)
        return step if self.autoencoder is None else replace(step, phase="diffusion")

    def _encoder_step(self, i: int) -> Step:
        """Mean square error of the roots; any number up to 0 is right for an empty cell."""
        assert self.autoencoder is not None
        index = torch.randint(len(self._z), (self.training.batch_size,), generator=self.generator)
        z, lit = self._z[index], self._lit[index]
        empty = -(self.transform.mean / self.transform.std).flatten()
        answer = self.autoencoder.decode(self.autoencoder.encode(z))
        off = torch.where(lit, answer - z, (answer - empty).clamp(min=0))
        return Step(*self.optimiser.step(i, off.square().mean()), "autoencoder")

    def state(self) -> dict[str, Array]:
        own = {"generator": rng_state(self.generator), "diffuses": np.array(self.diffuses)}
        if self.autoencoder is not None:
            own |= {f"encoder/{name}": values for name, values in self.optimiser.state().items()}
        return own | {f"inner/{name}": values for name, values in self.inner.state().items()}

    def load_state(self, state: Mapping[str, Array]) -> None:
        set_rng_state(self.generator, state["generator"])
        if self.autoencoder is not None:
            self.optimiser.load_state(below(state, "encoder"))
        if state["diffuses"] and not self.diffuses:
            self._begin()
        self.inner.load_state(below(state, "inner"))

    # ---- the classical part

    @torch.no_grad()
    def encode(self, x: Array) -> Array:
        """Latent samples (n, *inner.spec.shape) of encoded samples x (n, *shape)."""
        z = self._flat(x)
        if self.autoencoder is not None:
            z = self.autoencoder.encode(z)
        if self.scores:
            return np.asarray(z[:, : self.config.n_latent].numpy())
        if self.recipe == "re-uploading":
            return np.asarray(self.whitening.encode(z).numpy())
        if self.recipe == "bottleneck":
            return np.asarray(z.numpy())[:, :, None]
        psi = z.sqrt().to(torch.complex64)
        return np.asarray((psi[:, :, None] * psi[:, None, :]).numpy())

    @torch.no_grad()
    def decode(self, latent: Array, seed: int = 0) -> Array:
        """Encoded samples (n, *shape) of latent samples (n, *inner.spec.shape); normal scores that
        were not kept are drawn from ``seed``.
        """
        if self.recipe == "mixed":
            populations = np.diagonal(latent, axis1=1, axis2=2).real
            latent = measured_probabilities(
                torch.from_numpy(np.ascontiguousarray(populations))
            ).numpy()
        z = torch.from_numpy(np.ascontiguousarray(latent, dtype=np.float32)).flatten(1)
        if self.scores:
            n_rest = self.transform.diffused.size - z.shape[1]
            rest = torch.randn((len(z), n_rest), generator=torch.Generator().manual_seed(seed))
            return self.transform.decode(torch.cat([z, rest], dim=1))
        if self.recipe == "re-uploading":
            z = self.whitening.decode(z)
        if self.autoencoder is not None:
            z = self.autoencoder.decode(z)
        return self.transform.decode(z.reshape(-1, *self.spec.shape))

    @property
    def scores(self) -> bool:
        """Whether the latent numbers are the leading normal scores (``models.normal_scores``)."""
        return self.config.cells == "normal-scores"

    def _flat(self, x: Array) -> Tensor:
        return self.transform.encode(x).flatten(1)

    # ---- use

    @property
    def n_encoder_parameters(self) -> int:
        """Number of trained parameters of the autoencoder; 0 for principal components, which are
        computed.
        """
        return (
            0 if self.autoencoder is None else sum(p.numel() for p in self.autoencoder.parameters())
        )

    @property
    def n_parameters(self) -> int:
        return self.inner.n_parameters + self.n_encoder_parameters

    @property
    def parts_of_any_shape(self) -> tuple[str, ...]:
        return tuple(f"inner/{part}" for part in self.inner.parts_of_any_shape)

    def weights(self) -> dict[str, Array]:
        own = {f"transform/{name}": values for name, values in self.transform.arrays().items()}
        own |= {
            f"transform/whitening/{name}": values
            for name, values in self.whitening.arrays().items()
        }
        if self.autoencoder is not None:
            own |= parameter_arrays(self.autoencoder, "encoder")
        return own | {f"inner/{name}": values for name, values in self.inner.weights().items()}

    def load_weights(self, weights: Mapping[str, Array]) -> None:
        self.transform.load_arrays(below(weights, "transform"))
        self.whitening.load_arrays(below(weights, "transform/whitening"))
        if self.autoencoder is not None:
            load_parameters(self.autoencoder, "encoder", weights)
        self.inner.load_weights(below(weights, "inner"))

    def sample(
        self, n: int, label: int | None = None, *, seed: int = 0, trajectory: bool = False
    ) -> Generated:
        drawn = self.inner.sample(n, label, seed=seed, trajectory=trajectory)
        if drawn.trajectory is None:
            return replace(drawn, x=self.decode(drawn.x, seed))
        frames = np.stack([self.decode(frame, seed) for frame in drawn.trajectory])
        return replace(drawn, x=frames[-1], trajectory=frames)

    def held_out_loss(self, samples: Encoded, *, seed: int = 0) -> HeldOutLoss | None:
        """The loss of the inner model in the latent space. Losses of different autoencoders cannot
        be compared, so the group names the weights.
        """
        if not self.diffuses and self._train is not None:
            return None
        inner = replace(samples, x=self.encode(samples.x), spec=self.inner.spec)
        found = self.inner.held_out_loss(inner, seed=seed)
        if found is None:
            return None
        space = f"{self.config.n_latent} numbers of {self.config.encoder}, {self.config.cells}"
        for parameter in () if self.autoencoder is None else self.autoencoder.parameters():
            space += f" {zlib.crc32(parameter.detach().numpy().tobytes()):08x}"
        return replace(
            found,
            group=f"{found.group}; latent: {space}",
            about=f"{found.about} The numbers are the latent ones ({self.config.encoder}).",
            trivial={},
        )

    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        """The first frame is x itself, before encoding; the later frames are
        decoded noisy latents.
        """
        model = self
        if self._train is None:
            model = type(self)(self.config, self.spec, self.training, self.seed)
            model.fit(Encoded(x, np.full(len(x), -1, dtype=np.int8), self.spec))
        frames, times = model.inner.forward_process(model.encode(x), seed=seed)
        return np.stack(
            [np.asarray(x, dtype=np.float32), *(model.decode(frame, seed) for frame in frames[1:])]
        ), times

    def circuits(self) -> list[CircuitInfo]:
        return self.inner.circuits()

    def circuit_uses(self) -> list[CircuitUse]:
        return self.inner.circuit_uses()

    def facts(self) -> dict[str, Any]:
        n, k = self.spec.size, self.config.n_latent
        exact = "exact both ways" if k == n else "with loss"
        if self.scores:
            n, exact = (
                self.transform.diffused.size,
                "the others drawn from their normal distribution",
            )
        encoder = (
            (
                f"{k} of {n} "
                f"{'normal scores' if self.scores else 'whitened principal components'}, "
                f"{exact}"
            )
            if self.autoencoder is None
            else f"autoencoder, {n} to {k}"
        )
        return self.inner.facts() | {
            "n_parameters": self.n_parameters,
            "encoder": f"classical: {encoder}",
            "encoder_parameters": self.n_encoder_parameters,
        }
