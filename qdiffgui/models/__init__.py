"""The models, one per file. Names are imported on first use, because most need PyTorch.

>>> from qdiffgui.models import QuDDPM
>>> QuDDPM.kind
'quddpm'
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qdiffgui.models.base import CircuitInfo, DiffusionModel, Generated, Step
    from qdiffgui.models.born_machine import BornMachine
    from qdiffgui.models.circuit_use import CircuitUse
    from qdiffgui.models.classical_blend import ClassicalBlend
    from qdiffgui.models.classical_born import ClassicalBorn
    from qdiffgui.models.d3pm import D3PM
    from qdiffgui.models.ddpm import ClassicalDDPM
    from qdiffgui.models.denoising import DenoisingModel
    from qdiffgui.models.latent import Latent
    from qdiffgui.models.latent_network import LatentNetwork
    from qdiffgui.models.level_d3pm import LevelD3PM
    from qdiffgui.models.made import MADE
    from qdiffgui.models.masked_network import MaskedNetwork
    from qdiffgui.models.masked_quantum import MaskedQuantum
    from qdiffgui.models.msquddpm import MSQuDDPM
    from qdiffgui.models.q_dense import QDense
    from qdiffgui.models.qd3pm import QD3PM
    from qdiffgui.models.qdt import QDT
    from qdiffgui.models.qg_unet import QGUNet
    from qdiffgui.models.qgan import QGAN
    from qdiffgui.models.qgdm import QGDM
    from qdiffgui.models.qu_net import QUNet
    from qdiffgui.models.quantum_denoiser import QuantumDenoiser
    from qdiffgui.models.quddpm import QuDDPM
    from qdiffgui.models.rectified_flow import RectifiedFlow
    from qdiffgui.models.uss import USS

_MODULES = {
    "BornMachine": "born_machine",
    "CircuitInfo": "base",
    "CircuitUse": "circuit_use",
    "ClassicalBlend": "classical_blend",
    "ClassicalBorn": "classical_born",
    "ClassicalDDPM": "ddpm",
    "D3PM": "d3pm",
    "DenoisingModel": "denoising",
    "DiffusionModel": "base",
    "Generated": "base",
    "Latent": "latent",
    "LatentNetwork": "latent_network",
    "LevelD3PM": "level_d3pm",
    "MADE": "made",
    "MSQuDDPM": "msquddpm",
    "MaskedNetwork": "masked_network",
    "MaskedQuantum": "masked_quantum",
    "QD3PM": "qd3pm",
    "QDT": "qdt",
    "QDense": "q_dense",
    "QGAN": "qgan",
    "QGDM": "qgdm",
    "QGUNet": "qg_unet",
    "QUNet": "qu_net",
    "QuDDPM": "quddpm",
    "QuantumDenoiser": "quantum_denoiser",
    "RectifiedFlow": "rectified_flow",
    "Step": "base",
    "USS": "uss",
}

__all__ = [
    "D3PM",
    "MADE",
    "QD3PM",
    "QDT",
    "QGAN",
    "QGDM",
    "USS",
    "BornMachine",
    "CircuitInfo",
    "CircuitUse",
    "ClassicalBlend",
    "ClassicalBorn",
    "ClassicalDDPM",
    "DenoisingModel",
    "DiffusionModel",
    "Generated",
    "Latent",
    "LatentNetwork",
    "LevelD3PM",
    "MSQuDDPM",
    "MaskedNetwork",
    "MaskedQuantum",
    "QDense",
    "QGUNet",
    "QUNet",
    "QuDDPM",
    "QuantumDenoiser",
    "RectifiedFlow",
    "Step",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_MODULES])
