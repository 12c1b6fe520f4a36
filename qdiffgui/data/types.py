"""Loaded data: frozen dataclasses of numpy arrays. Units are GeV and radians; labels are 1 for
quark and 0 for gluon.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from qdiffgui import html_table

Array = NDArray[Any]
UNLABELLED = -1


class Shown:
    """What shows a few facts instead of all its numbers, in Python and in notebooks."""

    def _facts(self) -> dict[str, str]:
        """Name -> value of each fact."""
        raise NotImplementedError

    def __repr__(self) -> str:
        facts = (f"{name}: {value}" for name, value in self._facts().items() if value)
        return f"<{type(self).__name__}: {'; '.join(facts)}>"

    def _repr_html_(self) -> str:
        return html_table.facts(self._facts(), type(self).__name__)


def _labels(label: Array) -> str:
    """How many samples each class has."""
    numbers, counts = np.unique(label, return_counts=True)
    if numbers.tolist() == [UNLABELLED]:
        return ""
    return ", ".join(f"{n} of class {k}" for k, n in zip(numbers, counts))


def _range(values: Array, unit: str = "") -> str:
    """Mean and standard deviation."""
    if not len(values):
        return ""
    return f"{values.mean():.4g} ± {values.std():.2g}{f' {unit}' if unit else ''}"


@dataclass(frozen=True, repr=False)
class Jets(Shown):
    """Jets with all constituents, ragged: those of jet i are the rows ``offsets[i]:offsets[i+1]``.

    Parameters
    ----------
    pt : ndarray, shape (n_constituents,), float32
        pT, GeV.
    eta, phi : ndarray, shape (n_constituents,), float32
        Rapidity or pseudorapidity, and azimuth, relative to the jet axis, rad.
    offsets : ndarray, shape (n_jets + 1,), int64
        First row of each jet, and the number of constituents.
    label : ndarray, shape (n_jets,), int8
        Class, -1 if unknown.
    jet_pt : ndarray, shape (n_jets,), float32
        pT of the jet, GeV; 0 if the file has none.
    pid : ndarray, shape (n_constituents,), int32, optional
        PDG ids.
    facts : mapping of str to ndarray, shape (n_jets,)
        Other values per jet from the file.
    """

    pt: Array
    eta: Array
    phi: Array
    offsets: Array
    label: Array
    jet_pt: Array
    pid: Array | None = None
    facts: Mapping[str, Array] = field(default_factory=dict)

    def _facts(self) -> dict[str, str]:
        return {
            "jets": str(len(self)),
            "constituents": str(len(self.pt)),
            "classes": _labels(self.label),
            "pT": _range(self.jet_pt, "GeV"),
            "other values": ", ".join(self.facts),
        }

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def take(self, index: Array) -> Self:
        """The jets at ``index`` (n,) int, in that order."""
        counts = np.diff(self.offsets)[index]
        starts = self.offsets[:-1][index]
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        rows = np.repeat(starts - offsets[:-1], counts) + np.arange(offsets[-1])
        return replace(
            self,
            pt=self.pt[rows],
            eta=self.eta[rows],
            phi=self.phi[rows],
            offsets=offsets,
            label=self.label[index],
            jet_pt=self.jet_pt[index],
            pid=None if self.pid is None else self.pid[rows],
            facts={name: values[index] for name, values in self.facts.items()},
        )


@dataclass(frozen=True, repr=False)
class Images(Shown):
    """Images of jets, calorimeter showers or digits.

    Parameters
    ----------
    pixels : ndarray, shape (n, height, width) or (n, n_channels, height, width), float32
        Intensities: GeV for jets, MeV for showers, gray levels for digits.
    label : ndarray, shape (n,), int8
        Class, -1 if unknown.
    pixel_size : float
        Angle per pixel, rad; 0 if the pixels have no angular scale.
    unit : str
        Unit of the pixels.
    facts : mapping of str to ndarray, shape (n,)
        Other values per image from the file.
    channels : tuple of str
        Names of the channels; empty if there is one, or if they were summed on loading.
    """

    pixels: Array
    label: Array
    pixel_size: float = 0.0
    unit: str = ""
    facts: Mapping[str, Array] = field(default_factory=dict)
    channels: tuple[str, ...] = ()

    def _facts(self) -> dict[str, str]:
        return {
            "images": str(len(self)),
            "shape": " × ".join(map(str, self.pixels.shape[1:])),
            "classes": _labels(self.label),
            "unit": self.unit,
            "channels": ", ".join(self.channels),
        }

    def __len__(self) -> int:
        return len(self.pixels)

    @property
    def summed(self) -> Array:
        """Pixels summed over channels, (n, height, width). Negative values of a channel, which are
        noise, count as 0.
        """
        return np.maximum(self.pixels, 0).sum(axis=1) if self.channels else self.pixels

    def take(self, index: Array) -> Self:
        return replace(
            self,
            pixels=self.pixels[index],
            label=self.label[index],
            facts={name: values[index] for name, values in self.facts.items()},
        )


@dataclass(frozen=True, repr=False)
class States(Shown):
    """Pure quantum states: ``psi`` (n, 2**n_qubits) complex64, with wire 0 as the most significant
    bit, and ``label`` (n,) int8.
    """

    psi: Array
    label: Array

    def _facts(self) -> dict[str, str]:
        return {
            "states": str(len(self)),
            "qubits": str(self.psi.shape[1].bit_length() - 1),
            "classes": _labels(self.label),
        }

    def __len__(self) -> int:
        return len(self.psi)

    def take(self, index: Array) -> Self:
        return replace(self, psi=self.psi[index], label=self.label[index])


@dataclass(frozen=True, repr=False)
class Densities(Shown):
    """Mixed quantum states: ``rho`` (n, d, d) complex64 with d = 2**n_qubits, Hermitian, positive
    and with trace 1, and ``label`` (n,) int8.
    """

    rho: Array
    label: Array

    def _facts(self) -> dict[str, str]:
        return {
            "density matrices": str(len(self)),
            "qubits": str(self.rho.shape[1].bit_length() - 1),
            "classes": _labels(self.label),
        }

    def __len__(self) -> int:
        return len(self.rho)

    def take(self, index: Array) -> Self:
        return replace(self, rho=self.rho[index], label=self.label[index])


@dataclass(frozen=True, repr=False)
class Table(Shown):
    """Jets known by their observables only: ``values`` maps names to arrays (n,), with names and
    units of ``data.observables``, and ``label`` (n,) int8.
    """

    values: Mapping[str, Array]
    label: Array

    def _facts(self) -> dict[str, str]:
        means = {name: _range(values) for name, values in self.values.items()}
        return {"jets": str(len(self)), "classes": _labels(self.label)} | means

    def __len__(self) -> int:
        return len(self.label)

    def take(self, index: Array) -> Self:
        return replace(
            self, values={k: v[index] for k, v in self.values.items()}, label=self.label[index]
        )


@dataclass(frozen=True, repr=False)
class Points(Table):
    """Points in a plane: a table of ``x`` and ``y``, each (n,) float64, which have no units."""

    def _facts(self) -> dict[str, str]:
        facts = super()._facts()
        return {"points": facts.pop("jets"), **facts}

    @property
    def xy(self) -> Array:
        """Coordinates, (n, 2) float64."""
        return np.stack([self.values["x"], self.values["y"]], axis=1)

    @classmethod
    def of(cls, xy: Array, label: Array | None = None) -> Self:
        """From coordinates (n, 2); without ``label``, the points have no classes."""
        none = np.full(len(xy), UNLABELLED, dtype=np.int8)
        values = np.asarray(xy, dtype=np.float64)
        return cls({"x": values[:, 0], "y": values[:, 1]}, none if label is None else label)


@dataclass(frozen=True, repr=False)
class Showers(Shown):
    """Calorimeter showers by layer: ``layers`` (n, n_layers) float32, GeV, ``incident`` (n,)
    float32, GeV, and ``label`` (n,) int8.
    """

    layers: Array
    incident: Array
    label: Array

    def _facts(self) -> dict[str, str]:
        return {
            "showers": str(len(self)),
            "layers": str(self.layers.shape[1]),
            "classes": _labels(self.label),
            "incident energy": _range(self.incident, "GeV"),
        }

    def __len__(self) -> int:
        return len(self.layers)

    def take(self, index: Array) -> Self:
        return replace(
            self, layers=self.layers[index], incident=self.incident[index], label=self.label[index]
        )


Physical = Jets | Images | States | Densities | Table | Showers


@dataclass(frozen=True, repr=False)
class Dataset(Shown):
    """Loaded data with their name, content hash and notes.

    ``classes`` maps labels to names, such as {0: "gluon", 1: "quark"}; it is empty if there are
    none. ``n_empty`` is the number of empty samples that were left out.
    """

    content: Physical
    name: str
    digest: str
    classes: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    n_empty: int = 0

    def _facts(self) -> dict[str, str]:
        return {
            "name": self.name,
            "samples": str(len(self)),
            "classes": ", ".join(self.classes.values()),
            "digest": self.digest,
            "notes": " ".join(self.notes),
        }

    def __len__(self) -> int:
        return len(self.content)


@dataclass(frozen=True)
class Spec:
    """Kind and shape of encoded data: all that a model needs to know about them.

    Parameters
    ----------
    kind : {"vector", "map", "channels", "cloud", "state", "density"}
        What a sample is.
    shape : tuple of int
        Shape of a sample: (d,), (height, width), (n_channels, height, width), (n_particles, 3),
        (2**n_qubits,) or (2**n_qubits, 2**n_qubits).
    classes : mapping of int to str
        Label to name; empty if unlabeled.
    names : tuple of str
        Names of the vector components, of the channels, or of the features of a particle.
    conditions : tuple of str
        Names of what is given, not generated; see ``data.conditions``.
    """

    kind: str
    shape: tuple[int, ...]
    classes: Mapping[int, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))

    @property
    def of_fractions(self) -> bool:
        """Whether samples are non-negative fractions that sum to 1."""
        return self.kind in ("map", "channels")


@dataclass(frozen=True, repr=False)
class Encoded(Shown):
    """Encoded samples.

    Parameters
    ----------
    x : ndarray, shape (n, *spec.shape), float32 or complex64
        Vectors are standardized. Maps and channels are fractions that sum to 1. Clouds are eta and
        phi (rad) and pT over jet pT, sorted by pT and padded with zeros. States and density
        matrices are complex.
    label : ndarray, shape (n,), int8
        Class, -1 if unknown.
    spec : Spec
        Kind and shape.
    """

    x: Array
    label: Array
    spec: Spec

    def _facts(self) -> dict[str, str]:
        return {
            "samples": str(len(self)),
            "kind": self.spec.kind,
            "shape": " × ".join(map(str, self.spec.shape)),
            "classes": _labels(self.label),
        }

    def __len__(self) -> int:
        return len(self.x)

    def take(self, index: Array) -> Self:
        return replace(self, x=self.x[index], label=self.label[index])
