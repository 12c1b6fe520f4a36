"""Histograms and mean profiles of generated and real samples, as plain data for ``plots``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.data.representation import Representation
from qdiffgui.data.types import Encoded
from qdiffgui.evaluation.view import View, describe

Array = NDArray[Any]
N_BINS = 40


def histograms(model: View | None, real: View, class_name: str) -> list[dict[str, Any]]:
    """One histogram an observable: densities (per unit of the observable) over bins that hold 99.8 % of real samples.

    ``floor_error`` is one standard deviation of the difference of two real samples of this size in each bin. Samples outside the
    bins count in the normalisation, so that a model with long tails does not look better for them.
    """
    pictures = []
    for name, values in real.observables.items():
        edges = bins(values)
        label, unit = describe(name)
        pictures.append({
            "observable": name, "label": label, "unit": unit, "class": class_name, "edges": _plain(edges),
            "real": _plain(_density(values, edges)),
            "model": None if model is None else _plain(_density(model.observables[name], edges)),
            "floor_error": _plain(_floor_error(values, edges)),
        })  # fmt: skip
    return pictures


def bins(values: Array) -> Array:
    """About ``N_BINS`` equal bins over the central 99.8 % of ``values``; whole numbers get bins of whole width about them."""
    low, high = np.quantile(values, [0.001, 0.999])
    if np.array_equal(values, np.round(values)):
        width = max(1, int(np.ceil((high - low + 1) / N_BINS)))
        return np.arange(np.floor(low), high + width + 0.5, width) - 0.5
    if high <= low:
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, N_BINS + 1)


def profile(model: Encoded | None, real: Encoded, representation: Representation, class_name: str) -> dict[str, Any]:
    """Mean map of real and generated samples, row-major, channels added up, with the standard error of the real mean."""
    held, drawn = as_maps(real), None if model is None else as_maps(model)
    layout = representation.config.kind  # type: ignore[attr-defined]
    rows = getattr(representation, "edges", None) if layout in ("log-polar", "radial") else None
    return {
        "kind": "map", "class": class_name, "shape": list(held.shape[1:]), "layout": layout,
        "edges": None if rows is None else _plain(np.asarray(rows)),
        "real": _plain(held.mean(axis=0, dtype=np.float64).ravel()),
        "error": _plain((held.std(axis=0, dtype=np.float64) / np.sqrt(len(held))).ravel()),
        "model": None if drawn is None else _plain(drawn.mean(axis=0, dtype=np.float64).ravel()),
    }  # fmt: skip


def as_maps(encoded: Encoded) -> Array:
    """Maps as they are, channels added up: (n, height, width)."""
    return np.asarray(encoded.x.sum(axis=1)) if encoded.spec.kind == "channels" else encoded.x


def _density(values: Array, edges: Array) -> Array:
    return np.asarray(np.histogram(values, edges)[0] / (len(values) * np.diff(edges)))


def _floor_error(values: Array, edges: Array) -> Array:
    # an empty bin has an error too: that of one count
    share = np.maximum(np.histogram(values, edges)[0], 1) / len(values)
    return np.asarray(np.sqrt(2 * share * (1 - share) / len(values)) / np.diff(edges))


def _plain(values: Array) -> list[float]:
    return [float(f"{value:.6g}") for value in values]
