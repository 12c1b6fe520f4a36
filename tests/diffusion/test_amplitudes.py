"""Noise of image amplitudes: it acts on the data, grows with t, and the way back ends at what the
denoiser says.
"""

from __future__ import annotations

import pytest
import torch

from qdiffgui.config.schedules import Cosine, HaarMixing, HaarPatches, LinearAngles
from qdiffgui.diffusion.amplitudes import AmplitudeProcess, amplitude_process

SCHEDULES = [
    HaarMixing(n_steps=8),
    HaarPatches(n_steps=8),
    LinearAngles(n_steps=8, start=0.5, end=4),
    Cosine(n_steps=8),
]


def _process(schedule: HaarMixing | HaarPatches | LinearAngles | Cosine) -> AmplitudeProcess:
    return amplitude_process(schedule)


def _data(n: int = 2000) -> torch.Tensor:
    psi = torch.rand(n, 16, generator=torch.Generator().manual_seed(5)).square()
    return (psi / torch.linalg.vector_norm(psi, dim=1, keepdim=True)).to(torch.complex64)


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda s: s.kind)
def test_the_noise_uses_the_data_and_grows_with_t(schedule: HaarMixing) -> None:
    """The scrambling of the public code of arXiv:2412.21082 does neither."""
    psi = _data()
    path = _process(schedule).path(psi, torch.Generator().manual_seed(0))
    assert path.shape == (9, 2000, 16)
    torch.testing.assert_close(path[0], psi)
    kept = (path * psi.conj()).sum(dim=2).abs().square().mean(dim=1)
    others = (path * psi.roll(1, 0).conj()).sum(dim=2).abs().square().mean(dim=1)
    assert (kept[1:] < kept[:-1]).all()
    assert kept[2] > others[2] + 0.02
    assert kept[-1] < 0.12


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda s: s.kind)
def test_the_way_back_ends_at_the_answer(schedule: HaarMixing) -> None:
    process, psi, generator = _process(schedule), _data(100), torch.Generator().manual_seed(1)
    torch.testing.assert_close(process.back(psi.roll(1, 0), psi, 1, 0, generator), psi)


@pytest.mark.parametrize("schedule", SCHEDULES[:1] + SCHEDULES[3:], ids=lambda s: s.kind)
def test_the_posterior_of_the_truth_has_the_statistics_of_x_s(schedule: HaarMixing) -> None:
    """One step back from x_t with the true x_0 is distributed as x_s: same mean and same spread of
    every amplitude.
    """
    process, generator = _process(schedule), torch.Generator().manual_seed(2)
    psi = _data(1)[:1].expand(20_000, -1)
    path = process.path(psi, generator)
    found = process.back(path[6], psi, 6, 3, generator)
    expected = process.path(psi, generator)[3]
    torch.testing.assert_close(found.mean(dim=0), expected.mean(dim=0), atol=0.01, rtol=0)
    torch.testing.assert_close(found.real.std(dim=0), expected.real.std(dim=0), atol=0.01, rtol=0)


@pytest.mark.parametrize("schedule", SCHEDULES[:3], ids=lambda s: s.kind)
def test_states_stay_states(schedule: HaarMixing) -> None:
    process, generator = _process(schedule), torch.Generator().manual_seed(3)
    psi = _data(50)
    for x in (
        *process.path(psi, generator),
        process.back(process.noise(50, 4, generator), 0.7 * psi, 5, 4, generator),
    ):
        torch.testing.assert_close(torch.linalg.vector_norm(x, dim=1), torch.ones(50))
