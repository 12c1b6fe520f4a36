from __future__ import annotations

import numpy as np
import pytest

from qdiffgui import catalog
from qdiffgui.config import override
from qdiffgui.experiment.prepare import build, prepare
from qdiffgui.studies.scaling.counting import has_network
from qdiffgui.studies.scaling.landscape import SPAN, at_start, gradients_along, slices


@pytest.mark.parametrize(
    "key",
    ["quddpm-cluster-1q", "qgan-cluster-2q", "qgdm-ensemble", "digits-dense", "digits-latent"],
)
def test_slices_pass_through_the_present_loss_and_leave_the_model_alone(key: str) -> None:
    config = override(catalog.presets[key].load(), ["training.iterations=200"])
    prepared = prepare(config)
    model = build(config, prepared)
    model.fit(prepared.train)
    model.step(0)
    before = model.state()
    shifts, losses = slices(model, 1, directions=2, n_points=5, seed=0)
    after = model.state()
    assert all(np.array_equal(before[name], after[name]) for name in before)
    present = model.step(1).loss
    assert shifts.tolist() == pytest.approx([-shifts[4], -shifts[3], 0, shifts[3], shifts[4]])
    assert (shifts[4] == SPAN) == (not has_network(model))
    assert losses[:, 2] == pytest.approx([present, present], rel=1e-5)
    assert np.ptp(losses, axis=1).min() > 0


def test_derivatives_at_the_start_fall_with_qubits() -> None:
    found = gradients_along(
        override(catalog.presets["quddpm-cluster-2q"].load(), ["model.loss=mmd"]), "n", draws=5
    )
    assert found is not None
    assert found.x == (1, 2, 3, 4)
    values = [v.value for v in found.variances]
    assert values == sorted(values, reverse=True)
    assert found.fit is not None
    assert found.fit.exponential.slope < -0.5


def test_it_is_reproducible() -> None:
    config = catalog.presets["quddpm-circle"].load()
    assert at_start(config, draws=3) == at_start(config, draws=3)
