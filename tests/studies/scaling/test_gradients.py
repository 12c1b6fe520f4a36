"""Variances of gradients: against the exact ones where there are some, and the decays of the
literature.
"""

from __future__ import annotations

import math

import numpy as np
import pennylane as qml
import pytest
import torch

from qdiffgui import catalog
from qdiffgui.studies.scaling.fits import decide
from qdiffgui.studies.scaling.gradients import (
    Ensembles,
    circuit_gradients,
    every_angle,
    variance_of,
)


def test_one_rotation_has_the_variance_of_a_sine() -> None:
    # 1 - p(0) = sin²(θ/2) of RX: derivative sin(θ)/2, variance 1/8
    found = variance_of(circuit_gradients("basic-entangler", 1, 1, "global", draws=4000, seed=0))
    assert found.value == pytest.approx(1 / 8, abs=4 * found.error)
    assert found.error < 0.005


@pytest.mark.parametrize("loss", ["global", "local"])
def test_derivatives_are_those_of_pennylane(loss: str) -> None:
    ansatz = catalog.ansatze["strongly-entangling"].load()
    circuit = every_angle(ansatz, 2, 2)
    generator = torch.Generator().manual_seed(5)
    angles = (2 * math.pi * torch.rand(3, circuit.program.n_inputs, generator=generator)).double()

    @qml.qnode(qml.device("default.qubit", wires=2), interface="torch", diff_method="backprop")
    def probabilities(w):
        ansatz.bind(2, 2)(w, None)
        return qml.probs(wires=range(2))

    def value(w: torch.Tensor) -> torch.Tensor:
        p = probabilities(w)
        return 1 - p[0] if loss == "global" else 1 - (2 * p[0] + p[1] + p[2]) / 2

    exact = torch.stack([torch.autograd.functional.jacobian(value, row) for row in angles])
    found = circuit_gradients("strongly-entangling", 2, 2, loss, draws=3, seed=5)
    assert np.abs(found - exact.numpy()).max() < 1e-5


def test_global_cost_decays_exponentially_and_shallow_local_cost_as_a_power() -> None:
    widths = range(2, 10)
    decisions = {}
    for loss in ("global", "local"):
        found = [
            variance_of(circuit_gradients("hardware-efficient", n, 4, loss, draws=150, seed=n))
            for n in widths
        ]
        decisions[loss] = decide(
            list(widths), [v.value for v in found], [v.relative for v in found]
        )
    assert decisions["global"].better == "exponential"
    assert decisions["global"].exponential.slope == pytest.approx(-math.log(4), abs=0.25)
    assert decisions["local"].better == "power"


def test_the_last_step_decays_slower_than_one_deep_circuit_up_to_five_qubits() -> None:
    slopes = {}
    for name, t, layers in (("step", 0, 6), ("single", None, 40)):
        widths = range(1, 6)
        found = [
            variance_of(Ensembles(n, layers, "mmd", t, batch=16).gradients(draws=12, seed=n))
            for n in widths
        ]
        slopes[name] = decide(
            list(widths), [v.value for v in found], [v.relative for v in found]
        ).exponential
    assert slopes["step"].slope - slopes["single"].slope > 2 * math.hypot(
        slopes["step"].error, slopes["single"].error
    )


def test_equal_seeds_give_equal_gradients() -> None:
    one = Ensembles(2, 2, "wasserstein", 3, batch=8)
    assert np.array_equal(one.gradients(draws=2, seed=1), one.gradients(draws=2, seed=1))
    assert not np.array_equal(one.gradients(draws=2, seed=1), one.gradients(draws=2, seed=2))
