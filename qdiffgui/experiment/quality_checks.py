"""When the classifier of a training is asked: at a few checkpoints, for a small share of the CPU
time.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from qdiffgui.data.types import Array, Encoded
from qdiffgui.experiment.live import LEAST_AUC, live_auc

N_CHECKS = 6
"""Checks per training, at most."""
SHARE = 0.05
"""Largest share of the CPU time of the training so far."""
_BASE, _PER_NUMBER = 0.1, 0.002
"""Expected CPU seconds of the first check: a constant, and for each number of a sample."""


class QualityChecks:
    """Decides when ``live_auc`` is computed, and computes it.

    A check is due after every ``1 / N_CHECKS`` of the training, if this check and those before take
    at most ``SHARE`` of the CPU time of the training so far. Data without an AUC are never checked.

    Parameters
    ----------
    test : Encoded
        Held-out samples.
    seed : int
        Seed of every check.
    total : int
        Optimizer steps of the training.
    spent : float
        CPU seconds that earlier checks took, before the training was resumed.
    step : int
        Optimizer steps done before.
    clock : callable
        CPU seconds.
    """

    def __init__(
        self,
        test: Encoded,
        seed: int,
        total: int,
        *,
        spent: float = 0.0,
        step: int = 0,
        clock: Callable[[], float] = time.process_time,
    ) -> None:
        self._test, self._seed, self._clock = test, seed, clock
        self._has_auc = test.spec.kind not in ("state", "density") and len(test) >= LEAST_AUC
        self._every = total / N_CHECKS
        self._next = (step // self._every + 1) * self._every
        self._expected = _BASE + _PER_NUMBER * test.spec.size
        self.spent = spent
        self._waited = 0.0

    def is_due(self, step: int, cpu_seconds: float) -> bool:
        """Whether to check after ``step`` steps, which took ``cpu_seconds``."""
        affordable = self.spent + self._expected <= SHARE * cpu_seconds
        return self._has_auc and step >= self._next and affordable

    def check(self, step: int, x: Array) -> tuple[float, float] | None:
        """``live_auc`` of generated samples; its time counts."""
        waited = time.monotonic()
        import sklearn.ensemble  # noqa: F401  # the final report imports it as well

        begun = self._clock()
        found = live_auc(x, self._test, self._seed)
        self._expected = self._clock() - begun
        self.spent += self._expected
        self._next = (step // self._every + 1) * self._every
        self._waited += time.monotonic() - waited
        return found

    def waited(self) -> float:
        """Wall-clock seconds of the checks since the last call."""
        waited, self._waited = self._waited, 0.0
        return waited
