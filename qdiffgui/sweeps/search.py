"""Points that Optuna finds as a sweep goes (tree-structured Parzen estimator, Bergstra et al. 2011).

The study is rebuilt from the files of the sweep at each start: what was planned and what the runs' reports say is all there is to know.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from qdiffgui.errors import ConfigError, UserError
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.sweeps.directory import SweepDirectory
from qdiffgui.sweeps.over import Axis
from qdiffgui.sweeps.plan import SEED, Plan, Point
from qdiffgui.sweeps.table import figure_of_merit, goal_of
from qdiffgui.sweeps.task import Outcome

_MISFITS = 200


class Found:
    """The source of an Optuna search. A trial is a point at all its seeds; its value the mean figure of merit of those that are done."""

    def __init__(self, plan: Plan, sweep: SweepDirectory) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self.plan, self.sweep = plan, sweep
        self.distributions = {axis.field: distribution(axis) for axis in plan.searched}
        known = sweep.points()
        self.queue: deque[Point] = deque(known)
        self.open: dict[int, set[str]] = {}
        for point in known:
            self.open.setdefault(point.trial, set()).add(point.run)
        self.values: dict[int, list[float]] = {}
        self.asked: dict[int, Any] = {}
        self.n_asked = max((point.trial for point in known), default=-1) + 1
        startup = int(np.clip(plan.trials // 3, 4, 10))
        sampler = optuna.samplers.TPESampler(seed=plan.base.seed + self.n_asked, n_startup_trials=startup)
        self.study = optuna.create_study(direction="minimize", sampler=sampler)

    def at_once(self, threads: Callable[[], int]) -> int:
        """As many as can run: what is asked for later knows more."""
        return threads()

    def next(self) -> Point | None:
        """A run of a trial that has begun, else of a new one; ``None`` where all have been given."""
        if not self.queue and self.n_asked < self.plan.trials:
            self._ask()
        return self.queue.popleft() if self.queue else None

    def _ask(self) -> None:
        """A new trial; one whose settings do not fit together, or that was trained before, counts as bad news."""
        for _ in range(_MISFITS):
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
                self._tell(trial, self._mean([self._merit(point) for point in points]))
                continue
            self.sweep.append(fresh)
            self.queue.extend(fresh)
            self.open[self.n_asked], self.asked[self.n_asked] = {point.run for point in fresh}, trial
            self.n_asked += 1
            return
        self.n_asked = self.plan.trials  # the space is small, and all of it has been tried

    def ended(self, point: Point, outcome: Outcome) -> None:
        """Tell the study of a trial once all its seeds have ended."""
        waiting = self.open[point.trial]
        waiting.discard(point.run)
        merit = self._merit(point)
        if merit is not None:
            self.values.setdefault(point.trial, []).append(merit)
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

        self.study.tell(trial, value, state=TrialState.COMPLETE if value is not None else TrialState.FAIL)

    def _tell_old(self, values: Mapping[str, Any], value: float) -> None:
        """A trial of an earlier session."""
        from optuna.trial import create_trial

        params = {axis.field: _coded(axis, values[axis.field]) for axis in self.plan.searched}
        self.study.add_trial(create_trial(params=params, distributions=self.distributions, value=value))

    def _merit(self, point: Point) -> float | None:
        report = RunDirectory(self.sweep.store.root / point.run).metrics()
        if report is None:
            return None
        keys = [column["key"] for column in report["columns"]]
        goal = self.plan.goal or goal_of(report)
        if goal and goal not in keys:
            raise UserError(f"There is no figure '{goal}' to improve: choose --goal {', '.join(keys)}.")
        return figure_of_merit(report, goal) if goal else None

    @staticmethod
    def _mean(values: list[Any]) -> float | None:
        known = [value for value in values if value is not None and np.isfinite(value)]
        return float(np.mean(known)) if known else None


def distribution(axis: Axis) -> Any:
    """Optuna's distribution of an axis."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if not axis.is_range:
        return CategoricalDistribution([json.dumps(value) for value in axis.values])
    low, high = axis.ends()
    if axis.integer:
        return IntDistribution(int(low), int(high), log=axis.log)
    return FloatDistribution(low, high, log=axis.log)


def settings_of(plan: Plan, params: Mapping[str, Any]) -> dict[str, Any]:
    """Optuna's parameters as values of settings."""
    return {
        axis.field: params[axis.field] if axis.is_range else json.loads(params[axis.field])
        for axis in plan.searched if axis.field != SEED
    }  # fmt: skip


def _coded(axis: Axis, value: Any) -> Any:
    return value if axis.is_range else json.dumps(value)
