from __future__ import annotations

import numpy as np

from qdiffgui.config.data import Circle, Cluster
from qdiffgui.data.ensembles import load_circle, load_cluster
from qdiffgui.data.split import split


def test_cluster_has_the_published_fidelity() -> None:
    """Fidelity to |0...0> of the authors' data: .988 for one qubit at ε = .08, .979 for two at ε = .06."""
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


def test_seed_decides() -> None:
    one, again, other = (load_circle(Circle(n_states=50), seed=seed) for seed in (1, 1, 2))
    assert one.digest == again.digest != other.digest
