"""The report of a model: generated samples compared with held-out ones, next to the floor and the
trivial generators.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui import progress
from qdiffgui.data.representation import Representation
from qdiffgui.data.types import Encoded, Physical, Points
from qdiffgui.evaluation import histograms as plots
from qdiffgui.evaluation import strong_classifier
from qdiffgui.evaluation.baselines import baseline_label
from qdiffgui.evaluation.cells import feature_rows, state_cells
from qdiffgui.evaluation.checks import Checks, prepare_tests
from qdiffgui.evaluation.class_samples import (
    ClassSamples,
    Sampler,
    draw_baseline_samples,
    draw_model_samples,
    split_by_class,
)
from qdiffgui.evaluation.columns import Column, Scale, feature_columns, shortage, state_columns
from qdiffgui.evaluation.features import (
    Features,
    constituents,
    describe_observable,
    extract_features,
)
from qdiffgui.evaluation.metric_value import Cell, class_prefix
from qdiffgui.evaluation.model_metric import TrainedModel, model_cells
from qdiffgui.evaluation.pure_states import block_size
from qdiffgui.evaluation.scales import scale_of
from qdiffgui.evaluation.states_of_points import combined
from qdiffgui.evaluation.thorough import MAX_CLOUDS
from qdiffgui.evaluation.verdict import verdict_sentences

VERSION = 2
"""Version of the layout of a report. Reports without one are of version 1, without tests."""
_LEVEL = (
    "Held-out jets are simulated (PYTHIA 8.3, generator level, for the jets that ship with "
    "qdiffgui). They are not collision data."
)
_CODED = (
    "Observables of maps are computed after encoding and decoding, for held-out and generated "
    "samples alike, so what the representation loses does not count against the model."
)
_OF_CLOUDS = (
    "A cloud holds the leading constituents only. Its observables are computed from these, for "
    "held-out and generated samples alike. The number of constituents and the total pT are drawn "
    "from the training jets of the class; neither is modeled."
)
_OF_SHOWERS = (
    "Layer energies and incident energies of showers are learned together and compared after "
    "encoding and decoding. The voxels within a layer are not modeled."
)
_NO_MULTIPLICITY = (
    "The multiplicity is not stored in such a map, so it is neither modeled nor compared."
)


def evaluate(
    *,
    train: Encoded,
    test: Encoded,
    train_content: Physical,
    test_content: Physical,
    representation: Representation,
    sampler: Sampler,
    classes: Mapping[int, str],
    n_generated: int,
    seed: int = 0,
    with_baselines: bool = True,
    model: TrainedModel | None = None,
    thorough: bool = False,
) -> dict[str, Any]:
    """Compare generated with held-out samples: the content of ``metrics.json``.

    In each class, everything is compared at one number of samples: the least of ``n_generated``,
    the held-out and the training samples. The floor is that many training samples compared with
    the held-out ones. Equal arguments give an equal report.

    Parameters
    ----------
    train, test : Encoded
        Encoded training and held-out samples.
    train_content, test_content : Physical
        The physical content of the same samples (GeV, rad).
    representation : Representation
        The fitted representation that encoded them.
    sampler : callable
        ``sampler(n, label, seed)`` gives encoded samples, shape ``(n, *train.spec.shape)``.
    classes : mapping of int to str
        Label and name of the classes that the sampler is asked for. If empty, it is asked without
        a label, and all held-out samples are compared together.
    n_generated : int
        Number of samples to generate for each class.
    seed : int
        Seed of the samples, the trivial generators and the errors.
    with_baselines : bool
        Whether the floor and the trivial generators are measured too. Without them the report has
        the rows of the model alone, equal to those of the whole report, and no verdict.
    model : DiffusionModel, optional
        The model that generates the samples, for metrics of the model itself.
    thorough : bool
        Whether to add the checks of ``thorough_checks``, which take about as long as the rest.

    Returns
    -------
    dict
        Plain data: ``columns``, ``rows``, ``histograms``, ``profile``, ``notes``, ``verdict``,
        ``classes``, ``version``, ``n_generated`` and ``n_test``; ``model_metrics`` if ``model`` has
        any. With the trivial generators or ``thorough`` also ``tests`` (p-values), ``mismodeling``
        (maps of pairs of observables) and ``findings`` (sentences on them); ``thorough`` if asked
        for.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.data.representations.state import State
    >>> from qdiffgui.data.types import States
    >>> from qdiffgui.evaluation import evaluate
    >>> rng = np.random.default_rng(0)
    >>> def circle(n):
    ...     phi = rng.uniform(0, 2 * np.pi, n)
    ...     psi = np.stack([np.cos(phi), np.sin(phi)], axis=1).astype(np.complex64)
    ...     return States(psi, np.full(n, -1, np.int8))
    >>> train, test = circle(200), circle(200)
    >>> state = State(None)
    >>> state.fit(train, {})
    >>> report = evaluate(
    ...     train=state.encode(train),
    ...     test=state.encode(test),
    ...     train_content=train,
    ...     test_content=test,
    ...     representation=state,
    ...     sampler=lambda n, label, seed: np.tile([1, 0], (n, 1)),
    ...     classes={},
    ...     n_generated=200,
    ... )
    >>> print(report["verdict"][0])
    By W, the model does not beat ... A model that does not beat the trivial generators has
    learned nothing useful.
    """
    groups = split_by_class(train, test, train_content, test_content, classes, n_generated, seed)
    checks = Checks(thorough=thorough) if with_baselines or thorough else None
    kinds = {train.spec.kind}
    are_points = isinstance(train_content, Points)
    if train.spec.kind in ("state", "density"):
        of_states = None if are_points else checks
        report = _compare_states(groups, sampler, n_generated, seed, with_baselines, of_states)
    if are_points or train.spec.kind not in ("state", "density"):
        scale = scale_of(train, train_content, representation, seed)
        features = _compare_features(
            groups, sampler, n_generated, representation, scale, seed, with_baselines, checks
        )
        report = combined(report, features) if train.spec.kind == "state" else features
        kinds.add("vector")
    if checks is not None:
        report |= checks.plain()
    if model is not None:
        _add_model_metrics(report, groups, model, seed)
    shortages = {note for group in groups for kind in kinds for note in shortage(kind, len(group))}
    report |= {
        "version": VERSION,
        "n_generated": n_generated,
        "n_test": len(test),
        "classes": [group.name for group in groups],
    }
    report["notes"] += sorted(shortages)
    report["verdict"] = (
        verdict_sentences(
            report["rows"], report["columns"], report["classes"], kind=train.spec.kind
        )
        if with_baselines
        else []
    )
    return report


def judge_data(
    *,
    train: Encoded,
    test: Encoded,
    train_content: Physical,
    test_content: Physical,
    representation: Representation,
    classes: Mapping[int, str],
    n_generated: int,
    seed: int = 0,
) -> None:
    """Compute what ``evaluate`` needs of the floor and the trivial generators, which are the same
    for every model on these data, so that it finds them in the cache.

    The arguments are those of ``evaluate``. Quantum states are left out: their metrics are fast.
    """
    if train.spec.kind in ("state", "density"):
        return
    groups = split_by_class(train, test, train_content, test_content, classes, n_generated, seed)
    scale = scale_of(train, train_content, representation, seed)
    for group in groups:
        real = extract_features(group.test, representation, content=group.test_content, seed=seed)
        floor = _floor(group, representation, seed)
        views = {"floor": floor, **_baselines(group, representation, seed)}
        feature_rows(views, real, scale, seed)
        prepare_tests(real, floor, seed=seed)


def _compare_states(
    groups: list[ClassSamples],
    sampler: Sampler,
    n_generated: int,
    seed: int,
    with_baselines: bool,
    checks: Checks | None,
) -> dict[str, Any]:
    rows, notes = [], []
    spec = groups[0].train.spec
    for k, group in enumerate(groups):
        progress.tell("report", k / len(groups), class_prefix(group.name, ""))
        model, note = draw_model_samples(group, sampler, n_generated, seed)
        n = block_size(len(group))
        notes += [
            note,
            (
                f"W ({group.name}) is a mean over blocks of {n} generated and {n} held-out states. "
                "It decreases with the block size: compare values of equal block size only."
            ),
        ]
        samples: dict[str, Any] = {"model": model}
        if with_baselines:
            samples |= {"floor": group.floor, **draw_baseline_samples(group, seed)}
        for key, encoded in samples.items():
            cells = {} if encoded is None else state_cells(encoded.x, group.test.x, seed)
            rows.append(_row(key, spec.kind, group, cells))
        if checks is not None and model is not None:
            checks.add_states(group.name, model.x, group.test.x, group.floor.x, seed=seed)
    columns = state_columns(spec.shape[0].bit_length() - 1, spec.kind)
    notes.append(
        "The amplitudes come from a simulation. On hardware, recovering them needs tomography of "
        "many copies of each state."
    )
    return _report(columns, rows, notes)


def _compare_features(
    groups: list[ClassSamples],
    sampler: Sampler,
    n_generated: int,
    representation: Representation,
    scale: Scale,
    seed: int,
    with_baselines: bool,
    checks: Checks | None,
) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    histograms: list[dict[str, Any]] = []
    profiles: list[dict[str, Any]] = []
    notes: list[str] = []
    names: tuple[str, ...] = ()
    for k, group in enumerate(groups):
        progress.tell("report", k / len(groups), f"{class_prefix(group.name, ', ')}samples")
        kind = group.train.spec.kind
        real = extract_features(group.test, representation, content=group.test_content, seed=seed)
        names = tuple(real.observables)
        model, note = draw_model_samples(group, sampler, n_generated, seed)
        notes.append(note)
        views: dict[str, Features | None] = {
            "model": None
            if model is None
            else extract_features(model, representation, seed=seed + 1),
        }
        if checks is not None:
            views["floor"] = _floor(group, representation, seed)
        if with_baselines:
            views |= _baselines(group, representation, seed)
        compared = views if with_baselines else {"model": views["model"]}
        share = 0.5 if checks is not None and checks.is_thorough else 1.0
        prefix = class_prefix(group.name, ", ")
        cells = feature_rows(
            compared,
            real,
            scale,
            seed,
            partial(_tell_row, share=share, k=k, n=len(groups), prefix=prefix),
        )
        rows += [_row(key, kind, group, values) for key, values in cells.items()]
        drawn, floor = views["model"], views.get("floor")
        if checks is not None and model is not None and drawn is not None and floor is not None:
            if checks.is_thorough:
                progress.tell("report", (k + 0.5) / len(groups), f"{prefix}checks")
            sides = (model, group.test, group.floor)
            checks.add_features(
                group.name,
                (drawn, real, floor),
                cells["model"].get("auc"),
                n_train=len(group.train),
                clouds=partial(_clouds, sides, representation, seed),
                seed=seed,
            )
        histograms += plots.histograms(views["model"], real, group.name)
        if group.train.spec.of_fractions:
            profiles.append(plots.mean_map(model, group.test, representation, group.name))
    notes = [_of_the_classifier(groups), *_about(groups[0].train.spec.kind, names, scale), *notes]
    report = _report(feature_columns(names, scale), rows, notes)
    return report | {
        "judge": {"auc": strong_classifier.NAME, "folds": strong_classifier.N_FOLDS},
        "histograms": histograms,
        "profile": {"kind": "map", "classes": profiles} if profiles else {},
    }


def _tell_row(done: float, key: str, *, share: float, k: int, n: int, prefix: str) -> None:
    progress.tell("report", (k + share * done) / n, f"{prefix}{key}")


def _floor(group: ClassSamples, representation: Representation, seed: int) -> Features:
    return extract_features(group.floor, representation, content=group.floor_content, seed=seed + 2)


def _baselines(
    group: ClassSamples, representation: Representation, seed: int
) -> dict[str, Features]:
    return {
        key: extract_features(encoded, representation, seed=seed + 3)
        for key, encoded in draw_baseline_samples(group, seed).items()
    }


def _clouds(
    sides: Sequence[Encoded], representation: Representation, seed: int
) -> list[NDArray[Any] | None]:
    """The first samples of each side as jets of particles; None if they have none."""
    some = [side.take(np.arange(min(len(side), MAX_CLOUDS))) for side in sides]
    return [constituents(side, representation, seed=seed) for side in some]


def _add_model_metrics(
    report: dict[str, Any], groups: list[ClassSamples], model: TrainedModel, seed: int
) -> None:
    """Add the columns of all metrics of ``model`` itself that it has, before those of single
    observables.
    """
    found = model_cells(model, {group.name: group.test for group in groups}, seed)
    if not found.columns:
        return
    place = next(
        (k for k, column in enumerate(report["columns"]) if ":" in column["key"]),
        len(report["columns"]),
    )
    report["columns"][place:place] = [column.row() for column in found.columns]
    for row in report["rows"]:
        for column in found.columns:
            row["values"][column.key] = found.cells.get((column.key, row["class"], row["key"]))
    report["notes"] += found.notes
    report["model_metrics"] = found.rows


def _row(key: str, kind: str, group: ClassSamples, cells: Mapping[str, Cell]) -> dict[str, Any]:
    label = {"model": "Model", "floor": "Floor"}.get(key) or baseline_label(key, kind)
    return {"key": key, "label": label, "class": group.name, "n": len(group), "values": dict(cells)}


def _report(columns: list[Column], rows: list[dict[str, Any]], notes: list[str]) -> dict[str, Any]:
    for row in rows:
        row["values"] = {column.key: row["values"].get(column.key) for column in columns}
    return {
        "columns": [column.row() for column in columns],
        "rows": rows,
        "histograms": [],
        "profile": {},
        "notes": [note for note in dict.fromkeys(notes) if note],
    }


def _of_the_classifier(groups: list[ClassSamples]) -> str:
    sizes = " and ".join(f"{len(group)} against {len(group)} ({group.name})" for group in groups)
    return (
        f"Classifier AUC: {strong_classifier.NAME}, {strong_classifier.N_FOLDS}-fold cross-"
        f"validation, generated against held-out samples: {sizes}. An AUC depends on the "
        "classifier and on the number of samples: a stronger classifier, or more samples, finds "
        "more differences."
    )


def _about(kind: str, names: tuple[str, ...], scale: Scale) -> list[str]:
    points = names == ("x", "y")
    of_jets = "mass" in names or "width" in names or kind == "vector"
    notes = [_LEVEL] if of_jets and not points else []
    if kind in ("map", "channels"):
        notes += [_CODED] + ([_NO_MULTIPLICITY] if "mass" in names else [])
    if "depth" in names:
        notes.append(_OF_SHOWERS)
    if kind == "cloud":
        notes.append(_OF_CLOUDS)
    unscaled = [describe_observable(name)[0] for name in names if name not in scale.values]
    if unscaled:
        one = len(unscaled) == 1
        constant = "is constant" if one else "are constant"
        alike = f"{'does' if one else 'do'} not separate the classes"
        notes.append(
            f"{', '.join(unscaled)} {constant if scale.unit == 'σ' else alike}, so the mean of W1 "
            f"in units of {scale.unit} leaves {'it' if one else 'them'} out."
        )
    return notes
