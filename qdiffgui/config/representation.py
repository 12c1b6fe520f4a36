"""How data become numbers a model learns: one class a representation, told apart by ``kind``.

``encodes`` is what comes out: ``vector`` (n, d), ``map`` (n, height, width) of pT (or intensity) fractions, ``channels``
(n, 3, height, width) of them, ``cloud`` (n, n_particles, 3), ``state`` (n, 2**q) or ``density`` (n, 2**q, 2**q).
``from_data`` names what may go in.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from qdiffgui.config.base import Config, setting

Observable = Literal["mass", "multiplicity", "ptd", "width", "lha", "girth", "pt"]


class Observables(Config):
    """A few numbers a jet: logarithms, standardised on the training jets, clipped."""

    encodes: ClassVar[str] = "vector"
    from_data: ClassVar[frozenset[str]] = frozenset({"jets", "file"})
    kind: Literal["observables"] = "observables"
    names: tuple[Observable, ...] = setting(
        ("mass", "multiplicity", "ptd", "width"), "Observables", "Which, in order.", min_length=1, max_length=7
    )
    clip: float = setting(3.5, "Clip", "Values beyond this many standard deviations are clipped.", unit="σ", gt=1, le=10)


class LogPolar(Config):
    """pT fractions in log-radius and angle about the principal axis."""

    encodes: ClassVar[str] = "map"
    from_data: ClassVar[frozenset[str]] = frozenset({"jets", "file"})
    kind: Literal["log-polar"] = "log-polar"
    n_r: int = setting(4, "Radial bins", "Bins in log ΔR from .004 to .42, the first from 0.", ge=2, le=64)
    n_phi: int = setting(4, "Angular bins", "Bins in azimuth from the principal axis.", ge=1, le=32)
    scale_state: bool = setting(
        False, "Scale state", "Keep total pT: the last radial row makes room for a basis state of probability 1-pT/600 GeV."
    )


class Radial(Config):
    """pT fractions in bins of log ΔR."""

    encodes: ClassVar[str] = "map"
    from_data: ClassVar[frozenset[str]] = frozenset({"jets", "file"})
    kind: Literal["radial"] = "radial"
    n_bins: int = setting(16, "Bins", "Bins in log ΔR from .004 to .42, the first from 0.", ge=2, le=256)


class Image(Config):
    """Cartesian pixels."""

    encodes: ClassVar[str] = "map"
    from_data: ClassVar[frozenset[str]] = frozenset({"jets", "images", "file"})
    kind: Literal["image"] = "image"
    size: int = setting(8, "Pixels a side", "The image is size x size.", ge=2, le=64)
    pooling: Literal["sum", "nearest"] = setting(
        "sum", "Pooling", "sum keeps all pT; nearest is 'as in 2412.21082' and leaves many images blank."
    )
    half_width: float = setting(0.42, "Half width", "The image covers ±this in rapidity and azimuth.", unit="rad", gt=0, le=2)


class Channels(Config):
    """Cartesian pixels in three channels: charged particles, photons, neutral hadrons."""

    encodes: ClassVar[str] = "channels"
    from_data: ClassVar[frozenset[str]] = frozenset({"jets", "file"})
    kind: Literal["channels"] = "channels"
    size: int = setting(16, "Pixels a side", "The image is 3 x size x size.", ge=4, le=64)
    half_width: float = setting(0.42, "Half width", "The image covers ±this in rapidity and azimuth.", unit="rad", gt=0, le=2)


class Layers(Config):
    """The energy of each layer of a shower, with the incident energy beside it."""

    encodes: ClassVar[str] = "map"
    from_data: ClassVar[frozenset[str]] = frozenset({"showers", "file"})
    kind: Literal["layers"] = "layers"


class Cloud(Config):
    """The leading constituents of each jet, one by one."""

    encodes: ClassVar[str] = "cloud"
    from_data: ClassVar[frozenset[str]] = frozenset({"jets", "file"})
    kind: Literal["cloud"] = "cloud"
    n_particles: int = setting(30, "Particles", "So many constituents of highest pT are kept.", ge=2, le=150)


class State(Config):
    """The quantum states as they are."""

    encodes: ClassVar[str] = "state"
    from_data: ClassVar[frozenset[str]] = frozenset({"states"})
    kind: Literal["state"] = "state"


class Density(Config):
    """Density matrices: mixed states as they are, pure ones as projectors."""

    encodes: ClassVar[str] = "density"
    from_data: ClassVar[frozenset[str]] = frozenset({"states", "densities"})
    kind: Literal["density"] = "density"


RepresentationConfig = Annotated[
    Observables | LogPolar | Radial | Image | Channels | Layers | Cloud | State | Density, Field(discriminator="kind")
]
