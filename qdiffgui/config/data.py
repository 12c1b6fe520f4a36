"""Settings of the data sets: one class per data set, chosen by ``kind``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, Self

from pydantic import field_validator, model_validator

from qdiffgui.catalog import datasets
from qdiffgui.config.base import setting
from qdiffgui.config.columns import parse_columns
from qdiffgui.config.data_file import content_digest
from qdiffgui.config.registered import RegisteredConfig
from qdiffgui.registry import Registry

Classes = Literal["both", "gluon", "quark"]


class DataConfig(RegisteredConfig):
    """The base of all data sets.

    ``gives`` names what the data are: jets, images, showers, states, densities, points, or file.
    """

    registry: ClassVar[Registry] = datasets
    required: ClassVar[Mapping[str, str]] = {"gives": "what the data are"}
    gives: ClassVar[str]

    @property
    def file(self) -> str:
        """Path of the file that the data are read from; "" if there is none."""
        return ""

    @property
    def incomplete(self) -> str:
        """A sentence on what has still to be chosen; "" if nothing is missing."""
        return ""

    def pinned(self) -> Self:
        """The same settings with the digest of the present content of their file, unless they have
        one or there is no such file.
        """
        if not self.file or getattr(self, "content", None) != "":  # some have no such field
            return self
        found = content_digest(self.file)
        return self.model_copy(update={"content": found}) if found else self


class QuarkGluonJets(DataConfig):
    """The 50 000 simulated jets that come with qdiffgui (PYTHIA 8.3, generator level)."""

    gives: ClassVar[str] = "jets"
    kind: Literal["qg-jets"] = "qg-jets"
    classes: Classes = setting(
        "both", "Classes", "Which jets to learn: gluon (0), quark (1) or both."
    )
    n_jets: int = setting(
        32000,
        "Jets",
        "Number of jets of the chosen classes, before the split.",
        ge=20,
        le=50000,
    )


class JetFile(DataConfig):
    """A data file in one of the formats that ``qdiffgui list formats`` names."""

    gives: ClassVar[str] = "file"
    kind: Literal["file"] = "file"
    path: str = setting(
        "", "File", "Path of the file; 'qdiffgui check-data FILE' shows what it contains."
    )
    classes: Classes = setting("both", "Classes", "Which jets to learn, if the file has classes.")
    n_jets: int = setting(50000, "Jets", "Largest number of jets to read.", ge=20, le=1_000_000)
    channels: Literal["sum", "tracks", "separate"] = setting(
        "sum",
        "Channels",
        "For CMS images: sum of Tracks, ECAL and HCAL, tracks only, or all separate.",
        advanced=True,
    )
    content: str = setting(
        "",
        "Content",
        "Digest of the file that a run was trained on. The file must still have it; empty: any.",
        later=True,
        automatic=True,
        pattern="^([0-9a-f]{16})?$",
    )
    columns: str = setting(
        "",
        "Columns",
        "For ROOT and parquet files: which column is what, for example 'pt=cand_pt, "
        "eta=cand_eta, phi=cand_phi, label=is_quark, tree=Events'; empty: recognized by name. "
        "For npz: the columns of X by number from 0, for example 'pt=0, eta=1, phi=2, mass=3'.",
        advanced=True,
        later=True,
    )
    energy_unit: Literal["auto", "GeV", "MeV"] = setting(
        "auto",
        "Unit",
        "Unit of energies and momenta; auto: that of the format, unless the numbers are too large "
        "or too small for it (a note says so).",
        advanced=True,
        later=True,
    )

    swap_labels: bool = setting(
        False,
        "Swap classes",
        "Read label 0 as quark and label 1 as gluon.",
        advanced=True,
        later=True,
    )

    @field_validator("columns")
    @classmethod
    def _columns_are_pairs(cls, text: str) -> str:
        parse_columns(text)
        return text

    @property
    def file(self) -> str:
        return self.path

    @property
    def incomplete(self) -> str:
        return "" if self.path else "No file selected: upload one or enter its path."


class Digits(DataConfig):
    """scikit-learn's handwritten digits, 8x8 pixels, as used in the image papers."""

    gives: ClassVar[str] = "images"
    kind: Literal["digits"] = "digits"
    digits: tuple[int, ...] = setting(
        (0, 1), "Digits", "Which digits to learn.", min_length=1, max_length=10
    )


