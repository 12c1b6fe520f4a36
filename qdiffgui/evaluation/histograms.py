"""Histograms and mean profiles of generated and real samples, as plain data for ``plots``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.data.representation import Representation
from qdiffgui.data.types import Encoded
from qdiffgui.evaluation.features import Features, describe_observable

Array = NDArray[Any]
N_BINS = 40


def histograms(model: Features | None, real: Features, class_name: str) -> list[dict[str, Any]]:
    """One histogram per observable: densities (per unit of the observable) over bins that hold 99.8
    % of the real samples.

    ``floor_error`` is, for each bin, one standard deviation of the difference of two real samples
    of this size. Samples outside the bins count in the normalization, so long tails do not make a
    model look better.
    """
    pictures = []
    for name, values in real.observables.items():
        edges = bins(values)
        label, unit = describe_observable(name)
        pictures.append(
            {
                "observable": name,
                "label": label,
                "unit": unit,
                "class": class_name,
                "edges": _plain(edges),
                "real": _plain(_density(values, edges)),
                "model": None
                if model is None
                else _plain(_density(model.observables[name], edges)),
                "floor_error": _plain(_floor_error(values, edges)),
            }
        )
    return pictures


def bins(values: Array) -> Array:
    """About ``N_BINS`` equal bins over the central 99.8 % of ``values``; integers get bins of
    integer width centered on them.
    """
    low, high = np.quantile(values, [0.001, 0.999])
    if np.array_equal(values, np.round(values)):
        width = max(1, int(np.ceil((high - low + 1) / N_BINS)))
        return np.arange(np.floor(low), high + width + 0.5, width) - 0.5
    if high - low <= 1e-9 * abs(high):  # constant up to rounding
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, N_BINS + 1)


def mean_map(
    model: Encoded | None, real: Encoded, representation: Representation, class_name: str
) -> dict[str, Any]:
    """Mean map of real and generated samples, row-major and summed over channels, with the standard
    error of the real mean. ``half_width`` is what an image covers on each side of its center, rad;
    0 without an angular scale.
    """
    held, drawn = as_maps(real), None if model is None else as_maps(model)
    layout = representation.config.kind  # type: ignore[attr-defined]
    rows = getattr(representation, "edges", None) if layout in ("log-polar", "radial") else None
    return {
        "kind": "map",
        "class": class_name,
        "shape": list(held.shape[1:]),
        "layout": layout,
        "half_width": float(getattr(representation, "half_width", 0.0)),
        "edges": None if rows is None else _plain(np.asarray(rows)),
        "real": _plain(held.mean(axis=0, dtype=np.float64).ravel()),
        "error": _plain((held.std(axis=0, dtype=np.float64) / np.sqrt(len(held))).ravel()),
        "model": None if drawn is None else _plain(drawn.mean(axis=0, dtype=np.float64).ravel()),
    }


def as_maps(encoded: Encoded) -> Array:
    """Maps summed over channels, (n, height, width)."""
    return np.asarray(encoded.x.sum(axis=1)) if encoded.spec.kind == "channels" else encoded.x


def _density(values: Array, edges: Array) -> Array:
    return np.asarray(np.histogram(values, edges)[0] / (len(values) * np.diff(edges)))


def _floor_error(values: Array, edges: Array) -> Array:
    # an empty bin has the error of one count
    share = np.maximum(np.histogram(values, edges)[0], 1) / len(values)
    return np.asarray(np.sqrt(2 * share * (1 - share) / len(values)) / np.diff(edges))


def _plain(values: Array) -> list[float]:
    return [float(f"{value:.6g}") for value in values]


def density_errors(density: Array, edges: Array, n: int) -> Array:
    """Standard errors of a histogram of ``n`` samples that is normalized to 1, as for counts; those
    of an empty bin are of one sample.
    """
    widths = np.diff(edges)
    return np.asarray(np.sqrt(np.maximum(density * widths * n, 1)) / (n * widths))
