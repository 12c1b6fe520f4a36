"""Tests and maps of the generated samples in a report: what every report has, and what thorough
ones have on top.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qdiffgui.evaluation.features import Features
from qdiffgui.evaluation.metric_value import Cell, MetricValue, class_prefix
from qdiffgui.evaluation.mismodeling import map_mismodeling
from qdiffgui.evaluation.null_distribution import (
    TestResult,
    auc_test,
    state_tests,
    two_sample_tests,
)
from qdiffgui.evaluation.thorough import VERSION, thorough_checks

Array = NDArray[Any]
ADDED = ("tests", "mismodeling", "findings", "thorough")
"""The parts of a report that come from here."""
_LEVEL = 0.01


class Checks:
    """Collects the checks of all classes.

    ``tests`` and ``mismodeling`` are lists over classes, ``findings`` are sentences, and
    ``thorough`` is ``{"version", "classes"}`` or None.
    """

    def __init__(self, *, thorough: bool) -> None:
        self.is_thorough = thorough
        self._tests: list[dict[str, Any]] = []
        self._maps: list[dict[str, Any]] = []
        self._thorough: list[dict[str, Any]] = []
        self._findings: list[str] = []

    def add_states(
        self, name: str, model: Array, real: Array, more_real: Array, *, seed: int
    ) -> None:
        """Check quantum states of the class ``name``."""
        self._add_tests(name, state_tests(model, real, more_real, seed=seed))

    def add_features(
        self,
        name: str,
        views: tuple[Features, Features, Features],
        auc: Cell,
        *,
        n_train: int,
        clouds: Callable[[], Sequence[Array | None]],
        seed: int,
    ) -> None:
        """Check samples of the class ``name``.

        ``views`` are the features of the generated, the held-out and as many training samples,
        ``auc`` is the headline one, and ``clouds()`` gives the three as jets of particles, or None.
        """
        generated, real, _ = views
        found = two_sample_tests(*(_table(view) for view in views), seed=seed)
        if auc is not None:
            found.append(auc_test(MetricValue(auc["value"], auc["error"]), len(real)))
        self._add_tests(name, found)
        if (maps := map_mismodeling(generated, real, name)) is not None:
            self._maps.append(maps)
            self._findings.append(maps["sentence"])
        if self.is_thorough:
            known = [side for side in clouds() if side is not None]
            checked = thorough_checks(
                generated,
                real,
                class_name=name,
                n_train=n_train,
                clouds=(known[0], known[1], known[2]) if len(known) == 3 else None,
                seed=seed,
            )
            self._thorough.append(checked)
            self._findings += checked["sentences"]

    def plain(self) -> dict[str, Any]:
        """The parts of the report."""
        parts: dict[str, Any] = {
            "tests": self._tests,
            "mismodeling": self._maps,
            "findings": self._findings,
        }
        if self.is_thorough:
            parts["thorough"] = {"version": VERSION, "classes": self._thorough}
        return parts

    def _add_tests(self, name: str, found: Sequence[TestResult]) -> None:
        self._tests += [{"class": name, **test.plain()} for test in found]
        if found:
            self._findings.append(_sentence(name, found))


def prepare_tests(real: Features, more_real: Features, *, seed: int) -> None:
    """Put the null distributions of ``Checks.add_features`` into the cache: they depend on the
    held-out and the training samples only.
    """
    two_sample_tests(_table(real), _table(real), _table(more_real), seed=seed)


def _table(view: Features) -> Array:
    return np.stack(list(view.observables.values()), axis=1)


def _sentence(name: str, found: Sequence[TestResult]) -> str:
    start = class_prefix(name, ": ") or "All samples: "
    clear = [test for test in found if test.p < _LEVEL]
    n = max(test.n for test in found)
    if not clear:
        least = min(found, key=lambda test: test.p)
        return (
            f"{start}no test of {len(found)} tells generated from held-out samples at p < 0.01 "
            f"(smallest p: {least.p:.2g}, {least.label}; up to {n} samples on each side)."
        )
    names = ", ".join(test.label for test in clear)
    return (
        f"{start}{len(clear)} of {len(found)} tests tell generated from held-out samples at "
        f"p < 0.01 ({names}; up to {n} samples on each side)."
    )
