"""Weights of stored files are loaded here, for models of every kind: completely, or not at all."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qdiffgui.data.stored_arrays import load_exactly, require_finite, require_like
from qdiffgui.data.types import Array
from qdiffgui.errors import DataError
from qdiffgui.models.base import DiffusionModel

_TOLERANCE = 1e-3


def load_weights(model: DiffusionModel, weights: Mapping[str, Array]) -> None:
    """Load the weights of a trained model into an untrained one of the same settings.

    Parameters
    ----------
    model : DiffusionModel
        An untrained model. If this raises, do not use it.
    weights : mapping of str to array
        What ``model.weights()`` returned after training.

    Raises
    ------
    DataError
        If an array is missing, unknown, of another shape or type than the settings give it, not
        finite, or otherwise not what training leaves.
    """
    parts = tuple(f"{part}/" for part in model.parts_of_any_shape)
    free = {name: values for name, values in weights.items() if name.startswith(parts)}
    require_finite(free)
    require_like(
        {name: values for name, values in weights.items() if name not in free},
        {name: values for name, values in model.weights().items() if not name.startswith(parts)},
        model.weights_of_any_length,
    )
    _check_meaning(model, weights)
    load_exactly(weights, model.load_weights, model.weights)


def _check_meaning(model: DiffusionModel, weights: Mapping[str, Array]) -> None:
    """Check the arrays that have one name in all models: the proportions of the classes, the class
    of a model of one class, the diffusion step reached.
    """
    for name, values in weights.items():
        match name.rpartition("/")[2]:
            case "mix" if not _are_proportions(values):
                raise DataError(f"'{name}' is not a list of proportions")
            case "label" if values.ndim == 0 and not -128 <= int(values) < 128:
                raise DataError(f"'{name}' is {values}, which is no class")
            case "reached" if values.ndim == 0 and not 0 <= int(values) <= _n_steps(model):
                raise DataError(f"'{name}' is {values}, expected 0 to {_n_steps(model)}")


def _are_proportions(values: Array) -> bool:
    """Whether they sum to 1; data without classes have none."""
    whole = not values.size or abs(float(np.sum(values)) - 1) < _TOLERANCE
    return bool((values >= 0).all() and whole)


def _n_steps(model: DiffusionModel) -> int:
    return int(getattr(model, "n_diffusion_steps", 2**31))
