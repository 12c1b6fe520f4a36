"""Labels as angles and as states of a qubit."""

from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest

from qdiffgui.models.conditioning import Labels


@pytest.mark.parametrize("n_classes", [2, 3, 10])
def test_a_label_qubit_is_rx_of_its_place_among_the_classes(n_classes: int) -> None:
    labels = Labels(
        {3 * k + 1: str(k) for k in range(n_classes)}
    )  # the names of classes need not be 0, 1, 2
    label = np.array([-1, *labels.known], np.int8)
    places = np.array([0, *range(n_classes)])
    assert labels.places(label).tolist() == places.tolist()
    angles = 2 * np.pi * places / n_classes
    np.testing.assert_allclose(labels.angles(label).numpy(), angles, rtol=1e-15)
    expected = [qml.RX(angle, 0).matrix()[:, 0] for angle in angles]
    np.testing.assert_allclose(labels.qubit(label).numpy(), expected, atol=1e-7)


def test_without_classes_every_angle_is_zero() -> None:
    assert Labels({}).angles(np.full(3, -1, np.int8)).tolist() == [0, 0, 0]
