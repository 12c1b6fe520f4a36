"""The comparison of a model with held-out data, with the real-against-real floor and with the trivial generators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from qdiffgui.data.representation import Representation
from qdiffgui.data.types import Encoded, Physical
from qdiffgui.evaluation import columns as table
from qdiffgui.evaluation import pictures
from qdiffgui.evaluation.baselines import label_of
from qdiffgui.evaluation.columns import Cell, Column, Scale
from qdiffgui.evaluation.groups import Group, Sampler, draw, split_by_class, trivial
from qdiffgui.evaluation.states import block_size
from qdiffgui.evaluation.verdict import verdict
from qdiffgui.evaluation.view import View, describe, look
from qdiffgui.evaluation.wasserstein import w1

_SCALE_SAMPLES = 5000
_SEPARATED = 0.1
_SIGMAS = 3.0
_LEVEL = "Real jets are held-out simulation, at generator level for those that ship; they are not collision data."
_CODED = (
    "Observables of maps are computed after encoding and decoding, for real and generated samples alike: what the representation "
    "loses is not held against the model."
)
_OF_CLOUDS = (
    "A cloud holds the leading constituents only: its observables are of these, for real and generated samples alike. How many there "
    "are is drawn from the training jets of the class and not modelled; total pT neither."
)
_OF_SHOWERS = (
    "Layer energies and the incident energy of showers are learned together, and compared after encoding and decoding; voxels inside a "
    "layer are not modelled."
)
_NO_MULTIPLICITY = "Multiplicity is not in such a map: it is not modelled and not compared."


def evaluate(
    *, train: Encoded, test: Encoded, train_content: Physical, test_content: Physical, representation: Representation,
    sampler: Sampler, classes: Mapping[int, str], n_generated: int, seed: int = 0,
) -> dict[str, Any]:  # fmt: skip
    """The content of ``metrics.json``; the same for the same arguments.

    sampler(n, label, seed) -> x (n, *shape), encoded like ``train.x``.      classes : label -> name of the classes the sampler can be asked
    for; empty: it is asked without label and judged on all held-out samples together. ``representation`` must be fitted.

    In each class everything is compared at one number of samples: the least of ``n_generated``, held-out and training samples. The
    floor is that many training samples against the held-out ones: real against real, disjoint.
    """
    groups = split_by_class(train, test, train_content, test_content, classes, n_generated, seed)
    if train.spec.kind in ("state", "density"):
        report = _of_states(groups, sampler, n_generated, seed)
    else:
        scale = scale_of(train, train_content, representation, seed)
        report = _of_views(groups, sampler, n_generated, representation, scale, seed)
    shortages = {note for group in groups for note in table.shortage(train.spec.kind, len(group))}
    report |= {"n_generated": n_generated, "n_test": len(test), "classes": [group.name for group in groups]}
    report["notes"] += sorted(shortages)
    report["verdict"] = verdict(report["rows"], report["columns"], report["classes"], kind=train.spec.kind)
    return report


def _of_states(groups: list[Group], sampler: Sampler, n_generated: int, seed: int) -> dict[str, Any]:
    rows, notes = [], []
    spec = groups[0].train.spec
    for group in groups:
        model, note = draw(group, sampler, n_generated, seed)
        n = block_size(len(group))
        notes += [note, f"W ({group.name}) compares blocks of {n} states with blocks of {n}; it falls with that number."]
        for key, encoded in {"model": model, "floor": group.floor, **trivial(group, seed)}.items():
            cells = {} if encoded is None else table.state_cells(encoded.x, group.test.x, seed)
            rows.append(_row(key, spec.kind, group, cells))
    columns = table.for_states(spec.shape[0].bit_length() - 1, spec.kind)
    notes.append("Phases and amplitudes are those of a simulation: on hardware they would have to be measured on many copies.")
    return _report(columns, rows, notes)


def _of_views(
    groups: list[Group], sampler: Sampler, n_generated: int, representation: Representation, scale: Scale, seed: int
) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    histograms: list[dict[str, Any]] = []
    profiles: list[dict[str, Any]] = []
    notes: list[str] = []
    names: tuple[str, ...] = ()
    for group in groups:
        kind = group.train.spec.kind
        real = look(group.test, representation, content=group.test_content, seed=seed)
        names = tuple(real.observables)
        model, note = draw(group, sampler, n_generated, seed)
        notes.append(note)
        views: dict[str, View | None] = {
            "model": None if model is None else look(model, representation, seed=seed + 1),
            "floor": look(group.floor, representation, content=group.floor_content, seed=seed + 2),
        }
        views |= {key: look(encoded, representation, seed=seed + 3) for key, encoded in trivial(group, seed).items()}
        for key, view in views.items():
            cells = {} if view is None else table.view_cells(view, real, scale, seed)
            rows.append(_row(key, kind, group, cells))
        histograms += pictures.histograms(views["model"], real, group.name)
        if group.train.spec.of_fractions:
            profiles.append(pictures.profile(model, group.test, representation, group.name))
    notes = _about(groups[0].train.spec.kind, names, scale) + notes
    report = _report(table.for_views(names, scale), rows, notes)
    return report | {"histograms": histograms, "profile": {"kind": "map", "classes": profiles} if profiles else {}}


def _row(key: str, kind: str, group: Group, cells: Mapping[str, Cell]) -> dict[str, Any]:
    label = {"model": "Model", "floor": "Real (floor)"}.get(key) or label_of(key, kind)
    return {"key": key, "label": label, "class": group.name, "n": len(group), "values": dict(cells)}


def _report(columns: list[Column], rows: list[dict[str, Any]], notes: list[str]) -> dict[str, Any]:
    for row in rows:
        row["values"] = {column.key: row["values"].get(column.key) for column in columns}
    return {
        "columns": [column.row() for column in columns], "rows": rows, "histograms": [], "profile": {},
        "notes": [note for note in dict.fromkeys(notes) if note],
    }  # fmt: skip


def _about(kind: str, names: tuple[str, ...], scale: Scale) -> list[str]:
    notes = [_LEVEL] if "mass" in names or "width" in names or kind == "vector" else []
    if kind in ("map", "channels"):
        notes += [_CODED] + ([_NO_MULTIPLICITY] if "mass" in names else [])
    if "depth" in names:
        notes.append(_OF_SHOWERS)
    if kind == "cloud":
        notes.append(_OF_CLOUDS)
    unscaled = [describe(name)[0] for name in names if name not in scale.values]
    if unscaled:
        notes.append(f"{', '.join(unscaled)} does not tell the classes apart: it has no {scale.unit} and is not in the mean.")
    return notes


def scale_of(train: Encoded, content: Physical, representation: Representation, seed: int) -> Scale:
    """W1 between the classes where there are just two and any observable tells them apart, on training samples; else the standard
    deviation of each observable."""
    rng = np.random.default_rng([seed, 99])
    whole = _sample(train, content, representation, np.arange(len(train)), rng)
    sigma = {name: float(values.std()) for name, values in whole.observables.items()}
    known = [label for label in train.spec.classes if (train.label == label).any()]
    spread = Scale({name: value for name, value in sigma.items() if value > 0}, "σ")
    if len(known) != 2:
        return spread
    a, b = (_sample(train, content, representation, np.flatnonzero(train.label == label), rng) for label in known)
    least = max(_SEPARATED, _SIGMAS * float(np.sqrt(1 / len(a) + 1 / len(b))))  # what chance gives must not be a scale
    between = {name: w1(a.observables[name], b.observables[name]) for name in sigma}
    first, second = (train.spec.classes[label] for label in reversed(known))
    separated = {name: v for name, v in between.items() if v > least * sigma[name]}
    return Scale(separated, f"W1({first}, {second})") if separated else spread


def _sample(train: Encoded, content: Physical, representation: Representation, rows: Any, rng: np.random.Generator) -> View:
    rows = rng.choice(rows, min(len(rows), _SCALE_SAMPLES), replace=False)
    return look(train.take(rows), representation, content=content.take(rows))
