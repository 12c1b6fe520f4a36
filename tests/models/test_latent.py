"""Latent quantum diffusion: encoders, phases, recipes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from qdiffgui.config import Training, parse
from qdiffgui.config.models import Latent as Settings
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import ConfigError
from qdiffgui.models.latent import Latent

SPEC = Spec("map", (4, 2), {0: "even", 1: "odd"})
RECIPES = {
    "pca": {"n_latent": 8},
    "autoencoder": {"encoder": "autoencoder", "n_latent": 3},
    "mixed": {
        "encoder": "autoencoder",
        "recipe": "mixed",
        "n_latent": 4,
        "schedule": {"kind": "depolarizing-cosine", "n_steps": 3},
    },
    "bottleneck": {"encoder": "autoencoder", "recipe": "bottleneck", "n_latent": 4},
}


def _data(n: int = 1500, seed: int = 0) -> Encoded:
    """Maps whose bright cells depend on the class; a third of the last row is empty."""
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 2, n).astype(np.int8)
    weight = np.where(label[:, None] == 0, [8, 1, 6, 1, 4, 1, 2, 1], [1, 8, 1, 6, 1, 4, 1, 2])
    x = rng.gamma(weight)
    x[:, 6:] *= rng.random((n, 2)) > 1 / 3
    return Encoded(
        (x / x.sum(axis=1, keepdims=True)).reshape(n, 4, 2).astype(np.float32), label, SPEC
    )


def _model(recipe: str, iterations: int = 40, spec: Spec = SPEC, **settings: Any) -> Latent:
    small = {
        "n_qubits": 3,
        "n_layers": 2,
        "n_hidden": 16,
        "schedule": {"kind": "cosine", "n_steps": 6},
    }
    config = Settings(**(small | RECIPES[recipe] | settings))
    return Latent(config, spec, Training(iterations=iterations, batch_size=64), 0)


def _trained(recipe: str, iterations: int = 40, **settings: Any) -> Latent:
    model = _model(recipe, iterations, **settings)
    model.fit(_data())
    for i in range(iterations):
        model.step(i)
    return model


def test_principal_components_lose_nothing() -> None:
    model, data = _model("pca"), _data()
    model.fit(data)
    latent = model.encode(data.x)
    np.testing.assert_allclose(latent.T @ latent / len(latent), np.eye(8), atol=1e-3)
    np.testing.assert_allclose(model.decode(latent), data.x, atol=1e-4)
    np.testing.assert_array_equal(model.decode(latent) == 0, data.x == 0)


@pytest.mark.parametrize("recipe", ["autoencoder", "bottleneck", "mixed"])
def test_the_autoencoder_is_trained_first_and_then_left_alone(recipe: str) -> None:
    model, data = _model(recipe, 100), _data()
    model.fit(data)
    first, *rest = model.phases()
    assert first == range(30)
    assert [i for phase in rest for i in phase] == list(range(30, 100))
    phases = [model.step(i).phase for i in range(60)]
    assert phases == ["autoencoder"] * 30 + ["diffusion"] * 30
    frozen = {
        name: array for name, array in model.weights().items() if not name.startswith("inner/")
    }
    for i in range(60, 100):
        model.step(i)
    for name, array in frozen.items():
        np.testing.assert_array_equal(model.weights()[name], array, err_msg=name)


@pytest.mark.parametrize("stop", [10, 12, 20])
@pytest.mark.parametrize("recipe", ["autoencoder", "bottleneck", "mixed"])
def test_stopped_in_either_phase_or_between_them(recipe: str, stop: int) -> None:
    first, second = _model(recipe), _model(recipe)
    for model in (first, second):
        model.fit(_data())
    for i in range(stop):
        first.step(i)
    second.load_state(first.state())
    assert [first.step(i) for i in range(stop, 40)] == [second.step(i) for i in range(stop, 40)]
    np.testing.assert_array_equal(first.sample(9, seed=1).x, second.sample(9, seed=1).x)


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_model_file_holds_the_way_back(recipe: str) -> None:
    model, again = _trained(recipe), _model(recipe)
    again.load_weights(model.weights())
    label = 1 if model.config.conditional else None
    np.testing.assert_array_equal(
        again.sample(9, label, seed=2).x, model.sample(9, label, seed=2).x
    )
    np.testing.assert_array_equal(again.encode(_data().x), model.encode(_data().x))


def test_classes_and_empty_cells_are_learned() -> None:
    data = _data()
    model = _trained("pca", 400, n_layers=4, schedule={"kind": "cosine", "n_steps": 20})
    for known in (0, 1):
        drawn, true = model.sample(1500, known, seed=1).x, data.x[data.label == known]
        np.testing.assert_allclose(drawn.mean(axis=0), true.mean(axis=0), atol=0.03)
        np.testing.assert_allclose(
            (drawn == 0).mean(axis=0)[3], (true == 0).mean(axis=0)[3], atol=0.15
        )


def test_the_autoencoder_gives_back_what_it_was_given() -> None:
    data = _data()
    model = _trained("autoencoder", 600, n_latent=6, n_hidden=48, encoder_share=0.9)
    off = np.abs(model.decode(model.encode(data.x)) - data.x).mean()
    assert off < 0.25 * np.abs(data.x.mean(axis=0) - data.x).mean()


@pytest.mark.parametrize("recipe", ["bottleneck", "mixed"])
def test_states_of_codes_are_decoded_as_the_codes_are(recipe: str) -> None:
    model, data = _model(recipe), _data(50)
    model.fit(data)
    latent = model.encode(data.x)
    probabilities = (
        latent[:, :, 0] if recipe == "bottleneck" else np.diagonal(latent, axis1=1, axis2=2).real
    )
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    if recipe == "mixed":
        np.testing.assert_allclose(latent @ latent, latent, atol=1e-5)
    phases = np.exp(1j * np.arange(4))
    turned = latent * np.outer(phases, phases.conj()) if recipe == "mixed" else latent
    np.testing.assert_allclose(model.decode(turned), model.decode(latent), atol=1e-5)


def test_the_latent_numbers_are_diffused_as_asked() -> None:
    """A circuit that answers 0 from a copula start is the copula of the latent numbers."""
    model = _model(
        "pca",
        iterations=2,
        start="copula",
        prediction="velocity",
        envelope=True,
        targets="posterior-mean",
        sampler="heun",
        uploads="mixed",
        schedule={"kind": "trigonometric", "n_steps": 4},
    )
    train = _data()
    model.fit(train)
    assert model.setup_seconds(lambda: 0.0) == 0
    assert np.isfinite(model.step(0).loss)
    weights = model.weights()
    zero = {k: np.zeros_like(v) if "network" in k else v for k, v in weights.items()}
    model.load_weights(zero)
    drawn, real = model.inner.sample(1500, 1, seed=0).x, model.encode(train.x)[train.label == 1]
    np.testing.assert_allclose(drawn.mean(axis=0), real.mean(axis=0), atol=0.15)
    np.testing.assert_allclose(drawn.std(axis=0), real.std(axis=0), atol=0.15)


def test_facts_say_what_is_classical() -> None:
    pca, autoencoder = _model("pca").facts(), _model("autoencoder").facts()
    assert pca["encoder_parameters"] == 0
    assert "exact both ways" in pca["encoder"]
    assert autoencoder["n_parameters"] > autoencoder["encoder_parameters"] > 0
    assert "with loss" in _model("pca", n_latent=5).facts()["encoder"]


def test_what_does_not_fit_is_refused_in_words() -> None:
    with pytest.raises(ConfigError, match="choose at most that many"):
        _model("pca", n_latent=9)
    with pytest.raises(ConfigError, match="add qubits"):
        _model("autoencoder", n_latent=8, n_qubits=1)
    with pytest.raises(ConfigError, match="power of two"):
        _model("bottleneck", n_latent=6)
    with pytest.raises(ConfigError, match="power of two"):
        _model("mixed", n_latent=6)
    settings = {
        "representation": {"kind": "radial"},
        "model": {"kind": "latent", "recipe": "bottleneck"},
    }
    with pytest.raises(ConfigError, match=r"have signs.*choose the autoencoder"):
        parse(settings)
    for changed in (
        {"encoder": "autoencoder", "recipe": "mixed"},
        {"schedule": {"kind": "depolarizing-linear"}},
    ):
        with pytest.raises(ConfigError, match=r"does not work with .* noise: choose a"):
            parse({"representation": {"kind": "radial"}, "model": {"kind": "latent", **changed}})
