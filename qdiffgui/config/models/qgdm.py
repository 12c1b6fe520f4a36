"""Settings of ``models.qgdm``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import Config, setting
from qdiffgui.config.models.parts import BACKEND
from qdiffgui.config.schedule import DepolarizingCosine, DepolarizingSchedule


class QGDM(Config):
    """Quantum generative diffusion of one density matrix: one circuit shared by all steps (arXiv:2401.07039)."""

    accepts: ClassVar[frozenset[str]] = frozenset({"density"})
    quantum: ClassVar[bool] = True
    conditional: ClassVar[bool] = False
    kind: Literal["qgdm"] = "qgdm"
    form: Literal["full", "resource-efficient"] = setting(
        "full", "Form", "As many time qubits as data qubits, or one (after Chen et al., ansatz reconstructed)."
    )
    n_layers: int = setting(10, "Layers", "Layers of the circuit, which all steps share.", ge=1, le=60)
    ansatz: str = setting("rx-ry-rx-zz", "Ansatz", "Circuit on data and time qubits.")
    time: Literal["every-layer", "once"] = setting(
        "every-layer",
        "Time enters",
        "As a rotation of the time qubits before every layer, or before the first alone, as published.",
    )
    inputs: Literal["own", "exact", "chain"] = setting(
        "own",
        "Trained on",
        "What the model has made of I/d so far; the exact noisy states, as published; or a whole chain of steps, judged by its end.",
    )
    loss: Literal["infidelity", "hilbert-schmidt"] = setting(
        "infidelity", "Loss", "1 - F with the next less noisy state, or the squared Hilbert-Schmidt distance, which is cheaper."
    )
    schedule: DepolarizingSchedule = setting(DepolarizingCosine(n_steps=4), "Noise", "How fast the state becomes I/d.")
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)
