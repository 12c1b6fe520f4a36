"""Discrete diffusion of bit strings with any model of p(x_0 | x_t); the base of the quantum and the
classical model.

The forward process flips bits (``diffusion.bit_noise``). A denoiser returns p(x_0 | x_t, t, class)
for all 2^n strings x_0. A reverse step draws x_0 from it and then x_s from q(x_s | x_t, x_0) (D3PM,
arXiv:2107.03006, eq. 4). Training minimizes the Kullback-Leibler divergence of p from the exact
q(x_0 | x_t) of the training jets' histogram, averaged over x_t with the weights q(x_t). It is 0 for
a perfect denoiser. A batch holds either all 2^n strings x_t or a random sample of them.
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
from qdiffgui.config.models import D3PM, QD3PM
from qdiffgui.data.types import Array, Encoded, Spec
from qdiffgui.diffusion.bit_noise import BitNoise
from qdiffgui.diffusion.gaussian import uniform_steps
from qdiffgui.diffusion.held_out import HeldOutLoss, loss_of_strings
from qdiffgui.diffusion.samplers import timesteps
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.models.base import Generated, Step, below
from qdiffgui.models.bit_codec import BitCodec
from qdiffgui.models.conditioning import Labels
from qdiffgui.models.map_codec import MapCodec
from qdiffgui.models.one_optimiser import OneOptimiser
from qdiffgui.models.optimiser import Optimiser
from qdiffgui.models.parameter_arrays import load_parameters, parameter_arrays

ENUMERATED = 512  # largest number of inputs (strings times classes) that "auto" enumerates
_ROWS = 512
_DRAWS = 4096
_LEAST_CHANCE = 1e-12  # of a string that the model never gives


class BitDiffusion(OneOptimiser):
    """Training, sampling and the exact generated distribution; a subclass builds the denoiser.

    The denoiser is a torch module ``forward(bits, condition) -> log p``: bits (B, n) of 0 and 1
    float32, condition (B, 1 + n_label) of t/T and class, log p (B, 2^n) normalized.
    """

    weights_of_any_length = ("transform/donors", "transform/first", "transform/count")
    config: QD3PM | D3PM

    def __init__(self, config: QD3PM | D3PM, spec: Spec, training: Training, seed: int) -> None:
        if spec.kind not in ("vector", "map"):
            raise ConfigError(
                "Bit strings need a few numbers per jet, or a map; found data of "
                f"kind '{spec.kind}'."
            )
        super().__init__(config, spec, training, seed)
        self.alpha_bar = torch.from_numpy(
            catalog.schedules[config.schedule.kind].load()(config.schedule)
        )
        self.noise = BitNoise(self.alpha_bar, config.n_bits, config.noise)
        self.codec = self._codec()
        self._fitted = False
        self.labels = Labels(spec.classes)
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
        self._codes, self._class = (
            torch.empty(0, dtype=torch.int64),
            torch.empty(0, dtype=torch.int64),
        )
        self._histogram: Tensor | None = None

    def _codec(self) -> BitCodec | MapCodec:
        """The codec between samples and strings, not yet fitted."""
        if self.spec.kind == "map":
            height, width = self.spec.shape
            return MapCodec((height, width), self.config.n_bits, self.config.gray)
        return BitCodec(
            self.spec.size, self.config.n_bits, self.config.bins, self.config.gray, self.config.axes
        )

    @abstractmethod
    def _build(self, generator: torch.Generator) -> nn.Module:
        """The denoiser, its weights drawn from ``generator``."""

    def _frozen(self) -> tuple[str, ...]:
        """Names of the denoiser's parameters that are not trained."""
        return ()

    @property
    def n_diffusion_steps(self) -> int:
        return len(self.alpha_bar) - 1

    @property
    def n_classes(self) -> int:
        """Number of classes the denoiser is conditioned on; 1 if there are none."""
        return len(self.labels.known) if self.labels.conditional else 1

    # ---- training

    def fit(self, train: Encoded) -> None:
        places = self._places(train.label)
        self.codec.fit(train.x, places)
        self._fitted = True
        self.labels.fit(train.label)
        self._codes, self._class = (
            torch.from_numpy(self.codec.encode(train.x)),
            torch.from_numpy(places),
        )
        counts = torch.bincount(
            self._class * self.noise.size + self._codes, minlength=self.n_classes * self.noise.size
        )
        counts = counts.reshape(self.n_classes, -1).to(torch.float32)
        self._histogram = counts / counts.sum(1, keepdim=True).clamp(min=1)

    def _places(self, label: Array) -> Array:
        """Rows (n,) int64 of the histogram for labels (n,)."""
        if not self.labels.conditional:
            return np.zeros(len(label), dtype=np.int64)
        return (
            np.searchsorted(self.labels.known, label).clip(0, self.n_classes - 1).astype(np.int64)
        )

    def step(self, i: int) -> Step:
        if self._histogram is None:
            raise UserError("A model must be fitted on training samples before it is trained.")
        x_t, place, t, weight = self._inputs()
        likelihood = self.noise.likelihood(x_t, t)
        joint = self._histogram[place] * likelihood
        marginal = joint.sum(1, keepdim=True)
        target = joint / marginal.clamp(min=1e-30)
        log_p = self._log_p(x_t, place, t)
        divergence = (torch.special.xlogy(target, target) - target * log_p).sum(1)
        weight = weight * marginal[:, 0] if self.enumerates else weight
        return Step(*self.optimiser.step(i, (divergence * weight).sum() / weight.sum()))

    @property
    def enumerates(self) -> bool:
        """Whether an optimizer step uses every possible input."""
        if self.config.inputs == "auto":
            return self.n_classes * self.noise.size <= ENUMERATED
        return self.config.inputs == "enumerate"

    def _inputs(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Codes x_t, indices of their classes, steps and weights, each (B,): all strings at one
        step, or random strings at many steps.
        """
        if self.enumerates:
            place = torch.arange(self.n_classes).repeat_interleave(self.noise.size)
            x_t = torch.arange(self.noise.size).repeat(self.n_classes)
            t = torch.randint(1, self.n_diffusion_steps + 1, (1,), generator=self.generator).expand(
                len(x_t)
            )
            mix = (
                torch.from_numpy(self.labels.mix.astype(np.float32))
                if self.labels.conditional
                else torch.ones(1)
            )
            return x_t, place, t, mix[place]
        n = self.training.batch_size
        index = torch.randint(len(self._codes), (n,), generator=self.generator)
        t = uniform_steps(n, self.n_diffusion_steps, self.generator)
        return (
            self.noise.noisy(self._codes[index], 0, t, self.generator),
            self._class[index],
            t,
            torch.ones(n),
        )

    def _log_p(self, x_t: Tensor, place: Tensor, t: Tensor) -> Tensor:
        """log p(x_0 | x_t) for all x_0, (B, 2^n)."""
        label = (
            self.labels.known[place.numpy()]
            if self.labels.conditional
            else np.zeros(len(place), np.int8)
        )
        condition = torch.cat(
            [(t / self.n_diffusion_steps).to(torch.float32)[:, None], self.labels.features(label)],
            dim=1,
        )
        log_p: Tensor = self.network(self.noise.bits(x_t).to(torch.float32), condition)
        return log_p

    # ---- use

    @property
    def n_parameters(self) -> int:
        return self.optimiser.n_trained

    def weights(self) -> dict[str, Array]:
        network = parameter_arrays(self.network, "network")
        return (
            network
            | {f"transform/{k}": v.copy() for k, v in self.codec.arrays().items()}
            | {"mix": self.labels.mix.copy()}
        )

    def load_weights(self, weights: Mapping[str, Array]) -> None:
        load_parameters(self.network, "network", weights)
        self.codec.load_arrays(below(weights, "transform"))
        self._fitted = True
        self.labels.mix = np.array(weights["mix"], dtype=np.float64)

    def visited(self) -> tuple[int, ...]:
        """Steps that sampling visits, from noise to 0."""
        return timesteps(self.n_diffusion_steps, self.config.sampling_steps)

    def sample(
        self, n: int, label: int | None = None, *, seed: int = 0, trajectory: bool = False
    ) -> Generated:
        generator = torch.Generator().manual_seed(seed)
        drawn = self.labels.drawn(n, label, generator)
        inside = torch.rand(n, self.codec.n_draws, generator=generator, dtype=torch.float64).numpy()
        place = torch.from_numpy(self._places(drawn))
        codes = [self.noise.uniform(n, generator)]
        for t, s in itertools.pairwise(self.visited()):
            x_0 = self._denoise(codes[-1], place, t, generator)
            codes = [
                *(codes if trajectory else []),
                self.noise.back(codes[-1], x_0, s, t, generator),
            ]
        frames = [self.codec.decode(c.numpy(), inside, place.numpy()) for c in codes]
        if not trajectory:
            return Generated(frames[-1], drawn)
        return Generated(frames[-1], drawn, np.stack(frames), self.visited())

    @torch.no_grad()
    def _denoise(self, x_t: Tensor, place: Tensor, t: int, generator: torch.Generator) -> Tensor:
        """Draw x_0 (n,) from p(x_0 | x_t), one shot of the circuit each. Equal inputs are evaluated
        once.
        """
        u = torch.rand(len(x_t), generator=generator)
        x_0 = torch.empty_like(x_t)
        inputs, which = torch.unique(place * self.noise.size + x_t, return_inverse=True)
        for begin in range(0, len(inputs), _ROWS):
            rows = inputs[begin : begin + _ROWS]
            chance = self._chances(rows % self.noise.size, rows // self.noise.size, t).cumsum(1)
            mine = torch.nonzero((which >= begin) & (which < begin + _ROWS))[:, 0]
            for part in torch.split(mine, _DRAWS):
                upto = chance[which[part] - begin]
                x_0[part] = torch.searchsorted(upto, (u[part] * upto[:, -1])[:, None], right=True)[
                    :, 0
                ].clamp(max=self.noise.size - 1)
        return x_0

    def _chances(self, x_t: Tensor, place: Tensor, t: int) -> Tensor:
        """p(x_0 | x_t) (B, 2^n)."""
        return self._log_p(x_t, place, torch.full((len(x_t),), t)).exp()

    @torch.no_grad()
    def distribution(self, label: int | None = None) -> Array:
        """Exact probability (2^n,) float64 of each string at the end of sampling, marginalized over
        the whole chain.

        ``label`` is that of ``sample``; None means the training proportions. The cost is 2^n inputs
        per step and class.
        """
        places = range(self.n_classes) if label is None else self._places(np.array([label]))
        mix = self.labels.mix if self.labels.conditional and label is None else np.ones(1)
        return np.asarray(
            sum(share * self._final(int(place)).numpy() for share, place in zip(mix, places))
        )

    def _final(self, place: int) -> Tensor:
        now = torch.full((self.noise.size,), 1 / self.noise.size, dtype=torch.float64)
        for t, s in itertools.pairwise(self.visited()):
            now = sum(
                (now[rows].float() @ self._step_back(rows, place, t, s)).double()
                for rows in _rows(self.noise.size)
            )  # type: ignore[assignment]
        return now / now.sum()

    def _step_back(self, x_t: Tensor, place: int, t: int, s: int) -> Tensor:
        """p(x_s | x_t) (B, 2^n)."""
        return self.noise.pull_back(self._chances(x_t, torch.full_like(x_t, place), t), x_t, s, t)

    @torch.no_grad()
    def held_out_loss(self, samples: Encoded, *, seed: int = 0) -> HeldOutLoss:
        """Exact negative log-likelihood of the bit string of each sample, nats."""
        codes, places = self.codes(samples.x), self._places(samples.label)
        values, independent = np.zeros(len(codes)), np.zeros(len(codes))
        for place in np.unique(places):
            mine = places == place
            chance = self._final(int(place)).numpy()
            values[mine] = -np.log(np.maximum(chance[codes[mine]], _LEAST_CHANCE))
            if self._histogram is not None:
                product = self._independent(self._histogram[int(place)].double().numpy())
                independent[mine] = -np.log(np.maximum(product[codes[mine]], _LEAST_CHANCE))
        if not isinstance(self.codec, BitCodec):
            return loss_of_strings(values, f"{self.noise.n_bits} bits of a map")
        # components drawn independently are bits of different components drawn independently
        known = self.config.axes == "observables" and self._histogram is not None
        return loss_of_strings(
            values,
            f"{self.noise.n_bits} bits, {self.config.bins} bins of {self.config.axes}",
            {"marginals": independent} if known else {},
        )

    def _independent(self, histogram: Array) -> Array:
        """(2^n,) product of the marginal distributions of the components of a histogram (2^n,)."""
        product = np.ones(1)
        rest = histogram.reshape([2 ** int(k) for k in self.codec.bits])
        for axis in range(rest.ndim):
            others = tuple(k for k in range(rest.ndim) if k != axis)
            product = np.outer(product, rest.sum(axis=others)).ravel()
        return product

    def decode(self, codes: Array, label: Array, *, seed: int = 0) -> Array:
        """Decode strings ``codes`` (n,) of classes ``label`` (n,) to samples (n, *shape). Reports
        compare every metric with the codec alone, without the denoiser."""
        inside = np.random.default_rng([seed, 5]).random((len(codes), self.codec.n_draws))
        return self.codec.decode(codes, inside, self._places(label))

    def codes(self, x: Array) -> Array:
        """Strings (n,) int64 of encoded samples x (n, *shape), the domain of ``distribution``."""
        return self.codec.encode(x)

    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        codec, place = self.codec, np.zeros(len(x), dtype=np.int64)
        if not self._fitted:
            codec = self._codec()
            codec.fit(x, place)
        generator = torch.Generator().manual_seed(seed)
        inside = torch.rand(len(x), codec.n_draws, generator=generator, dtype=torch.float64).numpy()
        codes = torch.from_numpy(codec.encode(x))
        frames = [np.asarray(x, dtype=np.float32)]
        for s, t in itertools.pairwise(range(self.n_diffusion_steps + 1)):
            codes = self.noise.noisy(codes, s, t, generator)
            frames.append(codec.decode(codes.numpy(), inside, place))
        return np.stack(frames), tuple(range(self.n_diffusion_steps + 1))

    def facts(self) -> dict[str, Any]:
        return {
            "n_parameters": self.n_parameters,
            "n_bits": self.noise.n_bits,
            "bits_a_component": "+".join(map(str, self.codec.bits)),
            "n_diffusion_steps": self.n_diffusion_steps,
            "noise": self.config.noise,
            "conditional": self.labels.conditional,
            "inputs_a_step": "all" if self.enumerates else self.training.batch_size,
            "denoiser_calls_a_sample": len(self.visited()) - 1,
        }


def _rows(n: int) -> Iterator[Tensor]:
    for begin in range(0, n, _ROWS):
        yield torch.arange(begin, min(begin + _ROWS, n))
