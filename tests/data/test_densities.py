from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from qdiffgui.config import representation as config
from qdiffgui.config.data import Circle, RandomDensity
from qdiffgui.data.densities import load_random_density
from qdiffgui.data.ensembles import load_circle
from qdiffgui.data.representations.density import Density
from qdiffgui.data.save import save_physical
from qdiffgui.data.shipped import load_jets
from qdiffgui.data.split import split
from qdiffgui.data.types import Densities
from qdiffgui.errors import DataError


@pytest.mark.parametrize(("n_qubits", "rank"), [(1, 1), (2, 3), (3, 8)])
def test_copies_of_one_state_of_the_rank_asked_for(n_qubits: int, rank: int) -> None:
    data = load_random_density(RandomDensity(n_qubits=n_qubits, rank=rank, n_states=30), 5)
    rho = data.content.rho
    assert rho.shape == (60, 2**n_qubits, 2**n_qubits)
    assert rho.dtype == np.complex64
    assert (rho == rho[0]).all()
    values = np.linalg.eigvalsh(rho[0])
    assert values.sum() == pytest.approx(1, abs=1e-6)
    assert (values > 1e-4).sum() == rank
    assert (
        data.digest
        == load_random_density(RandomDensity(n_qubits=n_qubits, rank=rank, n_states=30), 5).digest
    )
    assert (
        data.digest
        != load_random_density(RandomDensity(n_qubits=n_qubits, rank=rank, n_states=30), 6).digest
    )
    train, test = split(data, 0.1, 0)
    assert len(train) == len(test) == 30


def test_more_rank_than_dimensions_is_refused() -> None:
    with pytest.raises(ValueError, match="at most rank 4; found 5"):
        RandomDensity(n_qubits=2, rank=5)


def build(content: object) -> Density:
    made = Density(config.Density())
    made.fit(content, {})
    return made


def test_pure_states_become_projectors() -> None:
    states = load_circle(Circle(n_states=30)).content
    encoded = build(states).encode(states)
    assert encoded.x.shape == (60, 2, 2)
    np.testing.assert_allclose(np.einsum("nij,nji->n", encoded.x, encoded.x), 1, atol=1e-5)
    np.testing.assert_allclose(
        np.einsum("nij,nj->ni", encoded.x, states.psi), states.psi, atol=1e-6
    )


def test_decoding_mends_what_a_model_gave() -> None:
    content = load_random_density(RandomDensity(n_states=20)).content
    made = build(content)
    x = 2 * content.rho
    x[:, 0, 1] += 0.1
    decoded = made.decode(x, content.label)
    assert isinstance(decoded, Densities)
    np.testing.assert_allclose(np.trace(decoded.rho, axis1=1, axis2=2), 1, atol=1e-6)
    np.testing.assert_allclose(decoded.rho, decoded.rho.conj().swapaxes(1, 2), atol=1e-7)


def test_jets_are_no_density_matrices() -> None:
    from qdiffgui.config.data import QuarkGluonJets

    with pytest.raises(DataError, match="choose 'cluster', 'circle' or 'random-density'"):
        build(load_jets(QuarkGluonJets(n_jets=20)).content)


def test_saved(tmp_path: Path) -> None:
    content = load_random_density(RandomDensity(n_states=20)).content
    save_physical(tmp_path / "rho.h5", content)
    with h5py.File(tmp_path / "rho.h5") as file:
        np.testing.assert_array_equal(file["densities/rho"][:], content.rho)
