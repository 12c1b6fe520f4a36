"""Rounding is no unit of measurement."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qdiffgui.config import Experiment
from qdiffgui.data.resolution import is_constant, unit_scales
from qdiffgui.evaluation.scales import scale_of
from qdiffgui.experiment import prepare
from qdiffgui.experiment.live import _components
from tests.data import files


def test_a_spread_of_rounding_is_constant() -> None:
    rng = np.random.default_rng(0)
    noise = rng.random(100) * 1e-15
    assert is_constant(noise, "width")
    assert is_constant(500 + noise)
    assert is_constant(np.float32(0.1) + np.zeros(100, np.float32))
    assert not is_constant(noise), "a quantity of unknown scale may be as small as that"
    assert not is_constant(rng.random(100), "width")


def test_constant_components_are_measured_and_not_left_out() -> None:
    rng = np.random.default_rng(0)
    real = np.column_stack([rng.normal(0, 2, 500), np.full(500, 3.0)])
    np.testing.assert_allclose(unit_scales(real), real[:, 0].std())
    off = np.add(real, [0, 10])
    assert _components(off, real) > 2
    same = np.ones((100, 4))
    assert _components(same * 8, same) > 5
    assert _components(same, same) == 0


def test_jets_of_one_particle_have_no_scale_of_rounding(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x = np.zeros((200, 1, 4))
    x[:, 0] = np.column_stack(
        [rng.uniform(30, 300, 200), rng.uniform(-2, 2, 200), rng.uniform(0, 6, 200), [22] * 200]
    )
    files.energyflow(tmp_path / "one.npz", 200, X=x)
    config = Experiment.model_validate(
        {
            "data": {"kind": "file", "path": str(tmp_path / "one.npz")},
            "representation": {"kind": "observables", "names": ["mass", "ptd", "width", "pt"]},
        }
    )
    prepared = prepare(config)
    scale = scale_of(prepared.train, prepared.train_content, prepared.representation, 0)
    assert set(scale.values) <= {"pt"}
