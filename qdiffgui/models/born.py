"""Generators of bit strings without diffusion: what Born machines and their classical twins share.

A sample becomes a string of bits, a ``StringModel`` has a distribution over strings for each class,
and one draw is one sample. Training minimizes an exact Kullback-Leibler divergence or negative
log-likelihood, or the MMD of random parities. They stand next to the diffusion models as rivals.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qdiffgui.config import Training
from qdiffgui.config.models import BornMachine, ClassicalBorn
from qdiffgui.data.types import Array, Encoded, Spec
from qdiffgui.diffusion.held_out import HeldOutLoss, loss_of_strings
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.models.base import Generated, Step, below
from qdiffgui.models.conditioning import Labels
from qdiffgui.models.one_optimiser import OneOptimiser
from qdiffgui.models.optimiser import Optimiser
from qdiffgui.models.parameter_arrays import load_parameters, parameter_arrays
from qdiffgui.models.string_codec import ObservableStrings, OccupancyStrings
from qdiffgui.models.string_model import MAX_ENUMERATED, Moments, StringModel, codes_of
from qdiffgui.models.word_mmd import draw_words, word_mmd

AUTO_ENUMERATED = 12
"""Largest number of bits whose likelihood the loss "auto" computes from all strings."""
_LEAST = 1e-9  # keeps the logarithm of a zero probability finite
_SLICE = 4096


class BornModel(OneOptimiser):
    """Codec, training and sampling; a subclass builds the ``StringModel``."""

    config: BornMachine | ClassicalBorn

    def __init__(
        self, config: BornMachine | ClassicalBorn, spec: Spec, training: Training, seed: int
    ) -> None:
        if spec.kind not in ("vector", "map"):
            raise ConfigError(
                "Bit strings need a few numbers per jet, or a map; found data of "
                f"kind '{spec.kind}'."
            )
        super().__init__(config, spec, training, seed)
        self.labels = Labels(spec.classes)
        self.codec = self._codec()
        self._fitted = False
        self.strings = self._build(torch.Generator().manual_seed(seed))
        self.loss = self._loss()
        self.optimiser = Optimiser(
            dict(self.strings.named_parameters()),
            training.learning_rate,
            training.iterations,
            training.decay,
            max_norm=1.0,
        )
        self._bits: list[Tensor] = []
        self._histogram: Tensor | None = None

    def _codec(self) -> ObservableStrings | OccupancyStrings:
        config = self.config
        if self.spec.kind == "map":
            height, width = self.spec.shape
            return OccupancyStrings((height, width), config.threshold, self.n_classes)
        return ObservableStrings(
            self.spec.size, config.n_bits, config.bins, config.gray, "observables"
        )

    @abstractmethod
    def _build(self, generator: torch.Generator) -> StringModel:
        """The distribution, its first numbers drawn from ``generator``."""

    def _loss(self) -> str:
        """Either "likelihood" or "mmd"; raises ``ConfigError`` if the settings ask for one that
        cannot be computed.
        """
        model, asked = self.strings, self.config.loss
        if asked == "auto":
            few = model.enumerates and self.n_bits <= AUTO_ENUMERATED
            return "likelihood" if few or model.has_likelihood else "mmd"
        if asked == "likelihood" and not (model.enumerates or model.has_likelihood):
            raise ConfigError(
                f"The likelihood of {self.n_bits} bits is not known here: set model.loss to mmd, "
                f"or use at most {MAX_ENUMERATED} bits, a matrix product state, or an IQP circuit "
                "with a reach."
            )
        if asked == "mmd" and type(model).word_means is StringModel.word_means:
            raise ConfigError(
                "Means of words are computed for IQP and bit-flip only: set model.loss to "
                "likelihood."
            )
        return asked

    @property
    def n_bits(self) -> int:
        """Bits of a string."""
        return self.codec.n_bits

    @property
    def n_classes(self) -> int:
        """Number of distributions: one per class, 1 without classes."""
        return len(self.labels.known) if self.labels.conditional else 1

    # ---- training

    def fit(self, train: Encoded) -> None:
        places = self._places(train.label)
        self.codec.fit(train.x, places)
        self._fitted = True
        self.labels.fit(train.label)
        bits, place = torch.from_numpy(self.codec.strings(train.x)), torch.from_numpy(places)
        self._bits = [bits[place == k].to(torch.uint8) for k in range(self.n_classes)]
        if self.config.start == "data":
            self.strings.start(Moments.of(bits, place, self.n_classes))
        if self.loss == "likelihood" and self.strings.enumerates:
            self._histogram = self.histogram(train)

    def histogram(self, samples: Encoded) -> Tensor:
        """Frequencies (n_classes, 2^n_bits) of the strings of samples, by class; up to 16 bits."""
        size = 2**self.n_bits
        codes = codes_of(torch.from_numpy(self.codec.strings(samples.x)))
        place = torch.from_numpy(self._places(samples.label))
        counts = torch.bincount(place * size + codes, minlength=self.n_classes * size)
        counts = counts.reshape(self.n_classes, size).double()
        return counts / counts.sum(1, keepdim=True).clamp(min=1)

    def _places(self, label: Array) -> Array:
        """Rows (n,) int64 of the distributions for labels (n,)."""
        return np.asarray(self.labels.places(label), dtype=np.int64) * (self.n_classes > 1)

    def step(self, i: int) -> Step:
        if not self._bits:
            raise UserError("A model must be fitted on training samples before it is trained.")
        if self.loss == "mmd":
            loss = (self._mmd() * self._mix()).sum()
        elif self._histogram is not None:
            loss = (self._divergence(self._histogram) * self._mix()).sum()
        else:
            loss = -self.strings.log_p(*self._batch()).mean()
        return Step(*self.optimiser.step(i, loss))

    def _mix(self) -> Tensor:
        mix = self.labels.mix if self.labels.conditional else np.ones(1)
        return torch.from_numpy(mix)

    def _divergence(self, q: Tensor) -> Tensor:
        """Kullback-Leibler divergence (n_classes,), nats, of q (n_classes, 2^n) from the model."""
        p = self.strings.probabilities()
        log_p = ((p + _LEAST) / (1 + _LEAST * p.shape[1])).log()
        found: Tensor = (torch.special.xlogy(q, q) - q * log_p).sum(1)
        return found

    def _batch(self) -> tuple[Tensor, Tensor]:
        """Random training strings (B, n_bits) and their classes (B,)."""
        sizes = torch.tensor([len(bits) for bits in self._bits])
        index = torch.randint(
            int(sizes.sum()), (self.training.batch_size,), generator=self.generator
        )
        place = torch.bucketize(index, sizes.cumsum(0), right=True)
        rows = [self._bits[k][j] for k, j in zip(place, index - (sizes.cumsum(0) - sizes)[place])]
        return torch.stack(rows).long(), place

    def _mmd(self) -> Tensor:
        config, generator = self.config, self.generator
        words = draw_words(config.n_words, self.n_bits, config.word_weights, generator)
        n = max(self.training.batch_size, 2)
        batches = [
            bits[torch.randint(len(bits), (n,), generator=generator)]
            if len(bits)
            else torch.zeros(n, self.n_bits)
            for bits in self._bits
        ]
        return word_mmd(self.strings, batches, words, getattr(config, "n_strings", 2), generator)

    # ---- use

    @property
    def n_parameters(self) -> int:
        return sum(p.numel() for p in self.strings.parameters())

    def weights(self) -> dict[str, Array]:
        return (
            parameter_arrays(self.strings, "strings")
            | {f"transform/{k}": v.copy() for k, v in self.codec.arrays().items()}
            | {"mix": self.labels.mix.copy()}
        )

    def load_weights(self, weights: Mapping[str, Array]) -> None:
        load_parameters(self.strings, "strings", weights)
        self.codec.load_arrays(below(weights, "transform"))
        self._fitted = True
        self.labels.mix = np.array(weights["mix"], dtype=np.float64)

    def sample(
        self, n: int, label: int | None = None, *, seed: int = 0, trajectory: bool = False
    ) -> Generated:
        generator = torch.Generator().manual_seed(seed)
        drawn = self.labels.drawn(n, label, generator)
        place = self._places(drawn)
        inside = torch.rand(n, self.codec.n_draws, generator=generator, dtype=torch.float64).numpy()
        parts = torch.split(torch.from_numpy(place), _SLICE)
        bits = [self.draw(part, generator).numpy() for part in parts]
        x = self.codec.samples(
            np.concatenate([np.zeros((0, self.n_bits), np.int64), *bits]), inside, place
        )
        if not trajectory:
            return Generated(x, drawn)
        first = self.codec.samples(self._random_bits(n, generator), inside, place)
        return Generated(x, drawn, np.stack([first, x]), (1, 0))

    def draw(self, place: Tensor, generator: torch.Generator) -> Tensor:
        """Strings (B, n_bits) int64 of classes place (B,)."""
        return self.strings.draw(place, generator)

    def _random_bits(self, n: int, generator: torch.Generator) -> Array:
        return torch.randint(2, (n, self.n_bits), generator=generator).numpy()

    @torch.no_grad()
    def distribution(self, label: int | None = None) -> Array:
        """Exact probability (2^n_bits,) float64 of each string, up to 16 bits.

        ``label`` is that of ``sample``; None means the training proportions.
        """
        p = self.strings.probabilities().double()
        row = p[int(self._places(np.array([label]))[0])] if label is not None else self._mix() @ p
        return np.asarray(row / row.sum())

    @torch.no_grad()
    def held_out_loss(self, samples: Encoded, *, seed: int = 0) -> HeldOutLoss | None:
        """Exact negative log-likelihood of the string of each sample, nats, where it is known."""
        if not (self.strings.enumerates or self.strings.has_likelihood):
            return None
        bits = torch.from_numpy(self.codec.strings(samples.x))
        place = torch.from_numpy(self._places(samples.label))
        parts = zip(torch.split(bits, _SLICE), torch.split(place, _SLICE), strict=True)
        log_p = torch.cat([self.strings.log_p(*part).double() for part in parts])
        kind = (
            f"{self.config.bins} bins of observables"
            if isinstance(self.codec, ObservableStrings)
            else f"cells above {self.config.threshold:g}"
        )
        return loss_of_strings(-log_p.numpy(), f"{self.n_bits} bits, {kind}")

    def decode(self, bits: Array, label: Array, *, seed: int = 0) -> Array:
        """Decode strings (n, n_bits) of classes label (n,) to samples (n, *shape), so that other
        generators of strings can be compared through the same codec.
        """
        inside = np.random.default_rng([seed, 5]).random((len(bits), self.codec.n_draws))
        return self.codec.samples(bits, inside, self._places(label))

    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        codec, place = self.codec, np.zeros(len(x), dtype=np.int64)
        if not self._fitted:
            codec = self._codec()
            codec.fit(x, place)
        generator = torch.Generator().manual_seed(seed)
        inside = torch.rand(len(x), codec.n_draws, generator=generator, dtype=torch.float64).numpy()
        noise = codec.samples(self._random_bits(len(x), generator), inside, place)
        return np.stack([np.asarray(x, dtype=np.float32), noise]), (0, 1)

    def facts(self) -> dict[str, Any]:
        return {
            "n_parameters": self.n_parameters,
            "parameters_a_class": self.n_parameters // self.n_classes,
            "n_bits": self.n_bits,
            "loss": self.loss,
            "conditional": self.labels.conditional,
        }
