"""The report of samples made elsewhere: compared with reference samples by every metric that fits,
next to the floor and, if there are training samples, the trivial generators.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from qdiffgui import progress
from qdiffgui.data.types import UNLABELLED, Array, Encoded, Physical
from qdiffgui.errors import DataError
from qdiffgui.evaluation import energy_mover, manifold, strong_classifier
from qdiffgui.evaluation import histograms as plots
from qdiffgui.evaluation.baselines import baseline_label, baselines_for
from qdiffgui.evaluation.cells import (
    feature_cells,
    full_cells,
    own_cells,
    state_cells,
    tagger_cells,
)
from qdiffgui.evaluation.checks import Checks
from qdiffgui.evaluation.columns import (
    MEMORY,
    TAGGER,
    Column,
    feature_columns,
    full_columns,
    full_shortage,
    shortage,
    state_columns,
)
from qdiffgui.evaluation.features import Features
from qdiffgui.evaluation.metric_value import Cell, class_prefix
from qdiffgui.evaluation.report import VERSION
from qdiffgui.evaluation.samples.common import to_common
from qdiffgui.evaluation.samples.source import Samples
from qdiffgui.evaluation.samples.subject import Subject, subject_of
from qdiffgui.evaluation.samples.verdict import verdict
from qdiffgui.evaluation.scales import scale_between
from qdiffgui.evaluation.verdict import verdict_sentences

LEAST = 30
"""Fewer samples of a class on any side cannot be compared by any metric."""
N_SAMPLES = 5000


@dataclass(frozen=True)
class Sides:
    """The rows of one class, or of all classes together, in equal numbers: generated, reference,
    floor (or None), and all training samples of the class (or None).
    """

    name: str
    generated: Physical
    reference: Physical
    floor: Physical | None
    train: Physical | None

    def __len__(self) -> int:
        return len(self.reference)


def compare_samples(
    generated: Samples,
    reference: Samples,
    train: Samples | None = None,
    *,
    n: int = N_SAMPLES,
    label: str = "",
    seed: int = 0,
    emd_radius: float = 1.0,
    thorough: bool = False,
) -> dict[str, Any]:
    """Compare generated with reference samples.

    Classes that both name are compared separately; without such classes, all samples together.
    Everything is compared at one number of samples per class, drawn at random with ``seed``.

    Parameters
    ----------
    generated, reference : Samples
        What is judged, and samples that no model was trained on.
    train : Samples, optional
        What the model was trained on: the floor and the trivial generators are computed from them.
        Default: the training samples of the reference, if it is a data set of qdiffgui.
    n : int
        Largest number of samples of a class on each side.
    label : str
        Compare with this class of the reference only.
    seed : int
        Seed of the choice of samples, the trivial generators and the errors.
    emd_radius : float
        R of the energy mover's distance, rad; 1 is JetNet's.
    thorough : bool
        Whether to add the thorough checks; see ``evaluation.evaluate``.

    Returns
    -------
    dict
        As the report of a model (``evaluation.evaluate``); the row ``"model"`` is that of
        ``generated``. Also ``generated``, ``reference`` and ``train``: their names. Classes without
        a floor have no tests with p-values.

    Raises
    ------
    DataError
        If the samples cannot be compared; the message says why.
    """
    given = train or (
        None
        if reference.train is None
        else Samples(f"{reference.name}, training", reference.train, reference.classes)
    )
    sides = [generated, reference] + ([given] if given is not None else [])
    if given is not None and given.digest == reference.digest:
        raise DataError(
            "Expected reference samples that were not used for training; "
            f"'{reference.name}' and '{given.name}' hold the same samples."
        )
    contents, notes = to_common([side.content for side in sides], [side.name for side in sides])
    subject = subject_of(contents, contents[-1])
    of_class = list(_classes(sides, contents, label, n, seed))
    checks = Checks(thorough=thorough)
    is_of_states = subject.kind in ("state", "density")
    report = (
        _compare_states(subject, of_class, checks, seed)
        if is_of_states
        else _compare_features(subject, of_class, checks, seed, emd_radius)
    )
    report |= checks.plain()
    rows, columns, names = report["rows"], report["columns"], [side.name for side in of_class]
    for row in rows:
        if row["key"] == "model":
            row["label"] = generated.name
    sizes = {note for side in of_class for note in shortage(subject.kind, len(side))}
    if generated.digest == reference.digest:
        notes.append("The generated samples are the reference samples.")
    said = dict.fromkeys(
        [*notes, *report["notes"], *sorted(sizes), *(x for side in sides for x in side.notes)]
    )
    return report | {
        "version": VERSION,
        "generated": generated.name,
        "reference": reference.name,
        "train": None if given is None else given.name,
        "n_generated": max(map(len, of_class)),
        "n_test": len(reference),
        "classes": names,
        "profile": {},
        "notes": list(said),
        "verdict": verdict_sentences(rows, columns, names, kind=subject.kind)
        if given is not None
        else verdict(rows, columns, names),
    }


def _classes(
    sides: list[Samples], contents: list[Physical], label: str, n: int, seed: int
) -> Iterator[Sides]:
    """The rows of each class that all sides name; of all together if there is none."""
    names = [set(_names(side, content)) for side, content in zip(sides, contents)]
    if label and label not in names[1]:
        raise DataError(
            f"Expected the class '{label}' in '{sides[1].name}'; it has "
            f"{', '.join(sorted(names[1])) or 'no classes'}."
        )
    shared = sorted(set.intersection(*names)) if not label else []
    rows = [_rows_by_class(side, content) for side, content in zip(sides, contents)]
    chosen: list[tuple[str, list[Array]]] = [(name, [r[name] for r in rows]) for name in shared]
    if label:
        everything = rows[0].get(label, np.arange(len(contents[0])))
        chosen = [(label, [everything, *(r.get(label, r[""]) for r in rows[1:])])]
    if not chosen:
        chosen = [("all", [r[""] for r in rows])]
    for name, found in chosen:
        yield _equal_numbers(name, contents, found, n, seed)


def _names(side: Samples, content: Physical) -> list[str]:
    return [side.classes[k] for k in np.unique(content.label).tolist() if k in side.classes]


def _rows_by_class(side: Samples, content: Physical) -> dict[str, Array]:
    """Class name -> rows; "" -> all rows."""
    return {"": np.arange(len(content))} | {
        name: np.flatnonzero(content.label == k) for k, name in side.classes.items()
    }


def _equal_numbers(
    name: str, contents: list[Physical], rows: list[Array], n: int, seed: int
) -> Sides:
    rng = np.random.default_rng([seed, 7])
    size = min(n, *map(len, rows))
    if size < LEAST:
        raise DataError(
            f"Expected at least {LEAST} samples on each side"
            f"{'' if name == 'all' else f' of class {name}'}; found {size}: no metric is "
            "meaningful with fewer."
        )
    mixed = [rng.permutation(some) for some in rows]
    generated, reference = (contents[k].take(mixed[k][:size]) for k in (0, 1))
    spare = mixed[1][size : 2 * size]
    train = contents[2].take(rows[2]) if len(contents) > 2 else None
    floor = (
        contents[2].take(mixed[2][:size])
        if train is not None
        else contents[1].take(spare)
        if len(spare) == size
        else None
    )
    return Sides(name, generated, reference, floor, train)


def _compare_states(
    subject: Subject, of_class: list[Sides], checks: Checks, seed: int
) -> dict[str, Any]:
    rows = []
    for k, side in enumerate(of_class):
        progress.tell("report", k / len(of_class), class_prefix(side.name, ""))
        real = subject.encode(side.reference).x
        samples = {"model": subject.encode(side.generated).x}
        if side.floor is not None:
            samples["floor"] = subject.encode(side.floor).x
        samples |= {key: x.x for key, x in _trivial(subject, side, seed).items()}
        for key, x in samples.items():
            cells = state_cells(x, real, seed)
            rows.append(_row(key, subject, side, cells))
        if "floor" in samples:
            checks.add_states(side.name, samples["model"], real, samples["floor"], seed=seed)
    n_qubits = subject.representation.spec.shape[0].bit_length() - 1
    return _report(state_columns(n_qubits, subject.kind), rows, [], [])


def _compare_features(
    subject: Subject, of_class: list[Sides], checks: Checks, seed: int, emd_radius: float
) -> dict[str, Any]:
    views = {side.name: _views(subject, side, seed) for side in of_class}
    real = {name: found["real"] for name, found in views.items()}
    scale = scale_between(real)
    names = tuple(next(iter(real.values())).observables)
    rows: list[dict[str, Any]] = []
    pictures: list[dict[str, Any]] = []
    for k, side in enumerate(of_class):
        pictures += plots.histograms(views[side.name]["model"], real[side.name], side.name)
        truth = subject.extras(side.reference)
        for i, (key, view) in enumerate(views[side.name].items()):
            done = i / len(views[side.name]) * (0.5 if checks.is_thorough else 1)
            progress.tell(
                "report", (k + done) / len(of_class), f"{class_prefix(side.name, ', ')}{key}"
            )
            if key != "real":
                cells = feature_cells(view, real[side.name], scale, seed)
                cells |= _expensive(
                    subject, side, key, view, real[side.name], truth, seed, emd_radius
                )
                rows.append(_row(key, subject, side, cells))
        _check(checks, subject, side, views[side.name], rows, seed)
    if len(of_class) == 2:
        _add_taggers(rows, views, seed)
    columns = feature_columns(names, scale) + full_columns(names, subject.of)
    columns += [
        Column(MEMORY, "Memorization", "", "half"),
        Column(TAGGER, "Tagger transfer AUC", "", "floor"),
    ]
    return _report(columns, rows, pictures, _notes(subject, of_class, emd_radius))


def _check(
    checks: Checks,
    subject: Subject,
    side: Sides,
    views: Mapping[str, Features],
    rows: list[dict[str, Any]],
    seed: int,
) -> None:
    """Add the tests of a class that has a floor."""
    if side.floor is None:
        return
    auc = next(
        row["values"].get("auc")
        for row in rows
        if row["key"] == "model" and row["class"] == side.name
    )
    floor = side.floor
    checks.add_features(
        side.name,
        (views["model"], views["real"], views["floor"]),
        auc,
        n_train=len(floor if side.train is None else side.train),
        clouds=lambda: [
            subject.extras(content).get("cloud")
            for content in (side.generated, side.reference, floor)
        ],
        seed=seed,
    )


def _views(subject: Subject, side: Sides, seed: int) -> dict[str, Features]:
    """Row key -> features, the generated samples first; "real": those of the reference."""
    found = {
        "real": subject.features(side.reference),
        "model": subject.features(side.generated),
    }
    if side.floor is not None:
        found["floor"] = subject.features(side.floor)
    return found | {
        key: subject.features(subject.decode(encoded, seed))
        for key, encoded in _trivial(subject, side, seed).items()
    }


def _trivial(subject: Subject, side: Sides, seed: int) -> dict[str, Encoded]:
    """Samples of each trivial generator, fitted to the training samples of the class."""
    if side.train is None:
        return {}
    train = subject.encode(side.train)
    own = UNLABELLED if side.name == "all" else side.train.label[0]
    label = np.full(len(side), own, np.int8)
    return {
        key: Encoded(generate(train, len(side), seed + i), label, train.spec)
        for i, (key, generate) in enumerate(baselines_for(subject.kind).items(), start=1)
    }


def _expensive(
    subject: Subject,
    side: Sides,
    key: str,
    view: Features,
    real: Features,
    truth: Mapping[str, Array],
    seed: int,
    emd_radius: float,
) -> dict[str, Cell]:
    """The expensive metrics, of the generated samples and the floor only."""
    content = {"model": side.generated, "floor": side.floor}.get(key)
    if content is None:
        return {}
    cells = full_cells(view.observables, real.observables, "observable", seed)
    cells |= full_cells({"": view.features}, {"": real.features}, "sample", seed)
    for of, values in subject.extras(content).items():
        options = {"radius": emd_radius} if of == "cloud" else {}
        cells |= full_cells({"": values}, {"": truth[of]}, of, seed, options=options)
    if key == "model" and side.train is not None:
        given = (view.features, subject.features(side.train).features, real.features)
        memorization = partial(manifold.memorization, *given, seed=seed)
        cells |= own_cells(MEMORY, (*given, seed), memorization)
    return cells


def _add_taggers(
    rows: list[dict[str, Any]], views: Mapping[str, Mapping[str, Features]], seed: int
) -> None:
    """The AUC on reference samples of a tagger of two classes that is trained on generated ones."""
    first, second = views
    real = [views[name]["real"].features for name in (first, second)]
    for key in ("model", "floor"):
        sides = [views[name][key].features for name in (first, second) if key in views[name]]
        cells = tagger_cells(sides, real, seed) if len(sides) == 2 else {}
        for row in rows:
            if row["key"] == key:
                row["values"] |= cells


def _row(key: str, subject: Subject, side: Sides, cells: Mapping[str, Cell]) -> dict[str, Any]:
    label = {"model": "Model", "floor": "Floor"}.get(key) or baseline_label(key, subject.kind)
    return {"key": key, "label": label, "class": side.name, "n": len(side), "values": dict(cells)}


def _notes(subject: Subject, of_class: list[Sides], emd_radius: float) -> list[str]:
    sizes = " and ".join(f"{len(side)} against {len(side)} ({side.name})" for side in of_class)
    notes = [
        f"Classifier AUC: {strong_classifier.NAME}, {strong_classifier.N_FOLDS}-fold cross-"
        f"validation: {sizes}. An AUC depends on the classifier and on the number of samples.",
        *subject.notes,
    ]
    if "cloud" in subject.of:
        notes.append(energy_mover.radius_note(emd_radius))
    if all(side.train is None for side in of_class):
        floor = (
            "The floor compares other reference samples with the reference."
            if any(side.floor is not None for side in of_class)
            else "There is no floor: the reference has less than twice as many samples."
        )
        notes.append(f"{floor} Trivial generators need training samples.")
    notes += [
        note for side in of_class for note in full_shortage(("observable", *subject.of), len(side))
    ]
    return notes


def _report(
    columns: list[Column],
    rows: list[dict[str, Any]],
    pictures: list[dict[str, Any]],
    notes: list[str],
) -> dict[str, Any]:
    used = [c for c in columns if any(row["values"].get(c.key) for row in rows)]
    for row in rows:
        row["values"] = {column.key: row["values"].get(column.key) for column in used}
    return {
        "columns": [column.row() for column in used],
        "rows": rows,
        "histograms": pictures,
        "notes": notes,
    }