class ParametrisedShowers(DataConfig):
    """Electron showers in the layers of a calorimeter, from GFLASH's parametrization
    (hep-ex/0001020), not from Geant4.
    """

    gives: ClassVar[str] = "showers"
    kind: Literal["showers"] = "showers"
    n_showers: int = setting(
        20000, "Showers", "Number of showers, before the split.", ge=20, le=200_000
    )
    e_min: float = setting(
        10.0,
        "Lowest energy",
        "Lowest incident energy; the logarithm is uniform.",
        unit="GeV",
        ge=1,
        le=1e4,
    )
    e_max: float = setting(
        100.0,
        "Highest energy",
        "Highest incident energy; the logarithm is uniform.",
        unit="GeV",
        ge=1,
        le=1e4,
    )
    n_layers: int = setting(
        13,
        "Layers",
        "Layers of equal depth; 13 layers and the incident energy fill four qubits.",
        ge=2,
        le=64,
    )
    depth: float = setting(26.0, "Depth", "Total depth of all layers.", unit="X0", gt=1, le=60)
    sampling: float = setting(
        0.1,
        "Sampling term",
        "a in σ/E = a/√E (E in GeV): fluctuations of the measured energy; 0: none.",
        unit="√GeV",
        ge=0,
        le=1,
        advanced=True,
    )

    gap_low: float = setting(
        0.0,
        "Gap from",
        "Energies from here to the end of the gap are left out, to test interpolation; 0: none.",
        unit="GeV",
        ge=0,
        le=1e4,
        advanced=True,
        later=True,
    )
    gap_high: float = setting(
        0.0,
        "Gap to",
        "End of the energies that are left out; 0: none.",
        unit="GeV",
        ge=0,
        le=1e4,
        advanced=True,
        later=True,
    )

    @model_validator(mode="after")
    def _gap_is_inside(self) -> Self:
        low, high = self.gap_low, self.gap_high
        if (low or high) and not self.e_min < low < high < self.e_max:
            raise ValueError(
                f"The gap from {low:g} to {high:g} GeV must lie between the lowest and the highest "
                "energy: change data.gap_low and data.gap_high."
            )
        return self

    @model_validator(mode="after")
    def _has_a_range(self) -> Self:
        if self.e_max <= self.e_min:
            raise ValueError(
                f"The highest energy, {self.e_max:g} GeV, is not above the lowest, "
                f"{self.e_min:g} GeV: raise data.e_max."
            )
        return self


class Cluster(DataConfig):
    """A cluster of pure states around |0...0> (arXiv:2310.05866)."""

    gives: ClassVar[str] = "states"
    kind: Literal["cluster"] = "cluster"
    n_qubits: int = setting(1, "Qubits", "Number of qubits of each state.", ge=1, le=6)
    epsilon: float = setting(
        0.08,
        "Spread",
        "Standard deviation of the complex normal noise on the other amplitudes.",
        gt=0,
        le=1,
    )
    n_states: int = setting(
        1000, "States", "Number of training states; the same number is held out.", ge=20, le=50000
    )


class Circle(DataConfig):
    """Real states on a great circle, cos(phi)|0> + sin(phi)|1> (arXiv:2310.05866)."""

    gives: ClassVar[str] = "states"
    kind: Literal["circle"] = "circle"
    n_states: int = setting(
        5000, "States", "Number of training states; the same number is held out.", ge=20, le=50000
    )


