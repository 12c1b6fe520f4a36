"""Settings of the representations, which turn samples into arrays: one class per representation,
chosen by ``kind``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, Self

from pydantic import model_validator

from qdiffgui.catalog import representations
from qdiffgui.config.base import setting
from qdiffgui.config.registered import RegisteredConfig
from qdiffgui.registry import Registry

Observable = Literal[
    "mass", "multiplicity", "ptd", "width", "lha", "girth", "pt", "c2", "d2", "tau21"
]


class RepresentationConfig(RegisteredConfig):
    """The base of all representations.

    Attributes
    ----------
    encodes : str
        The encoded data: "vector" (n, d), "map" (n, height, width) of pT (or intensity) fractions,
        "channels" (n, 3, height, width) of such fractions, "cloud" (n, n_particles, 3), "state"
        (n, 2**q) or "density" (n, 2**q, 2**q).
    from_data : frozenset of str
        The data it takes, see ``DataConfig.gives``.
    """

    registry: ClassVar[Registry] = representations
    required: ClassVar[Mapping[str, str]] = {
        "encodes": "what the encoded data are",
        "from_data": "which data it can represent",
    }
    encodes: ClassVar[str]
    from_data: ClassVar[frozenset[str]]

    @property
    def given(self) -> tuple[str, ...]:
        """Names of the continuous conditions, see ``data.conditions``."""
        return ()


class Observables(RepresentationConfig):
    """A few observables of each jet: logarithms, standardized on the training jets, and clipped."""

    encodes: ClassVar[str] = "vector"
    from_data: ClassVar[frozenset[str]] = frozenset({"jets", "file"})
    kind: Literal["observables"] = "observables"
    names: tuple[Observable, ...] = setting(
        ("mass", "multiplicity", "ptd", "width"),
        "Observables",
        "Which observables, in order.",
        min_length=1,
        max_length=10,
    )
    clip: float = setting(
        3.5,
        "Clip",
        "Values are clipped at this many standard deviations.",
        unit="σ",
        gt=1,
        le=10,
    )
    conditions: tuple[Observable, ...] = setting(
        (),
        "Conditions",
        "Observables that are given when sampling, such as pt and mass; models learn the others "
        "for each value of these.",
        advanced=True,
        later=True,
        max_length=4,
    )

    @property
    def given(self) -> tuple[str, ...]:
        return self.conditions

    @model_validator(mode="after")
    def _conditions_are_observables(self) -> Self:
        missing = [name for name in self.conditions if name not in self.names]
        if missing or len(set(self.conditions)) < len(self.conditions):
            raise ValueError(
                "The conditions must be different observables of representation.names: add "
                f"{', '.join(missing) or 'each once'}."
            )
        if self.conditions and len(self.conditions) >= len(self.names):
            raise ValueError("At least one observable must be left to learn: remove a condition.")
        return self


class LogPolar(RepresentationConfig):
    """pT fractions in bins of log ΔR and of the angle around the principal axis."""

    encodes: ClassVar[str] = "map"
    from_data: ClassVar[frozenset[str]] = frozenset({"jets", "file"})
    kind: Literal["log-polar"] = "log-polar"
    n_r: int = setting(
        4, "Radial bins", "Bins in log ΔR from 0.004 to 0.42; the first begins at 0.", ge=2, le=64
    )
    n_phi: int = setting(4, "Angular bins", "Bins in the angle to the principal axis.", ge=1, le=32)
    scale_state: bool = setting(
        False,
        "Scale state",
        (
            "Keep the total pT: one basis state, in place of the last radial row, has the "
            "probability 1 - pT/(600 GeV)."
        ),
    )


class Radial(RepresentationConfig):
    """pT fractions in bins of log ΔR."""

    encodes: ClassVar[str] = "map"
    from_data: ClassVar[frozenset[str]] = frozenset({"jets", "file"})
    kind: Literal["radial"] = "radial"
    n_bins: int = setting(
        16, "Bins", "Bins in log ΔR from 0.004 to 0.42; the first begins at 0.", ge=2, le=256
    )


class Image(RepresentationConfig):
    """An image of Cartesian pixels."""

    encodes: ClassVar[str] = "map"
    from_data: ClassVar[frozenset[str]] = frozenset({"jets", "images", "file"})
    kind: Literal["image"] = "image"
    size: int = setting(8, "Pixels per side", "The image has size x size pixels.", ge=2, le=64)
    pooling: Literal["sum", "nearest"] = setting(
        "sum",
        "Pooling",
        "sum keeps all pT; nearest, as in arXiv:2412.21082, leaves many images blank.",
    )
    half_width: float = setting(
        0.42,
        "Half width",
        "The image covers plus and minus this much in rapidity and azimuth.",
        unit="rad",
        gt=0,
        le=2,
    )


class Channels(RepresentationConfig):
    """An image in three channels: charged particles, photons and neutral hadrons."""

    encodes: ClassVar[str] = "channels"
    from_data: ClassVar[frozenset[str]] = frozenset({"jets", "file"})
    kind: Literal["channels"] = "channels"
    size: int = setting(16, "Pixels per side", "The image has 3 x size x size pixels.", ge=4, le=64)
    half_width: float = setting(
        0.42,
        "Half width",
        "The image covers plus and minus this much in rapidity and azimuth.",
        unit="rad",
        gt=0,
        le=2,
    )


class Layers(RepresentationConfig):
    """The energy of each layer of a shower, and the incident energy."""

    encodes: ClassVar[str] = "map"
    from_data: ClassVar[frozenset[str]] = frozenset({"showers", "file"})
    kind: Literal["layers"] = "layers"
    condition: Literal["none", "energy"] = setting(
        "none",
        "Condition",
        "none: the incident energy is learned with the profile; energy: it is given when sampling.",
        later=True,
    )

    @property
    def given(self) -> tuple[str, ...]:
        return () if self.condition == "none" else ("energy",)


class Cloud(RepresentationConfig):
    """The constituents of highest pT of each jet."""

    encodes: ClassVar[str] = "cloud"
    from_data: ClassVar[frozenset[str]] = frozenset({"jets", "file"})
    kind: Literal["cloud"] = "cloud"
    n_particles: int = setting(
        30, "Particles", "Number of constituents that are kept, highest pT first.", ge=2, le=150
    )


class State(RepresentationConfig):
    """Quantum states, unchanged."""

    encodes: ClassVar[str] = "state"
    from_data: ClassVar[frozenset[str]] = frozenset({"states"})
    kind: Literal["state"] = "state"


class Plane(RepresentationConfig):
    """The coordinates of points in a plane, standardized on the training points."""

    encodes: ClassVar[str] = "vector"
    from_data: ClassVar[frozenset[str]] = frozenset({"points"})
    kind: Literal["plane"] = "plane"


class Bloch(RepresentationConfig):
    """Points in a plane as states of one qubit: the plane is wrapped around the Bloch sphere."""

    encodes: ClassVar[str] = "state"
    from_data: ClassVar[frozenset[str]] = frozenset({"points"})
    kind: Literal["bloch"] = "bloch"
    radius: float = setting(
        0.8,
        "Radius",
        "How far around the sphere the outermost training point lies: 0 is |0>, 1 is |1>.",
        gt=0.05,
        le=0.95,
    )


class Density(RepresentationConfig):
    """Density matrices: mixed states unchanged, pure states as projectors."""

    encodes: ClassVar[str] = "density"
    from_data: ClassVar[frozenset[str]] = frozenset({"states", "densities"})
    kind: Literal["density"] = "density"
