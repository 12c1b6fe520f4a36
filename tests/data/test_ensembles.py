from __future__ import annotations

import numpy as np
import pennylane as qml
import pytest
from scipy.linalg import expm

from qdiffgui.config.data import Circle, Cluster, CorrelatedNoise, HaarStates, LabelledClusters
from qdiffgui.data.ensembles import (
    after_error,
    load_circle,
    load_cluster,
    load_correlated_noise,
    load_haar,
    load_labelled_clusters,
)
from qdiffgui.data.split import split
from qdiffgui.evaluation import quantum


def test_cluster_has_the_published_fidelity() -> None:
    """Fidelity to |0...0> of the authors' data: 0.988 for one qubit at ε = 0.08, 0.979 for two at
    ε = 0.06.
    """
    for n_qubits, epsilon, fidelity in ((1, 0.08, 0.988), (2, 0.06, 0.979)):
        psi = load_cluster(Cluster(n_qubits=n_qubits, epsilon=epsilon, n_states=20000)).content.psi
        assert psi.shape == (40000, 2**n_qubits)
        assert psi.dtype == np.complex64
        np.testing.assert_allclose(np.linalg.norm(psi, axis=1), 1.0, rtol=1e-6)
        assert abs(np.mean(np.abs(psi[:, 0]) ** 2) - fidelity) < 1e-3


def test_circle_is_real_and_even() -> None:
    psi = load_circle(Circle(n_states=5000)).content.psi
    assert np.all(psi.imag == 0)
    density = psi.T @ psi.conj() / len(psi)
    np.testing.assert_allclose(density, np.eye(2) / 2, atol=0.02)


def test_as_many_are_held_out_as_trained_on() -> None:
    data = load_cluster(Cluster(n_states=500), seed=3)
    train, test = split(data, 0.1, seed=9)
    assert len(train) == len(test) == 500
    assert not np.any(np.isin(train.psi[:, 1], test.psi[:, 1]))


def test_labelled_clusters_lie_about_zero_and_plus_and_take_turns() -> None:
    data = load_labelled_clusters(LabelledClusters(n_qubits=2, n_states=500))
    assert dict(data.classes) == {0: "zero", 1: "plus"}
    train, test = split(data, 0.25)
    for part in (train, test):
        assert np.bincount(part.label).tolist() == [250, 250]
    psi, label = data.content.psi, data.content.label
    near_zero, near_plus = np.abs(psi[:, 0]) ** 2, np.abs(psi.sum(1) / 2) ** 2
    assert near_zero[label == 0].mean() > 0.95
    assert near_plus[label == 1].mean() > 0.95
    np.testing.assert_allclose(np.linalg.norm(psi, axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize(("error", "pauli"), [("XX", qml.X), ("ZZ", qml.Z)])
def test_errors_are_rotations_about_xx_and_zz(error: str, pauli: type) -> None:
    start = after_error(np.zeros(1), error)[0]
    matrix = expm(-0.7j * qml.matrix(pauli(0) @ pauli(1)))
    np.testing.assert_allclose(after_error(np.array([0.7]), error)[0], matrix @ start, atol=1e-12)


def test_correlated_noise_keeps_to_its_shares_and_angles() -> None:
    psi = load_correlated_noise(CorrelatedNoise(n_states=5000, p_xx=0.8)).content.psi
    angles = np.linspace(-np.pi / 3, np.pi / 3, 241)
    near_xx, near_zz = (
        quantum.fidelity(psi, after_error(angles, error)).max(1) for error in ("XX", "ZZ")
    )
    np.testing.assert_allclose(np.maximum(near_xx, near_zz), 1, atol=1e-4)
    assert (near_xx > near_zz).mean() == pytest.approx(0.8, abs=0.02)
    # only XX fills |10>, and no more than sin²(π/3) of the 0.55 in |01>
    assert 0.3 < (np.abs(psi[:, 2]) ** 2).max() <= 0.55 * 0.75 + 1e-6


def test_haar_states_are_haar() -> None:
    p = np.abs(load_haar(HaarStates(n_qubits=2, n_states=10000)).content.psi) ** 2
    np.testing.assert_allclose(p.mean(0), 1 / 4, atol=0.01)
    np.testing.assert_allclose((p**2).mean(0), 2 / 20, atol=0.01)


def test_seed_decides() -> None:
    one, again, other = (load_circle(Circle(n_states=50), seed=seed) for seed in (1, 1, 2))
    assert one.digest == again.digest != other.digest
