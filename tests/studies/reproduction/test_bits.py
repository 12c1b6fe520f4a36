"""The figures that the tasks of QD3PM are made of."""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui.models.bit_diffusion import BitDiffusion
from qdiffgui.presets.bits import JETS_RADIAL_4Q
from qdiffgui.studies.reproduction import bits
from qdiffgui.studies.reproduction.task import train_task


def test_independent_bits_have_the_marginals_and_nothing_else() -> None:
    share = np.array([0.4, 0.1, 0.0, 0.5])  # first bit 1 with .5, last bit 1 with .6
    product = bits.independent(share)
    np.testing.assert_allclose(product, [0.5 * 0.4, 0.5 * 0.6, 0.5 * 0.4, 0.5 * 0.6])
    np.testing.assert_allclose(bits.independent(product), product)


def test_divergence_is_zero_for_equals_and_known_for_a_coin() -> None:
    share = np.array([0.25, 0.75, 0.0, 0.0])
    assert bits.divergence(share, share) == 0
    assert bits.divergence(np.array([1.0, 0.0]), np.array([0.5, 0.5])) == pytest.approx(np.log(2))


def test_a_circuit_on_maps_beats_independent_bits_through_the_same_codec() -> None:
    session = train_task(
        JETS_RADIAL_4Q,
        0,
        "data.n_jets=3000",
        "training.iterations=300",
        "training.learning_rate=0.05",
        "model.n_layers=6",
    )
    model = session.model
    assert isinstance(model, BitDiffusion)
    share = bits.histogram(model, session.prepared.train)
    assert share.sum() == pytest.approx(1)
    assert bits.divergence(share, model.distribution()) < 0.3 * bits.divergence(
        share, bits.independent(share)
    )
    truth = session.prepared.test
    drawn = bits._strings(model, share, truth.label, 0)
    again = np.bincount(model.codes(drawn), minlength=16) / len(drawn)
    assert np.abs(again - share).sum() < 0.35


def test_quanta_are_counts_of_energy_and_empty_cells_stay_empty() -> None:
    x = np.array([[[0.5, 0.25], [0.25, 0.0]]] * 2000, dtype=np.float32)
    read = bits.quanta(x, 3)
    assert read.shape == x.shape
    np.testing.assert_allclose(read.sum(axis=(1, 2)), 1, atol=1e-6)
    np.testing.assert_array_equal(read * bits.QUANTA, np.round(read * bits.QUANTA))
    np.testing.assert_allclose(read.mean(axis=0), x[0], atol=0.01)
    assert not read[:, 1, 1].any()
    np.testing.assert_allclose(bits.quanta(np.zeros((500, 2, 2)), 0).mean(axis=0), 0.25, atol=0.02)
