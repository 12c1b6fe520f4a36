"""The classical twins of Q-Dense and QU-Net: the same process, target and input, a network in the place of the circuit.

With reading "squares" it differs from Q-Dense in the network alone: it sees the amplitudes that the circuit sees (of unit mean square, so
that it is as blind to the image's scale), and its answer is read by the same rule: fractions are the squares of what the network gives,
over their sum. With "pixels" it is the dense network of the paper: grey levels in, grey levels out.
"""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from qdiffgui.config.models import ClassicalBlend as Settings
from qdiffgui.data.types import Array
from qdiffgui.diffusion import blend as process
from qdiffgui.models.blend_family import BlendDiffusion, embedded
from qdiffgui.models.networks import initialise, matched_mlp
from qdiffgui.models.unet import matched_unet


class ClassicalBlend(BlendDiffusion):
    """A dense network or a U-Net of as close to ``config.n_parameters`` as the shape allows."""

    kind: ClassVar[str] = "classical-blend"
    config: Settings

    def _build(self, generator: torch.Generator) -> dict[str, Tensor]:
        n_told = max(self.labels.n_features, 1)
        self.network: nn.Module
        if self.config.network == "unet":
            height, width = self.spec.shape
            self.network = matched_unet((height, width), n_told, self.config.n_parameters)
        else:
            self.network = matched_mlp(self.spec.size, n_told, self.config.n_parameters)
        initialise(self.network, generator)
        return dict(self.network.named_parameters())

    def predict(self, pixels: Tensor, told: Tensor) -> Tensor:
        if self.config.reading == "pixels":
            plain: Tensor = self.network(pixels.reshape(-1, *self.spec.shape), told).flatten(1)
            return plain
        amplitudes = embedded(pixels, self.config.encoding) * self.spec.size**0.5
        answer = self.network(amplitudes.reshape(-1, *self.spec.shape), told).flatten(1)
        return process.to_pixels(process.to_fractions(answer.square()))

    def tell(self, label: Array) -> Tensor:
        """Features of the class (n, n_features); a constant where there are no classes."""
        features = self.labels.features(label)
        return features if features.shape[1] else torch.ones(len(label), 1)

    def facts(self) -> dict[str, Any]:
        return {
            "n_parameters": self.n_parameters, "n_diffusion_steps": self.n_diffusion_steps, "network": self.config.network,
            "reading": self.config.reading, "encoding": self.config.encoding, "target": self.config.target,
            "conditional": self.labels.conditional,
        }  # fmt: skip
