"""A schedule: alpha_bar (n_steps + 1,), 1 at step 0."""

import numpy as np
from numpy.typing import NDArray

from qdiffgui_toy.settings import ToySquare


def square(config: ToySquare) -> NDArray[np.float64]:
    t = np.arange(config.n_steps + 1) / config.n_steps
    return 1 - 0.999 * t**2
