"""Cartesian images with three channels: what a tracker, an electromagnetic and a hadronic
calorimeter would see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from qdiffgui.config import representation as settings
from qdiffgui.data.observables import as_jets
from qdiffgui.data.pixels import centers
from qdiffgui.data.ragged import flatten
from qdiffgui.data.representations.cells import cell_fractions, jets_from_cells
from qdiffgui.data.representations.image import area_weights
from qdiffgui.data.representations.pixelled import Pixelled
from qdiffgui.data.representations.totals import Totals, fractions
from qdiffgui.data.types import Array, Encoded, Images, Jets, Physical, Spec
from qdiffgui.errors import DataError

CHANNELS = ("charged", "photon", "neutral")
PSEUDO_IDS = np.array([81, 22, 82])
"""PDG ids of the pseudo-constituents of each channel: 81 and 82 are reserved for internal use and
have no mass.
"""
_CHARGED = np.array([11, 13, 211, 321, 2212, 81])
_PHOTON = 22


class Channels(Pixelled):
    """``x`` : (n, 3, size, size) float32, pT fractions that sum to 1 over all channels; rows are
    rapidity, columns azimuth.

    For generator-level jets, the channels are charged hadrons and leptons, photons, and neutral
    hadrons (K0L, neutrons), by PDG id: each particle counts in one channel. For CMS images, they
    are Tracks, ECAL and HCAL as measured, where a charged hadron counts in more than one: the two
    do not compare. The image covers ±half_width about the jet axis; constituents beyond count at
    the edge. Decoding gives jets with one massless pseudo-constituent per lit pixel and channel,
    whose ``PSEUDO_IDS`` name the channel, or ``Images`` with three channels if the training data
    have no angular scale. Total pT is drawn from the training distribution.
    """

    config: settings.Channels

    def fit(self, train: Physical, classes: Mapping[int, str]) -> None:
        total = self._cells(train)[1]
        if isinstance(train, Images) and train.pixel_size > 0:
            total = np.asarray(train.facts.get("pt", total), dtype=np.float64)
        self._totals = Totals.learn(total, train.label)
        self._classes = dict(classes)
        self._pixel_size = 2 * self.config.half_width / self.config.size
        if isinstance(train, Images):
            self._pixel_size = (
                train.pixel_size * _window(train, self.config.half_width, 0) / self.config.size
            )

    @property
    def spec(self) -> Spec:
        return Spec(
            "channels", (len(CHANNELS), self.config.size, self.config.size), self._classes, CHANNELS
        )

    def encode(self, content: Physical, *, seed: int = 0) -> Encoded:
        part, total = self._cells(content)
        part[total == 0] = 1 / part.shape[1]  # a blank image carries no information
        return Encoded(
            part.reshape(-1, *self.spec.shape).astype(np.float32), content.label, self.spec
        )

    def decode(self, x: Array, label: Array, *, seed: int = 0) -> Jets | Images:
        part = fractions(x)
        total = self._totals.draw(np.asarray(label), seed)
        if self._pixel_size == 0:
            pixels = (part * total[:, None]).reshape(-1, *self.spec.shape).astype(np.float32)
            return Images(pixels, np.asarray(label, dtype=np.int8), channels=CHANNELS)
        middle = centers(self.config.size, self._pixel_size)
        eta, phi = (
            np.tile(grid.ravel(), len(CHANNELS))
            for grid in np.meshgrid(middle, middle, indexing="ij")
        )
        jets = jets_from_cells(part, total, eta, phi, label)
        channel = np.nonzero(part > 0)[1] // self.config.size**2
        return replace(jets, pid=PSEUDO_IDS[channel].astype(np.int32))

    def _cells(self, content: Physical) -> tuple[Array, Array]:
        """Fractions (n, 3 * size²) float64, and the totals (n,)."""
        if isinstance(content, Images):
            pixels = self._pooled(content)
            total = pixels.sum(axis=1)
            return np.divide(
                pixels, total[:, None], out=np.zeros_like(pixels), where=total[:, None] > 0
            ), total
        jets = as_jets(content)
        if jets.pid is None:
            raise DataError(
                "Images with three channels need the PDG id of each particle; these data have "
                "none: choose the representation 'image' or a file with PDG ids."
            )
        flat, size = flatten(jets), self.config.size
        scale = size / (2 * self.config.half_width)
        row, column = (
            np.clip(np.floor((angle + self.config.half_width) * scale), 0, size - 1).astype(
                np.int64
            )
            for angle in (flat.x, flat.y)
        )
        cell = (channel_of(jets.pid) * size + row) * size + column
        return cell_fractions(flat, cell, len(CHANNELS) * size**2), flat.total

    def _pooled(self, images: Images) -> Array:
        """Intensity in each pixel, (n, 3 * size²) float64, pooled by area."""
        if len(images.channels) != len(CHANNELS):
            raise DataError(
                "Expected images with three separate channels; these have "
                f"{max(len(images.channels), 1)}: set data.channels to 'separate' for CMS images, "
                "or choose the representation 'image'."
            )
        weights = [
            area_weights(
                images.pixels.shape[axis - 2],
                self.config.size,
                _window(images, self.config.half_width, axis),
            )
            for axis in (0, 1)
        ]
        pooled = np.einsum(
            "ih,nchw,jw->ncij",
            weights[0],
            np.maximum(images.pixels, 0.0),
            weights[1],
            optimize=True,
        )
        return np.asarray(pooled.reshape(len(images), -1), dtype=np.float64)


def channel_of(pid: Array) -> Array:
    """Channel of each particle from its PDG id, (n,): 0 charged, 1 photon, 2 neutral hadron."""
    kind = np.abs(pid)
    return np.where(np.isin(kind, _CHARGED), 0, np.where(kind == _PHOTON, 1, 2))


def _window(images: Images, half_width: float, axis: int) -> float:
    """Number of fine pixels along one side that an image covers."""
    n_pixels = images.pixels.shape[axis - 2]
    return float(
        n_pixels if images.pixel_size == 0 else min(n_pixels, 2 * half_width / images.pixel_size)
    )
