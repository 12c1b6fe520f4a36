"""Settings of ``models.qd3pm`` and ``models.d3pm``: what the two share, and each."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import setting
from qdiffgui.config.models.base import (
    ABLATION,
    BACKEND,
    ModelConfig,
    Support,
    shared_settings,
    supported,
    unsupported,
)
from qdiffgui.config.processes import BITS, Process
from qdiffgui.config.schedules import Cosine, GaussianSchedule


class BitStrings(ModelConfig):
    """What QD3PM and D3PM share: jets as bit strings, and the noise on the bits."""

    fixed_data: ClassVar[bool] = True
    accepts: ClassVar[frozenset[str]] = frozenset({"vector", "map"})
    conditional: ClassVar[bool] = True
    n_bits: int = setting(
        10,
        "Bits",
        "Bits per jet, spread evenly over observables, or over the radii of a map.",
        ge=2,
        le=12,
    )
    bins: Literal["quantile", "uniform"] = setting(
        "quantile", "Bins", "Bins of observables: equal content, or equal width."
    )
    axes: Literal["observables", "principal"] = setting(
        "observables",
        "Axes",
        ("Bin the observables, or their uncorrelated combinations, which lose less resolution."),
    )
    gray: bool = setting(True, "Gray code", "Neighboring bins differ in one bit.", advanced=True)
    noise: Literal["bit-flip", "depolarizing"] = setting(
        "bit-flip",
        "Noise type",
        "Redraw each bit independently (bit-flip), or the whole string at once (depolarizing).",
    )
    inputs: Literal["auto", "enumerate", "sample"] = setting(
        "auto",
        "Inputs per step",
        "All bit strings, weighted exactly, or sampled ones; auto enumerates up to 512.",
        advanced=True,
    )
    sampling_steps: int = setting(
        0,
        "Sampling steps",
        "Denoising steps when sampling; 0: all; 1: directly from noise.",
        ge=0,
        le=1000,
    )
    schedule: GaussianSchedule = setting(
        Cosine(n_steps=2),
        "Noise",
        "How the share of bits that are not redrawn falls with the step.",
    )

    @property
    def process(self) -> Process:
        """Bits are redrawn, whatever the schedule was made for."""
        return BITS


class QD3PM(BitStrings):
    """Discrete diffusion of bit strings, denoised by one measured circuit (arXiv:2505.05151)."""

    quantum: ClassVar[bool] = True
    reverse_caption: ClassVar[str] = (
        "The circuit is measured once for every sample: the outcome is a guess of the clean string,"
        " and the noisier bits are drawn given that guess."
    )
    shots: ClassVar[Support] = unsupported(
        "Every sample is one measured bit string per step, so this model takes one shot already."
    )
    device: ClassVar[Support] = supported("Every sample is one measured bit string per step.")
    kind: Literal["qd3pm"] = "qd3pm"
    n_layers: int = setting(
        10, "Layers", "Layers of the circuit; x_t, t and the class enter each of them.", ge=1, le=40
    )
    n_ancillas: int = setting(
        0, "Ancillas", "Additional qubits that are measured and dropped.", ge=0, le=4
    )
    ansatz: str = setting("strongly-entangling", "Ansatz", "Circuit of the denoiser.")
    circuit: Literal["trained", "frozen", "separable"] = setting(
        "trained", "Circuit", ABLATION, advanced=True, later=True
    )
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)

    def classical_twin(self, n_parameters: int) -> tuple[ModelConfig, float]:
        # half the rate: that of the two presets, which were tuned
        shared = shared_settings(self, D3PM)
        return D3PM(n_parameters=max(n_parameters, 30), **shared), 0.5


class D3PM(BitStrings):
    """The classical counterpart of QD3PM: an MLP with p(x_0 | x_t) factorized over bits
    (arXiv:2107.03006).
    """

    quantum: ClassVar[bool] = False
    reverse_caption: ClassVar[str] = (
        "The network draws a guess of the clean string, and the noisier bits are drawn given that "
        "guess."
    )
    kind: Literal["d3pm"] = "d3pm"
    n_parameters: int = setting(
        600,
        "Parameters",
        "Number of trainable parameters; the MLP comes as close as its shape allows.",
        ge=30,
        le=5_000_000,
    )
