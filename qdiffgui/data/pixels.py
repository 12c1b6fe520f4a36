"""Images as jets: each lit pixel becomes a pseudo-constituent at its center."""

from __future__ import annotations

import numpy as np

from qdiffgui.data.types import Array, Images, Jets
from qdiffgui.errors import DataError

RADIUS = 0.5
"""Pixels farther than this (rad) from the jet axis do not belong to the jet."""


def centers(n_pixels: int, pixel_size: float) -> Array:
    """Positions of the pixel centers along one side, from the middle of the image, rad, (n_pixels,)
    float64.
    """
    return (np.arange(n_pixels) - (n_pixels - 1) / 2) * pixel_size


def to_jets(images: Images, radius: float = RADIUS) -> Jets:
    """Pseudo-constituents of jet images: rows are rapidity and columns azimuth, relative to the
    pT-weighted center.

    Negative pixels count as empty. The center is that of the pixels within ``radius`` (rad) of the
    middle of the image; pixels farther than ``radius`` from it are left out. If the file states the
    pT of the jet (fact ``pt``, GeV), the pixels are scaled to it, because those of CMS count both
    the tracks and the calorimeter deposits of charged particles.

    Raises
    ------
    DataError
        If the pixels have no angular scale, such as those of digits and calorimeter showers.
    """
    if images.pixel_size <= 0:
        raise DataError(
            "Jet observables and maps in ΔR need pixels of known angular size; these images have "
            "none: choose the representation 'image'."
        )
    pixels = images.summed
    jet, row, column = np.nonzero(pixels > 0)
    pt = pixels[jet, row, column].astype(np.float64)
    eta = centers(pixels.shape[1], images.pixel_size)[row]
    phi = centers(pixels.shape[2], images.pixel_size)[column]
    near = np.where(np.hypot(eta, phi) <= radius, pt, 0.0)
    weight = np.bincount(jet, near, len(images))
    weight = np.where(weight > 0, weight, 1.0)
    eta = eta - (np.bincount(jet, near * eta, len(images)) / weight)[jet]
    phi = phi - (np.bincount(jet, near * phi, len(images)) / weight)[jet]
    kept = np.hypot(eta, phi) <= radius
    jet, pt, eta, phi = jet[kept], pt[kept], eta[kept], phi[kept]
    totals = np.bincount(jet, pt, len(images))
    if "pt" in images.facts:
        scale = np.divide(images.facts["pt"], totals, out=np.ones_like(totals), where=totals > 0)
        pt, totals = pt * scale[jet], totals * scale
    return Jets(
        pt=pt.astype(np.float32),
        eta=eta.astype(np.float32),
        phi=phi.astype(np.float32),
        offsets=np.concatenate([[0], np.cumsum(np.bincount(jet, minlength=len(images)))]).astype(
            np.int64
        ),
        label=images.label,
        jet_pt=totals.astype(np.float32),
        facts=images.facts,
    )
