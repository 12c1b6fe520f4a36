"""Normal scores as what a denoiser diffuses: there and back, where they can be, and a model of no
training is the copula.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import ndtri

from qdiffgui.config import Training
from qdiffgui.config.models import ClassicalDDPM as Settings
from qdiffgui.config.models import Latent as LatentSettings
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import ConfigError
from qdiffgui.models.ddpm import ClassicalDDPM
from qdiffgui.models.latent import Latent
from qdiffgui.models.normal_scores import NormalScores
from qdiffgui.models.rank_scores import RankScores

SPEC = Spec("map", (3, 4))


def _maps(n: int = 3000) -> np.ndarray:
    rng = np.random.default_rng(0)
    x = rng.dirichlet(np.full(12, 0.3), size=n)
    x[x < 0.02] = 0
    return (x / x.sum(axis=1, keepdims=True)).reshape(n, 3, 4).astype(np.float32)


def _encoded(x: np.ndarray) -> Encoded:
    return Encoded(x, np.full(len(x), -1, dtype=np.int8), SPEC)


@pytest.mark.parametrize("kind", [NormalScores, RankScores])
def test_there_and_back(kind: type[NormalScores | RankScores]) -> None:
    x, transform = _maps(), kind(SPEC)
    transform.fit(x)
    z = transform.encode(x)
    assert z.shape == (len(x), *transform.diffused.shape)
    np.testing.assert_array_equal(transform.decode(z) > 0, x > 0)
    np.testing.assert_allclose(transform.decode(z), x, atol=5e-3)
    again = kind(SPEC)
    again.load_arrays(transform.arrays())
    np.testing.assert_array_equal(again.encode(x).numpy(), z.numpy())
    np.testing.assert_array_equal(again.decode(z), transform.decode(z))


def test_ranks_are_normal_cell_by_cell() -> None:
    x, transform = _maps(), RankScores(SPEC)
    transform.fit(x)
    z = transform.encode(x).numpy().reshape(len(x), -1)
    for q in (0.1, 0.5, 0.9):
        np.testing.assert_allclose((z < ndtri(q)).mean(axis=0), q, atol=0.04)


def test_cells_are_diffused_as_asked() -> None:
    def cells(spec: Spec, **settings: object) -> object:
        return ClassicalDDPM(Settings(**settings), spec, Training(), 0).facts().get("cells")

    assert cells(SPEC) == "ranks"
    assert cells(SPEC, cells="normal-scores") == "normal-scores"
    assert cells(SPEC, cells="roots") == "roots"
    assert cells(SPEC, network="unet") == "ranks"
    assert cells(Spec("map", (16, 16))) == "roots"
    assert cells(Spec("vector", (4,))) is None
    with pytest.raises(ConfigError, match="at most 128 cells, and there are 256"):
        cells(Spec("map", (16, 16)), cells="normal-scores")
    with pytest.raises(ConfigError, match="A U-Net needs a map"):
        cells(SPEC, network="unet", cells="normal-scores")


@pytest.mark.parametrize("cells", ["ranks", "normal-scores"])
def test_generated_maps_have_the_empty_cells_of_the_data(cells: str) -> None:
    x = _maps()
    model = ClassicalDDPM(
        Settings(n_parameters=2000, cells=cells, schedule={"kind": "cosine", "n_steps": 20}),
        SPEC,
        Training(iterations=50),
        0,
    )
    model.fit(_encoded(x))
    for i in range(50):
        model.step(i)
    made = model.sample(3000, seed=1).x
    np.testing.assert_allclose((made > 0).mean(axis=0), (x > 0).mean(axis=0), atol=0.05)


def test_a_circuit_learns_the_leading_scores_and_the_rest_is_drawn() -> None:
    settings = LatentSettings(
        cells="normal-scores",
        n_latent=3,
        n_qubits=3,
        n_layers=2,
        schedule={"kind": "cosine", "n_steps": 4},
    )
    model = Latent(settings, SPEC, Training(iterations=2), 0)
    x = _maps(200)
    model.fit(_encoded(x))
    z = model.encode(x)
    assert z.shape == (200, 3)
    np.testing.assert_array_equal(z, model.transform.encode(x)[:, :3].numpy())
    np.testing.assert_array_equal(model.decode(z, 5), model.decode(z, 5))
    assert (model.decode(z, 5) != model.decode(z, 6)).any()
    whole = torch.cat(
        [torch.from_numpy(z), torch.randn((200, 21), generator=torch.Generator().manual_seed(5))],
        dim=1,
    )
    np.testing.assert_array_equal(model.decode(z, 5), model.transform.decode(whole))
    with pytest.raises(ValueError, match="Normal scores are principal components already"):
        LatentSettings(cells="normal-scores", encoder="autoencoder")
