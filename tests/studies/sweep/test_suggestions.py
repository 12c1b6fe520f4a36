"""What a form offers to sweep over."""

from __future__ import annotations

import pytest

from qdiffgui import catalog
from qdiffgui.config import Experiment
from qdiffgui.studies.sweep.axis import parse_axis
from qdiffgui.studies.sweep.plan import list_points, make_plan
from qdiffgui.studies.sweep.report import Reports, _figures, point_words, summary
from qdiffgui.studies.sweep.suggestions import suggest_axes


@pytest.mark.parametrize("key", list(catalog.presets))
def test_every_suggestion_of_every_preset_is_allowed(key):
    base = catalog.presets[key].load()
    found = suggest_axes(base)
    assert len({offer.field for offer in found}) == len(found) > 2
    for offer in found:
        assert parse_axis(f"{offer.field}={offer.values}", base).listed()


def test_numbers_choices_and_no_housekeeping():
    found = {offer.field: offer for offer in suggest_axes(Experiment())}
    assert found["model.n_layers"].values == "4,8,16"
    assert found["training.decay"].values == "cosine,constant"
    assert "model.schedule.n_steps" in found
    assert not {"seed", "name", "training.threads", "training.max_seconds"} & set(found)


def test_words_are_offered_with_their_labels_and_only_where_they_fit():
    found = {offer.field: offer for offer in suggest_axes(Experiment())}
    ansatz = found["model.ansatz"]
    assert ("Brickwork SU(4)", "brickwork") in ansatz.choices
    assert ansatz.values.split(",")[0] == Experiment().model.ansatz
    models = {kind for _, kind in found["model.kind"].choices}
    assert {"quantum-denoiser", "ddpm"} <= models
    assert "quddpm" not in models, "it learns states"
    assert found["model.schedule.kind"].values.split(",")[0] == Experiment().model.schedule.kind


def test_two_ansaetze_and_three_seeds_are_six_points_named_by_what_they_are():
    base = catalog.presets["quddpm-cluster-1q"].load()
    plan = make_plan(base, ["model.ansatz=hardware-efficient,brickwork", "seed=0..2"])
    assert len(list_points(plan)) == 6
    kinds = make_plan(base, ["model.kind=quddpm,qgan", "model.n_layers=1,2"])
    points = list_points(kinds)
    assert [kinds.config(point.values).name for point in points][-1] == (
        f"model=qgan, n_layers=2, seed={base.seed}"
    )


def made_up(plan):
    """The rows of a finished sweep, with a metric that falls from run to run."""
    return [
        {"run": point.run, "status": "done", "trial": point.trial, **point.values, "w1": 1.0 / k}
        for k, point in enumerate(list_points(plan), 1)
    ]


def test_plots_of_two_words_have_labels_and_a_heat_map():
    base = catalog.presets["quddpm-cluster-1q"].load()
    over = ["model.ansatz=hardware-efficient,brickwork", "model.loss=mmd,wasserstein", "seed=0,1"]
    plan = make_plan(base, over)
    reports = Reports("w1", "W1", "lower", 0.05, {})
    plots = dict(_figures(plan, made_up(plan), reports))
    assert list(plots) == ["W1 versus Ansatz", "W1 versus Loss", "W1: Ansatz and Loss"]
    curve = plots["W1 versus Ansatz"].data[0]
    assert list(curve.x) == ["Hardware-efficient", "Brickwork SU(4)"]
    assert plots["W1 versus Ansatz"].layout.xaxis.type == "category"
    assert (curve.name, curve.mode) == ("Loss mmd", "markers")
    cells = plots["W1: Ansatz and Loss"].data[0]
    assert (list(cells.x), list(cells.y)) == (
        ["Hardware-efficient", "Brickwork SU(4)"],
        ["mmd", "wasserstein"],
    )
    assert cells.z[0][0] == pytest.approx((1 + 1 / 2) / 2)
    assert cells.z[1][1] == pytest.approx((1 / 7 + 1 / 8) / 2)
    assert "floor 0.05" in cells.colorbar.title.text
    assert "Ansatz: Hardware-efficient, Brickwork SU(4)" in summary(plan, made_up(plan))
    assert point_words(plan, made_up(plan)[0]) == ("Ansatz Hardware-efficient, Loss mmd, Seed 0")


def test_the_present_kind_keeps_its_settings_in_a_sweep_over_kinds():
    base = catalog.presets["jets-latent-mixed"].load()
    plan = make_plan(base, ["model.kind=latent,ddpm"])
    kept, other = (plan.config(point.values).model for point in list_points(plan))
    assert kept == base.model
    assert other.kind == "ddpm"
