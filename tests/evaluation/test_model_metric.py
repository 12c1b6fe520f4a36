"""The held-out loss of models, and how a report takes metrics of models in."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from qdiffgui import catalog
from qdiffgui.config import Training
from qdiffgui.config.models import D3PM, ClassicalDDPM, QuantumDenoiser, RectifiedFlow
from qdiffgui.config.schedules import Cosine, Straight, Trigonometric
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.diffusion.held_out import CommonPoints
from qdiffgui.evaluation.metric_value import MetricValue
from qdiffgui.evaluation.model_metric import (
    ModelValue,
    difference,
    held_out_loss,
    model_cells,
    report_blocks,
)
from qdiffgui.registry import Entry

CLASSES = {0: "gluon", 1: "quark"}


def data(n: int, seed: int, size: int = 2) -> Encoded:
    """Correlated numbers of unit variance: the Gaussian knows all there is to know."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, size))
    x[:, 1] = 0.8 * x[:, 0] + 0.6 * x[:, 1]
    return Encoded(
        x.astype(np.float32), (np.arange(n) % 2).astype(np.int8), Spec("vector", (size,), CLASSES)
    )


TRAIN, TEST = data(2000, 0), data(1500, 1)


def fitted(config: object, steps: int = 0, training: Training | None = None) -> object:
    training = training or Training(iterations=max(steps, 1), batch_size=256, learning_rate=1e-2)
    model = catalog.models[config.kind].load()(config, TRAIN.spec, training, 0)
    model.fit(TRAIN)
    for i in range(steps):
        model.step(i)
    return model


def silenced(model):
    """The same model with an answer of 0."""
    with torch.no_grad():
        for parameter in model.network.parameters():
            parameter.zero_()
    return model


def test_a_gaussian_model_that_answers_0_is_the_gaussian():
    for start, trivial in (("white", "pca-gaussian"), ("copula", "gaussian-copula")):
        model = silenced(fitted(ClassicalDDPM(start=start, prediction="velocity")))
        found = held_out_loss(model, TEST, seed=3)
        assert set(found.trivial) == {trivial}
        assert found.value.value == pytest.approx(found.trivial[trivial].value, rel=1e-6)
        assert found.value.value == pytest.approx(1.0, abs=0.05)
        assert 0 < found.value.error < 0.02


def test_a_flow_and_a_gaussian_model_are_asked_the_same():
    """The exact velocity of standard normal data is 0, that of a line with F = 0 the same."""
    flow = silenced(fitted(RectifiedFlow(schedule=Straight(n_steps=5))))
    cosine = silenced(fitted(ClassicalDDPM(prediction="epsilon", schedule=Cosine(n_steps=30))))
    velocity = silenced(fitted(ClassicalDDPM(prediction="velocity", schedule=Trigonometric())))
    found = [held_out_loss(model, TEST, seed=1) for model in (flow, cosine, velocity)]
    assert len({value.group for value in found}) == 1
    assert found[0].value.value == pytest.approx(found[1].value.value, abs=1e-5)
    assert found[1].value.value == pytest.approx(found[2].value.value, abs=1e-6)


def test_training_lowers_the_loss_and_the_difference_is_better_known_than_either():
    untrained, trained = (fitted(ClassicalDDPM(), steps) for steps in (0, 150))
    before, after = (held_out_loss(model, TEST, seed=2) for model in (untrained, trained))
    gap = difference(after.blocks, before.blocks)
    assert gap.value < -5 * gap.error
    again = held_out_loss(trained, TEST, seed=2)
    assert again == after
    other = held_out_loss(fitted(ClassicalDDPM(), 140), TEST, seed=2)
    assert difference(after.blocks, other.blocks).error < after.value.error


def test_the_points_are_those_of_the_samples_and_the_seed():
    x0 = torch.from_numpy(TEST.x)
    first, second, other = (CommonPoints.of(x0, seed) for seed in (1, 1, 2))
    assert torch.equal(first.x, second.x)
    assert not torch.equal(first.x, other.x)
    quarters = (first.phi.reshape(4, -1) - 0.05) / (1.45 / 4)
    assert (
        (quarters >= torch.arange(4)[:, None]) & (quarters <= torch.arange(4)[:, None] + 1)
    ).all()


def test_the_circuit_and_its_twin_are_one_group():
    common = {"start": "white", "prediction": "velocity", "schedule": Trigonometric(n_steps=5)}
    circuit = fitted(QuantumDenoiser(n_qubits=2, n_layers=2, **common))
    network = fitted(ClassicalDDPM(**common))
    found = [held_out_loss(model, TEST, seed=0) for model in (circuit, network)]
    assert found[0].group == found[1].group != held_out_loss(fitted(ClassicalDDPM()), TEST).group


def test_the_likelihood_of_bits_is_that_of_the_final_distribution():
    model = fitted(D3PM(n_bits=4, n_parameters=60, schedule=Cosine(n_steps=2)), 60)
    found = held_out_loss(model, TEST)
    codes = model.codes(TEST.x)
    expected = [-np.log(model.distribution(label)[codes[TEST.label == label]]) for label in CLASSES]
    assert found.value.value == pytest.approx(np.concatenate(expected).mean())
    assert found.value.value < 4 * np.log(2)
    # correlated numbers: independent components are worse than the trained model
    assert found.trivial["marginals"].value > found.value.value


class Silent:
    def held_out_loss(self, samples, *, seed=0):
        return None


def test_a_model_without_a_loss_adds_no_column():
    assert model_cells(Silent(), {"all": TEST}, 0).columns == []
    assert list(report_blocks({"rows": []}, "held-out-loss")) == []


def test_a_metric_of_a_plug_in_may_need_the_model(monkeypatch, caplog):
    def count(model, real, *, seed=0):
        return ModelValue(MetricValue(float(len(real)), 0.0), group="count")

    def broken(model, real, *, seed=0):
        raise ValueError("no")

    monkeypatch.setitem(globals(), "count", count)
    monkeypatch.setitem(globals(), "broken", broken)
    for key in ("count", "broken"):
        entry = Entry(
            key,
            key.title(),
            "",
            f"{__name__}:{key}",
            {"of": "model", "better": "lower", "least": 2},
        )
        monkeypatch.setitem(catalog.metrics._entries, key, entry)
    found = model_cells(Silent(), {"all": TEST}, 0)
    assert [column.key for column in found.columns] == ["count"]
    assert found.cells["count", "all", "model"] == {"value": 1500.0, "error": 0.0}
    assert "The metric 'broken'" in caplog.text
