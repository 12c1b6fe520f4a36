"""Cartesian images: pixels in rapidity and azimuth, or coarser pixels of images."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qdiffgui.config import representation as settings
from qdiffgui.data.observables import as_jets
from qdiffgui.data.pixels import centers
from qdiffgui.data.ragged import flatten, sum_by
from qdiffgui.data.representations.cells import jets_from_cells
from qdiffgui.data.representations.pixelled import Pixelled
from qdiffgui.data.representations.totals import Totals, fractions
from qdiffgui.data.types import Array, Encoded, Images, Jets, Physical, Spec

FINE_PIXEL = 0.0174
"""Size in rad of the CMS pixels among which "nearest" selects, as in arXiv:2412.21082."""


class Image(Pixelled):
    """``x`` : (n, size, size) float32, fractions that sum to 1; rows are rapidity, columns azimuth.

    The image of a jet covers ±half_width about the jet axis; constituents beyond count in the
    pixels at the edge, so that pT is conserved. For images, the pooling "sum" adds pixels by area
    over the whole image, or over ±half_width if the pixels have an angular scale. "nearest" keeps
    one fine pixel (0.0174 rad for jets) per coarse one and drops the others, as in
    arXiv:2412.21082: many images are then blank, and a blank image is encoded as the uniform one.
    Decoding gives jets with one pseudo-constituent at the center of each lit pixel, or ``Images``
    if the training data have no angular scale. Total pT is drawn from the training distribution, in
    GeV if the file states it.
    """

    config: settings.Image

    def fit(self, train: Physical, classes: Mapping[int, str]) -> None:
        total = self._pooled(train).sum(axis=1)
        if isinstance(train, Images) and train.pixel_size > 0:
            total = train.facts.get("pt", total)
        self._totals = Totals.learn(np.asarray(total, dtype=np.float64), train.label)
        self._classes = dict(classes)
        self._pixel_size = self._angle_of(train)

    @property
    def spec(self) -> Spec:
        return Spec("map", (self.config.size, self.config.size), self._classes)

    def encode(self, content: Physical, *, seed: int = 0) -> Encoded:
        raw = self._pooled(content)
        total = raw.sum(axis=1, keepdims=True)
        uniform = np.full_like(raw, 1.0 / raw.shape[1])
        x = np.divide(raw, total, out=uniform, where=total > 0)
        return Encoded(x.reshape(-1, *self.spec.shape).astype(np.float32), content.label, self.spec)

    def decode(self, x: Array, label: Array, *, seed: int = 0) -> Jets | Images:
        part = fractions(x)
        total = self._totals.draw(np.asarray(label), seed)
        if self._pixel_size == 0:
            pixels = (part * total[:, None]).reshape(-1, *self.spec.shape).astype(np.float32)
            return Images(pixels, np.asarray(label, dtype=np.int8))
        middle = centers(self.config.size, self._pixel_size)
        eta, phi = (grid.ravel() for grid in np.meshgrid(middle, middle, indexing="ij"))
        return jets_from_cells(part, total, eta, phi, label)

    def _angle_of(self, content: Physical) -> float:
        """Size of a coarse pixel, rad; 0 if the data have no angular scale."""
        if not isinstance(content, Images):
            return 2 * self.config.half_width / self.config.size
        return content.pixel_size * self._window(content, 0) / self.config.size

    def _window(self, images: Images, axis: int) -> float:
        """Number of fine pixels along one side that the image covers."""
        n_pixels = images.pixels.shape[axis - 2]
        if images.pixel_size == 0 or self.config.pooling == "nearest":
            return float(n_pixels)
        return float(min(n_pixels, 2 * self.config.half_width / images.pixel_size))

    def _pooled(self, content: Physical) -> Array:
        """pT (or intensity) in each coarse pixel, (n, size * size) float64, not normalized."""
        nearest = self.config.pooling == "nearest"
        if isinstance(content, Images):
            pool = _nearest_weights if nearest else area_weights
            rows, columns = (
                pool(content.pixels.shape[axis - 2], self.config.size, self._window(content, axis))
                for axis in (0, 1)
            )
            pooled: Array = np.einsum(
                "ih,nhw,jw->nij", rows, np.maximum(content.summed, 0.0), columns, optimize=True
            )
            return pooled.reshape(len(content), -1).astype(np.float64)
        if not nearest:
            return self._grid(content, np.arange(self.config.size))
        n_fine = max(self.config.size, round(2 * self.config.half_width / FINE_PIXEL))
        coarse = np.full(n_fine, -1)
        coarse[_nearest(n_fine, self.config.size)] = np.arange(self.config.size)
        return self._grid(content, coarse)

    def _grid(self, content: Physical, pixel_of: Array) -> Array:
        """pT of jets, (n, size * size) float64, GeV. ``pixel_of`` is the row or column of each
        strip of ±half_width, or -1.
        """
        flat = flatten(as_jets(content))
        scale = len(pixel_of) / (2 * self.config.half_width)
        row, column = (
            pixel_of[
                np.clip(
                    np.floor((angle + self.config.half_width) * scale).astype(np.int64),
                    0,
                    len(pixel_of) - 1,
                )
            ]
            for angle in (flat.x, flat.y)
        )
        pt = np.where((row >= 0) & (column >= 0), flat.z * flat.total[flat.jet], 0.0)
        n_cells = self.config.size**2
        cell = np.maximum(row * self.config.size + column, 0)
        return sum_by(flat.jet * n_cells + cell, pt, flat.n_jets * n_cells).reshape(-1, n_cells)


def area_weights(n_fine: int, n_coarse: int, window: float) -> Array:
    """Fraction of each fine pixel in each coarse one, (n_coarse, n_fine); the coarse pixels cover
    ``window`` fine ones.
    """
    edges = n_fine / 2 + (np.arange(n_coarse + 1) / n_coarse - 0.5) * window
    fine = np.arange(n_fine)
    overlap = np.minimum(edges[1:, None], fine + 1) - np.maximum(edges[:-1, None], fine)
    share: Array = np.maximum(overlap, 0.0)
    return share


def _nearest_weights(n_fine: int, n_coarse: int, window: float) -> Array:
    """Weight 1 for the fine pixel at the center of each coarse one, (n_coarse, n_fine)."""
    weights = np.zeros((n_coarse, n_fine))
    weights[np.arange(n_coarse), _nearest(n_fine, n_coarse)] = 1.0
    return weights


def _nearest(n_fine: int, n_coarse: int) -> Array:
    """The fine pixel at the center of each coarse one, (n_coarse,) int."""
    return (np.arange(n_coarse) * n_fine + n_fine // 2) // n_coarse
