"""What ``--over`` understands, and what it says of the rest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdiffgui.config import Experiment
from qdiffgui.errors import ConfigError
from qdiffgui.studies.sweep.axis import parse_axis
from qdiffgui.studies.sweep.plan import SEED, list_points, make_plan

BASE = Experiment()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("model.n_layers=2,4,8", (2, 4, 8)),
        ("seed=0..2", (0, 1, 2)),
        ("seed=3", (3,)),
        ("training.learning_rate=1e-3..1e-1:log:3", (0.001, 0.01, 0.1)),
        ("training.batch_size=16..256:log:5", (16, 32, 64, 128, 256)),
        ("evaluation.test_fraction=0.1..0.5:3", (0.1, 0.3, 0.5)),
        ("training.decay=cosine,constant", ("cosine", "constant")),
        ("model.ansatz=strongly-entangling, brickwork", ("strongly-entangling", "brickwork")),
    ],
)
def test_lists_and_ranges(text, values):
    assert parse_axis(text, BASE).listed() == values


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("model.n_layers", "Expected --over NAME=VALUES"),
        ("model.n_layer=2", "did you mean 'n_layers'"),
        ("model.n_layers=2,2", "a value is listed twice"),
        (
            "model.n_layers=2,-4",
            (
                "--over model.n_layers=2,-4: model.n_layers: Input should be greater than or equal "
                "to 1 (found -4)"
            ),
        ),
        ("training.learning_rate=0.1..5", "less than or equal to 1 (found 5.0)"),
        ("training.learning_rate=0..1:log", "must start above 0"),
        ("model.n_layers=4..2", "the lower end of a range comes first"),
        ("model.n_layers=1.5..4", "is an integer"),
        ("seed=0..100000", "a grid takes 2 to 1000 points"),
        ("training.decay=1..2", "is not a number"),
        ("model=1..2", "is not a number"),
    ],
)
def test_what_is_wrong_is_said(text, says):
    with pytest.raises(ConfigError) as caught:
        parse_axis(text, BASE)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("over", "more", "says"),
    [
        ([], {}, "at least one --over"),
        (["seed=0..2"], {"search": "all"}, "Expected --search grid, random, optuna"),
        (["seed=0..2"], {"trials": 3}, "A grid uses all combinations"),
        (["model.n_layers=1..4"], {"search": "random"}, "needs --trials N"),
        (["seed=0..2"], {"search": "optuna", "trials": 3}, "a setting other than the seed"),
        (["training.learning_rate=0.1..0.5"], {}, "needs a number of points"),
        (
            ["seed=0..99", "model.n_layers=1..20", "training.batch_size=2..11"],
            {},
            "This plan has 20000 runs",
        ),
        (["seed=0..2", "seed=4"], {}, "names seed twice"),
    ],
)
def test_plans_that_cannot_be(over, more, says):
    with pytest.raises(ConfigError) as caught:
        make_plan(BASE, over, **more)
    assert says in str(caught.value)


def test_a_combination_that_does_not_fit_is_named():
    plan = make_plan(BASE, ["model.kind=quantum-denoiser,quddpm"])
    with pytest.raises(ConfigError, match=r"At model=quddpm: .*change one of the two"):
        list_points(plan)


def test_a_kind_comes_with_its_own_settings():
    plan = make_plan(BASE, ["model.kind=ddpm", "model.n_parameters=200,400"])
    assert [plan.config(point.values).model.n_parameters for point in list_points(plan)] == [
        200,
        400,
    ]


def test_a_grid_trains_each_setting_once_on_one_thread():
    base = BASE.model_copy(update={"training": BASE.training.model_copy(update={"threads": 2})})
    plan = make_plan(base, ["model.n_layers=2,4", "seed=0..2"])
    found = list_points(plan)
    assert (plan.n_runs, len(found), len({point.run for point in found})) == (6, 6, 6)
    assert [
        (point.trial, point.values["model.n_layers"], point.values[SEED]) for point in found[:4]
    ] == [
        (0, 2, 0),
        (0, 2, 1),
        (0, 2, 2),
        (1, 4, 0),
    ]
    for point in found:
        config = plan.config(point.values)
        assert config.digest() == point.run
        assert config.training.threads == 1


@given(st.integers(0, 2**31 - 1), st.integers(1, 30))
def test_random_points_are_reproducible_within_bounds_and_different(seed, trials):
    base = BASE.model_copy(update={"seed": seed})
    over = [
        "training.learning_rate=1e-4..1e-1:log",
        "model.n_layers=1..40",
        "training.decay=cosine,constant",
    ]
    plan = make_plan(base, over, search="random", trials=trials)
    found = list_points(plan)
    assert found == list_points(plan)
    assert len({point.run for point in found}) == len(found) == trials
    for point in found:
        assert 1e-4 <= point.values["training.learning_rate"] <= 1e-1
        assert point.values["model.n_layers"] in range(1, 41)


def test_a_random_search_of_a_small_space_ends():
    plan = make_plan(BASE, ["model.n_layers=1,2,3"], search="random", trials=10)
    assert sorted(point.values["model.n_layers"] for point in list_points(plan)) == [1, 2, 3]


def test_logarithmic_draws_are_even_in_the_logarithm():
    axis = parse_axis("training.learning_rate=1e-4..1:log", BASE)
    rng = np.random.default_rng(0)
    drawn = np.log10([axis.draw(rng) for _ in range(4000)])
    assert np.histogram(drawn, bins=4, range=(-4, 0))[0] == pytest.approx([1000] * 4, rel=0.15)


def test_a_decimal_comma_is_no_list() -> None:
    with pytest.raises(ConfigError, match="found '005', which follows a comma"):
        parse_axis("training.learning_rate=0,005", Experiment())
