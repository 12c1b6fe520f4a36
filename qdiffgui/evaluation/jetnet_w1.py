"""JetNet's W1 metrics of jets as clouds (Kansal et al., arXiv:2106.11535): of the mass, of particle features, of EFPs.

Values are those of all samples; JetNet's own are means over batches drawn with replacement, larger for that (√2 times, of equal samples).
Its eta is pseudorapidity; ours is rapidity where PDG ids are known (``data.clouds.leading``), which is the same for massless particles, as
those of maps are. On the shipped jets W1 of eta, quark against gluon, is .0098 ± .0008 in rapidity, .0126 ± .0009 in pseudorapidity.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.evaluation.clouds import relative_mass
from qdiffgui.evaluation.efp import efps, four_point_primes
from qdiffgui.evaluation.measured import Measured
from qdiffgui.evaluation.wasserstein import w1

Array = NDArray[Any]
N_BATCHES = 5


def w1_mass(generated: Array, real: Array, *, seed: int = 0) -> Measured:
    """W1-M: W1 of the relative jet mass. Clouds (n, n_particles, 3) and (m, n_particles, 3) of eta, phi, pT fraction."""
    a, b = relative_mass(generated), relative_mass(real)
    return _batched(lambda i, j: w1(a[i], b[j]), len(a), len(b), seed)


def w1_particle(generated: Array, real: Array, *, seed: int = 0) -> Measured:
    """W1-P: mean of the W1 of eta, phi and pT fraction of all particles; padding does not count. Clouds as for ``w1_mass``."""
    return _batched(lambda i, j: float(np.mean(particle_w1(generated[i], real[j]))), len(generated), len(real), seed)


def particle_w1(generated: Array, real: Array) -> tuple[float, float, float]:
    """W1 of eta (rad), phi (rad) and pT fraction over all particles of the clouds; nan where a side has none."""
    a, b = (clouds[clouds[:, :, 2] > 0] for clouds in (generated, real))
    if not len(a) or not len(b):
        return float("nan"), float("nan"), float("nan")
    eta, phi, pt = (w1(a[:, k], b[:, k]) for k in range(3))
    return eta, phi, pt


def w1_efp(generated: Array, real: Array, *, seed: int = 0) -> Measured:
    """W1-EFP: mean of the W1 of the five connected EFPs of 4 vertices and 4 edges. Clouds as for ``w1_mass``."""
    a, b = efps(generated, four_point_primes()), efps(real, four_point_primes())
    return _batched(lambda i, j: float(np.mean([w1(a[i, k], b[j, k]) for k in range(a.shape[1])])), len(a), len(b), seed)


def _batched(distance: Callable[[Any, Any], float], n: int, m: int, seed: int) -> Measured:
    """The distance of all samples, and its standard deviation over batches drawn with replacement."""
    rng = np.random.default_rng(seed)
    drawn = [distance(rng.integers(n, size=n), rng.integers(m, size=m)) for _ in range(N_BATCHES)]
    return Measured(distance(slice(None), slice(None)), float(np.std(drawn, ddof=1)))
