"""The energy distance of maps: zero for equal ensembles, blind to phases, exact in its gradient,
and sharp where fidelity is blunt.
"""

from __future__ import annotations

import pytest
import torch

from qdiffgui.config import Training
from qdiffgui.config.models import QuDDPM as Settings
from qdiffgui.data.types import Spec
from qdiffgui.errors import ConfigError
from qdiffgui.models.ensemble_losses import ensemble_loss
from qdiffgui.models.map_energy import map_energy
from qdiffgui.models.quddpm import QuDDPM


def maps(n: int, outer: float = 1.0, seed: int = 0) -> torch.Tensor:
    """Amplitudes (n, 8) with random phases; the last cells are faint, and scale with ``outer``."""
    generator = torch.Generator().manual_seed(seed)
    p = torch.rand(n, 8, generator=generator, dtype=torch.float64) ** 2 * torch.tensor(
        [4, 4, 2, 1, 0.5, 0.1, 0.05, 0.02]
    )
    p[:, 5:] *= outer
    phase = torch.rand(n, 8, generator=generator, dtype=torch.float64) * 6
    return torch.polar((p / p.sum(1, keepdim=True)).sqrt(), phase)


def test_equal_ensembles_are_level_and_different_ones_are_not() -> None:
    same = [float(map_energy(maps(200, seed=k)[:, None], maps(200, seed=k + 50))) for k in range(6)]
    other = float(map_energy(maps(200, outer=3.0)[:, None], maps(200, seed=50)))
    assert abs(sum(same) / 6) < 0.05
    assert other > 5 * max(map(abs, same))


def test_it_feels_the_outer_cells_more_than_fidelity_does() -> None:
    def against_noise(kind: str) -> float:
        noise = [
            float(
                ensemble_loss(
                    maps(200, seed=k)[:, None], maps(200, seed=k + 50), kind, read="probabilities"
                )
            )
            for k in range(6)
        ]
        return float(
            ensemble_loss(maps(200, 3.0)[:, None], maps(200, seed=50), kind, read="probabilities")
        ) / max(map(abs, noise))

    assert against_noise("map-energy") > 2 * against_noise("energy")


def test_branches_weigh_by_their_probability_and_phases_do_not_count() -> None:
    whole, target = maps(40), maps(40, seed=1)
    halves = torch.stack([whole * 0.6, whole * 0.8j], dim=1)
    assert float(map_energy(halves, target)) == pytest.approx(
        float(map_energy(whole[:, None], target)), abs=2e-3
    )


@pytest.mark.parametrize("exact", [True, False])
def test_the_gradient_is_that_of_finite_differences(exact: bool) -> None:
    branches = (maps(12).reshape(6, 2, 8) * 0.7).requires_grad_()
    target = maps(9, seed=1)
    assert torch.autograd.gradcheck(
        lambda b: map_energy(b, target, exact), (branches,), eps=1e-6, atol=1e-4
    )


def test_states_are_refused() -> None:
    with pytest.raises(ConfigError, match="'map-energy' compares maps"):
        QuDDPM(Settings(loss="map-energy"), Spec("state", (4,)), Training(), 0)
