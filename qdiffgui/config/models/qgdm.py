"""Settings of ``models.qgdm``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import setting
from qdiffgui.config.models.base import BACKEND, SEPARABLE, ModelConfig
from qdiffgui.config.schedules import DepolarizingCosine, DepolarizingSchedule


class QGDM(ModelConfig):
    """Quantum generative diffusion of one density matrix, with one circuit for all steps
    (arXiv:2401.07039).
    """

    accepts: ClassVar[frozenset[str]] = frozenset({"density"})
    quantum: ClassVar[bool] = True
    conditional: ClassVar[bool] = False
    reverse_caption: ClassVar[str] = (
        "The circuit gets the step through its time qubits, which are then traced out: this step is"
        " deterministic."
    )
    kind: Literal["qgdm"] = "qgdm"
    form: Literal["full", "resource-efficient"] = setting(
        "full",
        "Form",
        "full: as many time qubits as data qubits; resource-efficient: one (ansatz reconstructed).",
    )
    n_layers: int = setting(
        10, "Layers", "Layers of the circuit, which is the same for all steps.", ge=1, le=60
    )
    ansatz: str = setting("rx-ry-rx-zz", "Ansatz", "Circuit on data and time qubits.")
    time: Literal["every-layer", "once"] = setting(
        "every-layer",
        "Time encoding",
        ("Rotate the time qubits before every layer, or only before the first, as published."),
    )
    inputs: Literal["own", "exact", "chain"] = setting(
        "own",
        "Training inputs",
        (
            "own: the model's own states, starting from I/d; exact: the exact noisy states, as "
            "published; chain: a whole chain of steps, with the loss of its last state."
        ),
    )
    loss: Literal["infidelity", "hilbert-schmidt"] = setting(
        "infidelity",
        "Loss",
        (
            "1 - F with the next less noisy state, or the squared Hilbert-Schmidt distance, which "
            "is cheaper."
        ),
    )
    schedule: DepolarizingSchedule = setting(
        DepolarizingCosine(n_steps=4), "Noise", "How fast the state becomes I/d."
    )
    circuit: Literal["trained", "separable"] = setting(
        "trained", "Circuit", SEPARABLE, advanced=True, later=True
    )
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)
