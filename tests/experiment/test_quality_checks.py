"""The classifier that follows a training: when it is asked, what it costs, and that the training
does not notice.
"""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui.config import Experiment, override
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.evaluation import classifier_auc
from qdiffgui.events import Loss, Metrics
from qdiffgui.experiment import Session, quality_checks
from qdiffgui.experiment.live import AUC, FLOOR_AUC, N_TREES, live_auc
from qdiffgui.experiment.quality_checks import N_CHECKS, SHARE, QualityChecks
from qdiffgui.presets import observables

RNG = np.random.default_rng(0)
SPEC = Spec("vector", (2,), names=("a", "b"))
TEST = Encoded(RNG.normal(size=(400, 2)), np.zeros(400, np.int8), SPEC)


class Clock:
    """Every reading is ``step`` seconds after the one before."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def test_checks_take_a_small_share_and_are_few() -> None:
    checks = QualityChecks(TEST, 0, 600, clock=Clock(0.2))
    shown = []
    for step in range(1, 601):
        seconds = 0.1 * step
        if checks.is_due(step, seconds):
            checks.check(step, TEST.x)
            shown.append(step)
            assert checks.spent <= SHARE * seconds
    assert len(shown) == N_CHECKS
    assert shown == sorted({*range(100, 601, 100)})


def test_where_training_is_short_nothing_is_checked() -> None:
    checks = QualityChecks(TEST, 0, 600, clock=Clock(0.2))
    assert not any(checks.is_due(step, 0.001 * step) for step in range(1, 601))


def test_a_resumed_training_does_not_pay_twice() -> None:
    checks = QualityChecks(TEST, 0, 600, spent=SHARE * 30, step=300, clock=Clock(0.2))
    assert not checks.is_due(399, 1000)
    assert not checks.is_due(400, 31)
    assert checks.is_due(400, 40)


def test_it_is_the_quick_classifier_with_fewer_trees() -> None:
    x = RNG.normal(0.3, size=(500, 2))
    found = live_auc(x, TEST, 3)
    assert found is not None
    assert found[0] == classifier_auc(x[:400], TEST.x, seed=3, n_trees=N_TREES).value
    assert found == live_auc(x, TEST, 3)
    assert 0.5 < found[0] < 0.8
    assert found[1] == pytest.approx(1.2 / np.sqrt(6 * 400), rel=0.01)


def test_what_a_classifier_cannot_judge_has_no_auc() -> None:
    x = TEST.x.copy()
    assert live_auc(x[:100], TEST, 0) is None
    x[0, 0] = np.nan
    assert live_auc(x, TEST, 0) is None
    states = Encoded(np.ones((300, 2), complex), np.zeros(300, np.int8), Spec("state", (2,)))
    assert live_auc(states.x, states, 0) is None
    for test in (states, TEST.take(np.arange(150))):
        assert not QualityChecks(test, 0, 600).is_due(600, 1e6)


def history(config: Experiment) -> tuple[list[float], list[Metrics]]:
    """Losses, and the metrics during training."""
    found = list(Session(config).events(lambda: "step"))  # samples at every step
    losses = [event.loss for event in found if isinstance(event, Loss)]
    return losses, [e for e in found if isinstance(e, Metrics) and not e.final]


def test_training_does_not_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality_checks, "SHARE", float("inf"))
    config = override(
        observables.JETS_OBSERVABLES_MLP_PLAIN,
        [
            *("data.n_jets=1500", "evaluation.n_generated=20", "training.batch_size=32"),
            "training.iterations=12",
        ],
    )
    losses, metrics = history(config)
    without, other = history(override(config, ["training.live_auc=false"]))
    assert losses == without
    assert not any(AUC in event.values for event in other)
    checked = [event for event in metrics if AUC in event.values]
    assert len(checked) == N_CHECKS
    assert all(event.floor[AUC] == FLOOR_AUC and event.spread[AUC] > 0 for event in checked)
    assert [event.step for event in checked] == [2, 4, 6, 8, 10, 12]
    assert config.digest() == override(config, ["training.live_auc=true"]).digest()
