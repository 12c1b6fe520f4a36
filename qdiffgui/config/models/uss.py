"""Settings of ``models.uss``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import setting
from qdiffgui.config.models.base import (
    BACKEND,
    ENCODING,
    SEPARABLE,
    ModelConfig,
    Support,
    shared_settings,
    supported,
    unsupported,
)
from qdiffgui.config.models.classical_blend import ClassicalBlend
from qdiffgui.config.schedules import Blend


class USS(ModelConfig):
    """Unitary single sampling: a unitary takes |x_t> to |x_{t-1}>, and its power takes noise to
    images at once (arXiv:2401.07049).
    """

    accepts: ClassVar[frozenset[str]] = frozenset({"map"})
    quantum: ClassVar[bool] = True
    conditional: ClassVar[bool] = True
    reverse_caption: ClassVar[str] = (
        "The same unitary is applied once more: the state is one step cleaner, and nothing is "
        "measured before the end."
    )
    shots: ClassVar[Support] = supported(
        "The image is read once, at the end, as the histogram of this many measured bit strings."
    )
    device: ClassVar[Support] = unsupported(
        "the simulation applies all steps at once, as the power of one matrix: nothing is measured,"
        " and no noise acts, between the steps"
    )
    kind: Literal["uss"] = "uss"
    n_layers: int = setting(47, "Layers", "Layers of the circuit.", ge=1, le=200)
    ansatz: str = setting("strongly-entangling", "Ansatz", "Circuit of the unitary.")
    loss: Literal["distance", "infidelity"] = setting(
        "distance",
        "Loss",
        "Squared distance of state vectors, or 1 - fidelity, which ignores the global phase.",
    )
    encoding: Literal["sqrt", "amplitude"] = setting("sqrt", "Encoding", ENCODING)
    label_qubit: bool = setting(
        True,
        "Label qubit",
        "Add a qubit that is rotated by RX(2π·class/classes) and that no step changes.",
    )
    schedule: Blend = setting(
        Blend(power=1.0),
        "Noise",
        "Weight of the noise image by step; a single unitary suits equal changes per step.",
    )
    circuit: Literal["trained", "separable"] = setting(
        "trained", "Circuit", SEPARABLE, advanced=True, later=True
    )
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)

    def classical_twin(self, n_parameters: int) -> tuple[ModelConfig, float]:
        shared = shared_settings(self, ClassicalBlend)
        size = max(n_parameters, 200)
        return ClassicalBlend(network="dense", n_parameters=size, **shared), 1.0
