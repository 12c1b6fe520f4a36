"""Single steps, and trajectories of evenly spaced steps, equal diffusers'; the Gaussian process
follows its formulas.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from qdiffgui.config import schedules as settings
from qdiffgui.diffusion import gaussian, samplers, schedules
from qdiffgui.errors import UserError

ALPHA_BAR = {
    "squaredcos_cap_v2": torch.from_numpy(schedules.cosine(settings.Cosine(n_steps=40))),
    "linear": torch.from_numpy(
        schedules.linear(settings.Linear(n_steps=40, beta_start=1e-3, beta_end=0.2))
    ),
}
KIND = {"epsilon": "epsilon", "x0": "sample"}


def _scheduler(name: str, beta: str, prediction: str, clip: float | None):
    import diffusers

    options = (
        {"variance_type": "fixed_small"}
        if name == "DDPMScheduler"
        else {"timestep_spacing": "trailing"}
    )
    scheduler = getattr(diffusers, name)(
        num_train_timesteps=40,
        beta_schedule=beta,
        beta_start=1e-3,
        beta_end=0.2,
        prediction_type=KIND[prediction],
        clip_sample=clip is not None,
        clip_sample_range=clip or 1.0,
        **options,
    )
    # Their arrays are float32, whose rounding 1 / sqrt(alpha_bar) enlarges in the noisiest steps:
    # test_schedules.py compares the arrays, here the formulas are compared on one array.
    scheduler.alphas_cumprod = ALPHA_BAR[beta][1:].clone()
    scheduler.one = scheduler.final_alpha_cumprod = torch.ones((), dtype=torch.float64)
    return scheduler


@pytest.fixture
def batch() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    x, output = torch.randn(2, 16, 4, generator=generator, dtype=torch.float64)
    return x, output


@pytest.mark.parametrize("beta", list(ALPHA_BAR))
@pytest.mark.parametrize("prediction", ["epsilon", "x0"])
@pytest.mark.parametrize("clip", [None, 0.7])
def test_ddpm_step_equals_diffusers(beta, prediction, clip, batch) -> None:
    x, output = batch
    reference = _scheduler("DDPMScheduler", beta, prediction, clip)
    for t in (40, 39, 20, 2, 1):
        torch.manual_seed(t)
        theirs = reference.step(output, t - 1, x).prev_sample
        torch.manual_seed(t)
        noise = torch.randn(x.shape, dtype=x.dtype)
        bounds = None if clip is None else (-clip, clip)
        ours = samplers.ddpm_step(
            output, x, t, t - 1, ALPHA_BAR[beta], noise, prediction=prediction, clip=bounds
        )
        torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("beta", list(ALPHA_BAR))
@pytest.mark.parametrize("prediction", ["epsilon", "x0"])
@pytest.mark.parametrize("clip", [None, 0.7])
@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("n_used", [40, 10, 4])
def test_ddim_step_equals_diffusers(beta, prediction, clip, eta, n_used, batch) -> None:
    x, output = batch
    reference = _scheduler("DDIMScheduler", beta, prediction, clip)
    reference.set_timesteps(n_used)
    visited = samplers.timesteps(40, n_used)
    assert [t - 1 for t in visited[:-1]] == reference.timesteps.tolist()
    bounds = None if clip is None else (-clip, clip)
    generator = torch.Generator().manual_seed(1)
    for t, s in itertools.pairwise(visited):
        noise = torch.randn(x.shape, generator=generator, dtype=x.dtype)
        theirs = reference.step(
            output, t - 1, x, eta=eta, variance_noise=noise if eta > 0 else None
        ).prev_sample
        if s == 0:  # alpha_bar = 1: diffusers' variance is 0 there as well
            noise = None
        ours = samplers.ddim_step(
            output, x, t, s, ALPHA_BAR[beta], noise, prediction=prediction, eta=eta, clip=bounds
        )
        torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("n_used", [12, 7])
def test_ddim_of_diffusers_steps_elsewhere_if_the_steps_do_not_divide_evenly(n_used, batch) -> None:
    x, output = batch
    reference = _scheduler("DDIMScheduler", "linear", "epsilon", None)
    reference.set_timesteps(n_used)
    visited = samplers.timesteps(40, n_used)
    assert [t - 1 for t in visited[:-1]] == reference.timesteps.tolist()
    agree = []
    for t, s in itertools.pairwise(visited):
        theirs = reference.step(output, t - 1, x).prev_sample
        own = max(t - 40 // n_used, 0)  # where their update ends
        ours = samplers.ddim_step(output, x, t, own, ALPHA_BAR["linear"])
        torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=1e-6)
        agree.append(own == s)
    assert not all(agree)


@pytest.mark.parametrize("n_used", [8, 7])
def test_ddpm_over_a_subsequence_equals_diffusers(n_used, batch) -> None:
    x, _ = batch
    reference = _scheduler("DDPMScheduler", "linear", "epsilon", 1.0)
    reference.register_to_config(timestep_spacing="trailing")
    reference.set_timesteps(n_used)

    def denoise(y: torch.Tensor, t: int) -> torch.Tensor:
        return torch.tanh(y) * (t / 40)

    torch.manual_seed(5)
    theirs = x
    for t in reference.timesteps:
        theirs = reference.step(denoise(theirs, int(t) + 1), t, theirs).prev_sample
    torch.manual_seed(5)
    ours = samplers.sample(
        denoise,
        x,
        ALPHA_BAR["linear"],
        steps=samplers.timesteps(40, n_used),
        clip=(-1.0, 1.0),
        generator=torch.default_generator,
    )
    torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=1e-6)


@given(st.integers(1, 500), st.integers(0, 500))
def test_timesteps_start_from_noise_and_end_in_data(n_steps: int, n_used: int) -> None:
    if n_used > n_steps:
        with pytest.raises(UserError, match="at most"):
            samplers.timesteps(n_steps, n_used)
        return
    visited = samplers.timesteps(n_steps, n_used)
    assert visited[0] == n_steps
    assert visited[-1] == 0
    assert len(visited) == (n_used or n_steps) + 1
    assert all(t > s for t, s in itertools.pairwise(visited))


@pytest.mark.parametrize("sampler", ["ddpm", "ddim"])
@pytest.mark.parametrize("prediction", ["epsilon", "x0"])
def test_the_exact_denoiser_of_a_normal_distribution_gives_it_back(
    sampler: str, prediction: str
) -> None:
    """x_0 ~ N(2, .5²): E[x_0 | x_t] is known, so that the sampler is tested and not a network."""
    alpha_bar = ALPHA_BAR["squaredcos_cap_v2"]
    mean, std = 2.0, 0.5

    def denoise(x: torch.Tensor, t: int) -> torch.Tensor:
        a, s = gaussian.coefficients(alpha_bar, t, x)
        x0 = mean + a * std**2 / (a**2 * std**2 + s**2) * (x - a * mean)
        return x0 if prediction == "x0" else (x - a * x0) / s

    generator = torch.Generator().manual_seed(0)
    seen: list[int] = []
    x = samplers.sample(
        denoise,
        torch.randn(20000, 1, generator=generator),
        alpha_bar,
        sampler=sampler,
        prediction=prediction,
        generator=generator,
        callback=lambda t, _: seen.append(t),
    )
    assert float(x.mean()) == pytest.approx(mean, abs=0.03)
    assert float(x.std()) == pytest.approx(std, abs=0.05)
    assert seen == list(range(40, -1, -1))


@pytest.mark.parametrize("prediction", ["epsilon", "x0"])
def test_preconditioned_zero_is_the_best_linear_guess(prediction: str, batch) -> None:
    x0, noise = batch
    alpha_bar = ALPHA_BAR["squaredcos_cap_v2"]
    t = torch.randint(1, 41, (16,), generator=torch.Generator().manual_seed(0))
    a, s = gaussian.coefficients(alpha_bar, t, x0)
    x = gaussian.add_noise(x0, t, noise, alpha_bar)
    exact = gaussian.precondition(a * noise - s * x0, x, t, alpha_bar, prediction)
    torch.testing.assert_close(
        exact, noise if prediction == "epsilon" else x0, atol=1e-5, rtol=1e-5
    )


def test_the_chain_and_the_jump_have_the_same_distribution() -> None:
    alpha_bar = ALPHA_BAR["linear"]
    generator = torch.Generator().manual_seed(0)
    x0 = torch.full((50000,), 1.5)
    chain = x0
    for s, t in ((0, 5), (5, 6), (6, 25)):
        chain = gaussian.noisier(chain, s, t, torch.randn(x0.shape, generator=generator), alpha_bar)
    jump = gaussian.add_noise(x0, 25, torch.randn(x0.shape, generator=generator), alpha_bar)
    assert float(chain.mean()) == pytest.approx(float(jump.mean()), abs=0.02)
    assert float(chain.std()) == pytest.approx(float(jump.std()), abs=0.02)


@given(st.integers(1, 700), st.integers(2, 60))
def test_steps_of_a_batch_cover_the_range_evenly(n: int, n_steps: int) -> None:
    t = gaussian.uniform_steps(n, n_steps, torch.Generator().manual_seed(n)).numpy()
    assert t.min() >= 1
    assert t.max() <= n_steps
    counts = np.bincount(t, minlength=n_steps + 1)[1:]
    assert counts.max() - counts.min() <= 1 + (n % n_steps != 0)
