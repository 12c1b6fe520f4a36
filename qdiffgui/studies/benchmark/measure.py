"""All models of one seed against the same held-out samples, with the floor and the trivial
generators, by every metric.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from qdiffgui.data.observables import names_for
from qdiffgui.data.types import Array, Encoded, Showers
from qdiffgui.evaluation import energy_mover, manifold
from qdiffgui.evaluation.baselines import baseline_label
from qdiffgui.evaluation.cells import feature_cells, full_cells, own_cells, tagger_cells
from qdiffgui.evaluation.class_samples import (
    ClassSamples,
    as_encoded,
    draw_baseline_samples,
    split_by_class,
)
from qdiffgui.evaluation.columns import (
    MEMORY,
    TAGGER,
    Column,
    Scale,
    feature_columns,
    full_columns,
    full_shortage,
    shortage,
)
from qdiffgui.evaluation.efp import efps
from qdiffgui.evaluation.features import (
    Features,
    classifier_features,
    constituents,
    extract_features,
)
from qdiffgui.evaluation.metric_value import Cell
from qdiffgui.evaluation.scales import scale_of
from qdiffgui.evaluation.shower_profile import profile
from qdiffgui.experiment.file_samples import FileSamples, shortages
from qdiffgui.experiment.prepare import Prepared
from qdiffgui.studies.benchmark.averages import average_tables

SMALLEST_LEAF = 20  # of scikit-learn's HistGradientBoostingClassifier
LEAST_APART = 200
"""Classes are judged separately if each has this many training and held-out samples, as the
classifier test needs.
"""


@dataclass(frozen=True)
class Measurement:
    """The metrics of one seed.

    ``rows`` maps class -> row key -> column -> cell. ``features`` and ``encoded`` map class -> row
    key -> features and samples, for plots.
    """

    columns: tuple[Column, ...]
    labels: Mapping[str, str]
    rows: Mapping[str, Mapping[str, Mapping[str, Cell]]]
    features: Mapping[str, Mapping[str, Features]]
    encoded: Mapping[str, Mapping[str, Encoded]]
    notes: tuple[str, ...]


def measure(
    prepared: Prepared,
    generated: Mapping[str, Encoded],
    labels: Mapping[str, str],
    n: int,
    seed: int,
    *,
    files: Mapping[str, FileSamples] | None = None,
    emd_radius: float = 1.0,
) -> Measurement:
    """Compare generated with held-out samples by every metric.

    Classes are compared separately if every model is conditioned on the class, and all together
    otherwise. On top of the columns of every report there are the registry's expensive metrics,
    ``memorisation``, and for two classes ``tagger``: the AUC on held-out jets of a quark/gluon
    tagger trained on generated ones.

    Parameters
    ----------
    prepared : Prepared
        Training and held-out samples: vectors, maps (with or without channels) or clouds.
    generated : mapping
        Model key -> its samples, at least ``n`` per class.
    labels : mapping
        Model key -> label of its row.
    n : int
        Samples on each side of a comparison, at most.
    seed : int
        Seed of subsampling and of the metrics.
    files : mapping, optional
        Row key -> samples made elsewhere. They do not change how the models are compared: a file
        has no row in a class of which it has no samples.
    emd_radius : float
        R of the energy mover's distance, rad.

    Returns
    -------
    Measurement
    """
    classes = _classes(prepared, generated)
    groups = split_by_class(
        prepared.train,
        prepared.test,
        prepared.train_content,
        prepared.test_content,
        classes,
        n,
        seed,
    )
    scale = scale_of(prepared.train, prepared.train_content, prepared.representation, seed)
    names: tuple[str, ...] = ()
    rows: dict[str, dict[str, dict[str, Cell]]] = {}
    views: dict[str, dict[str, Features]] = {}
    encoded: dict[str, dict[str, Encoded]] = {}
    outside = dict(files or {})
    for group in groups:
        samples = _samples(group, generated, outside, n, seed)
        encoded[group.name] = samples
        real = extract_features(
            group.test, prepared.representation, content=group.test_content, seed=seed
        )
        names = tuple(real.observables)
        views[group.name] = {"real": real} | {
            key: extract_features(
                x,
                prepared.representation,
                content=group.floor_content if key == "floor" else None,
                seed=seed + 1 + i,
            )
            for i, (key, x) in enumerate(samples.items())
        }
        judge = _Judge(group, real, prepared, scale, seed, emd_radius)
        rows[group.name] = {
            key: judge.cells(key, x, views[group.name][key]) for key, x in samples.items()
        }
    if len(groups) == 2:
        _add_taggers(rows, views, seed)
    columns = _columns(names, scale, prepared, two_classes=len(groups) == 2)
    known = {
        key: baseline_label(key, prepared.train.spec.kind)
        for group in groups
        for key in trivial_keys(rows[group.name], generated.keys() | outside.keys())
    }
    notes = [note for group in groups for note in _notes(group, prepared)]
    if "cloud" in _kinds(prepared):
        notes.append(energy_mover.radius_note(emd_radius))
    for file in outside.values():
        notes += [*file.notes, *shortages(file, classes, min(map(len, groups)))]
    return Measurement(
        tuple(columns),
        {**labels, "floor": "Floor", **known},
        rows,
        views,
        encoded,
        tuple(dict.fromkeys(notes)),
    )


def _notes(group: ClassSamples, prepared: Prepared) -> list[str]:
    """Notes on metrics that need more samples, and on maps too sparse for the classifier test."""
    notes = shortage(prepared.train.spec.kind, len(group))
    notes += full_shortage(("observable", *_kinds(prepared)), len(group))
    most = int((group.test.x.reshape(len(group), -1) > 0).sum(axis=0).max())
    if group.test.spec.kind == "map" and most < SMALLEST_LEAF:
        notes.append(
            f"No cell is lit in more than {most} of {len(group)} held-out samples, but the trees "
            f"of the classifier test need {SMALLEST_LEAF} samples per leaf or more. The test "
            "cannot see cells this sparse, only observables, so an AUC near 0.5 means little here."
        )
    return notes


def trivial_keys(rows: Mapping[str, Any], generated: Collection[str]) -> list[str]:
    """The keys of the rows of trivial generators."""
    return [key for key in rows if key not in generated and key != "floor"]


def _classes(prepared: Prepared, generated: Mapping[str, Encoded]) -> Mapping[int, str]:
    """The classes that are compared separately; none if a model is not conditioned on the class or
    if a class is too small.
    """
    classes = prepared.train.spec.classes
    conditioned = all(
        set(classes) <= set(np.unique(samples.label).tolist()) for samples in generated.values()
    )
    sizes = [
        int((side.label == label).sum())
        for side in (prepared.train, prepared.test)
        for label in classes
    ]
    return classes if conditioned and len(classes) > 1 and min(sizes) >= LEAST_APART else {}


def _samples(
    group: ClassSamples,
    generated: Mapping[str, Encoded],
    files: Mapping[str, FileSamples],
    n: int,
    seed: int,
) -> dict[str, Encoded]:
    """Row key -> samples: models first, then files, the floor and the trivial generators."""
    found: dict[str, Encoded] = {}
    for key, samples in generated.items():
        finite = samples.take(
            np.flatnonzero(np.isfinite(samples.x.reshape(len(samples), -1)).all(axis=1))
        )
        x = (
            mixed(finite, group.test.label, seed)
            if group.label is None
            else finite.x[finite.label == group.label]
        )
        if len(x):
            found[key] = as_encoded(x[: len(group)], group)
    for key, file in files.items():
        x = file.draw(n, group.label, seed)
        if len(x):
            found[key] = as_encoded(x[: len(group)], group)
    return found | {"floor": group.floor} | draw_baseline_samples(group, seed)


def mixed(samples: Encoded, labels: Array, seed: int) -> Array:
    """Samples x in the class mix of the held-out ``labels`` (n,); any samples of a model that is
    not conditioned on the class.
    """
    rng = np.random.default_rng([seed, 31])
    if not set(np.unique(labels).tolist()) <= set(np.unique(samples.label).tolist()):
        return np.asarray(samples.x[rng.permutation(len(samples))])
    rows = [
        rng.permutation(np.flatnonzero(samples.label == label))[: int((labels == label).sum())]
        for label in np.unique(labels)
    ]
    found: Array = samples.x[rng.permutation(np.concatenate(rows))]
    return found


class _Judge:
    """Compares samples with the held-out ones of a class, of which it decodes what it needs once.

    Parameters
    ----------
    group : ClassSamples
        The samples of the class.
    real : Features
        Features of its held-out samples.
    prepared : Prepared
        All data, with their representation.
    scale : Scale
        The scales of the observables.
    seed : int
        Seed of the metrics.
    emd_radius : float
        R of the energy mover's distance, rad.
    """

    def __init__(
        self,
        group: ClassSamples,
        real: Features,
        prepared: Prepared,
        scale: Scale,
        seed: int,
        emd_radius: float,
    ) -> None:
        self._emd_radius = emd_radius
        self._real, self._prepared, self._scale, self._seed = real, prepared, scale, seed
        self._train = classifier_features(group.train, prepared.representation)
        self._cloud = constituents(group.test, prepared.representation, seed=seed)
        self._efps = None if self._cloud is None else efps(self._cloud)
        self._showers = _profiles(group.test, prepared)

    def cells(self, key: str, x: Encoded, view: Features) -> dict[str, Cell]:
        """The row ``key`` of samples ``x`` with the features ``view``."""
        real, seed = self._real, self._seed
        cells = feature_cells(view, real, self._scale, seed)
        pairs: list[tuple[str, Mapping[str, Array], Mapping[str, Array]]] = [
            ("observable", view.observables, real.observables),
            ("sample", {"": view.features}, {"": real.features}),
        ]
        cloud = constituents(x, self._prepared.representation, seed=seed)
        showers = _profiles(x, self._prepared)
        if cloud is not None and self._cloud is not None and self._efps is not None:
            pairs.append(("cloud", {"": cloud}, {"": self._cloud}))
            pairs.append(("efp", {"": efps(cloud)}, {"": self._efps}))
        if showers is not None and self._showers is not None:
            pairs.append(("shower", {"": showers}, {"": self._showers}))
        for of, generated, other in pairs:
            options = {"radius": self._emd_radius} if of == "cloud" else {}
            cells |= full_cells(generated, other, of, seed, options=options)
        if key != "floor":  # the floor consists of training samples
            cells |= self._memorization(view)
        return cells

    def _memorization(self, view: Features) -> dict[str, Cell]:
        sides = (view.features, self._train, self._real.features)
        return own_cells(
            MEMORY,
            (*sides, self._seed),
            partial(manifold.memorization, *sides, seed=self._seed),
        )


def _profiles(encoded: Encoded, prepared: Prepared) -> Array | None:
    """Layer energies of decoded showers over the incident energy; None for other data."""
    if not _of_showers(prepared):
        return None
    decoded = prepared.representation.decode(encoded.x, encoded.label)
    return profile(decoded) if isinstance(decoded, Showers) else None


def _of_showers(prepared: Prepared) -> bool:
    return getattr(prepared.representation.config, "kind", "") == "layers"


def _add_taggers(
    rows: Mapping[str, dict[str, dict[str, Cell]]],
    views: Mapping[str, Mapping[str, Features]],
    seed: int,
) -> None:
    """Add the tagger AUC, one value for both classes, to the rows of both."""
    first, second = rows
    real = [views[name]["real"].features for name in (first, second)]
    for key in rows[first].keys() & rows[second].keys():
        sides = [views[name][key].features for name in (first, second)]
        cells = tagger_cells(sides, real, seed)
        for name in (first, second):
            rows[name][key] |= cells


def _columns(
    names: tuple[str, ...], scale: Scale, prepared: Prepared, *, two_classes: bool
) -> list[Column]:
    columns = feature_columns(names, scale) + full_columns(names, _kinds(prepared))
    columns.append(Column(MEMORY, "Memorization", "", "half"))
    return columns + ([Column(TAGGER, "Tagger transfer AUC", "", "floor")] if two_classes else [])


def _kinds(prepared: Prepared) -> tuple[str, ...]:
    """What the whole-sample metrics are computed from."""
    has_cells = prepared.train.spec.kind in ("map", "channels", "cloud") and bool(
        names_for(prepared.test_content)
    )
    if _of_showers(prepared):
        return ("sample", "shower")
    return ("sample", "cloud", "efp") if has_cells else ("sample",)


def average_over_seeds(
    measurements: Sequence[Measurement],
) -> dict[str, dict[str, dict[str, Cell]]]:
    """Mean and standard deviation of every cell, over the seeds that have it."""
    keys = dict.fromkeys(column.key for m in measurements for column in m.columns)
    return average_tables([m.rows for m in measurements], list(keys))
