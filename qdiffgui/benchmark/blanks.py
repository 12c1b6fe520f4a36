"""What blank images do to every metric: measured on the data at hand, with and without them.

Blank images of a file are left out before anything is trained. Here as many as were left out are put back among the held-out images,
among the training images that make the floor, and among a model's own, each as an image of zeros.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from qdiffgui.benchmark.measure import MEMORY, Measurement, mixed
from qdiffgui.benchmark.over_seeds import over_seeds
from qdiffgui.data.types import UNLABELLED, Array, Encoded
from qdiffgui.evaluation import columns as table
from qdiffgui.evaluation import manifold
from qdiffgui.evaluation.columns import Cell, Column, Scale
from qdiffgui.evaluation.efp import efps
from qdiffgui.evaluation.report import scale_of
from qdiffgui.evaluation.view import View, look
from qdiffgui.experiment.prepare import Prepared

N_PARTICLES = 30
WITHOUT, WITH, GIVEN = "without", "with", "given"
"""Variants: no blank images; those of the data, while the model makes none; those of the data, and as many put among the model's."""


@dataclass(frozen=True)
class Blanks:
    """``share`` of blank images in the file, ``n`` images a side, ``table``: variant -> row -> column -> cell, over seeds; ``few``: labels
    of metrics for which n is too small to mean anything but this difference."""

    share: float
    n: int
    columns: tuple[Column, ...]
    table: Mapping[str, Mapping[str, Mapping[str, Cell]]]
    few: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "share": self.share, "n": self.n, "columns": [column.row() for column in self.columns], "few": list(self.few),
            "table": {v: {row: dict(cells) for row, cells in rows.items()} for v, rows in self.table.items()},
        }  # fmt: skip


def applies(prepared: Prepared) -> bool:
    """Whether there were blank images, and the data are maps, in which one can be put back."""
    return prepared.dataset.n_empty > 0 and prepared.train.spec.kind == "map"


def share(prepared: Prepared) -> float:
    """Blank images over all images of the file that were read."""
    return prepared.dataset.n_empty / (prepared.dataset.n_empty + len(prepared.dataset))


def study(prepared: Prepared, generated: Mapping[str, Encoded], seed: int) -> Measurement:
    """Every metric of one seed, all classes together. ``rows`` of the measurement: variant -> row ("floor" and the models) -> cells.

    Both sides always have the same number of images. How many of a side are blank is drawn anew for each, as it would be of real images.
    """
    rng = np.random.default_rng([seed, 47])
    n = n_a_side(prepared, generated)
    real = prepared.test.take(rng.permutation(len(prepared.test))[:n])
    floor = prepared.train.take(rng.permutation(len(prepared.train))[:n])
    models = {key: mixed(samples, real.label, seed)[:n] for key, samples in generated.items()}
    scale = scale_of(prepared.train, prepared.train_content, prepared.representation, seed)
    sides = {WITHOUT: {"floor": floor.x, **models}, GIVEN: {}, WITH: {}}

    def blanked(x: Array) -> Array:
        return with_blanks(x, int(rng.binomial(len(x), share(prepared))))

    sides[WITH] = {"floor": blanked(floor.x), **models}
    sides[GIVEN] = {key: blanked(x) for key, x in models.items()}
    real_x = {WITHOUT: real.x, WITH: blanked(real.x)}
    real_x[GIVEN] = real_x[WITH]
    one_blank = np.zeros_like(prepared.train.x[:1])  # as near a neighbour as many
    train_x = {WITHOUT: prepared.train.x, WITH: np.concatenate([prepared.train.x, one_blank])}
    train_x[GIVEN] = train_x[WITH]
    rows: dict[str, dict[str, dict[str, Cell]]] = {}
    names: tuple[str, ...] = ()
    for variant, samples in sides.items():
        held_out = _view(real_x[variant], prepared, seed)
        names = tuple(held_out.observables)
        rows[variant] = {
            key: _cells(x, real_x[variant], held_out, train_x[variant], prepared, scale, seed) for key, x in samples.items()
        }
        if "floor" in rows[variant]:
            rows[variant]["floor"][MEMORY] = None  # it is of the training samples themselves
    views = [c for c in table.for_views(names, scale) if not c.key.startswith("w1-relative:")]  # W1 itself says as much
    columns = [*views, *table.full_columns(names, ("sample", "cloud", "efp"))]
    return Measurement((*columns, Column(MEMORY, "Memorisation", "", "half")), {}, rows, {}, {}, ())


def n_a_side(prepared: Prepared, generated: Mapping[str, Encoded]) -> int:
    """Images that each side of every comparison has."""
    return min(len(prepared.train), len(prepared.test), *(len(samples) for samples in generated.values()))


def with_blanks(x: Array, n_blank: int) -> Array:
    """Images x (n, height, width), the last ``n_blank`` of them blank."""
    out = x.copy()
    out[len(x) - n_blank :] = 0
    return out


def pixel_clouds(x: Array, n_particles: int = N_PARTICLES) -> Array:
    """The brightest pixels of maps x (n, height, width) as clouds (n, n_particles, 3): row and column from the middle, in units of the
    frame's side, and share of the intensity; a blank image has none. FPD and KPD do not depend on the unit of the angles."""
    n, height, width = x.shape
    flat = x.reshape(n, -1).astype(np.float64)
    brightest = np.argsort(-flat, axis=1, kind="stable")[:, :n_particles]
    z = np.take_along_axis(flat, brightest, axis=1)
    row, column = np.divmod(brightest, width)
    cloud = np.stack([(row - (height - 1) / 2) / height, (column - (width - 1) / 2) / width, z], axis=2)
    return np.where(z[:, :, None] > 0, cloud, 0.0)


def too_few(n: int) -> tuple[str, ...]:
    """Labels of the metrics that n images a side are too few for."""
    return tuple(table.below_least(("sample", "observable", "cloud", "efp"), n))


def _view(x: Array, prepared: Prepared, seed: int) -> View:
    unlabelled = np.full(len(x), UNLABELLED, dtype=np.int8)
    return look(replace(prepared.test, x=x, label=unlabelled), prepared.representation, seed=seed)


def _cells(x: Array, real: Array, held_out: View, train: Array, prepared: Prepared, scale: Scale, seed: int) -> dict[str, Cell]:
    view = _view(x, prepared, seed + 1)
    clouds, real_clouds = pixel_clouds(x), pixel_clouds(real)
    cells = table.view_cells(view, held_out, scale, seed, few=True)
    pairs: Sequence[tuple[str, Mapping[str, Array], Mapping[str, Array]]] = (
        ("observable", view.observables, held_out.observables),
        ("sample", {"": view.features}, {"": held_out.features}),
        ("cloud", {"": clouds}, {"": real_clouds}),
        ("efp", {"": efps(clouds)}, {"": efps(real_clouds)}),
    )
    for of, generated, other in pairs:
        cells |= table.full_cells(generated, other, of, seed, few=True)
    cells[MEMORY] = manifold.memorisation(view.features, train.reshape(len(train), -1), held_out.features, seed=seed).plain()
    return cells


def over_seeds_of(prepared: Prepared, measurements: Sequence[Measurement], n: int) -> Blanks:
    """The studies of all seeds as one."""
    return Blanks(share(prepared), n, measurements[0].columns, over_seeds(measurements), too_few(n))
