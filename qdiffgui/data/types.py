"""What data are, once loaded: plain frozen groups of numpy arrays. Units are GeV and radians; quark = 1, gluon = 0."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
UNLABELLED = -1


@dataclass(frozen=True)
class Jets:
    """Jets with every constituent, ragged: those of jet i are rows ``offsets[i]:offsets[i+1]``.

    pt : (n_constituents,) float32, GeV.       eta, phi : (n_constituents,) float32, relative to the jet axis, rad.
    pid : (n_constituents,) int32, PDG ids, or None.       offsets : (n_jets + 1,) int64.       label : (n_jets,) int8, -1 unknown.
    jet_pt : (n_jets,) float32, GeV (0 where the file has none).   facts : name -> (n_jets,) what else the file said per jet.
    """

    pt: Array
    eta: Array
    phi: Array
    offsets: Array
    label: Array
    jet_pt: Array
    pid: Array | None = None
    facts: Mapping[str, Array] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def take(self, index: Array) -> Self:
        """The jets at ``index`` (n,) int, in that order."""
        counts = np.diff(self.offsets)[index]
        starts = self.offsets[:-1][index]
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        rows = np.repeat(starts - offsets[:-1], counts) + np.arange(offsets[-1])
        return replace(
            self, pt=self.pt[rows], eta=self.eta[rows], phi=self.phi[rows], offsets=offsets, label=self.label[index],
            jet_pt=self.jet_pt[index], pid=None if self.pid is None else self.pid[rows],
            facts={name: values[index] for name, values in self.facts.items()},
        )  # fmt: skip


@dataclass(frozen=True)
class Images:
    """Pixelated jets, calorimeter showers or digits.

    pixels : (n, height, width) float32, GeV for jets, MeV for showers, grey levels for digits; (n, channels, height, width) where
    ``channels`` names some (else they were summed on loading).
    label : (n,) int8, -1 unknown.   pixel_size : rad a pixel, 0 if it has no angle.   facts : name -> (n,).
    """

    pixels: Array
    label: Array
    pixel_size: float = 0.0
    unit: str = ""
    facts: Mapping[str, Array] = field(default_factory=dict)
    channels: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.pixels)

    @property
    def summed(self) -> Array:
        """(n, height, width): negative values of single channels, which are noise, count as 0 in the sum."""
        return np.maximum(self.pixels, 0).sum(axis=1) if self.channels else self.pixels

    def take(self, index: Array) -> Self:
        return replace(
            self, pixels=self.pixels[index], label=self.label[index],
            facts={name: values[index] for name, values in self.facts.items()},
        )  # fmt: skip


@dataclass(frozen=True)
class States:
    """Pure quantum states. psi : (n, 2**n_qubits) complex64, wire 0 the most significant bit.   label : (n,) int8."""

    psi: Array
    label: Array

    def __len__(self) -> int:
        return len(self.psi)

    def take(self, index: Array) -> Self:
        return replace(self, psi=self.psi[index], label=self.label[index])


@dataclass(frozen=True)
class Densities:
    """Mixed quantum states. rho : (n, d, d) complex64, d = 2**n_qubits, Hermitian, positive, of trace 1.   label : (n,) int8."""

    rho: Array
    label: Array

    def __len__(self) -> int:
        return len(self.rho)

    def take(self, index: Array) -> Self:
        return replace(self, rho=self.rho[index], label=self.label[index])


@dataclass(frozen=True)
class Table:
    """Jets known by observables only.   values : name -> (n,) float, names and units of ``data.observables``.   label : (n,) int8."""

    values: Mapping[str, Array]
    label: Array

    def __len__(self) -> int:
        return len(self.label)

    def take(self, index: Array) -> Self:
        return replace(self, values={k: v[index] for k, v in self.values.items()}, label=self.label[index])


@dataclass(frozen=True)
class Showers:
    """Calorimeter showers by layer.   layers : (n, n_layers) float32, GeV.   incident : (n,) float32, GeV.   label : (n,) int8."""

    layers: Array
    incident: Array
    label: Array

    def __len__(self) -> int:
        return len(self.layers)

    def take(self, index: Array) -> Self:
        return replace(self, layers=self.layers[index], incident=self.incident[index], label=self.label[index])


Physical = Jets | Images | States | Densities | Table | Showers


@dataclass(frozen=True)
class Dataset:
    """Loaded data with their name, provenance and content hash.

    ``classes`` maps label to name, for example {0: "gluon", 1: "quark"}; empty where there are none. ``n_empty`` samples of a file held
    nothing and were left out.
    """

    content: Physical
    name: str
    digest: str
    classes: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    n_empty: int = 0

    def __len__(self) -> int:
        return len(self.content)


@dataclass(frozen=True)
class Spec:
    """The shape of encoded data, all that a model must know of them.

    kind : ``vector`` | ``map`` | ``channels`` | ``cloud`` | ``state`` | ``density``.     shape : of one sample, (d,) | (height, width) |
    (n_channels, height, width) | (n_particles, 3) | (2**n_qubits,) | (2**n_qubits, 2**n_qubits).
    classes : label -> name, empty if unlabelled.      names : of vector components, of channels, of what a cloud has of each particle.
    """

    kind: str
    shape: tuple[int, ...]
    classes: Mapping[int, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))

    @property
    def of_fractions(self) -> bool:
        """Whether samples are non-negative fractions that sum to 1, however they are arranged."""
        return self.kind in ("map", "channels")


@dataclass(frozen=True)
class Encoded:
    """Encoded samples: x (n, *spec.shape) float32 (vector: standardised; map, channels: fractions summing to 1 each; cloud: eta, phi in rad
    and pT over that of the jet, sorted by pT, zeros where there is no particle) or complex64 (state, density);
    label (n,) int8, -1 unknown."""

    x: Array
    label: Array
    spec: Spec

    def __len__(self) -> int:
        return len(self.x)

    def take(self, index: Array) -> Self:
        return replace(self, x=self.x[index], label=self.label[index])
