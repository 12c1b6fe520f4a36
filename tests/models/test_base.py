"""What all models share, next to the contract."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest

from qdiffgui.engine import trace
from qdiffgui.models.base import CircuitInfo, DiffusionModel, Step, gate_angles
from qdiffgui.models.ddpm import ClassicalDDPM


def test_an_angle_is_shown_where_one_weight_alone_turns_the_gate() -> None:
    def circuit(w, x):
        qml.RX(w[1], 0)
        qml.RY(x[0], 0)
        qml.RZ(w[0] * x[0], 0)
        qml.Rot(w[0], w[1], w[2], 1)
        qml.CNOT([0, 1])
        qml.RX(w[0], 1)

    gates = trace(circuit, n_qubits=2, n_weights=3, n_inputs=1).gates()
    angles = gate_angles(gates, np.float32([0.5, -0.25, 2]))
    assert angles == pytest.approx([-0.25, np.nan, np.nan, np.nan, np.nan, 0.5], nan_ok=True)


def test_a_model_with_circuits_says_how_it_uses_them() -> None:
    with pytest.raises(TypeError) as caught:

        class Toy(DiffusionModel):
            def circuits(self) -> list[CircuitInfo]:
                return []

    assert str(caught.value) == (
        "The model class 'Toy' has circuits but does not describe their use: define circuit_uses()."
    )


def test_an_incomplete_model_is_refused_where_it_is_defined() -> None:
    with pytest.raises(TypeError) as caught:

        class Toy(ClassicalDDPM):
            kind = "toy"
            step = DiffusionModel.step
            sample = DiffusionModel.sample

    assert "'Toy' does not define sample, step: see DiffusionModel" in str(caught.value)


def test_a_base_of_several_models_may_leave_things_open() -> None:
    class Base(DiffusionModel):
        def step(self, i: int) -> Step:
            return Step(0.0, 0.0, 0.0)

    assert Base.circuit_uses is DiffusionModel.circuit_uses
