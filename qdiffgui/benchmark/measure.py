"""All contestants of one seed against the same held-out samples, with the floor and the trivial generators, by every metric there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from qdiffgui.data.clouds import leading
from qdiffgui.data.observables import names_for
from qdiffgui.data.types import Array, Encoded, Jets, Showers
from qdiffgui.evaluation import columns as table
from qdiffgui.evaluation import manifold, tagger
from qdiffgui.evaluation.baselines import label_of
from qdiffgui.evaluation.columns import Cell, Column, Scale
from qdiffgui.evaluation.efp import efps
from qdiffgui.evaluation.groups import Group, like, split_by_class, trivial
from qdiffgui.evaluation.report import scale_of
from qdiffgui.evaluation.shower_profile import profile
from qdiffgui.evaluation.view import View, features_of, look
from qdiffgui.experiment.prepare import Prepared

MEMORY, TAGGER = "memorisation", "tagger"
_LOWEST_TAGGER = 200
SMALLEST_LEAF = 20  # of scikit-learn's HistGradientBoostingClassifier
LEAST_APART = 200
"""Held-out and training samples that every class must have to be judged alone: what the classifier test needs."""


@dataclass(frozen=True)
class Measurement:
    """What one seed gave. ``rows``: class -> row key -> column -> cell; ``views``: class -> row key -> view, for figures."""

    columns: tuple[Column, ...]
    labels: Mapping[str, str]
    rows: Mapping[str, Mapping[str, Mapping[str, Cell]]]
    views: Mapping[str, Mapping[str, View]]
    encoded: Mapping[str, Mapping[str, Encoded]]
    notes: tuple[str, ...]


def measure(prepared: Prepared, generated: Mapping[str, Encoded], labels: Mapping[str, str], n: int, seed: int) -> Measurement:
    """Judge ``generated`` (model key -> its samples, at least ``n`` a class) on held-out samples, class by class where every model can be
    told the class, else all together. Samples are vectors, maps (with channels or without) or clouds.

    Besides the columns of every report: the metrics of the registry that are too dear for it; ``memorisation``; and, of two classes,
    ``tagger``: the AUC on real jets of a quark/gluon tagger trained on the row's samples.
    """
    classes = _classes(prepared, generated)
    groups = split_by_class(
        prepared.train, prepared.test, prepared.train_content, prepared.test_content, classes, n, seed
    )  # fmt: skip
    scale = scale_of(prepared.train, prepared.train_content, prepared.representation, seed)
    names: tuple[str, ...] = ()
    rows: dict[str, dict[str, dict[str, Cell]]] = {}
    views: dict[str, dict[str, View]] = {}
    encoded: dict[str, dict[str, Encoded]] = {}
    for group in groups:
        samples = _samples(group, generated, seed)
        encoded[group.name] = samples
        real = look(group.test, prepared.representation, content=group.test_content, seed=seed)
        names = tuple(real.observables)
        views[group.name] = {"real": real} | {
            key: look(
                x, prepared.representation, content=group.floor_content if key == "floor" else None, seed=seed + 1 + i
            )
            for i, (key, x) in enumerate(samples.items())
        }  # fmt: skip
        rows[group.name] = {
            key: _cells(key, x, views[group.name][key], real, group, prepared, scale, seed) for key, x in samples.items()
        }
    if len(groups) == 2:
        _add_taggers(rows, views, seed)
    columns = _columns(names, scale, prepared, two_classes=len(groups) == 2)
    known = {
        key: label_of(key, prepared.train.spec.kind) for group in groups for key in trivial_keys(rows[group.name], generated)
    }
    notes = tuple(note for group in groups for note in _notes(group, prepared))
    return Measurement(
        tuple(columns), {**labels, "floor": "Real (floor)", **known}, rows, views, encoded, tuple(dict.fromkeys(notes))
    )  # fmt: skip


def _notes(group: Group, prepared: Prepared) -> list[str]:
    """What cannot be said of so few samples, or of maps so sparse that the trees of the classifier test cannot split on any cell."""
    notes = table.shortage(prepared.train.spec.kind, len(group))
    notes += table.full_shortage(("observable", *_kinds(prepared)), len(group))
    lit = (group.test.x.reshape(len(group), -1) > 0).sum(axis=0)
    most = int(np.minimum(lit, len(group) - lit).max())
    if group.test.spec.kind == "map" and most < SMALLEST_LEAF:
        notes.append(
            f"No cell is lit in more than {most} of {len(group)} real samples, and the trees of the classifier test split off no fewer "
            f"than {SMALLEST_LEAF}: between samples as sparse as the real ones it sees nothing, and an AUC near .5 says little here."
        )
    return notes


def trivial_keys(rows: Mapping[str, Any], generated: Mapping[str, Any]) -> list[str]:
    """The row keys that are trivial generators."""
    return [key for key in rows if key not in generated and key != "floor"]


def _classes(prepared: Prepared, generated: Mapping[str, Encoded]) -> Mapping[int, str]:
    """The classes that are judged apart; none where a model is not told them, or where one is too small to be judged alone."""
    classes = prepared.train.spec.classes
    told = all(set(classes) <= set(np.unique(samples.label).tolist()) for samples in generated.values())
    sizes = [int((side.label == label).sum()) for side in (prepared.train, prepared.test) for label in classes]
    return classes if told and len(classes) > 1 and min(sizes) >= LEAST_APART else {}


def _samples(group: Group, generated: Mapping[str, Encoded], seed: int) -> dict[str, Encoded]:
    """Row key -> samples: models first, then the floor and the trivial generators."""
    found: dict[str, Encoded] = {}
    for key, samples in generated.items():
        finite = samples.take(np.flatnonzero(np.isfinite(samples.x.reshape(len(samples), -1)).all(axis=1)))
        x = mixed(finite, group.test.label, seed) if group.label is None else finite.x[finite.label == group.label]
        if len(x):
            found[key] = like(x[: len(group)], group)
    return found | {"floor": group.floor} | trivial(group, seed)


def mixed(samples: Encoded, labels: Array, seed: int) -> Array:
    """Samples x of the classes ``labels`` (n,) of held-out ones, in that mix; any samples of a model that is not told classes."""
    rng = np.random.default_rng([seed, 31])
    if not set(np.unique(labels).tolist()) <= set(np.unique(samples.label).tolist()):
        return np.asarray(samples.x[rng.permutation(len(samples))])
    rows = [
        rng.permutation(np.flatnonzero(samples.label == label))[: int((labels == label).sum())] for label in np.unique(labels)
    ]
    found: Array = samples.x[rng.permutation(np.concatenate(rows))]
    return found


def _cells(
    key: str, x: Encoded, view: View, real: View, group: Group, prepared: Prepared, scale: Scale, seed: int
) -> dict[str, Cell]:
    cells = table.view_cells(view, real, scale, seed)
    cells |= table.full_cells(view.observables, real.observables, "observable", seed)
    cells |= table.full_cells({"": view.features}, {"": real.features}, "sample", seed)
    clouds = [_cloud(side, prepared, seed) for side in (x, group.test)]
    if clouds[0] is not None and clouds[1] is not None:
        cells |= table.full_cells({"": clouds[0]}, {"": clouds[1]}, "cloud", seed)
        cells |= table.full_cells({"": efps(clouds[0])}, {"": efps(clouds[1])}, "efp", seed)
    showers = [_profiles(side, prepared) for side in (x, group.test)]
    if showers[0] is not None and showers[1] is not None:
        cells |= table.full_cells({"": showers[0]}, {"": showers[1]}, "shower", seed)
    if key != "floor":  # the floor is of the training samples themselves
        cells[MEMORY] = manifold.memorisation(
            view.features, features_of(group.train, prepared.representation), real.features, seed=seed
        ).plain()
    return cells


def _cloud(encoded: Encoded, prepared: Prepared, seed: int) -> Array | None:
    """Clouds as they are, decoded jets as clouds of their cells; None for what has no constituents."""
    if encoded.spec.kind == "cloud":
        return encoded.x.astype(np.float64)
    if not encoded.spec.of_fractions:
        return None
    decoded = prepared.representation.decode(encoded.x, encoded.label, seed=seed)
    return leading(decoded) if isinstance(decoded, Jets) else None


def _profiles(encoded: Encoded, prepared: Prepared) -> Array | None:
    """Layer energies of decoded showers over the incident ones; None for what are no showers."""
    if not _of_showers(prepared):
        return None
    decoded = prepared.representation.decode(encoded.x, encoded.label)
    return profile(decoded) if isinstance(decoded, Showers) else None


def _of_showers(prepared: Prepared) -> bool:
    return getattr(prepared.representation.config, "kind", "") == "layers"


def _add_taggers(rows: Mapping[str, dict[str, dict[str, Cell]]], views: Mapping[str, Mapping[str, View]], seed: int) -> None:
    """The same AUC stands in both classes: it is of both together."""
    first, second = rows
    real = [views[name]["real"].features for name in (first, second)]
    truth, label = np.concatenate(real), np.repeat([0, 1], [len(side) for side in real])
    for key in rows[first].keys() & rows[second].keys():
        sides = [views[name][key].features for name in (first, second)]
        if min(map(len, sides)) < _LOWEST_TAGGER:
            continue
        own = np.repeat([0, 1], [len(side) for side in sides])
        cell = tagger.tagger_auc(np.concatenate(sides), own, truth, label, seed=seed).plain()
        for name in (first, second):
            rows[name][key][TAGGER] = cell


def _columns(names: tuple[str, ...], scale: Scale, prepared: Prepared, *, two_classes: bool) -> list[Column]:
    columns = table.for_views(names, scale) + table.full_columns(names, _kinds(prepared))
    columns.append(Column(MEMORY, "Memorisation", "", "half"))
    return columns + ([Column(TAGGER, "Tagger transfer AUC", "", "floor")] if two_classes else [])


def _kinds(prepared: Prepared) -> tuple[str, ...]:
    """What the metrics of whole samples may be of."""
    has_cells = prepared.train.spec.kind in ("map", "channels", "cloud") and bool(names_for(prepared.test_content))
    if _of_showers(prepared):
        return ("sample", "shower")
    return ("sample", "cloud", "efp") if has_cells else ("sample",)
