"""The effect of blank images on every metric, measured with and without them.

Blank images of a file are left out before training. Here as many are put back among the held-out
images, among the training images that make the floor, and among the model's own samples, each as an
image of zeros.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from qdiffgui.data.types import UNLABELLED, Array, Encoded
from qdiffgui.evaluation import manifold
from qdiffgui.evaluation.cells import feature_cells, full_cells, own_cells
from qdiffgui.evaluation.columns import (
    MEMORY,
    Column,
    Scale,
    below_least,
    feature_columns,
    full_columns,
)
from qdiffgui.evaluation.efp import efps
from qdiffgui.evaluation.features import Features, extract_features
from qdiffgui.evaluation.metric_value import Cell
from qdiffgui.evaluation.scales import scale_of
from qdiffgui.experiment.prepare import Prepared
from qdiffgui.studies.benchmark.measure import Measurement, average_over_seeds, mixed

N_PARTICLES = 30
WITHOUT, WITH, GIVEN = "without", "with", "given"
"""Variants: no blank images; blank images in the data only; blank images in the data and as many
among the model's samples.
"""


@dataclass(frozen=True)
class BlankImages:
    """The effect of blank images over all seeds.

    ``share`` is the fraction of blank images in the file, ``n`` the number of images on each side
    of a comparison, and ``table`` maps variant -> row -> column -> cell. ``few`` lists the labels
    of metrics for which n is too small: only their differences mean something.
    """

    share: float
    n: int
    columns: tuple[Column, ...]
    table: Mapping[str, Mapping[str, Mapping[str, Cell]]]
    few: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "share": self.share,
            "n": self.n,
            "columns": [column.row() for column in self.columns],
            "few": list(self.few),
            "table": {
                v: {row: dict(cells) for row, cells in rows.items()}
                for v, rows in self.table.items()
            },
        }


def has_blank_images(prepared: Prepared) -> bool:
    """Whether the data are maps and the file had blank images."""
    return prepared.dataset.n_empty > 0 and prepared.train.spec.kind == "map"


def blank_share(prepared: Prepared) -> float:
    """The fraction of blank images among all images that were read."""
    return prepared.dataset.n_empty / (prepared.dataset.n_empty + len(prepared.dataset))


def measure_blank_images(
    prepared: Prepared, generated: Mapping[str, Encoded], seed: int
) -> Measurement:
    """Every metric of one seed, all classes together. ``rows`` maps variant -> row ("floor" and the
    models) -> cells.

    Both sides have the same number of images. The number of blank images is drawn for each side
    separately, as for real images.
    """
    rng = np.random.default_rng([seed, 47])
    n = n_per_side(prepared, generated)
    real = prepared.test.take(rng.permutation(len(prepared.test))[:n])
    floor = prepared.train.take(rng.permutation(len(prepared.train))[:n])
    models = {key: mixed(samples, real.label, seed)[:n] for key, samples in generated.items()}
    scale = scale_of(prepared.train, prepared.train_content, prepared.representation, seed)
    sides = {WITHOUT: {"floor": floor.x, **models}, GIVEN: {}, WITH: {}}

    def blanked(x: Array) -> Array:
        return with_blanks(x, int(rng.binomial(len(x), blank_share(prepared))))

    sides[WITH] = {"floor": blanked(floor.x), **models}
    sides[GIVEN] = {key: blanked(x) for key, x in models.items()}
    real_x = {WITHOUT: real.x, WITH: blanked(real.x)}
    real_x[GIVEN] = real_x[WITH]
    one_blank = np.zeros_like(prepared.train.x[:1])  # one is as near a neighbor as many
    train_x = {WITHOUT: prepared.train.x, WITH: np.concatenate([prepared.train.x, one_blank])}
    train_x[GIVEN] = train_x[WITH]
    rows: dict[str, dict[str, dict[str, Cell]]] = {}
    names: tuple[str, ...] = ()
    for variant, samples in sides.items():
        held_out = _view(real_x[variant], prepared, seed)
        names = tuple(held_out.observables)
        rows[variant] = {
            key: _cells(x, real_x[variant], held_out, train_x[variant], prepared, scale, seed)
            for key, x in samples.items()
        }
        if "floor" in rows[variant]:
            rows[variant]["floor"][MEMORY] = None  # the floor consists of training samples
    views = [
        c for c in feature_columns(names, scale) if not c.key.startswith("w1-relative:")
    ]  # W1 itself has the same information
    columns = [*views, *full_columns(names, ("sample", "cloud", "efp"))]
    return Measurement((*columns, Column(MEMORY, "Memorization", "", "half")), {}, rows, {}, {}, ())


def n_per_side(prepared: Prepared, generated: Mapping[str, Encoded]) -> int:
    """The number of images on each side of every comparison."""
    return min(
        len(prepared.train), len(prepared.test), *(len(samples) for samples in generated.values())
    )


def with_blanks(x: Array, n_blank: int) -> Array:
    """Images x (n, height, width) with the last ``n_blank`` set to zero."""
    out = x.copy()
    out[len(x) - n_blank :] = 0
    return out


def pixel_clouds(x: Array, n_particles: int = N_PARTICLES) -> Array:
    """The brightest pixels of maps x (n, height, width) as clouds (n, n_particles, 3): row and
    column from the center in units of the frame's side, and the fraction of the intensity. A blank
    image has none. FPD and KPD do not depend on the unit of the angles.
    """
    n, height, width = x.shape
    flat = x.reshape(n, -1).astype(np.float64)
    brightest = np.argsort(-flat, axis=1, kind="stable")[:, :n_particles]
    z = np.take_along_axis(flat, brightest, axis=1)
    row, column = np.divmod(brightest, width)
    cloud = np.stack(
        [(row - (height - 1) / 2) / height, (column - (width - 1) / 2) / width, z], axis=2
    )
    return np.where(z[:, :, None] > 0, cloud, 0.0)


def too_few(n: int) -> tuple[str, ...]:
    """Labels of the metrics that need more than n images on each side."""
    return tuple(below_least(("sample", "observable", "cloud", "efp"), n))


def _view(x: Array, prepared: Prepared, seed: int) -> Features:
    unlabelled = np.full(len(x), UNLABELLED, dtype=np.int8)
    return extract_features(
        replace(prepared.test, x=x, label=unlabelled), prepared.representation, seed=seed
    )


def _cells(
    x: Array,
    real: Array,
    held_out: Features,
    train: Array,
    prepared: Prepared,
    scale: Scale,
    seed: int,
) -> dict[str, Cell]:
    view = _view(x, prepared, seed + 1)
    clouds, real_clouds = pixel_clouds(x), pixel_clouds(real)
    cells = feature_cells(view, held_out, scale, seed, few=True)
    pairs: Sequence[tuple[str, Mapping[str, Array], Mapping[str, Array]]] = (
        ("observable", view.observables, held_out.observables),
        ("sample", {"": view.features}, {"": held_out.features}),
        ("cloud", {"": clouds}, {"": real_clouds}),
        ("efp", {"": efps(clouds)}, {"": efps(real_clouds)}),
    )
    for of, generated, other in pairs:
        cells |= full_cells(generated, other, of, seed, few=True)
    given = (view.features, train.reshape(len(train), -1), held_out.features)
    memorization = partial(manifold.memorization, *given, seed=seed)
    return cells | own_cells(MEMORY, (*given, seed), memorization)


def combine_seeds(prepared: Prepared, measurements: Sequence[Measurement], n: int) -> BlankImages:
    """Average the measurements of all seeds."""
    return BlankImages(
        blank_share(prepared),
        n,
        measurements[0].columns,
        average_over_seeds(measurements),
        too_few(n),
    )
