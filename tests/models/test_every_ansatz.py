"""Every ansatz of the registry trains, samples and is exported inside the families that let the
user choose one.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from qdiffgui import catalog
from qdiffgui.circuits.openqasm import to_qasm3
from qdiffgui.config import Training, kinds
from tests.models.test_contract import TINY, samples

CHOICES = [("quddpm", "state"), ("q-dense", "map"), ("quantum-denoiser", "vector")]


@pytest.mark.parametrize("key", list(catalog.ansatze))
@pytest.mark.parametrize(("family", "kind"), CHOICES)
def test_trains_and_is_exported(family: str, kind: str, key: str) -> None:
    if family != "quantum-denoiser" and catalog.ansatze[key].load().takes_inputs:
        pytest.skip("encodes data as angles")
    data = samples(kind)
    config = kinds.classes("model")[family](**{**TINY[family], "ansatz": key})
    model = catalog.models[family].load()(
        config, data.spec, Training(iterations=8, batch_size=16), 0
    )
    model.fit(data)
    before = torch.from_numpy(
        np.concatenate([np.ravel(values) for values in model.weights().values()]).astype(np.float64)
    )
    losses = [model.step(i).loss for i in range(8)]
    after = torch.from_numpy(
        np.concatenate([np.ravel(values) for values in model.weights().values()]).astype(np.float64)
    )
    assert np.isfinite(losses).all()
    assert (before != after).any()
    assert model.sample(5, seed=1).x.shape == (5, *data.spec.shape)
    for info in model.circuits():
        text = to_qasm3(info)
        assert text.startswith("OPENQASM 3.0;")
        assert len(info.gates) == len(info.angles)
