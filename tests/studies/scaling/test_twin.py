"""The twin differs from a quantum model of Gaussian diffusion in nothing but the denoiser."""

from __future__ import annotations

from qdiffgui import catalog
from qdiffgui.config import override
from qdiffgui.studies.scaling.twin import LARGE, LEARNING_RATE, twin


def test_the_twin_of_a_quantum_denoiser_has_its_diffusion() -> None:
    base = override(
        catalog.presets["jets-observables-quantum"].load(),
        ["model.schedule.n_steps=7", "model.start=white", "model.eta=0.5", "model.n_targets=500"],
    )
    found = twin(base, 296)
    assert found is not None
    assert found.model.kind == "ddpm"
    for name in ("start", "prediction", "envelope", "targets", "n_targets", "sampler", "eta"):
        assert getattr(found.model, name) == getattr(base.model, name), name
    assert found.model.schedule == base.model.schedule
    assert found.training == base.training
    assert found.model.n_parameters == 296


def test_a_large_twin_takes_smaller_steps() -> None:
    found = twin(catalog.presets["jets-observables-quantum"].load(), LARGE, iterations=64)
    assert found is not None
    assert (found.training.learning_rate, found.training.iterations) == (LEARNING_RATE, 64)


def test_the_twin_of_another_quantum_model_predicts_the_noise() -> None:
    found = twin(catalog.presets["digits-q-dense"].load(), 900)
    assert found is not None
    assert (found.model.prediction, found.model.schedule.kind) == ("epsilon", "cosine")
    assert twin(catalog.presets["quddpm-circle"].load(), 300) is None
