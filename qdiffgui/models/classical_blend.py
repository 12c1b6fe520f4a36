"""The classical twins of Q-Dense and QU-Net: the same process, target and input, with a network
instead of the circuit.

With reading "squares" only the network differs from Q-Dense. Its input is the amplitudes of the
circuit, scaled to unit mean square, so it does not see the scale of the image either. Its output is
read by the same rule: fractions are the squares of the outputs, over their sum. With "pixels" it is
the dense network of the paper, from gray levels to gray levels.
"""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from qdiffgui.config.models import ClassicalBlend as Settings
from qdiffgui.data.types import Array
from qdiffgui.diffusion import blend as process
from qdiffgui.models.blend import BlendDiffusion, embedded
from qdiffgui.models.networks import initialize, matched_mlp
from qdiffgui.models.unet import matched_unet


class ClassicalBlend(BlendDiffusion):
    """The classical counterpart of Q-Dense and QU-Net.

    The network has as close to ``config.n_parameters`` parameters as its shape allows.

    Parameters
    ----------
    config : config.models.ClassicalBlend
        Settings of the model.
    spec : Spec
        Encoded data: "map" (height, width).
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    References
    ----------
    arXiv:2401.07049

    Examples
    --------
    >>> from qdiffgui.config.models import ClassicalBlend as Settings
    >>> ClassicalBlend.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "classical-blend"
    config: Settings

    def _build(self, generator: torch.Generator) -> dict[str, Tensor]:
        n_context = max(self.labels.n_features, 1)
        self.network: nn.Module
        if self.config.network == "unet":
            height, width = self.spec.shape
            self.network = matched_unet((height, width), n_context, self.config.n_parameters)
        else:
            self.network = matched_mlp(self.spec.size, n_context, self.config.n_parameters)
        initialize(self.network, generator)
        return dict(self.network.named_parameters())

    def predict(self, pixels: Tensor, context: Tensor) -> Tensor:
        if self.config.reading == "pixels":
            plain: Tensor = self.network(pixels.reshape(-1, *self.spec.shape), context).flatten(1)
            return plain
        amplitudes = embedded(pixels, self.config.encoding) * self.spec.size**0.5
        answer = self.network(amplitudes.reshape(-1, *self.spec.shape), context).flatten(1)
        return process.to_pixels(process.to_fractions(answer.square()))

    def tell(self, label: Array) -> Tensor:
        """Features of the class (n, n_features); a constant if there are no classes."""
        features = self.labels.features(label)
        return features if features.shape[1] else torch.ones(len(label), 1)

    def facts(self) -> dict[str, Any]:
        return {
            "n_parameters": self.n_parameters,
            "n_diffusion_steps": self.n_diffusion_steps,
            "network": self.config.network,
            "reading": self.config.reading,
            "encoding": self.config.encoding,
            "target": self.config.target,
            "conditional": self.labels.conditional,
        }
