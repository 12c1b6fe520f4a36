from __future__ import annotations

import pytest
import torch

from qdiffgui import catalog, engine
from qdiffgui.evaluation.quantum import meyer_wallach
from qdiffgui.studies.scaling.expressibility import (
    divergence_from_haar,
    expressibility,
    haar_entanglement,
)


@pytest.mark.parametrize("n", [1, 2, 4])
def test_haar_random_states_are_at_their_own_figures(n: int) -> None:
    psi = engine.haar_states(20_000, n, torch.Generator().manual_seed(0))
    assert meyer_wallach(psi.numpy()).mean() == pytest.approx(haar_entanglement(n), abs=0.005)
    assert divergence_from_haar(psi) < 75 / 10_000  # twice the expected bias (bins - 1) / (2 pairs)


def test_one_rotation_is_less_expressive_than_a_deep_circuit() -> None:
    shallow, deep = (
        expressibility("basic-entangler", 3, 1, pairs=1000),
        expressibility("strongly-entangling", 3, 5, pairs=1000),
    )
    assert shallow.divergence > 5 * deep.divergence
    assert deep.divergence < 3 * deep.floor
    assert deep.entangling == pytest.approx(deep.entangling_haar, abs=0.05)


@pytest.mark.parametrize("key", catalog.ansatze)
def test_every_ansatz_has_figures(key: str) -> None:
    found = expressibility(key, 2, 1, pairs=100)
    assert found.divergence > 0
    assert -1e-6 <= found.entangling <= 1 + 1e-6
