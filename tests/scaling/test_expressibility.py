from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qdiffgui import catalog, engine
from qdiffgui.scaling.expressibility import divergence_from_haar, expressibility, haar_entanglement, meyer_wallach


def test_known_states() -> None:
    ghz = torch.zeros(1, 8, dtype=torch.complex64)
    ghz[0, 0] = ghz[0, 7] = 0.5**0.5
    bell_and_free = torch.zeros(1, 8, dtype=torch.complex64)  # (|00> + |11>)|0>: two of three qubits are mixed
    bell_and_free[0, 0] = bell_and_free[0, 6] = 0.5**0.5
    assert meyer_wallach(ghz)[0] == pytest.approx(1, abs=1e-6)
    assert meyer_wallach(bell_and_free)[0] == pytest.approx(2 / 3, abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(n=st.integers(1, 5), seed=st.integers(0, 2**31))
def test_q_lies_between_0_and_1_and_is_0_of_products(n: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    q = meyer_wallach(engine.haar_states(20, n, generator))
    assert (q > -1e-6).all()
    assert (q < 1 + 1e-6).all()
    product = torch.ones(20, 1, dtype=torch.complex64)
    for _ in range(n):
        product = (product[:, :, None] * engine.haar_states(20, 1, generator)[:, None, :]).flatten(1)
    assert np.abs(meyer_wallach(product)).max() < 1e-5


@pytest.mark.parametrize("n", [1, 2, 4])
def test_haar_random_states_are_at_their_own_figures(n: int) -> None:
    psi = engine.haar_states(20_000, n, torch.Generator().manual_seed(0))
    assert meyer_wallach(psi).mean() == pytest.approx(haar_entanglement(n), abs=0.005)
    assert divergence_from_haar(psi) < 75 / 10_000  # twice the expected bias (bins - 1) / (2 pairs)


def test_one_rotation_is_less_expressive_than_a_deep_circuit() -> None:
    shallow, deep = expressibility("basic-entangler", 3, 1, pairs=1000), expressibility("strongly-entangling", 3, 5, pairs=1000)
    assert shallow.divergence > 5 * deep.divergence
    assert deep.divergence < 3 * deep.floor
    assert deep.entangling == pytest.approx(deep.entangling_haar, abs=0.05)


@pytest.mark.parametrize("key", catalog.ansatze)
def test_every_ansatz_has_figures(key: str) -> None:
    found = expressibility(key, 2, 1, pairs=100)
    assert found.divergence > 0
    assert -1e-6 <= found.entangling <= 1 + 1e-6
