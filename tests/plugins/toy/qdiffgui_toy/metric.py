"""A metric: a function of generated and real samples that returns a value and its error."""

import numpy as np
from numpy.typing import NDArray

from qdiffgui.evaluation import MetricValue


def measure(
    generated: NDArray[np.float64], real: NDArray[np.float64], *, seed: int = 0
) -> MetricValue:
    rng = np.random.default_rng(seed)
    shifts = [
        abs(
            np.median(rng.choice(generated, len(generated)))
            - np.median(rng.choice(real, len(real)))
        )
        for _ in range(20)
    ]
    return MetricValue(abs(np.median(generated) - np.median(real)), float(np.std(shifts, ddof=1)))
