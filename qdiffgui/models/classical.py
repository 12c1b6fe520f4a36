"""The classical networks of DDPM and rectified flow: an MLP, a U-Net or a set transformer, built to
a chosen number of parameters.
"""

from __future__ import annotations

import torch
from torch import nn

from qdiffgui.config.models import ClassicalDDPM, RectifiedFlow
from qdiffgui.data.types import Spec
from qdiffgui.errors import ConfigError
from qdiffgui.models.networks import initialize, matched_mlp
from qdiffgui.models.set_transformer import matched_set_transformer
from qdiffgui.models.unet import matched_unet


def n_time_features(n_parameters: int) -> int:
    """Number of features of the step: few for a tiny network, which would spend most of its
    parameters on them.
    """
    return 2 if n_parameters < 600 else 6


def build_network(
    config: ClassicalDDPM | RectifiedFlow, spec: Spec, n_condition: int, generator: torch.Generator
) -> nn.Module:
    """``config.network`` with as close to ``config.n_parameters`` as the shape allows, its weights
    drawn from ``generator``.

    Raises ``ConfigError`` for a U-Net if the data are not maps, and for a set transformer if they
    are not clouds.
    """
    network: nn.Module
    if config.network == "unet":
        if not spec.of_fractions:
            raise ConfigError(
                f"A U-Net needs a map, but the data are of kind '{spec.kind}': choose the MLP."
            )
        *channels, height, width = spec.shape
        network = matched_unet((height, width), n_condition, config.n_parameters, *channels)
    elif config.network == "set-transformer":
        if spec.kind != "cloud":
            raise ConfigError(
                "A set transformer needs clouds of particles, but the data are of kind "
                f"'{spec.kind}': choose the MLP."
            )
        network = matched_set_transformer(spec.shape[1], n_condition, config.n_parameters)
    else:
        network = matched_mlp(spec.size, n_condition, config.n_parameters)
    initialize(network, generator)
    return network
