"""Settings of the models: one class per model, chosen by ``kind``. ``ModelConfig`` lists what each
class must say about its model.
"""

from __future__ import annotations

from qdiffgui.config.models.base import ModelConfig
from qdiffgui.config.models.born import BornMachine, ClassicalBorn
from qdiffgui.config.models.classical_blend import ClassicalBlend
from qdiffgui.config.models.ddpm import ClassicalDDPM
from qdiffgui.config.models.latent import Latent, LatentNetwork
from qdiffgui.config.models.levels import MADE, LevelD3PM
from qdiffgui.config.models.masked import MaskedNetwork, MaskedQuantum
from qdiffgui.config.models.msquddpm import MSQuDDPM
from qdiffgui.config.models.q_dense import QDense
from qdiffgui.config.models.qd3pm import D3PM, QD3PM
from qdiffgui.config.models.qg_unet import QGUNet
from qdiffgui.config.models.qgdm import QGDM
from qdiffgui.config.models.qu_net import QUNet
from qdiffgui.config.models.quantum_denoiser import QuantumDenoiser
from qdiffgui.config.models.quddpm import QDT, QGAN, QuDDPM
from qdiffgui.config.models.rectified_flow import RectifiedFlow
from qdiffgui.config.models.uss import USS

__all__ = [
    "D3PM",
    "MADE",
    "QD3PM",
    "QDT",
    "QGAN",
    "QGDM",
    "USS",
    "BornMachine",
    "ClassicalBlend",
    "ClassicalBorn",
    "ClassicalDDPM",
    "Latent",
    "LatentNetwork",
    "LevelD3PM",
    "MSQuDDPM",
    "MaskedNetwork",
    "MaskedQuantum",
    "ModelConfig",
    "QDense",
    "QGUNet",
    "QUNet",
    "QuDDPM",
    "QuantumDenoiser",
    "RectifiedFlow",
]
