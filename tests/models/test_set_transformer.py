"""The set transformer does not know an order, does not see what is not there, and has the size
asked for.
"""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from qdiffgui.config import Training
from qdiffgui.config.models import ClassicalDDPM as Settings
from qdiffgui.data.types import Spec
from qdiffgui.errors import ConfigError
from qdiffgui.models.ddpm import ClassicalDDPM
from qdiffgui.models.networks import initialize
from qdiffgui.models.set_transformer import (
    SetTransformer,
    matched_set_transformer,
    set_transformer_size,
)


def count(module: torch.nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


def condition(held: list[int], n_particles: int) -> torch.Tensor:
    context = torch.randn(len(held), 3, generator=torch.Generator().manual_seed(1))
    context[:, -1] = torch.tensor(held) / n_particles
    return context


@given(st.integers(0, 10**6))
def test_particles_have_no_order_and_the_absent_are_not_seen(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    network = matched_set_transformer(3, 3, 2000)
    initialize(network, generator)
    x, context = torch.randn(2, 7, 3, generator=generator), condition([7, 4], 7)
    out = network(x, context)
    order = torch.randperm(4, generator=generator)
    mixed = torch.cat([x[:, order], x[:, 4:]], dim=1)
    torch.testing.assert_close(
        network(mixed, context), torch.cat([out[:, order], out[:, 4:]], dim=1), atol=1e-5, rtol=1e-4
    )
    other = x.clone()
    other[1, 4:] = 100.0
    torch.testing.assert_close(network(other, context)[1, :4], out[1, :4])
    assert not torch.equal(network(x, condition([7, 3], 7))[1, :3], out[1, :3])


def test_an_empty_cloud_does_no_harm() -> None:
    network = matched_set_transformer(3, 3, 1000)
    initialize(network, torch.Generator().manual_seed(0))
    assert torch.isfinite(network(torch.randn(1, 5, 3), condition([0], 5))).all()


@pytest.mark.parametrize("target", [500, 1000, 3000, 10_000, 25_000, 50_000, 200_000])
def test_it_is_matched_within_five_percent(target: int) -> None:
    network = matched_set_transformer(3, 8, target)
    assert count(network) == pytest.approx(target, rel=0.05)
    assert network(torch.randn(2, 30, 3), torch.rand(2, 8)).shape == (2, 30, 3)


@given(
    st.integers(1, 4), st.integers(1, 9), st.integers(1, 8), st.integers(1, 40), st.integers(0, 3)
)
def test_its_size_is_what_is_built(
    n_features: int, n_condition: int, units: int, n_hidden: int, n_blocks: int
) -> None:
    with torch.device("meta"):
        network = SetTransformer(n_features, n_condition, 2 * units, n_hidden, n_blocks, 2)
    assert count(network) == set_transformer_size(
        n_features, n_condition, 2 * units, n_hidden, n_blocks
    )


def test_what_are_no_clouds_is_refused() -> None:
    with pytest.raises(ConfigError, match="needs clouds"):
        ClassicalDDPM(Settings(network="set-transformer"), Spec("map", (4, 4)), Training(), 0)
