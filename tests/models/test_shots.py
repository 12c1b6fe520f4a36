"""Every family that says what a shot means samples with shots: differently from exactly, reproducibly, ever closer to exact."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from qdiffgui.config import Experiment
from qdiffgui.config.sampling import choices
from qdiffgui.engine import finite_shots
from tests.models.test_contract import CASES, TINY, VARIANTS, build, samples

KINDS = {"vector": {"kind": "observables"}, "map": {"kind": "log-polar"}}


def measured(key, kind, settings):
    if kind not in KINDS:
        return False
    model = {"kind": key, **TINY[key], **settings}
    return bool(choices(Experiment.model_validate({"representation": KINDS[kind], "model": model})).shots)


FORMS = [
    (key, kind, settings) for key, kind, settings in [*((k, d, {}) for k, d in CASES), *VARIANTS] if measured(key, kind, settings)
]


def test_the_families_that_can_are_known():
    assert {key for key, _, _ in FORMS} == {
        "quantum-denoiser", "qu-net", "q-dense", "uss", "quddpm", "qdt", "qgan", "qg-unet", "latent",
    }  # fmt: skip


@pytest.mark.parametrize(("key", "kind", "settings"), FORMS)
def test_shots_are_felt_and_their_noise_goes_away(key, kind, settings):
    model = build(key, kind, **settings)
    model.fit(samples(kind))
    for i in range(model.n_steps):  # all circuits of a greedy family
        model.step(i)

    def sample(shots):
        with finite_shots(shots, torch.Generator().manual_seed(1)):
            return model.sample(30, seed=4).x

    exact = sample(0)
    few, many = sample(20), sample(1_000_000)
    assert not np.array_equal(few, exact)
    np.testing.assert_array_equal(few, sample(20))
    assert np.abs(many - exact).mean() < 0.5 * np.abs(few - exact).mean()  # an untrained network may amplify what is left
    np.testing.assert_array_equal(model.sample(30, seed=4).x, exact)


def test_a_map_read_by_ten_shots_has_fractions_of_tenths():
    model = build("quddpm", "map")
    model.fit(samples("map"))
    for i in range(model.n_steps):
        model.step(i)
    with finite_shots(10, torch.Generator().manual_seed(1)):
        tenths = model.sample(30, seed=4).x * 10
    np.testing.assert_allclose(tenths, tenths.round(), atol=1e-5)
