"""The distribution of total pT (or intensity), lost in normalization, as quantiles per class."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qdiffgui.data.types import UNLABELLED, Array

_GRID = np.linspace(0.0, 1.0, 257)


class Totals:
    """Quantiles of a positive number by class; an unknown label draws from all classes together."""

    def __init__(self, labels: Array, quantiles: Array) -> None:
        self.labels = labels
        self.quantiles = quantiles

    @classmethod
    def learn(cls, total: Array, label: Array) -> Totals:
        """From ``total`` (n,) and ``label`` (n,) of the training samples; empty samples (total 0)
        are left out.
        """
        lit = total > 0
        total, label = total[lit], label[lit]
        found = [key for key in np.unique(label) if key != UNLABELLED]
        rows = [np.quantile(total, _GRID)] + [
            np.quantile(total[label == key], _GRID) for key in found
        ]
        return cls(np.array([UNLABELLED, *found], dtype=np.int64), np.stack(rows))

    def draw(self, label: Array, seed: int) -> Array:
        """One number per sample by inverse transform, (n,) float64 for ``label`` (n,)."""
        u = np.random.default_rng([seed, 3]).random(len(label))
        out: Array = np.interp(u, _GRID, self.quantiles[0])
        for key, row in zip(self.labels[1:], self.quantiles[1:]):
            mine = label == key
            out[mine] = np.interp(u[mine], _GRID, row)
        return out

    def state(self) -> dict[str, Array]:
        return {"totals/labels": self.labels, "totals/quantiles": self.quantiles}

    @classmethod
    def from_state(cls, state: Mapping[str, Array]) -> Totals:
        labels = np.asarray(state["totals/labels"]).astype(np.int64, casting="same_kind")
        quantiles = np.asarray(state["totals/quantiles"]).astype(np.float64, casting="same_kind")
        if len(labels) < 1 or quantiles.shape != (len(labels), len(_GRID)):
            raise ValueError(f"{len(labels)} labels have quantiles of shape {quantiles.shape}")
        return cls(labels, quantiles)


def classes_to_state(classes: Mapping[int, str]) -> dict[str, Array]:
    """Label names as arrays that HDF5 can hold."""
    return {
        "classes/labels": np.array(list(classes), dtype=np.int64),
        "classes/names": np.array([name.encode() for name in classes.values()], dtype="S32"),
    }


def classes_from_state(state: Mapping[str, Array]) -> dict[int, str]:
    """Label to name, from the result of ``classes_to_state``; names are cut after 32 bytes."""
    return {
        int(label): bytes(name).decode()
        for label, name in zip(
            state["classes/labels"], np.asarray(state["classes/names"], dtype="S32")
        )
    }


def fractions(x: Array) -> Array:
    """Generated samples as rows (n, size) of fractions: negative parts are set to 0, and rows are
    divided by their sum. Rows without a positive part stay 0.
    """
    # an infinite cell gets everything and several share it; the largest float64 could not be summed
    finite = np.nan_to_num(
        x.reshape(len(x), -1).astype(np.float64), posinf=float(np.finfo(np.float32).max)
    )
    positive = np.maximum(finite, 0.0)
    total = positive.sum(axis=1, keepdims=True)
    out: Array = np.divide(positive, total, out=np.zeros_like(positive), where=total > 0)
    return out
