"""Every model that supports shots samples with them: not exactly, reproducibly, and closer to the
exact result for more shots.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from qdiffgui.config import Experiment
from qdiffgui.config.kinds import classes
from qdiffgui.config.sampling import sampling_options
from qdiffgui.engine import finite_shots
from tests.models.test_contract import CASES, TINY, VARIANTS, build, samples

KINDS = {"vector": {"kind": "observables"}, "map": {"kind": "log-polar"}}


def measured(key, kind, settings):
    if kind not in KINDS:
        return False
    model = {"kind": key, **TINY[key], **settings}
    return bool(
        sampling_options(
            Experiment.model_validate({"representation": KINDS[kind], "model": model})
        ).shots
    )


FORMS = [
    (key, kind, settings)
    for key, kind, settings in [*((k, d, {}) for k, d in CASES), *VARIANTS]
    if measured(key, kind, settings)
]


def test_a_quantum_model_supports_shots_or_says_why_not():
    with_shots = {(key, kind) for key, kind, settings in FORMS if not settings}
    assert with_shots
    for key, kind in CASES:
        model = classes("model")[key](**TINY[key])
        if kind in KINDS:
            support = model.shots_support(kind)
            assert bool(support.note) == ((key, kind) in with_shots)
            assert bool(support.reason) != bool(support.note)
            assert model.quantum or not support.note


@pytest.mark.parametrize(("key", "kind", "settings"), FORMS)
def test_shots_are_felt_and_their_noise_goes_away(key, kind, settings):
    model = build(key, kind, **settings)
    model.fit(samples(kind))
    for i in range(model.n_steps):  # all circuits of a greedy model
        model.step(i)

    def sample(shots):
        with finite_shots(shots, torch.Generator().manual_seed(1)):
            return model.sample(30, seed=4).x

    exact = sample(0)
    few, many = sample(20), sample(1_000_000)
    assert not np.array_equal(few, exact)
    np.testing.assert_array_equal(few, sample(20))
    assert (
        np.abs(many - exact).mean() < 0.5 * np.abs(few - exact).mean()
    )  # an untrained network may amplify what is left
    np.testing.assert_array_equal(model.sample(30, seed=4).x, exact)


def test_a_map_read_by_ten_shots_has_fractions_of_tenths():
    model = build("quddpm", "map")
    model.fit(samples("map"))
    for i in range(model.n_steps):
        model.step(i)
    with finite_shots(10, torch.Generator().manual_seed(1)):
        tenths = model.sample(30, seed=4).x * 10
    np.testing.assert_allclose(tenths, tenths.round(), atol=1e-5)
