"""The share of a family is found where it is known, blurred or not."""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui.config.data import CorrelatedNoise
from qdiffgui.data.ensembles import after_error, load_correlated_noise
from qdiffgui.evaluation.mixture import share_of_first

ANGLES = np.linspace(-np.pi / 3, np.pi / 3, 61)
FAMILIES = after_error(ANGLES, "XX"), after_error(ANGLES, "ZZ")


def sample(p: float, blur: float = 0.0) -> np.ndarray:
    psi = load_correlated_noise(CorrelatedNoise(n_states=1000, p_xx=p)).content.psi
    rng = np.random.default_rng(0)
    psi = psi + blur * (rng.standard_normal(psi.shape) + 1j * rng.standard_normal(psi.shape))
    return psi / np.linalg.norm(psi, axis=1, keepdims=True)


@pytest.mark.parametrize("p", [0.5, 0.8, 1.0])
def test_sharp_families(p: float) -> None:
    found = share_of_first(sample(p), *FAMILIES)
    assert found.by_likelihood == pytest.approx(p, abs=0.03)
    assert found.by_projection == pytest.approx(p, abs=0.03)


def test_likelihood_is_not_pulled_to_one_half_by_a_blur() -> None:
    sharp, blurred = (
        share_of_first(sample(0.8), *FAMILIES),
        share_of_first(sample(0.8, 0.1), *FAMILIES),
    )
    assert blurred.by_likelihood == pytest.approx(sharp.by_likelihood, abs=0.015)
    assert blurred.by_projection < sharp.by_projection - 0.02
    assert blurred.sharpness < 0.1 * sharp.sharpness
