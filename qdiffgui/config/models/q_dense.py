"""Settings of ``models.q_dense``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import setting
from qdiffgui.config.models.base import (
    BACKEND,
    ENCODING,
    SEPARABLE,
    TARGET,
    ModelConfig,
    Support,
    shared_settings,
    supported,
)
from qdiffgui.config.models.classical_blend import ClassicalBlend
from qdiffgui.config.schedules import Blend


class QDense(ModelConfig):
    """Q-Dense: a strongly entangling circuit that denoises amplitude-embedded images
    (arXiv:2401.07049).
    """

    accepts: ClassVar[frozenset[str]] = frozenset({"map"})
    quantum: ClassVar[bool] = True
    conditional: ClassVar[bool] = True
    reverse_caption: ClassVar[str] = (
        "The circuit takes the amplitudes of x_t; its measured probabilities are the image one step"
        " cleaner."
    )
    shots: ClassVar[Support] = supported(
        "After every denoising step the image is the histogram of this many measured bit strings."
    )
    device: ClassVar[Support] = supported(
        "After every step the image is read as a histogram and loaded again as amplitudes (state "
        "preparation)."
    )
    kind: Literal["q-dense"] = "q-dense"
    n_layers: int = setting(47, "Layers", "Layers of the circuit.", ge=1, le=200)
    ansatz: str = setting("strongly-entangling", "Ansatz", "Circuit of the denoiser.")
    target: Literal["data", "noise"] = setting("data", "Target", TARGET)
    encoding: Literal["sqrt", "amplitude"] = setting("sqrt", "Encoding", ENCODING)
    label_qubit: bool = setting(
        True, "Label qubit", "Add a qubit that is rotated by RX(2π·class/classes)."
    )
    label_reuploading: bool = setting(
        False,
        "Label re-uploading",
        "Rotate the label qubit before every layer, not only at the start.",
    )
    remap: Literal["none", "tanh"] = setting(
        "none",
        "Weight re-mapping",
        "tanh: angles are π·tanh(weight), which bounds them.",
        advanced=True,
    )
    schedule: Blend = setting(Blend(), "Noise", "Weight of the noise image by step.")
    circuit: Literal["trained", "separable"] = setting(
        "trained", "Circuit", SEPARABLE, advanced=True, later=True
    )
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)

    def classical_twin(self, n_parameters: int) -> tuple[ModelConfig, float]:
        shared = shared_settings(self, ClassicalBlend)
        size = max(n_parameters, 200)
        return ClassicalBlend(network="dense", n_parameters=size, **shared), 1.0
