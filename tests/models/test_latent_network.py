"""The network twin of the latent circuit."""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui.config import Training
from qdiffgui.config.models import Latent as CircuitSettings
from qdiffgui.config.models import LatentNetwork as Settings
from qdiffgui.config.schedules import Cosine
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import ConfigError
from qdiffgui.models.latent import Latent
from qdiffgui.models.latent_network import LatentNetwork

SPEC = Spec("map", (4, 2), {0: "even", 1: "odd"})
TRAINING = Training(iterations=30, batch_size=32)


def maps(n: int = 400) -> Encoded:
    rng = np.random.default_rng(0)
    x = rng.gamma([8, 1, 6, 1, 4, 1, 2, 1], size=(n, 8))
    x /= x.sum(axis=1, keepdims=True)
    label = rng.integers(0, 2, n).astype(np.int8)
    return Encoded(x.reshape(n, 4, 2).astype(np.float32), label, SPEC)


@pytest.mark.parametrize("cells", ["roots", "normal-scores"])
def test_circuit_and_network_see_the_same_numbers_and_their_losses_compare(cells: str) -> None:
    settings = CircuitSettings(
        n_latent=6, n_qubits=2, n_layers=2, cells=cells, prediction="velocity", schedule=Cosine()
    )
    circuit = Latent(settings, SPEC, TRAINING, 3)
    made = settings.classical_twin(circuit.n_parameters)
    assert made is not None
    assert (
        made[0].model_dump(exclude={"n_parameters"}).items()
        <= (settings.model_dump() | {"kind": "latent-network"}).items()
    )
    network = LatentNetwork(made[0], SPEC, TRAINING, 3)
    data = maps()
    for model in (circuit, network):
        model.fit(data)
    np.testing.assert_array_equal(circuit.encode(data.x), network.encode(data.x))
    losses = [model.held_out_loss(data) for model in (circuit, network)]
    assert losses[0] is not None
    assert losses[1] is not None
    assert losses[0].group == losses[1].group
    assert not network.circuits()


def test_the_autoencoder_counts_as_parameters() -> None:
    config = Settings(encoder="autoencoder", n_latent=3, n_hidden=8, n_parameters=900)
    model = LatentNetwork(config, SPEC, TRAINING, 0)
    assert model.n_encoder_parameters > 100
    assert abs(model.n_parameters - 900) < 60
    small = config.model_copy(update={"n_parameters": model.n_encoder_parameters})
    with pytest.raises(ConfigError, match="parameters to at least"):
        LatentNetwork(small, SPEC, TRAINING, 0)


@pytest.mark.parametrize("recipe", ["bottleneck", "mixed"])
def test_other_recipes_have_no_network_in_the_same_process(recipe: str) -> None:
    schedule = {"schedule": {"kind": "depolarizing-cosine"}} if recipe == "mixed" else {}
    settings = CircuitSettings(recipe=recipe, encoder="autoencoder", n_latent=4, **schedule)
    assert settings.classical_twin(500) is None
