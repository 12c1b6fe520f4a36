"""Which data: one class a data set, told apart by ``kind``."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from qdiffgui.config.base import Config, setting

Classes = Literal["both", "gluon", "quark"]


class QuarkGluonJets(Config):
    """The 50 000 PYTHIA jets that ship with the project (generator level)."""

    gives: ClassVar[str] = "jets"
    kind: Literal["qg-jets"] = "qg-jets"
    classes: Classes = setting("both", "Classes", "Which jets to learn: gluon (0), quark (1) or both.")
    n_jets: int = setting(32000, "Jets", "How many jets are read, over the chosen classes, before the split.", ge=20, le=50000)


class JetFile(Config):
    """A file of the user's: any of the formats that ``qdiffgui check-data`` names."""

    gives: ClassVar[str] = "file"
    kind: Literal["file"] = "file"
    path: str = setting("", "File", "Path of the file; 'qdiffgui check-data FILE' says what it is.")
    classes: Classes = setting("both", "Classes", "Which jets to learn, where the file tells quarks from gluons.")
    n_jets: int = setting(50000, "Jets", "At most this many are read.", ge=20, le=1_000_000)
    channels: Literal["sum", "tracks", "separate"] = setting(
        "sum", "Channels", "Of CMS images: Tracks, ECAL and HCAL added up, the tracks alone, or all apart.", advanced=True
    )


class Digits(Config):
    """scikit-learn's handwritten digits, 8x8 pixels, as the image papers use."""

    gives: ClassVar[str] = "images"
    kind: Literal["digits"] = "digits"
    digits: tuple[int, ...] = setting((0, 1), "Digits", "Which digits to learn.", min_length=1, max_length=10)


class ParametrisedShowers(Config):
    """Electron showers in the layers of a calorimeter by GFLASH's parametrisation (hep-ex/0001020): not Geant4."""

    gives: ClassVar[str] = "showers"
    kind: Literal["showers"] = "showers"
    n_showers: int = setting(20000, "Showers", "How many are drawn, before the split.", ge=20, le=200_000)
    e_min: float = setting(
        10.0, "Lowest energy", "Incident energies are uniform in their logarithm from here.", unit="GeV", ge=1, le=1e4
    )
    e_max: float = setting(
        100.0, "Highest energy", "Incident energies are uniform in their logarithm to here.", unit="GeV", ge=1, le=1e4
    )
    n_layers: int = setting(13, "Layers", "Layers of equal depth; 13 and the incident energy fill four qubits.", ge=2, le=64)
    depth: float = setting(26.0, "Depth", "Of all layers together.", unit="X0", gt=1, le=60)
    sampling: float = setting(
        0.1, "Sampling term", "a of σ/E = a/√E, E in GeV: fluctuations of what a layer sees; 0: none.", unit="√GeV", ge=0, le=1,
        advanced=True,
    )  # fmt: skip

    @model_validator(mode="after")
    def _has_a_range(self) -> Self:
        if self.e_max <= self.e_min:
            raise ValueError(
                f"The highest energy {self.e_max:g} GeV is not above the lowest, {self.e_min:g} GeV: raise data.e_max."
            )
        return self


class Cluster(Config):
    """A cluster of pure states about |0...0> (arXiv:2310.05866)."""

    gives: ClassVar[str] = "states"
    kind: Literal["cluster"] = "cluster"
    n_qubits: int = setting(1, "Qubits", "Qubits of each state.", ge=1, le=6)
    epsilon: float = setting(0.08, "Spread", "Size of the complex normal noise on the other amplitudes.", gt=0, le=1)
    n_states: int = setting(1000, "States", "Pool of states to train on; as many again are held out.", ge=20, le=50000)


class Circle(Config):
    """Real states on a great circle, cos(phi)|0> + sin(phi)|1> (arXiv:2310.05866)."""

    gives: ClassVar[str] = "states"
    kind: Literal["circle"] = "circle"
    n_states: int = setting(5000, "States", "Pool of states to train on; as many again are held out.", ge=20, le=50000)


