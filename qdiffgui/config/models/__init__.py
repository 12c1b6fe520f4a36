"""Which model: one class a family, one family a file, told apart by ``kind``.

``accepts`` names the encoded data a family learns (see ``config.representation``); ``quantum`` says whether a circuit is in it;
``conditional`` whether it can be told which class to generate.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from qdiffgui.config.models.classical_blend import ClassicalBlend
from qdiffgui.config.models.ddpm import ClassicalDDPM
from qdiffgui.config.models.latent import Latent
from qdiffgui.config.models.msquddpm import MSQuDDPM
from qdiffgui.config.models.q_dense import QDense
from qdiffgui.config.models.qd3pm import D3PM, QD3PM
from qdiffgui.config.models.qdt import QDT
from qdiffgui.config.models.qg_unet import QGUNet
from qdiffgui.config.models.qgan import QGAN
from qdiffgui.config.models.qgdm import QGDM
from qdiffgui.config.models.qu_net import QUNet
from qdiffgui.config.models.quantum_denoiser import QuantumDenoiser
from qdiffgui.config.models.quddpm import QuDDPM
from qdiffgui.config.models.rectified_flow import RectifiedFlow
from qdiffgui.config.models.uss import USS

ModelConfig = Annotated[
    QuDDPM
    | MSQuDDPM
    | QGDM
    | QDense
    | QuantumDenoiser
    | ClassicalDDPM
    | ClassicalBlend
    | USS
    | QUNet
    | RectifiedFlow
    | QDT
    | QGAN
    | QD3PM
    | D3PM
    | QGUNet
    | Latent,
    Field(discriminator="kind"),
]

__all__ = [
    "D3PM",
    "QD3PM",
    "QDT",
    "QGAN",
    "QGDM",
    "USS",
    "ClassicalBlend",
    "ClassicalDDPM",
    "Latent",
    "MSQuDDPM",
    "ModelConfig",
    "QDense",
    "QGUNet",
    "QUNet",
    "QuDDPM",
    "QuantumDenoiser",
    "RectifiedFlow",
]
