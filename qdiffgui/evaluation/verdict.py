"""The verdict of a report: plain sentences computed from its numbers and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qdiffgui.evaluation.baselines import RANDOM, TRIVIAL
from qdiffgui.evaluation.columns import MEAN
from qdiffgui.evaluation.metric_value import Cell, class_prefix, distance_from_best
from qdiffgui.evaluation.number_format import format_with_error

SIGMAS = 2.0
ONE_STATE = 1e-5  # a spread below it is rounding
RULE = "A model that does not beat the trivial generators has learned nothing useful"
_CONSTANT = frozenset({"zero", "mean"})
"""Trivial generators that make the same sample every time: it takes no learning to beat these."""
HEADLINE_METRICS = (
    ("auc", "classifier AUC"),
    (MEAN, "W1"),
    ("wasserstein", "W"),
    ("mmd", "MMD²"),
    ("superfidelity-wasserstein", "W"),
    ("superfidelity-mmd", "MMD²"),
    ("held-out-loss", "held-out loss"),
)
_OF_MODELS = frozenset({"held-out-loss"})
"""Metrics of a model, not of samples: there is no floor, and no headline."""

Rows = Mapping[str, Mapping[str, Any]]
ByConstruction = frozenset[tuple[str, str]]
"""Pairs (metric, trivial generator) where the generator has the right value by construction."""


def verdict_sentences(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[Mapping[str, str]],
    classes: Sequence[str],
    *,
    kind: str,
) -> list[str]:
    """The comparison of a report in sentences.

    For each class, the first sentence is the conclusion. The next ones compare the model with each
    trivial generator and with the floor. Two values differ if they are more than two combined
    standard errors apart; otherwise they are level. The headline metric measures the joint
    distribution: the classifier AUC for vectors and maps (W1 if there are too few samples for a
    classifier), W for states. W1 sees one observable at a time, and independent components of a
    vector have that right by construction.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of a report: ``key``, ``label``, ``class`` and ``values`` (metric to
        ``{"value", "error"}`` or ``None``).
    columns : sequence of mapping
        Columns of a report: ``key``, ``label``, ``unit`` and ``better``.
    classes : sequence of str
        Names of the classes in ``rows``, in the order of the verdict; ``"all"`` has no prefix.
    kind : str
        Kind of the encoded data: ``"vector"``, ``"map"``, ``"channels"``, ``"cloud"``, ``"state"``
        or ``"density"``.

    Returns
    -------
    list of str
        The sentences.

    Examples
    --------
    >>> from qdiffgui.evaluation import verdict_sentences
    >>> auc = {"model": 0.566, "floor": 0.501, "pca-gaussian": 0.654}
    >>> labels = {"model": "Model", "floor": "Floor", "pca-gaussian": "PCA-Gaussian"}
    >>> rows = [
    ...     {
    ...         "key": key,
    ...         "label": labels[key],
    ...         "class": "all",
    ...         "values": {"auc": {"value": value, "error": 0.005}},
    ...     }
    ...     for key, value in auc.items()
    ... ]
    >>> column = {"key": "auc", "label": "Classifier AUC", "unit": "", "better": "half"}
    >>> for sentence in verdict_sentences(rows, [column], ["all"], kind="vector"):
    ...     print(sentence)
    The model beats all trivial generators by classifier AUC.
    By classifier AUC, the model (0.566 ± 0.005) is better than PCA-Gaussian (0.654 ± 0.005).
    Classifier AUC is 0.566 ± 0.005 for the model and 0.501 ± 0.005 for the floor (training against
    held-out samples): 0.065 above the floor.
    """
    given: ByConstruction = frozenset({(MEAN, "marginals")} if kind == "vector" else ())
    better = {column["key"]: column["better"] for column in columns}
    units = {column["key"]: column["unit"] for column in columns}
    sentences: list[str] = []
    for name in classes:
        of_class = {row["key"]: row for row in rows if row["class"] == name}
        metrics = [
            (key, label)
            for key, label in HEADLINE_METRICS
            if key in better and _cell(of_class, "model", key)
        ]
        prefix = class_prefix(name, ": ")
        if not {key for key, _ in metrics} - _OF_MODELS:
            sentences.append(
                f"{prefix}There are too few samples with finite values to judge this model: "
                "use more data, or generate more."
            )
            continue
        if kind == "density" and (copies := _copies_of_one_state(of_class)):
            sentences += [prefix + sentence for sentence in copies]
            continue
        sentences.append(prefix + _conclusion(of_class, metrics, better, given))
        sentences += [prefix + sentence for sentence in _collapsed(of_class)]
        sentences += [
            prefix + _against_generators(of_class, key, label, better[key], given)
            for key, label in metrics
        ]
        sentences += [
            prefix + against_floor(of_class, key, label, better[key], units[key])
            for key, label in metrics
            if key not in _OF_MODELS
        ]
    return sentences


def compare(model: Cell, other: Cell, better: str) -> int:
    """Compare two values of a metric within their errors.

    Parameters
    ----------
    model, other : mapping or None
        ``{"value": ..., "error": ...}``, or ``None`` if unknown.
    better : {"lower", "higher", "half"}
        Which values are good; see ``distance_from_best``.

    Returns
    -------
    int
        1 if ``model`` is better by more than two combined standard errors, -1 if it is worse by
        more than that, 0 if the two are level or one is unknown.

    Examples
    --------
    >>> from qdiffgui.evaluation import compare
    >>> model, other = {"value": 0.566, "error": 0.004}, {"value": 0.654, "error": 0.003}
    >>> compare(model, other, "half")
    1
    >>> compare(other, model, "half")
    -1
    """
    if model is None or other is None:
        return 0
    gap = distance_from_best(other["value"], None, better) - distance_from_best(
        model["value"], None, better
    )
    error = (model["error"] ** 2 + other["error"] ** 2) ** 0.5
    if abs(gap) <= SIGMAS * error:
        return 0
    return 1 if gap > 0 else -1


def _cell(rows: Rows, row: str, column: str) -> Cell:
    found: Cell = rows[row]["values"].get(column) if row in rows else None
    return found


def _against_generators(
    rows: Rows, key: str, label: str, better: str, given: ByConstruction
) -> str:
    model = _cell(rows, "model", key)
    outcome: dict[int, list[str]] = {1: [], 0: [], -1: []}
    for name in (*TRIVIAL, *(key for generators in RANDOM.values() for key in generators)):
        other = _cell(rows, name, key)
        if other is not None:
            aside = ", right by construction" if (key, name) in given else ""
            outcome[compare(model, other, better)].append(
                f"{rows[name]['label']} ({format_with_error(other)}{aside})"
            )
    verbs = {1: "better than", 0: "level with", -1: "worse than"}
    parts = [f"{verbs[side]} {_list(names)}" for side, names in outcome.items() if names]
    if not parts:
        return f"{_capital(label)} is {format_with_error(model)}; no trivial generator has one."
    return f"By {label}, the model ({format_with_error(model)}) is {'; '.join(parts)}."


def against_floor(
    rows: Rows,
    key: str,
    label: str,
    better: str,
    unit: str,
    *,
    floor: str = "training against held-out samples",
) -> str:
    """One sentence on the row "model" and the row "floor"; ``floor`` says what the latter is."""
    model, best = _cell(rows, "model", key), _cell(rows, "floor", key)
    if model is None or best is None:
        return f"{_capital(label)} has no floor here."
    unit = f" {unit}" if unit else ""
    values = (
        f"{_capital(label)} is {format_with_error(model)}{unit} for the model and "
        f"{format_with_error(best)}{unit} for the floor ({floor})"
    )
    if compare(best, model, better) == 0:
        return f"{values}: no difference at {SIGMAS:g} standard errors with this sample size."
    gap = distance_from_best(model["value"], None, better) - distance_from_best(
        best["value"], None, better
    )
    if better != "half" and best["value"] > 0 and gap > 0:
        return f"{values}: {model['value'] / best['value']:.1f} times the floor."
    return f"{values}: {abs(gap):.3f} {'above' if gap > 0 else 'below'} the floor."


def _conclusion(
    rows: Rows,
    metrics: list[tuple[str, str]],
    better: Mapping[str, str],
    given: ByConstruction,
) -> str:
    """Whether the model beats the trivial generators by the headline metric, the first of
    ``metrics``.

    A generator that is itself level with the floor cannot be beaten: to be level with it counts
    neither way.
    """
    key, label = metrics[0]
    model, floor = _cell(rows, "model", key), _cell(rows, "floor", key)
    against = {
        name: compare(model, _cell(rows, name, key), better[key])
        for name in TRIVIAL
        if _cell(rows, name, key)
    }
    perfect = [
        name
        for name in against
        if floor is not None and compare(floor, _cell(rows, name, key), better[key]) <= 0
    ]
    unbeaten = [
        name for name, side in against.items() if side < 0 or (side == 0 and name not in perfect)
    ]
    if not against:
        return f"No trivial generator has a value for {label}: no conclusion can be drawn."
    verb = "is itself" if len(perfect) == 1 else "are themselves"
    level = f"{_labels(rows, perfect)} {verb} level with the floor by {label}" if perfect else ""
    if unbeaten:
        beaten = {
            name: f"{rows[name]['label']} ({format_with_error(_cell(rows, name, key))})"
            for name, side in against.items()
            if side > 0
        }
        clause, rule = does_not_beat([rows[name]["label"] for name in unbeaten], beaten)
        lost = f"By {label}, the model {clause}.{rule}"
        only_perfect = set(unbeaten) <= set(perfect)
        return f"{lost} {level}, so there is little more to learn." if only_perfect else lost
    if perfect:
        others = [name for name in against if name not in perfect]
        beats = f" The model beats {_labels(rows, others)}." if others else ""
        return f"{level}, so these data cannot tell a model from a trivial generator.{beats}"
    but = [
        clause
        for column, other in metrics[1:]
        if (clause := _not_better(rows, column, other, better[column], given))
    ]
    whole = f"The model beats all trivial generators by {label}"
    return f"{whole}, but {' and '.join(but)}." if but else f"{whole}."


def does_not_beat(unbeaten: Sequence[str], beaten: Mapping[str, str]) -> tuple[str, str]:
    """A clause on the trivial generators that a model does not beat, and ``RULE`` if it applies.

    Parameters
    ----------
    unbeaten : sequence of str
        Labels of the generators that the model does not beat, at least one.
    beaten : mapping of str to str
        Key and label of each generator that it beats.

    Returns
    -------
    tuple of str
        The clause, and ``RULE`` as a sentence (with a space before it), or an empty string if the
        model beats a generator that draws different samples: that takes learning.

    Examples
    --------
    >>> does_not_beat(["PCA-Gaussian"], {"mean": "Mean sample", "marginals": "Independent"})
    ('does not beat PCA-Gaussian, but beats Independent', '')
    >>> does_not_beat(["PCA-Gaussian"], {"mean": "Mean sample"})[1]
    ' A model that does not beat the trivial generators has learned nothing useful.'
    """
    clause = f"does not beat {_list(unbeaten)}"
    worth = [label for key, label in beaten.items() if key not in _CONSTANT]
    return (f"{clause}, but beats {_list(worth)}", "") if worth else (clause, f" {RULE}.")


def _not_better(rows: Rows, column: str, label: str, better: str, given: ByConstruction) -> str:
    """A clause on the trivial generators that the model does not beat by one metric, or "".

    To be level with a generator counts only if the generator is not itself level with the floor.
    """
    own, floor = _cell(rows, "model", column), _cell(rows, "floor", column)
    others = {
        name: cell
        for name in TRIVIAL
        if (cell := _cell(rows, name, column)) and (column, name) not in given
    }
    worse = [name for name, cell in others.items() if compare(own, cell, better) < 0]
    level = [
        name
        for name, cell in others.items()
        if compare(own, cell, better) == 0 and not (floor and compare(floor, cell, better) <= 0)
    ]
    parts = [
        f"{word} {_labels(rows, names)}"
        for word, names in (("worse than", worse), ("level with", level))
        if names
    ]
    return f"is {' and '.join(parts)} by {label}" if parts else ""


def _copies_of_one_state(rows: Rows) -> list[str]:
    """The verdict if the data are copies of one density matrix; empty otherwise."""
    floor, fidelity = (
        _cell(rows, "floor", "density-spread"),
        _cell(rows, "model", "mean-state-fidelity"),
    )
    if floor is None or floor["value"] > ONE_STATE or fidelity is None:
        return []
    others = [
        name for name in ("zero", *RANDOM["density"]) if _cell(rows, name, "mean-state-fidelity")
    ]
    against = [
        f"{rows[name]['label']} {format_with_error(_cell(rows, name, 'mean-state-fidelity'))}"
        for name in others
    ]
    return [
        "The data are copies of one state, so there is no distribution to learn. The fidelity "
        f"with that state is {format_with_error(fidelity)} for the model ({', '.join(against)}).",
        "Generators that copy the training data or their mean are exact here by construction: "
        "they store the density matrix, while the model must prepare it with a circuit.",
    ]


def _collapsed(rows: Rows) -> list[str]:
    """A sentence if all generated density matrices are equal and those of the data are not."""
    model, floor = _cell(rows, "model", "density-spread"), _cell(rows, "floor", "density-spread")
    if model is None or floor is None or model["value"] > ONE_STATE or floor["value"] <= ONE_STATE:
        return []
    return [
        f"The model generates the same state every time (spread {format_with_error(model)}, data "
        f"{format_with_error(floor)}): it may have learned the mean density matrix of the data, "
        "but not their ensemble."
    ]


def _capital(label: str) -> str:
    return label[0].upper() + label[1:]


def _labels(rows: Rows, names: Sequence[str]) -> str:
    return _list([str(rows[name]["label"]) for name in names])


def _list(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
