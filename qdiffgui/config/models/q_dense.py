"""Settings of ``models.q_dense``."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import Config, setting
from qdiffgui.config.models.parts import BACKEND, ENCODING, TARGET
from qdiffgui.config.schedule import Blend


class QDense(Config):
    """Q-Dense: a strongly entangling circuit that denoises amplitude-embedded images (arXiv:2401.07049)."""

    accepts: ClassVar[frozenset[str]] = frozenset({"map"})
    quantum: ClassVar[bool] = True
    conditional: ClassVar[bool] = True
    kind: Literal["q-dense"] = "q-dense"
    n_layers: int = setting(47, "Layers", "Layers of the circuit.", ge=1, le=200)
    ansatz: str = setting("strongly-entangling", "Ansatz", "Circuit of the denoiser.")
    target: Literal["data", "noise"] = setting("data", "Target", TARGET)
    encoding: Literal["sqrt", "amplitude"] = setting("sqrt", "Encoding", ENCODING)
    label_qubit: bool = setting(True, "Label qubit", "One more qubit, turned by RX(2π·class/classes).")
    label_reuploading: bool = setting(
        False, "Label re-uploading", "Turn the label qubit again before every layer, not only at the start."
    )
    remap: Literal["none", "tanh"] = setting(
        "none", "Weight re-mapping", "tanh: angles are π·tanh(weight), so that none winds around.", advanced=True
    )
    schedule: Blend = setting(Blend(), "Noise", "Weight of the noise image against the step.")
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)
