"""What all families share beside the contract."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest

from qdiffgui.engine import trace
from qdiffgui.models.base import gate_angles


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
