"""Forward and reverse processes of image amplitudes with three kinds of noise: Haar states, random
circuits, Gaussian numbers.

A denoiser predicts |x_0> on average. How to go from |x_t> to |x_s> then depends on the noise. Apart
from its norm, the amplitudes of a Haar state of d dimensions are Gaussian with variance 1/d. Mixing
with it therefore has the posterior of DDPM (arXiv:2006.11239, eq. 7), with a new Haar state as the
noise, normalized again. The noise of a random circuit cannot be subtracted: the prediction is
scrambled again by s steps.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from qdiffgui import catalog
from qdiffgui.config.schedules import GaussianSchedule, StateSchedule
from qdiffgui.diffusion.haar import HaarNoise
from qdiffgui.diffusion.samplers import ddpm_step
from qdiffgui.diffusion.states import StateProcess, state_process


class AmplitudeProcess(Protocol):
    """A process of amplitudes (n, 2**n_qubits), complex64: step 0 is data, ``n_steps`` is noise.

    ``alpha_bar`` has shape (n_steps + 1,), or is None; ``start`` names the distribution that
    sampling starts from.
    """

    n_steps: int
    alpha_bar: Tensor | None
    start: str

    def noise(self, n: int, n_qubits: int, generator: torch.Generator) -> Tensor:
        """Draw n samples to start from, shape (n, 2**n_qubits)."""

    def path(self, psi: Tensor, generator: torch.Generator) -> Tensor:
        """One forward trajectory per sample, shape (n_steps + 1, n, 2**n_qubits)."""

    def back(self, x: Tensor, x0: Tensor, t: int, s: int, generator: torch.Generator) -> Tensor:
        """Draw x_s, s < t, given the prediction x0 of a denoiser at x_t: a mean of norm ≤ 1, which
        is also the result at s = 0.
        """


def amplitude_process(schedule: StateSchedule | GaussianSchedule) -> AmplitudeProcess:
    """The process of a schedule's settings."""
    if isinstance(schedule, GaussianSchedule):
        return GaussianAmplitudes(
            torch.from_numpy(catalog.schedules[schedule.kind].load()(schedule))
        )
    process = state_process(schedule)
    return MixedStates(process) if isinstance(process, HaarNoise) else Rescrambled(process)


class MixedStates:
    """Mixing with Haar-random states, all of norm 1."""

    def __init__(self, process: HaarNoise) -> None:
        self._process, self.n_steps, self.start = process, process.n_steps, process.start
        self.alpha_bar: Tensor | None = torch.tensor(process.alpha_bar, dtype=torch.float64)
        self.noise, self.path = process.noise, process.path

    def back(self, x: Tensor, x0: Tensor, t: int, s: int, generator: torch.Generator) -> Tensor:
        return _posterior(
            x, x0, t, s, self.alpha_bar, self.noise(len(x), _qubits(x), generator), unit=True
        )


class GaussianAmplitudes:
    """Real Gaussian noise of variance 1/d on each of d amplitudes. Norms are 1 on average only, so
    these are not states.
    """

    def __init__(self, alpha_bar: Tensor) -> None:
        self.n_steps, self.start = len(alpha_bar) - 1, "Gaussian amplitudes"
        self.alpha_bar: Tensor | None = alpha_bar

    def noise(self, n: int, n_qubits: int, generator: torch.Generator) -> Tensor:
        return (torch.randn(n, 2**n_qubits, generator=generator) / 2 ** (n_qubits / 2)).to(
            torch.complex64
        )

    def path(self, psi: Tensor, generator: torch.Generator) -> Tensor:
        assert self.alpha_bar is not None
        noise, share = (
            self.noise(len(psi), _qubits(psi), generator),
            self.alpha_bar[:, None, None].float(),
        )
        return share.sqrt() * psi + (1 - share).sqrt() * noise

    def back(self, x: Tensor, x0: Tensor, t: int, s: int, generator: torch.Generator) -> Tensor:
        return _posterior(
            x, x0, t, s, self.alpha_bar, self.noise(len(x), _qubits(x), generator), unit=False
        )


class Rescrambled:
    """Random circuits of growing depth."""

    alpha_bar: Tensor | None = None

    def __init__(self, process: StateProcess) -> None:
        self._process, self.n_steps, self.start = process, process.n_steps, process.start
        self.noise, self.path = process.noise, process.path

    def back(self, x: Tensor, x0: Tensor, t: int, s: int, generator: torch.Generator) -> Tensor:
        return self._process.at(_unit(x0), s, generator) if s > 0 else x0


def _posterior(
    x: Tensor, x0: Tensor, t: int, s: int, alpha_bar: Tensor | None, noise: Tensor, unit: bool
) -> Tensor:
    assert alpha_bar is not None
    walked = ddpm_step(x0, x, t, s, alpha_bar, noise, prediction="x0")
    return _unit(walked) if unit and s > 0 else walked


def _unit(psi: Tensor) -> Tensor:
    normalized: Tensor = psi / torch.linalg.vector_norm(psi, dim=1, keepdim=True).clamp_min(1e-12)
    return normalized


def _qubits(psi: Tensor) -> int:
    return psi.shape[1].bit_length() - 1
