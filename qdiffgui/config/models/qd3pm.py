"""Settings of ``models.qd3pm`` and ``models.d3pm``: what the two share, and each."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import Config, setting
from qdiffgui.config.models.parts import BACKEND
from qdiffgui.config.schedule import Cosine, GaussianSchedule


class BitStrings(Config):
    """Jets as bit strings, and the noise on them."""

    accepts: ClassVar[frozenset[str]] = frozenset({"vector", "map"})
    conditional: ClassVar[bool] = True
    process: ClassVar[str] = "bits"
    n_bits: int = setting(10, "Bits", "Bits a jet, dealt evenly over its observables, or over the radii of a map.", ge=2, le=12)
    bins: Literal["quantile", "uniform"] = setting(
        "quantile", "Bins", "Of observables: bins of equal content, or of equal width."
    )
    axes: Literal["observables", "principal"] = setting(
        "observables",
        "Axes",
        "Bin observables as they are, or their uncorrelated combinations, which lose less inside a bin.",
    )
    gray: bool = setting(True, "Gray code", "Neighbouring bins differ in one bit.", advanced=True)
    noise: Literal["bit-flip", "depolarizing"] = setting(
        "bit-flip", "Noise kind", "Each bit drawn anew by itself, or the whole string at once (depolarizing)."
    )
    inputs: Literal["auto", "enumerate", "sample"] = setting(
        "auto", "Inputs a step", "Every string, weighted exactly, or drawn ones; auto takes all up to 512.", advanced=True
    )
    sampling_steps: int = setting(
        0, "Sampling steps", "Denoising steps when sampling; 0: all; 1: from noise at once.", ge=0, le=1000
    )
    schedule: GaussianSchedule = setting(Cosine(n_steps=2), "Noise", "How the share of bits not yet drawn anew falls.")


class QD3PM(BitStrings):
    """Discrete diffusion of bit strings, denoised by one measured circuit (arXiv:2505.05151)."""

    quantum: ClassVar[bool] = True
    kind: Literal["qd3pm"] = "qd3pm"
    n_layers: int = setting(10, "Layers", "Layers of the circuit; each is told x_t, t and the class.", ge=1, le=40)
    n_ancillas: int = setting(0, "Ancillas", "Qubits beside those of the bits, measured and forgotten.", ge=0, le=4)
    ansatz: str = setting("strongly-entangling", "Ansatz", "Circuit of the denoiser.")
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)


class D3PM(BitStrings):
    """The classical twin: an MLP whose p(x_0 | x_t) is a product over bits (arXiv:2107.03006)."""

    quantum: ClassVar[bool] = False
    kind: Literal["d3pm"] = "d3pm"
    n_parameters: int = setting(
        600,
        "Parameters",
        "The MLP is built with as close to this many trainable numbers as its shape allows.",
        ge=30,
        le=5_000_000,
    )
