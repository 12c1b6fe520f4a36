"""Runs as a table: seeds as one row, differences with errors, and what a comparison must say."""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui.evaluation.run_differences import (
    budget_note,
    difference,
    difference_sentence,
    seed_note,
)
from qdiffgui.evaluation.run_table import EvaluatedRun, build_table, settings_key
from tests.runs.tiny import STATES, tiny

COLUMNS = [
    {"key": "auc", "label": "Classifier AUC", "unit": "", "better": "half"},
    {"key": "w1:mean", "label": "W1", "unit": "σ", "better": "lower"},
    {"key": "w1:mass", "label": "W1 Jet mass", "unit": "GeV", "better": "lower"},
]


def report(auc: float, w1: float = 0.1, floor: float = 0.5) -> dict:
    def row(key: str, auc: float, w1: float | None) -> dict:
        cell = None if w1 is None else {"value": w1, "error": 0.01}
        values = {"auc": {"value": auc, "error": 0.004}, "w1:mean": cell, "w1:mass": cell}
        return {"key": key, "label": key.capitalize(), "class": "all", "n": 50, "values": values}

    rows = [row("model", auc, w1), row("mean", 0.95, None), row("floor", floor, 0.05)]
    return {"columns": COLUMNS, "rows": rows, "judge": {}}


def run(name: str, seed: int, auc: float, *, like: str = "", **facts) -> EvaluatedRun:
    return EvaluatedRun(name, seed, like or name, report(auc, floor=0.5 + 0.01 * seed), **facts)


def test_seeds_are_one_row_with_mean_and_standard_deviation() -> None:
    values = [0.60, 0.62, 0.67]
    runs = [run(f"circuit (seed {s})", s, v, like="q") for s, v in enumerate(values)]
    table = build_table([*runs, run("network", 0, 0.58)])
    assert [row.label for row in table.rows] == ["circuit", "network", "Floor", "Mean"]
    cell = table.rows[0].cell("all", "auc")
    assert cell is not None
    assert cell["value"] == pytest.approx(np.mean(values))
    assert cell["error"] == pytest.approx(np.std(values, ddof=1))
    assert cell["n_seeds"] == 3
    network = table.rows[1].cell("all", "auc")
    assert network == {"value": 0.58, "error": 0.004, "n_seeds": 1}
    floor = table.rows[2].cell("all", "auc")
    assert floor is not None
    assert (floor["value"], floor["n_seeds"]) == (pytest.approx(0.51), 3), "each seed once"
    assert [c["key"] for c in table.columns] == ["auc", "w1:mean"], "no single observables"
    assert len(build_table(runs, group_seeds=False).models) == 3
    again = build_table([*runs, run("circuit (seed 2)", 2, 0.99, like="q")])
    assert again.rows[0].cell("all", "auc") == cell, "a repeated seed counts once"


def test_models_are_sorted_by_their_distance_from_the_best_value() -> None:
    runs = [run("a", 0, 0.7), run("below", 0, 0.45), run("c", 0, 0.6)]
    assert [row.label for row in build_table(runs, sort="auc").models] == ["below", "c", "a"]
    assert [row.label for row in build_table(runs).models] == ["a", "below", "c"]
    chosen = build_table(runs, metrics=["w1:mass", "unknown"])
    assert [c["key"] for c in chosen.columns] == ["w1:mass"]


def test_what_only_seeds_threads_and_names_tell_apart_is_one_model() -> None:
    base = tiny(STATES, name="a")
    assert settings_key(base) == settings_key(tiny(STATES, name="b", seed=3, threads=2))
    assert settings_key(base) != settings_key(tiny(STATES, name="a", learning_rate=0.5))


@pytest.mark.parametrize(
    ("names", "label"),
    [
        (("MLP (20261201-005412)", "MLP (20261201-004909)"), "MLP"),
        (("MLP", "MLP (2)"), "MLP"),
        (("circuit, seed 1", "circuit, seed 12"), "circuit"),
        (("one", "two"), "one and 1 more"),
        (("run1", "run2"), "run1 and 1 more"),
    ],
)
def test_seeds_are_called_by_what_their_names_share(names: tuple[str, ...], label: str) -> None:
    runs = [run(name, seed, 0.6, like="q") for seed, name in enumerate(names)]
    assert [row.label for row in build_table(runs).models] == [label]


