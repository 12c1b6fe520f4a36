"""Targets of training points are computed once and then read, bit for bit."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from qdiffgui.diffusion import trigonometric
from qdiffgui.models import target_cache
from qdiffgui.models.target_pool import BLOCK, TargetPool


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("QDIFFGUI_CACHE", str(tmp_path))
    monkeypatch.setenv(target_cache.SWITCH, "1")
    return tmp_path / "targets"


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many targets are computed, call by call."""
    found: list[int] = []
    stable = trigonometric.stable_velocity

    def counted(x, phi, data):
        found.append(len(x))
        return stable(x, phi, data)

    monkeypatch.setattr(trigonometric, "stable_velocity", counted)
    return found


def pool(shift: float = 0.0, seed: int = 0, n: int = 2 * BLOCK + 50) -> TargetPool:
    data = torch.linspace(-1, 1, 40).reshape(20, 2) + shift
    classes = torch.arange(20)[:, None].remainder(2).float()
    angles = torch.linspace(0, torch.pi / 2, 21)
    return TargetPool(data, classes, angles, n, torch.Generator().manual_seed(seed))


def complete(**options: float) -> TargetPool:
    found = pool(**options)
    for k in range(found.n_blocks):
        found.complete(k + 1)
    return found


def test_a_complete_pool_is_read_and_equal(computed: list[int], folder: Path) -> None:
    first = complete()
    assert sum(computed) == len(first.x)
    assert len(list(folder.iterdir())) == 1
    computed.clear()
    again = pool()
    assert again.n_known == len(again.x)
    again.complete(1)
    assert torch.equal(again.velocity, first.velocity)
    assert computed == []


def test_other_points_or_data_have_other_targets(computed: list[int]) -> None:
    complete()
    assert pool(seed=1).n_known == pool(shift=0.5).n_known == pool(n=BLOCK).n_known == 0


def test_an_incomplete_or_skipped_pool_is_not_kept(folder: Path) -> None:
    pool().complete(1)
    skipped = pool()
    skipped.skip()
    skipped.complete(skipped.n_blocks)
    assert not folder.exists()


def test_a_damaged_file_is_computed_again(computed: list[int], folder: Path) -> None:
    first = complete()
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    for damaged in (b"", whole[:-1], whole[:40] + b"\x00\x01\x02\x03" + whole[44:]):
        file.write_bytes(damaged)
        computed.clear()
        assert torch.equal(complete().velocity, first.velocity)
        assert sum(computed) == len(first.x)


def test_the_oldest_pools_are_removed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target_cache, "MOST", 2)
    for seed in range(4):
        complete(seed=seed, n=100)
    assert len(list(folder.iterdir())) == 2


def test_large_pools_and_a_cache_that_is_off_leave_no_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target_cache, "MOST_BYTES", 100)
    complete()
    monkeypatch.setenv(target_cache.SWITCH, "off")
    complete()
    assert not folder.exists()
