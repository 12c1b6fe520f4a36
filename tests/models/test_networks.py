"""Networks have the number of parameters asked for, and reach it on maps of any shape."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from qdiffgui.models.networks import initialize, largest_below, matched_mlp, mlp_size
from qdiffgui.models.unet import UNet, matched_unet, unet_size


def count(module: torch.nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


@pytest.mark.parametrize(
    ("n_data", "target"),
    [(4, 150), (4, 248), (4, 296), (4, 200_000), (16, 1000), (64, 987), (256, 5000)],
)
def test_mlp_is_matched_within_five_percent(n_data: int, target: int) -> None:
    network = matched_mlp(n_data, 3, target)
    assert count(network) == pytest.approx(target, rel=0.05)
    assert network(torch.randn(5, n_data), torch.randn(5, 3)).shape == (5, n_data)


@given(
    st.integers(1, 300),
    st.integers(1, 8),
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.integers(0, 2),
)
def test_mlp_size_is_what_is_built(
    n_data: int, n_condition: int, widths: tuple[int, int], n_blocks: int
) -> None:
    from qdiffgui.models.networks import MLP

    with torch.device("meta"):
        assert count(MLP(n_data, n_condition, widths, n_blocks)) == mlp_size(
            n_data, n_condition, widths, n_blocks
        )


@pytest.mark.parametrize("shape", [(4, 4), (8, 8), (16, 4), (16, 16), (5, 3), (16, 1)])
@pytest.mark.parametrize("target", [150, 1000, 50_000])
def test_unet_is_matched_within_five_percent_on_any_shape(
    shape: tuple[int, int], target: int
) -> None:
    network = matched_unet(shape, 7, target)
    assert count(network) == pytest.approx(target, rel=0.05)
    assert network(torch.randn(3, *shape), torch.randn(3, 7)).shape == (3, *shape)


@pytest.mark.parametrize("target", [1500, 50_000])
def test_unet_with_channels_is_matched_too(target: int) -> None:
    network = matched_unet((16, 16), 7, target, 3)
    assert count(network) == pytest.approx(target, rel=0.05)
    assert network(torch.randn(2, 3, 16, 16), torch.randn(2, 7)).shape == (2, 3, 16, 16)


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=3),
    st.integers(1, 6),
    st.integers(1, 6),
    st.integers(1, 4),
)
def test_unet_size_is_what_is_built(
    widths: list[int], n_condition: int, n_embedding: int, n_channels: int
) -> None:
    with torch.device("meta"):
        network = UNet((8, 8), n_condition, tuple(widths), n_embedding, n_channels)
    assert count(network) == unet_size(n_condition, tuple(widths), n_embedding, n_channels)


@given(st.integers(1, 10_000))
def test_largest_below(target: int) -> None:
    found = largest_below(lambda width: width * width, target)
    assert found**2 <= target < (found + 1) ** 2


def test_weights_come_from_the_generator_alone() -> None:
    networks = [matched_mlp(4, 3, 200), matched_mlp(4, 3, 200)]
    for network in networks:
        before = torch.random.get_rng_state()
        initialize(network, torch.Generator().manual_seed(5))
        assert torch.equal(before, torch.random.get_rng_state())
    for one, two in zip(networks[0].parameters(), networks[1].parameters(), strict=True):
        assert torch.equal(one, two)
