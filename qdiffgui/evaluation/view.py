"""What evaluation looks at: features for the classifier, observables for W1, of generated and of real samples alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.config.representation import Layers
from qdiffgui.data.observables import OBSERVABLES, observables
from qdiffgui.data.representation import Representation
from qdiffgui.data.showers import shower_observables
from qdiffgui.data.types import Encoded, Images, Jets, Physical, Showers, Table
from qdiffgui.evaluation.clouds import relative_mass
from qdiffgui.evaluation.shower_profile import profile

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
    "depth": ("Depth centre", "layers"),
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
class View:
    """Samples as evaluation sees them.

    features : (n, d), what the classifier is given (see ``features_of``).      observables : name -> (n,) in their units.
    """

    features: Array
    observables: Mapping[str, Array]

    def __len__(self) -> int:
        return len(self.features)

    def take(self, index: Array | slice) -> View:
        return View(self.features[index], {name: values[index] for name, values in self.observables.items()})


def look(encoded: Encoded, representation: Representation, *, content: Physical | None = None, seed: int = 0) -> View:
    """The view of encoded vectors, maps or clouds.

    Observables of vectors are those of the physical ``content`` where it is given (held-out jets as they are), else of what the
    representation decodes. Observables of maps and clouds are always of what is decoded, so that real and generated jets have gone through
    the same cells and only the model is judged, not the representation.
    """
    features = features_of(encoded, representation)
    if encoded.spec.kind == "vector" and content is not None:
        return View(features, observables(content, encoded.spec.names))
    decoded = representation.decode(encoded.x, encoded.label, seed=seed)
    if encoded.spec.kind == "cloud":
        return View(features, observables(decoded, _OF_CLOUDS))
    if isinstance(decoded, Showers):
        return View(features, shower_observables(decoded))
    found = _of_decoded(decoded, encoded.spec.names, _keeps_pt(representation))
    if encoded.spec.kind == "channels":
        found |= dict(zip(encoded.spec.names, encoded.x.sum(axis=(2, 3), dtype=np.float64).T))
    return View(features, found)


def features_of(encoded: Encoded, representation: Representation) -> Array:
    """Encoded samples as (n, d) numbers: as they are; of images with channels four pixels of each added up; of clouds also the distance of
    each particle from the axis, and of each jet the relative mass, width and √Σ z², which trees would be long in finding. Of showers
    E_i / E_inc and ln E_inc: how cells share the incident energy is an artefact that a classifier must not live on."""
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


def _coarse(x: Array) -> Array:
    """Images (n, channels, height, width) with half as many rows and columns; an odd one out stays."""
    rows, columns = (np.arange(0, length, 2) for length in x.shape[2:])
    return np.asarray(np.add.reduceat(np.add.reduceat(x, rows, axis=2), columns, axis=3))


def describe(name: str) -> tuple[str, str]:
    """Label and unit of an observable."""
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
        raise TypeError("quantum states are compared by evaluation.states and evaluation.densities")
    return image_moments(decoded.summed)


def image_moments(pixels: Array) -> dict[str, Array]:
    """Observables of images without an angle scale, from their intensity fractions f: mean row and column, RMS radius about them (all
    in pixels), and √Σ f². pixels : (n, height, width), non-negative; a blank image gives 0 throughout."""
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
