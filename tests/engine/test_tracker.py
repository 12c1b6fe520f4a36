from __future__ import annotations

import threading

import pytest
import torch

from qdiffgui import catalog, engine
from qdiffgui.engine import Tracker


@pytest.mark.parametrize("backend", ["auto", "numba", "torch"])
def test_every_way_to_run_counts_its_batch(backend: str) -> None:
    program = catalog.ansatze["hardware-efficient"].load().trace(2, 1)
    circuit = engine.compile(program, backend=backend)
    weights, psi = (
        torch.rand(program.n_weights, requires_grad=True),
        engine.haar_states(7, 2, torch.Generator().manual_seed(0)),
    )
    with Tracker() as counted:
        circuit.state(weights, psi=psi).abs().square().sum().backward()
        circuit.expval(["ZI"], weights, psi=psi[:3])
        circuit.probabilities(weights)
    assert counted.n_states == counted.n_states_of(program) == 7 + 3 + 1
    circuit.state(weights)
    assert counted.n_states == 7 + 3 + 1


def test_blocks_nest_and_threads_are_apart() -> None:
    circuit = engine.compile(catalog.ansatze["basic-entangler"].load().trace(1, 1))
    with Tracker() as outer:
        circuit.state(torch.zeros(1))
        with Tracker() as inner:
            circuit.state(torch.zeros(1))
        other = threading.Thread(target=circuit.state, args=(torch.zeros(1),))
        other.start()
        other.join()
    assert (outer.n_states, inner.n_states) == (1, 1)
