"""Settings of ``models.born_machine`` and ``models.classical_born``: shared ones, and each."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import setting
from qdiffgui.config.models.base import (
    BACKEND,
    ModelConfig,
    Support,
    shared_settings,
    supported,
    unsupported,
)
from qdiffgui.config.processes import RANDOM_BITS, Process


class Strings(ModelConfig):
    """What Born machines and their classical twins share: samples as bit strings, and the loss."""

    fixed_data: ClassVar[bool] = True
    accepts: ClassVar[frozenset[str]] = frozenset({"vector", "map"})
    conditional: ClassVar[bool] = True
    n_bits: int = setting(
        8,
        "Bits",
        "Bits per jet, spread evenly over its observables. A map has one bit per cell instead.",
        ge=2,
        le=12,
    )
    bins: Literal["quantile", "uniform"] = setting(
        "quantile", "Bins", "Bins of observables: equal content, or equal width."
    )
    gray: bool = setting(True, "Gray code", "Neighboring bins differ in one bit.", advanced=True)
    threshold: float = setting(
        0.0,
        "Threshold",
        "Maps only: a cell is lit, bit 1, if it holds more than this share.",
        ge=0,
        lt=1,
    )
    body: int = setting(
        2,
        "Bits per gate",
        "IQP and bit-flip: there is a gate on every group of up to this many bits.",
        ge=1,
        le=3,
    )
    reach: int = setting(
        0,
        "Reach",
        (
            "IQP and bit-flip: gates join bits at most this far apart, row by row in a map; 0: all "
            "bits. More than 20 qubits can be sampled only with a reach of 1 to 12."
        ),
        ge=0,
        le=12,
    )
    loss: Literal["auto", "likelihood", "mmd"] = setting(
        "auto",
        "Loss",
        (
            "Exact likelihood, or the maximum mean discrepancy from sampled parities of bits; "
            "auto: likelihood up to 12 bits and where it is exact at any size."
        ),
    )
    n_words: int = setting(
        256,
        "Words per step",
        "MMD: how many parities (Pauli-Z words) an optimizer step compares.",
        ge=8,
        le=10_000,
        advanced=True,
    )
    word_weights: tuple[float, ...] = setting(
        (1.0, 2.0, 4.0),
        "Bits per word",
        "MMD: mean number of bits in a word, one for each Gaussian kernel that is added.",
        min_length=1,
        max_length=8,
        advanced=True,
    )
    start: Literal["data", "random"] = setting(
        "data", "First angles", "From means and covariances of the bits, or random.", advanced=True
    )

    @property
    def process(self) -> Process:
        """Nothing is diffused: uniformly random bits are shown for comparison."""
        return RANDOM_BITS


class BornMachine(Strings):
    """A circuit that is measured once per sample: IQP (arXiv:2503.02934) or QCBM."""

    quantum: ClassVar[bool] = True
    reverse_caption: ClassVar[str] = (
        "The circuit is measured once, and the outcome is the sample. Nothing is denoised."
    )
    shots: ClassVar[Support] = unsupported(
        "Every sample is one measured bit string, so this model takes one shot already."
    )
    device: ClassVar[Support] = supported("Every sample is one measured bit string.")
    kind: Literal["born-machine"] = "born-machine"
    circuit: Literal["iqp", "qcbm"] = setting(
        "iqp",
        "Circuit",
        "iqp: diagonal gates between Hadamards; qcbm: layers of an ansatz, up to 16 qubits.",
    )
    n_hidden: int = setting(
        0, "Hidden qubits", "Additional qubits that are measured and dropped.", ge=0, le=4
    )
    n_layers: int = setting(4, "Layers", "QCBM: layers of the ansatz.", ge=1, le=40)
    ansatz: str = setting("hardware-efficient", "Ansatz", "QCBM: the circuit.")
    n_strings: int = setting(
        256,
        "Strings per word",
        "IQP with MMD: random strings over which the mean of a word is estimated.",
        ge=8,
        le=10_000,
        advanced=True,
    )
    backend: str = setting("auto", "Simulator", BACKEND, advanced=True)

    def classical_twin(self, n_parameters: int) -> tuple[ModelConfig, float]:
        twin = "bit-flip" if self.circuit == "iqp" else "mps"
        return ClassicalBorn(twin=twin, **shared_settings(self, ClassicalBorn)), 1.0


class ClassicalBorn(Strings):
    """The classical twins: the stochastic bit-flip version of IQP (arXiv:2503.02934), and a matrix
    product state (arXiv:1709.01662).
    """

    quantum: ClassVar[bool] = False
    reverse_caption: ClassVar[str] = (
        "One string is drawn, and it is the sample. Nothing is denoised."
    )
    kind: Literal["classical-born"] = "classical-born"
    twin: Literal["bit-flip", "mps"] = setting(
        "bit-flip",
        "Twin",
        "bit-flip: gates of IQP flip their bits at random; mps: a matrix product state.",
    )
    bond: int = setting(
        4, "Bond dimension", "MPS: size of the matrices, which limits correlations.", ge=1, le=64
    )
