"""The classical twin of the latent re-uploading circuit: a network denoises the same latent numbers
in the same diffusion process.
"""

from __future__ import annotations

from typing import ClassVar

from qdiffgui.config import Training
from qdiffgui.config.models import ClassicalDDPM as NetworkSettings
from qdiffgui.config.models import LatentNetwork as Settings
from qdiffgui.config.models.base import shared_settings
from qdiffgui.data.types import Spec
from qdiffgui.errors import ConfigError
from qdiffgui.models.ddpm import ClassicalDDPM
from qdiffgui.models.latent_diffusion import LatentDiffusion

_FEWEST = 30  # parameters of the smallest network


class LatentNetwork(LatentDiffusion):
    """A classical encoder, and an MLP that denoises its latent numbers.

    The MLP has the parameters that the autoencoder leaves of ``config.n_parameters``.

    Parameters
    ----------
    config : config.models.LatentNetwork
        Settings of the model.
    spec : Spec
        Encoded data: "map" (height, width).
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    Raises
    ------
    ConfigError
        If the autoencoder alone has too many parameters.

    References
    ----------
    arXiv:2112.10752 (diffusion in a latent space).

    Examples
    --------
    >>> from qdiffgui.config.models import LatentNetwork as Settings
    >>> LatentNetwork.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "latent-network"
    config: Settings

    def _build(self, training: Training) -> ClassicalDDPM:
        n_left = self.config.n_parameters - self.n_encoder_parameters
        if n_left < _FEWEST:
            raise ConfigError(
                f"The autoencoder alone has {self.n_encoder_parameters} parameters, so "
                f"{self.config.n_parameters} are too few: set model.n_parameters to at least "
                f"{self.n_encoder_parameters + _FEWEST}, or reduce model.n_hidden."
            )
        settings = NetworkSettings(
            **shared_settings(self.config, NetworkSettings) | {"cells": "auto"},
            n_parameters=n_left,
        )
        spec = Spec("vector", (self.config.n_latent,), self.spec.classes)
        return ClassicalDDPM(settings, spec, training, self.seed)