def test_equal_names_of_other_models_stay_apart() -> None:
    table = build_table([run("x", 0, 0.6, like="1"), run("x", 0, 0.7, like="2")])
    assert [row.label for row in table.models] == ["x", "x [2]"]


def seeds(value: float, error: float, n: int) -> dict[str, float]:
    return {"value": value, "error": error, "n_seeds": float(n)}


def test_differences_have_errors_of_sampling_or_of_seeds() -> None:
    one = difference(seeds(0.60, 0.003, 1), seeds(0.609, 0.004, 1), "half")
    assert one is not None
    assert (one.value, one.error) == (pytest.approx(-0.009), pytest.approx(0.005))
    assert one.verdict == "level", "less than two standard errors"
    assert difference(seeds(0.60, 0.003, 1), seeds(0.62, 0.004, 1), "half").verdict == "better"
    # two seeds each, three standard errors apart: Student's t with two degrees of freedom has 4.5
    two = difference(seeds(0.60, 0.01, 2), seeds(0.63, 0.01, 2), "lower")
    assert two is not None
    assert two.error == pytest.approx(0.01)
    assert two.verdict == "level"
    many = difference(seeds(0.60, 0.01, 50), seeds(0.63, 0.01, 50), "lower")
    assert many is not None
    assert many.verdict == "better"
    mixed = difference(seeds(0.60, 0.03, 3), seeds(0.63, 0.001, 1), "lower")
    assert mixed is not None
    assert mixed.error == pytest.approx(0.03 * (1 / 3 + 1) ** 0.5), "the one scatters like others"
    assert difference(None, seeds(1, 1, 1), "lower") is None
    assert difference(seeds(1, 0, 1), seeds(2, 0, 1), "floor").verdict == ""
    same = difference(seeds(1, 0, 2), seeds(1, 0, 2), "lower")
    assert same is not None
    assert same.verdict == "level"


def test_a_difference_is_said_in_a_sentence() -> None:
    table = build_table([run("quantum", 0, 0.60), run("classical", 0, 0.65)])
    quantum, classical = table.models
    assert difference_sentence(quantum, classical, COLUMNS[0], "all") == (
        "By Classifier AUC, quantum (0.600 ± 0.004) is better than classical (0.650 ± 0.004): a "
        "difference of -0.050 ± 0.006."
    )
    assert difference_sentence(quantum, classical, COLUMNS[0], "gluon") == ""
    runs = [
        run(f"{name}, {s}", s, v + s / 100, like=name)
        for name, v in (("a", 0.6), ("b", 0.63))
        for s in range(2)
    ]
    a, b = build_table(runs).models
    assert difference_sentence(a, b, COLUMNS[0], "all").endswith(
        "With so few seeds, less than 4.5 standard errors is no difference."
    )


def test_one_seed_and_unequal_budgets_are_said() -> None:
    def models(*runs: EvaluatedRun):
        return build_table(runs).models

    circuit = run("circuit", 0, 0.6, n_steps=4000, seconds=27.0)
    twin = run("twin", 0, 0.6, n_steps=6000, seconds=40.0)
    both = models(circuit, twin)
    assert seed_note(both).startswith("One seed each")
    said = budget_note(both)
    assert "circuit 4\u202f000 steps, 27 s of CPU time" in said
    assert "twin 6\u202f000 steps, 40 s" in said
    alike = models(circuit, run("other", 0, 0.6, n_steps=4000, seconds=28.0))
    assert budget_note(alike) == ""
    slower = models(circuit, run("other", 0, 0.6, n_steps=4000, seconds=280.0))
    assert "5 min of CPU time" in budget_note(slower)
    assert seed_note(models(circuit)) == budget_note(models(circuit)) == ""
    three = [run(f"c, seed {s}", s, 0.6, like="c") for s in range(3)]
    others = [run(f"d, seed {s}", s, 0.6, like="d") for s in range(3)]
    assert seed_note(models(*three, *others)) == ""
    assert seed_note(models(*three, twin)).startswith("Few seeds: twin (1)")
