"""What is compared of samples of each kind: features, observables, and the encoding in which the
trivial generators work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from qdiffgui.config import representation as settings
from qdiffgui.config.base import Config
from qdiffgui.data.clouds import leading, relative_mass
from qdiffgui.data.observables import OBSERVABLES, observables
from qdiffgui.data.representation import Representation
from qdiffgui.data.representations.cloud import Cloud
from qdiffgui.data.representations.density import Density
from qdiffgui.data.representations.image import Image
from qdiffgui.data.representations.layers import Layers
from qdiffgui.data.representations.observables import Observables
from qdiffgui.data.representations.state import State
from qdiffgui.data.resolution import unit_scales
from qdiffgui.data.showers import shower_observables
from qdiffgui.data.types import Array, Encoded, Images, Jets, Physical, Showers, Spec, States, Table
from qdiffgui.evaluation.efp import efps
from qdiffgui.evaluation.features import Features, extract_features
from qdiffgui.evaluation.samples.common import VoxelShowers, jet_pt
from qdiffgui.evaluation.shower_profile import profile

N_LEADING = 30
_MOST_PARTICLES = 150
_LARGEST_IMAGE = 16
_OF_JETS = ("mass", "pt", "multiplicity", "ptd", "width", "lha", "c2", "d2", "tau21")


class Subject:
    """Samples of one kind.

    Parameters
    ----------
    representation : Representation
        How the trivial generators learn the samples, not yet fitted.
    fitted_on : Physical
        Training samples, or the reference if there are none.
    """

    notes: tuple[str, ...] = ()
    of: tuple[str, ...] = ("sample",)
    """Kinds of the expensive metrics that fit, see ``catalog.metrics``."""

    def __init__(self, representation: Representation, fitted_on: Physical) -> None:
        self.representation = representation
        representation.fit(fitted_on, {})

    @property
    def kind(self) -> str:
        """Kind of the encoded data, see ``Spec``."""
        return self.representation.spec.kind

    def encode(self, content: Physical) -> Encoded:
        """The samples as the trivial generators learn them."""
        return self.representation.encode(content)

    def decode(self, encoded: Encoded, seed: int) -> Physical:
        """Samples of a trivial generator."""
        return self.representation.decode(encoded.x, encoded.label, seed=seed)

    def features(self, content: Physical) -> Features:
        """What the metrics see of the samples."""
        return extract_features(self.encode(content), self.representation, content=content)

    def extras(self, content: Physical) -> dict[str, Array]:
        """What further metrics see: ``of`` -> arrays."""
        return {}


class JetSubject(Subject):
    """Jets with all their constituents: observables of all, and the leading 30. ``largest`` is the
    largest number of constituents of a jet on any side.
    """

    of = ("sample", "cloud", "efp")
    notes = (
        "Observables are computed from all constituents. The classifier also sees the 30 leading "
        "ones; W1-M, W1-P, W1-EFP, FPD, KPD and the energy mover's distance use these only, as "
        "JetNet does.",
    )

    def __init__(self, fitted_on: Jets, largest: int) -> None:
        n = int(np.clip(largest, 2, _MOST_PARTICLES))
        super().__init__(Cloud(settings.Cloud(n_particles=n)), fitted_on)

    def features(self, content: Physical) -> Features:
        assert isinstance(content, Jets)
        clouds = leading(content, N_LEADING, jet_pt(content))
        found = observables(content, _OF_JETS)
        radius = np.hypot(clouds[:, :, 0], clouds[:, :, 1])
        columns = [clouds.reshape(len(clouds), -1), radius, relative_mass(clouds)[:, None]]
        columns.append(np.stack(list(found.values()), axis=1))
        return Features(np.concatenate(columns, axis=1), found)

    def extras(self, content: Physical) -> dict[str, Array]:
        assert isinstance(content, Jets)
        clouds = leading(content, N_LEADING, jet_pt(content))
        return {"cloud": clouds, "efp": efps(clouds)}


class ShowerSubject(Subject):
    """Showers by layer and, if all samples have them, by voxel."""

    def __init__(self, fitted_on: Showers) -> None:
        has_voxels = isinstance(fitted_on, VoxelShowers)
        self.of = ("sample", "shower", *(("voxel",) if has_voxels else ()))
        self.notes = (
            (
                "Trivial generators, and the observables and the classifier of all rows, know the "
                "energies of the layers and the incident energy. Voxels have metrics of their own."
            )
            if has_voxels
            else "Showers are compared by the energies of their layers and the incident energy.",
        )
        super().__init__(Layers(settings.Layers()), fitted_on)

    def features(self, content: Physical) -> Features:
        assert isinstance(content, Showers)
        log_energy = np.log(np.maximum(content.incident.astype(np.float64), 1e-9))
        return Features(
            np.column_stack([profile(content), log_energy]), shower_observables(content)
        )

    def extras(self, content: Physical) -> dict[str, Array]:
        assert isinstance(content, Showers)
        found = {"shower": profile(content)}
        if isinstance(content, VoxelShowers):
            incident = np.where(content.incident > 0, content.incident, 1)[:, None]
            found["voxel"] = content.voxels / incident
        return found


class ImageSubject(Subject):
    """Images, pooled to at most 16x16 pixels."""

    def __init__(self, fitted_on: Images) -> None:
        size = min(_LARGEST_IMAGE, *fitted_on.pixels.shape[-2:])
        self.notes = (f"Images are compared as fractions of their sum, in {size}x{size} pixels.",)
        super().__init__(Image(settings.Image(size=size)), fitted_on)


class TableSubject(Subject):
    """Observables, or any numbers."""

    def __init__(self, fitted_on: Table) -> None:
        names = tuple(fitted_on.values)
        known = all(name in OBSERVABLES for name in names)
        super().__init__(
            Observables(settings.Observables(names=names)) if known else Numbers(names), fitted_on
        )
        self._signed = frozenset() if known else frozenset(names)

    def features(self, content: Physical) -> Features:
        return replace(super().features(content), signed=self._signed)


class StateSubject(Subject):
    """Quantum states, pure or mixed; they have metrics of their own."""

    of = ()

    def __init__(self, fitted_on: Physical) -> None:
        super().__init__(
            State(settings.State())
            if isinstance(fitted_on, States)
            else Density(settings.Density()),
            fitted_on,
        )


class Numbers(Representation):
    """``x`` : (n, d) float32, any numbers, standardized."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(Config())
        self._names = names

    def fit(self, train: Physical, classes: Mapping[int, str]) -> None:
        values = self._values(train)
        self._mean, self._std = values.mean(axis=0), unit_scales(values)

    @property
    def spec(self) -> Spec:
        return Spec("vector", (len(self._names),), {}, self._names)

    def encode(self, content: Physical, *, seed: int = 0) -> Encoded:
        x = (self._values(content) - self._mean) / self._std
        return Encoded(x.astype(np.float32), content.label, self.spec)

    def decode(self, x: Array, label: Array, *, seed: int = 0) -> Table:
        values = np.asarray(x, np.float64) * self._std + self._mean
        return Table(dict(zip(self._names, values.T)), np.asarray(label, dtype=np.int8))

    def state(self) -> dict[str, Array]:
        return {"mean": self._mean, "std": self._std}

    def load_state(self, state: Mapping[str, Array]) -> None:
        self._mean, self._std = np.asarray(state["mean"]), np.asarray(state["std"])

    def _values(self, content: Physical) -> Array:
        return np.stack(list(observables(content, self._names).values()), axis=1)


def subject_of(contents: list[Physical], fitted_on: Physical) -> Subject:
    """The subject of samples of one kind, see ``to_common``."""
    if isinstance(fitted_on, Jets):
        largest = max(
            int(np.diff(c.offsets).max(initial=0)) for c in contents if isinstance(c, Jets)
        )
        return JetSubject(fitted_on, largest)
    if isinstance(fitted_on, Showers):
        return ShowerSubject(fitted_on)
    if isinstance(fitted_on, Images):
        return ImageSubject(fitted_on)
    return TableSubject(fitted_on) if isinstance(fitted_on, Table) else StateSubject(fitted_on)
