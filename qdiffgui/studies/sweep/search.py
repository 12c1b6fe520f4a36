"""Points that Optuna proposes during a sweep (tree-structured Parzen estimator, Bergstra et al.
2011).

The Optuna study is rebuilt from the files of the sweep at each start: the planned runs and their
reports are the whole state.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from qdiffgui import paths
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.studies.sweep.axis import SweepAxis
from qdiffgui.studies.sweep.directory import SweepDirectory
from qdiffgui.studies.sweep.goal import default_goal, distance_to_best
from qdiffgui.studies.sweep.plan import SEED, Plan, SweepPoint
from qdiffgui.studies.sweep.task import TaskOutcome

_MAX_REJECTED = 200


class OptunaSource:
    """The source of points of an Optuna search.

    A trial is a point at all its seeds. Its value is the goal metric's distance from the best
    possible value, averaged over the finished seeds.
    """

    def __init__(self, plan: Plan, sweep: SweepDirectory) -> None:
        try:
            import optuna
        except ImportError as error:
            raise UserError(
                f"Optuna, which proposes settings, is not installed: {paths.install('sweeps')}"
            ) from error
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self.plan, self.sweep = plan, sweep
        self.distributions = {axis.field: distribution(axis) for axis in plan.searched}
        known = sweep.points()
        self.queue: deque[SweepPoint] = deque(known)
        self.open: dict[int, set[str]] = {}
        for point in known:
            self.open.setdefault(point.trial, set()).add(point.run)
        self.values: dict[int, list[float]] = {}
        self.asked: dict[int, Any] = {}
        self.n_asked = max((point.trial for point in known), default=-1) + 1
        startup = int(np.clip(plan.trials // 3, 4, 10))
        sampler = optuna.samplers.TPESampler(
            seed=plan.base.seed + self.n_asked, n_startup_trials=startup
        )
        self.study = optuna.create_study(direction="minimize", sampler=sampler)

    def at_once(self, threads: Callable[[], int]) -> int:
        """As many as can run: points proposed later use more results."""
        return threads()

    def next(self) -> SweepPoint | None:
        """The next run of a started trial, else of a new one; ``None`` at the end."""
        if not self.queue and self.n_asked < self.plan.trials:
            self._ask()
        return self.queue.popleft() if self.queue else None

    def _ask(self) -> None:
        """Ask for a new trial. Invalid settings count as failed trials; settings that were trained
        before count with their old result.
        """
        for _ in range(_MAX_REJECTED):
            trial = self.study.ask(self.distributions)
            values = settings_of(self.plan, trial.params)
            try:
                points = self.plan.points_of(self.n_asked, values)
            except ConfigError:
                self._tell(trial, None)
                continue
            planned = {point.run for point in self.sweep.points()}
            fresh = [point for point in points if point.run not in planned]
            if not fresh:
                self._tell(trial, self._mean([self._distance(point) for point in points]))
                continue
            self.sweep.append(fresh)
            self.queue.extend(fresh)
            self.open[self.n_asked], self.asked[self.n_asked] = (
                {point.run for point in fresh},
                trial,
            )
            self.n_asked += 1
            return
        self.n_asked = self.plan.trials  # the whole search space has been tried

    def ended(self, point: SweepPoint, outcome: TaskOutcome) -> None:
        """Report a trial to the study once all its seeds have ended."""
        waiting = self.open[point.trial]
        waiting.discard(point.run)
        distance = self._distance(point)
        if distance is not None:
            self.values.setdefault(point.trial, []).append(distance)
        if waiting:
            return
        value = self._mean(self.values.get(point.trial, []))
        trial = self.asked.pop(point.trial, None)
        if trial is not None:
            self._tell(trial, value)
        elif value is not None:
            self._tell_old(point.values, value)

    def _tell(self, trial: Any, value: float | None) -> None:
        from optuna.trial import TrialState

        self.study.tell(
            trial, value, state=TrialState.COMPLETE if value is not None else TrialState.FAIL
        )

    def _tell_old(self, values: Mapping[str, Any], value: float) -> None:
        """Report a trial of an earlier session."""
        from optuna.trial import create_trial

        params = {axis.field: _coded(axis, values[axis.field]) for axis in self.plan.searched}
        self.study.add_trial(
            create_trial(params=params, distributions=self.distributions, value=value)
        )

    def _distance(self, point: SweepPoint) -> float | None:
        report = RunDirectory(self.sweep.store.root / point.run).metrics()
        if report is None:
            return None
        keys = [column["key"] for column in report["columns"]]
        goal = self.plan.goal or default_goal(report)
        if goal and goal not in keys:
            raise UserError(
                f"There is no metric '{goal}' to improve; choose --goal from {', '.join(keys)}."
            )
        return distance_to_best(report, goal) if goal else None

    @staticmethod
    def _mean(values: list[Any]) -> float | None:
        known = [value for value in values if value is not None and np.isfinite(value)]
        return float(np.mean(known)) if known else None


def distribution(axis: SweepAxis) -> Any:
    """Optuna's distribution of an axis."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if not axis.is_range:
        return CategoricalDistribution([json.dumps(value) for value in axis.values])
    low, high = axis.ends()
    if axis.integer:
        return IntDistribution(int(low), int(high), log=axis.log)
    return FloatDistribution(low, high, log=axis.log)


def settings_of(plan: Plan, params: Mapping[str, Any]) -> dict[str, Any]:
    """Optuna's parameters as settings."""
    return {
        axis.field: params[axis.field] if axis.is_range else json.loads(params[axis.field])
        for axis in plan.searched
        if axis.field != SEED
    }


def _coded(axis: SweepAxis, value: Any) -> Any:
    return value if axis.is_range else json.dumps(value)
