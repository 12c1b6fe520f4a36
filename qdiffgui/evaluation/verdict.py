"""The comparison in words, made from the numbers and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qdiffgui.evaluation.baselines import RANDOM, TRIVIAL
from qdiffgui.evaluation.columns import MEAN, Cell
from qdiffgui.evaluation.heading import heading
from qdiffgui.evaluation.number import number

SIGMAS = 2.0
ONE_STATE = 1e-5  # a spread below it is rounding
RULE = "A model that does not beat the trivial generators has learned nothing"
_JUDGES = (("auc", "the classifier"), (MEAN, "W1"), ("wasserstein", "W"), ("mmd", "MMD²"),
           ("superfidelity-wasserstein", "W"), ("superfidelity-mmd", "MMD²"))  # fmt: skip

Rows = Mapping[str, Mapping[str, Any]]
Given = frozenset[tuple[str, str]]


def verdict(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[Mapping[str, str]], classes: Sequence[str], *, kind: str
) -> list[str]:
    """Plain sentences for each class: what follows, then against each trivial generator, then against the floor.

    Two figures differ when they are more than two combined standard errors apart, else they are level. What decides is the joint
    distribution: the classifier for vectors and maps (W1 where there are too few samples for it), W for states; W1 sees one observable
    at a time, and of vectors (``kind``) independent components have that right by construction.
    """
    given = frozenset({(MEAN, "marginals")}) if kind == "vector" else frozenset()
    better = {column["key"]: column["better"] for column in columns}
    units = {column["key"]: column["unit"] for column in columns}
    sentences: list[str] = []
    for name in classes:
        of_class = {row["key"]: row for row in rows if row["class"] == name}
        judges = [(key, words) for key, words in _JUDGES if key in better and _cell(of_class, "model", key)]
        prefix = heading(name, ": ")
        if not judges:
            sentences.append(f"{prefix}There are too few samples, or no finite ones, to say anything about this model.")
            continue
        if kind == "density" and (of_one := _of_one_state(of_class)):
            sentences += [prefix + sentence for sentence in of_one]
            continue
        sentences.append(prefix + _conclusion(of_class, judges, better, given))
        sentences += [prefix + sentence for sentence in _collapsed(of_class)]
        sentences += [prefix + _against(of_class, key, words, better[key], given) for key, words in judges]
        sentences += [prefix + _from_floor(of_class, key, words, better[key], units[key]) for key, words in judges]
    return sentences


def distance(value: float, better: str) -> float:
    """How far a figure is from the best possible one: 0 for W1 and distances, .5 for an AUC (a fluctuation below .5 counts alike)."""
    return abs(value - 0.5) if better == "half" else value


def compare(model: Cell, other: Cell, better: str) -> int:
    """1: the model is nearer to the best by more than two combined standard errors; -1: farther; 0: level or unknown."""
    if model is None or other is None:
        return 0
    gap = distance(other["value"], better) - distance(model["value"], better)
    return 0 if abs(gap) <= SIGMAS * (model["error"] ** 2 + other["error"] ** 2) ** 0.5 else (1 if gap > 0 else -1)


def _cell(rows: Rows, row: str, column: str) -> Cell:
    found: Cell = rows[row]["values"].get(column) if row in rows else None
    return found


def _against(rows: Rows, key: str, words: str, better: str, given: Given) -> str:
    model = _cell(rows, "model", key)
    outcome: dict[int, list[str]] = {1: [], 0: [], -1: []}
    for name in (*TRIVIAL, *(key for made in RANDOM.values() for key in made)):
        other = _cell(rows, name, key)
        if other is not None:
            aside = ", right by construction" if (key, name) in given else ""
            outcome[compare(model, other, better)].append(f"{rows[name]['label']} ({number(other)}{aside})")
    says = {1: "better than", 0: "level with", -1: "worse than"}
    parts = [f"{says[side]} {_list(found)}" for side, found in outcome.items() if found]
    return f"On {words} the model ({number(model)}) is {'; '.join(parts)}."


def _from_floor(rows: Rows, key: str, words: str, better: str, unit: str) -> str:
    model, floor = _cell(rows, "model", key), _cell(rows, "floor", key)
    if model is None or floor is None:
        return f"There is no floor for {words}."
    unit = f" {unit}" if unit else ""
    what = f"{words} gives {number(model)}{unit} for the model and {number(floor)}{unit} for real against real"
    what = what[0].upper() + what[1:]
    if compare(floor, model, better) == 0:
        return f"{what}: no difference at {SIGMAS:g} standard errors with this number of samples."
    gap = distance(model["value"], better) - distance(floor["value"], better)
    if better != "half" and floor["value"] > 0 and gap > 0:
        return f"{what}: {model['value'] / floor['value']:.1f} times the floor."
    return f"{what}: {abs(gap):.3f} {'above' if gap > 0 else 'below'} the floor."


def _conclusion(rows: Rows, judges: list[tuple[str, str]], better: Mapping[str, str], given: Given) -> str:
    """Whether the model is beyond the trivial generators, by the figure that decides.

    A generator that is itself level with real against real cannot be beaten: to be level with it counts as neither.
    """
    key, words = judges[0]
    model, floor = _cell(rows, "model", key), _cell(rows, "floor", key)
    against = {name: compare(model, _cell(rows, name, key), better[key]) for name in TRIVIAL if _cell(rows, name, key)}
    perfect = [name for name in against if floor is not None and compare(floor, _cell(rows, name, key), better[key]) <= 0]
    unbeaten = [name for name, side in against.items() if side < 0 or (side == 0 and name not in perfect)]
    if not against:
        return f"No trivial generator could be judged on {words}: nothing follows."
    verb = "is itself" if len(perfect) == 1 else "are themselves"
    level = f"{_labels(rows, perfect)} {verb} level with real against real on {words}" if perfect else ""
    if unbeaten:
        rule = f"{RULE}, and this one does not beat {_labels(rows, unbeaten)} on {words}: by this rule it has learned nothing."
        return f"{rule} {level}: these data have little more to learn than that." if set(unbeaten) <= set(perfect) else rule
    if perfect:
        others = [name for name in against if name not in perfect]
        beats = f" The model beats {_labels(rows, others)}." if others else ""
        return f"{level}: these data cannot tell a model from a trivial generator.{beats}"
    also = []
    for column, other in judges[1:]:
        own = _cell(rows, "model", column)
        lost = [n for n in TRIVIAL if (column, n) not in given and compare(own, _cell(rows, n, column), better[column]) < 0]
        also += [f"on {other} it is worse than {_labels(rows, lost)}"] if lost else []
    beaten = f"The model beats the trivial generators on {words}"
    return f"{beaten}, but {' and '.join(also)}." if also else f"{beaten}."


def _of_one_state(rows: Rows) -> list[str]:
    """What follows where the data are copies of one density matrix; nothing where they are not."""
    floor, fidelity = _cell(rows, "floor", "density-spread"), _cell(rows, "model", "mean-state-fidelity")
    if floor is None or floor["value"] > ONE_STATE or fidelity is None:
        return []
    others = [name for name in ("zero", *RANDOM["density"]) if _cell(rows, name, "mean-state-fidelity")]
    against = [f"{rows[name]['label']} {number(_cell(rows, name, 'mean-state-fidelity'))}" for name in others]
    return [
        f"These data are copies of one state: there is no distribution to learn, and the figure is the fidelity with that state, "
        f"{number(fidelity)} for the model ({', '.join(against)}).",
        "Generators that copy the training data or their mean are exact here by construction: they know the density matrix as numbers, "
        "the model has to prepare it with a circuit.",
    ]


def _collapsed(rows: Rows) -> list[str]:
    """A sentence where every generated density matrix is the same and the real ones are not."""
    model, floor = _cell(rows, "model", "density-spread"), _cell(rows, "floor", "density-spread")
    if model is None or floor is None or model["value"] > ONE_STATE or floor["value"] <= ONE_STATE:
        return []
    return [
        f"The model gives one state every time (spread {number(model)}, real {number(floor)}): it can have learned the mean density matrix "
        "of the data, and has not learned their ensemble."
    ]


def _labels(rows: Rows, names: Sequence[str]) -> str:
    return _list([str(rows[name]["label"]) for name in names])


def _list(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