class LabelledClusters(DataConfig):
    """Two clusters of one size, around |0...0> (class "zero") and |+...+> (class "plus"): the
    smallest data with classes.
    """

    gives: ClassVar[str] = "states"
    kind: Literal["labelled-clusters"] = "labelled-clusters"
    n_qubits: int = setting(1, "Qubits", "Number of qubits of each state.", ge=1, le=6)
    epsilon: float = setting(
        0.08,
        "Spread",
        "Standard deviation of the complex normal noise on the other amplitudes.",
        gt=0,
        le=1,
    )
    n_states: int = setting(
        1000, "States", "Number of training states; the same number is held out.", ge=20, le=50000
    )


class CorrelatedNoise(DataConfig):
    """One two-qubit state after exp(-i δ XX) or exp(-i δ ZZ), δ uniform: an error on both qubits
    (arXiv:2310.05866).
    """

    gives: ClassVar[str] = "states"
    kind: Literal["correlated-noise"] = "correlated-noise"
    p_xx: float = setting(
        0.8, "Share of XX", "Probability of the XX error; ZZ otherwise.", ge=0, le=1
    )
    max_angle: float = setting(
        1.0471975512,
        "Largest angle",
        "δ is uniform between minus and plus this angle.",
        unit="rad",
        gt=0,
        le=1.5707963268,
    )
    n_states: int = setting(
        5000, "States", "Number of training states; the same number is held out.", ge=20, le=50000
    )


class IsingGroundStates(DataConfig):
    """Ground states of the transverse-field Ising chain with random field, from exact
    diagonalization (arXiv:2310.05866).
    """

    gives: ClassVar[str] = "states"
    kind: Literal["ising-ground-states"] = "ising-ground-states"
    n_qubits: int = setting(
        4, "Spins", "Number of spins of the open chain, one qubit each.", ge=2, le=8
    )
    g_min: float = setting(
        0.2,
        "Lowest field",
        "Lowest ratio of transverse field and coupling; uniform.",
        ge=0.05,
        le=5,
    )
    g_max: float = setting(
        0.4,
        "Highest field",
        "Highest ratio of transverse field and coupling; uniform.",
        ge=0.05,
        le=5,
    )
    n_states: int = setting(
        5000, "States", "Number of training states; the same number is held out.", ge=20, le=50000
    )

    @model_validator(mode="after")
    def _has_a_range(self) -> Self:
        if self.g_max < self.g_min:
            raise ValueError(
                f"The highest field, {self.g_max:g}, is below the lowest, {self.g_min:g}: swap "
                "data.g_min and data.g_max."
            )
        return self


class HaarStates(DataConfig):
    """Haar-random pure states, which are the noise of other models."""

    gives: ClassVar[str] = "states"
    kind: Literal["haar-states"] = "haar-states"
    n_qubits: int = setting(2, "Qubits", "Number of qubits of each state.", ge=1, le=8)
    n_states: int = setting(
        2000, "States", "Number of training states; the same number is held out.", ge=20, le=50000
    )


class RandomDensity(DataConfig):
    """Identical copies of one random density matrix: a pure state, or a mixed one of low rank
    (arXiv:2401.07039).
    """

    gives: ClassVar[str] = "densities"
    kind: Literal["random-density"] = "random-density"
    n_qubits: int = setting(2, "Qubits", "Number of qubits of the state.", ge=1, le=8)
    rank: int = setting(
        1,
        "Rank",
        "Number of non-zero eigenvalues; 1 for a pure state.",
        ge=1,
        le=256,
    )
    n_states: int = setting(
        100, "Copies", "Number of training copies; the same number is held out.", ge=20, le=1000
    )

    @model_validator(mode="after")
    def _rank_fits(self) -> Self:
        if self.rank > 2**self.n_qubits:
            raise ValueError(
                f"A state of {self.n_qubits} qubits has at most rank {2**self.n_qubits}; found "
                f"{self.rank}: lower data.rank."
            )
        return self
