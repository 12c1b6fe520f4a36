"""Noise strengths and sample sizes that suit a model, where none are given."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qdiffgui.config import Experiment, hardware

if TYPE_CHECKING:
    from qdiffgui.models.base import CircuitInfo

N_SAMPLES = 300
N_STRENGTHS = 5
MILDEST = 0.02
"""Expected number of gate errors between preparation and readout at the smallest strength."""
_LARGEST_START = 0.003  # for circuits of a few gates
_NUMBERS = 1 << 26  # entries of all density matrices of one noise setting


def noise_strengths(config: Experiment, circuits: Sequence[CircuitInfo]) -> tuple[float, ...]:
    """Strengths from nearly no effect up to about two gate errors per circuit.

    They are 1 or 3 times a power of ten, about a factor of three apart.

    Parameters
    ----------
    config : Experiment
        The settings of the model.
    circuits : sequence of CircuitInfo
        Its circuits. Errors add up from the preparation of a state until it is measured: over one
        circuit, or over all reverse steps if samples are states that stay on the device.

    Returns
    -------
    tuple of float
        Probabilities, ascending.

    Examples
    --------
    >>> from dataclasses import replace
    >>> import numpy as np
    >>> from qdiffgui.models.base import CircuitInfo
    >>> circuit = CircuitInfo("denoiser", 4, [{}] * 240, np.zeros(240), None, np.zeros(0))
    >>> noise_strengths(Experiment(), [replace(circuit, repeated=40)])
    (0.0001, 0.0003, 0.001, 0.003, 0.01)
    """
    in_a_row = [
        len(info.gates) * (info.repeated if hardware.noise_on_states(config) else 1)
        for info in circuits
    ]
    start = min(MILDEST / max(*in_a_row, 1), _LARGEST_START)
    half_decade = round(2 * math.log10(start))
    return tuple(
        float(f"{(1, 3)[power % 2]}e{power // 2}")
        for power in range(half_decade, half_decade + N_STRENGTHS)
    )


def n_noise_samples(config: Experiment, n_qubits: int) -> int:
    """Number of generated samples per noise setting.

    It is 300, because circuits with noise are slow. For states, whose W depends most on the number
    of samples, it is that of the run's report, as far as memory allows.

    Parameters
    ----------
    config : Experiment
        The settings of the model.
    n_qubits : int
        Qubits of its largest circuit, ancillas included.

    Examples
    --------
    >>> n_noise_samples(Experiment(), 6)
    300
    """
    if not hardware.noise_on_states(config):
        return N_SAMPLES
    return min(config.evaluation.n_generated, max(N_SAMPLES, _NUMBERS >> 2 * n_qubits))