class LabelledClusters(Config):
    """Two clusters of one size, about |0...0> (class "zero") and about |+...+> (class "plus"): the smallest data with classes."""

    gives: ClassVar[str] = "states"
    kind: Literal["labelled-clusters"] = "labelled-clusters"
    n_qubits: int = setting(1, "Qubits", "Qubits of each state.", ge=1, le=6)
    epsilon: float = setting(0.08, "Spread", "Size of the complex normal noise on the other amplitudes.", gt=0, le=1)
    n_states: int = setting(1000, "States", "Pool of states to train on; as many again are held out.", ge=20, le=50000)


class CorrelatedNoise(Config):
    """One two-qubit state after exp(-i δ XX) or exp(-i δ ZZ), δ uniform: an error that hits both qubits (arXiv:2310.05866)."""

    gives: ClassVar[str] = "states"
    kind: Literal["correlated-noise"] = "correlated-noise"
    p_xx: float = setting(0.8, "Share of XX", "Probability of the XX error; ZZ otherwise.", ge=0, le=1)
    max_angle: float = setting(1.0471975512, "Largest angle", "δ is uniform in ± this.", unit="rad", gt=0, le=1.5707963268)
    n_states: int = setting(5000, "States", "Pool of states to train on; as many again are held out.", ge=20, le=50000)


class IsingGroundStates(Config):
    """Ground states of the transverse-field Ising chain with random field, by exact diagonalisation (arXiv:2310.05866)."""

    gives: ClassVar[str] = "states"
    kind: Literal["ising-ground-states"] = "ising-ground-states"
    n_qubits: int = setting(4, "Spins", "Spins of the open chain, one qubit each.", ge=2, le=8)
    g_min: float = setting(0.2, "Lowest field", "Transverse field over coupling, uniform from here.", ge=0.05, le=5)
    g_max: float = setting(0.4, "Highest field", "Transverse field over coupling, uniform to here.", ge=0.05, le=5)
    n_states: int = setting(5000, "States", "Pool of states to train on; as many again are held out.", ge=20, le=50000)

    @model_validator(mode="after")
    def _has_a_range(self) -> Self:
        if self.g_max < self.g_min:
            raise ValueError(f"The highest field {self.g_max:g} is below the lowest, {self.g_min:g}: exchange them.")
        return self


class HaarStates(Config):
    """Haar-random pure states: the noise itself as data."""

    gives: ClassVar[str] = "states"
    kind: Literal["haar-states"] = "haar-states"
    n_qubits: int = setting(2, "Qubits", "Qubits of each state.", ge=1, le=8)
    n_states: int = setting(2000, "States", "Pool of states to train on; as many again are held out.", ge=20, le=50000)


class RandomDensity(Config):
    """Identical copies of one random density matrix: a pure state, or a mixed one of low rank (arXiv:2401.07039)."""

    gives: ClassVar[str] = "densities"
    kind: Literal["random-density"] = "random-density"
    n_qubits: int = setting(2, "Qubits", "Qubits of the state.", ge=1, le=8)
    rank: int = setting(1, "Rank", "1: a pure state; more: a mixed one with so many non-zero eigenvalues.", ge=1, le=256)
    n_states: int = setting(100, "Copies", "Copies to train on; as many again are held out.", ge=20, le=1000)

    @model_validator(mode="after")
    def _rank_fits(self) -> Self:
        if self.rank > 2**self.n_qubits:
            raise ValueError(
                f"A state of {self.n_qubits} qubits has at most rank {2**self.n_qubits}, found {self.rank}: lower data.rank."
            )
        return self


DataConfig = Annotated[
    QuarkGluonJets
    | JetFile
    | Digits
    | ParametrisedShowers
    | Cluster
    | Circle
    | LabelledClusters
    | CorrelatedNoise
    | IsingGroundStates
    | HaarStates
    | RandomDensity,
    Field(discriminator="kind"),
]
