"""Features of samples: what the classifier sees, and the observables that W1 compares. Generated
and held-out samples are treated alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.config.representation import Bloch, Layers
from qdiffgui.data.clouds import leading, relative_mass
from qdiffgui.data.observables import OBSERVABLES, observables
from qdiffgui.data.representation import Representation
from qdiffgui.data.showers import shower_observables
from qdiffgui.data.types import Encoded, Images, Jets, Physical, Points, Showers, Table
from qdiffgui.evaluation.shower_profile import profile
from qdiffgui.evaluation.strong_classifier import derived_features

Array = NDArray[Any]

_OF_MAPS = ("mass", "ptd", "width", "lha")
_OF_CLOUDS = ("mass", "multiplicity", "ptd", "width", "lha")
_OF_CHANNELS = {
    "charged": ("Charged fraction", ""),
    "photon": ("Photon fraction", ""),
    "neutral": ("Neutral hadron fraction", ""),
}
_OF_SHOWERS = {
    "ratio": ("E_dep / E_inc", ""),
    "depth": ("Mean depth", "layers"),
    "depth_width": ("Depth width", "layers"),
    "incident": ("Incident energy", "GeV"),
}
_OF_IMAGES = {
    "row": ("Mean row", "pixels"),
    "column": ("Mean column", "pixels"),
    "spread": ("RMS radius", "pixels"),
    "concentration": ("√Σ f²", ""),
}


@dataclass(frozen=True)
class Features:
    """Samples as the metrics see them.

    Parameters
    ----------
    features : ndarray, shape (n, d)
        Input of the classifier and of other metrics of whole samples.
    observables : mapping of str to ndarray, shape (n,)
        Observables by name, each in its unit (``describe_observable``).
    signed : frozenset of str
        Observables that may be negative, of which no products and ratios are derived.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import Features
    >>> jets = Features(np.zeros((3, 2)), {"mass": np.array([50.0, 60.0, 70.0])})
    >>> len(jets), jets.take(np.array([2])).observables["mass"]
    (3, array([70.]))
    """

    features: Array
    observables: Mapping[str, Array]
    signed: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.features)

    @property
    def raw_and_derived(self) -> Array:
        """(n, d) what the strong classifier is given: ``features``, then ``derived_features``."""
        positive = {k: v for k, v in self.observables.items() if k not in self.signed}
        derived = derived_features(positive) if positive else self.features[:, :0]
        return np.concatenate([self.features, derived], axis=1)

    def take(self, index: Array | slice) -> Features:
        """The samples at ``index``, in that order.

        Parameters
        ----------
        index : ndarray of int, shape (m,), or slice
            Which samples.

        Returns
        -------
        Features
            Of m samples.
        """
        return Features(
            self.features[index],
            {name: values[index] for name, values in self.observables.items()},
            self.signed,
        )


def extract_features(
    encoded: Encoded,
    representation: Representation,
    *,
    content: Physical | None = None,
    seed: int = 0,
) -> Features:
    """Features and observables of encoded vectors, maps or clouds.

    The observables of vectors are computed from ``content`` if it is given (held-out jets), and
    from the decoded samples otherwise. The observables of maps and clouds are always computed from
    the decoded samples: held-out and generated jets pass through the same cells, so that the
    comparison judges the model and not the representation.

    Parameters
    ----------
    encoded : Encoded
        The samples, ``x`` of shape ``(n, *spec.shape)``.
    representation : Representation
        The fitted representation that encoded them.
    content : Physical, optional
        The physical content of the same samples (GeV, rad).
    seed : int
        Seed for what decoding draws, such as the total pT.

    Returns
    -------
    Features
        Of n samples.

    Raises
    ------
    TypeError
        If the samples are quantum states, which have no features unless they decode to points.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.config.representation import Observables as Settings
    >>> from qdiffgui.data.representations.observables import Observables
    >>> from qdiffgui.data.types import Table
    >>> from qdiffgui.evaluation import extract_features
    >>> jets = Table({"mass": np.array([20.0, 40.0, 80.0])}, np.zeros(3, np.int8))
    >>> representation = Observables(Settings(names=("mass",)))
    >>> representation.fit(jets, {0: "gluon"})
    >>> features = extract_features(representation.encode(jets), representation, content=jets)
    >>> features.features.shape, features.observables["mass"]
    ((3, 1), array([20., 40., 80.]))
    """
    features = classifier_features(encoded, representation)
    if encoded.spec.kind == "vector" and content is not None:
        return _of_table(features, content, encoded.spec.names)
    decoded = representation.decode(encoded.x, encoded.label, seed=seed)
    if isinstance(decoded, Points):
        return _of_table(features, decoded, ("x", "y"))
    if encoded.spec.kind == "cloud":
        return Features(features, observables(decoded, _OF_CLOUDS))
    if isinstance(decoded, Showers):
        return Features(features, shower_observables(decoded))
    found = _of_decoded(decoded, encoded.spec.names, _keeps_pt(representation))
    if encoded.spec.kind == "channels":
        found |= dict(zip(encoded.spec.names, encoded.x.sum(axis=(2, 3), dtype=np.float64).T))
    return Features(features, found)


def classifier_features(encoded: Encoded, representation: Representation) -> Array:
    """Input of the classifier, shape (n, d).

    Vectors and maps are used as they are. Images with channels are pooled two by two. Clouds get
    the distance of each particle from the axis, and the relative mass, width and √Σ z² of each
    jet, which trees learn slowly. Showers are described by E_i / E_inc and ln E_inc, because how
    cells encode the incident energy is an artifact that the classifier must not exploit. States of
    points are described by the coordinates of the points.
    """
    if isinstance(representation.config, Bloch):
        points = representation.decode(encoded.x, encoded.label)
        assert isinstance(points, Points)
        return points.xy
    if isinstance(representation.config, Layers):
        showers = representation.decode(encoded.x, encoded.label)
        assert isinstance(showers, Showers)
        return np.column_stack([profile(showers), np.log(showers.incident.astype(np.float64))])
    flat = encoded.x.reshape(len(encoded), -1)
    if encoded.spec.kind == "channels":
        return _coarse(encoded.x).reshape(len(encoded), -1)
    if encoded.spec.kind != "cloud":
        return flat
    radius, z = np.hypot(encoded.x[:, :, 0], encoded.x[:, :, 1]), encoded.x[:, :, 2]
    whole = [relative_mass(encoded.x), (z * radius).sum(axis=1), np.sqrt((z**2).sum(axis=1))]
    return np.concatenate([flat, radius, np.stack(whole, axis=1)], axis=1)


def constituents(
    encoded: Encoded, representation: Representation, *, seed: int = 0
) -> Array | None:
    """Samples as clouds of constituents, shape (n, n_particles, 3); cells of decoded jets count as
    constituents. None for samples without constituents.
    """
    if encoded.spec.kind == "cloud":
        return encoded.x.astype(np.float64)
    if not encoded.spec.of_fractions:
        return None
    decoded = representation.decode(encoded.x, encoded.label, seed=seed)
    return leading(decoded) if isinstance(decoded, Jets) else None


def _of_table(features: Array, content: Physical, names: tuple[str, ...]) -> Features:
    """Of observables; coordinates of points may be negative."""
    signed = frozenset(names) if isinstance(content, Points) else frozenset()
    return Features(features, observables(content, names), signed)


def _coarse(x: Array) -> Array:
    """Images (n, channels, height, width) with half as many rows and columns; an odd last row or
    column stays.
    """
    rows, columns = (np.arange(0, length, 2) for length in x.shape[2:])
    return np.asarray(np.add.reduceat(np.add.reduceat(x, rows, axis=2), columns, axis=3))


def describe_observable(name: str) -> tuple[str, str]:
    """Label and unit of an observable.

    Parameters
    ----------
    name : str
        Key of the observable, such as ``"mass"``.

    Returns
    -------
    tuple of (str, str)
        Label and unit. An unknown name is its own label and has no unit.

    Examples
    --------
    >>> from qdiffgui.evaluation import describe_observable
    >>> describe_observable("mass")
    ('Jet mass', 'GeV')
    """
    if name in OBSERVABLES:
        return OBSERVABLES[name].label, OBSERVABLES[name].unit
    return (_OF_IMAGES | _OF_CHANNELS | _OF_SHOWERS).get(name, (name, ""))


def _keeps_pt(representation: Representation) -> bool:
    return bool(getattr(representation.config, "scale_state", False))


def _of_decoded(decoded: Physical, names: tuple[str, ...], keeps_pt: bool) -> dict[str, Array]:
    if isinstance(decoded, Table):
        return observables(decoded, names)
    if isinstance(decoded, Jets) or (isinstance(decoded, Images) and decoded.pixel_size > 0):
        return observables(decoded, (*_OF_MAPS, "pt") if keeps_pt else _OF_MAPS)
    if not isinstance(decoded, Images):
        raise TypeError(
            "quantum states have no features: use evaluation.pure_states or evaluation.mixed_states"
        )
    return image_moments(decoded.summed)


def image_moments(pixels: Array) -> dict[str, Array]:
    """Observables of images without an angular scale.

    ``pixels`` (n, height, width) are not negative. Computed from the intensity fractions f: mean
    row and column, RMS radius about them (all in pixels), and √Σ f². A blank image gives 0 for
    all.
    """
    height, width = pixels.shape[1:]
    total = pixels.sum(axis=(1, 2), dtype=np.float64)
    f = pixels / np.where(total > 0, total, 1)[:, None, None]
    rows, columns = np.arange(height)[:, None], np.arange(width)[None, :]
    row, column = (f * rows).sum(axis=(1, 2)), (f * columns).sum(axis=(1, 2))
    square = (f * (rows**2 + columns**2)).sum(axis=(1, 2)) - row**2 - column**2
    spread = np.sqrt(np.maximum(square, 0))
    return {
        "row": row,
        "column": column,
        "spread": spread,
        "concentration": np.sqrt((f.astype(np.float64) ** 2).sum(axis=(1, 2))),
    }
