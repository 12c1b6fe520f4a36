"""How long a benchmark takes: before it starts, from a few optimizer steps of each model, and while
it runs, from its runs. Needs neither torch nor PennyLane.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qdiffgui.duration import BUSY, duration
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE, Status

_EXACT = 0.05  # a relative error below it is not shown


@dataclass(frozen=True)
class ModelTime:
    """Estimated training time of one run of a model: CPU seconds, their error, and how busy the
    machine was (see ``experiment.estimate``); ``threads`` are those of the run.
    """

    seconds: float
    error: float
    busy: float
    threads: int = 1


@dataclass(frozen=True)
class Expected:
    """What a benchmark will take.

    Attributes
    ----------
    n_runs, n_done : int
        Runs in total, and those that are finished already and are reused.
    seconds, error : float
        Expected time of the other runs and its spread, in seconds.
    busy : float
        How busy the machine was, at least 1.
    at_once : int
        Runs at a time.
    evaluation : float or None
        What the reports of the runs will add, in seconds; None if nothing is known of it.
    """

    n_runs: int
    n_done: int
    seconds: float
    error: float
    busy: float
    at_once: int
    evaluation: float | None = None

    def words(self) -> str:
        """In a sentence or two.

        Examples
        --------
        >>> Expected(33, 3, 600.0, 60.0, 1.0, 2, 150.0).words()
        '33 runs, 3 of them finished: about 10 min (± 60 s) of training, 2 at a time. Evaluation \
adds about 2 min.'
        """
        runs = f"{self.n_runs} run{'s' * (self.n_runs != 1)}"
        if self.n_done == self.n_runs:
            return f"{runs}, all finished: nothing is trained."
        done = f", {self.n_done} of them finished" if self.n_done else ""
        aside = [f"± {duration(self.error)}"] if self.error > _EXACT * self.seconds else []
        aside += ["machine busy"] if self.busy > BUSY else []
        spread = f" ({', '.join(aside)})" if aside else ""
        at_once = f", {self.at_once} at a time" if self.at_once > 1 else ""
        evaluation = (
            "Evaluation adds to it; of short runs it is the larger part."
            if self.evaluation is None
            else f"Evaluation adds about {duration(self.evaluation)}."
        )
        about = "under 1 s" if self.seconds < 1 else f"about {duration(self.seconds)}"
        return f"{runs}{done}: {about}{spread} of training{at_once}. {evaluation}"


def expect(
    times: Mapping[str, ModelTime],
    left: Mapping[str, int],
    n_runs: int,
    n_cpus: int,
    evaluation: float | None = None,
) -> Expected:
    """Combine the times of models.

    Parameters
    ----------
    times : mapping
        Key of a model -> time of one run.
    left : mapping
        Key of a model -> runs that are still to be trained.
    n_runs : int
        Runs in total.
    n_cpus : int
        CPU threads that the runs share.
    evaluation : float, optional
        Seconds that the report of one run takes; see ``evaluation_time``.

    Returns
    -------
    Expected
        Errors of the runs of one model are one error, those of different models are independent.

    Examples
    --------
    >>> times = {"a": ModelTime(100.0, 30.0, 1.0), "b": ModelTime(10.0, 4.0, 1.2)}
    >>> expect(times, {"a": 2, "b": 1}, 4, 2)
    Expected(n_runs=4, n_done=1, seconds=105.0, error=30.066592756745816, busy=1.2, at_once=2, \
evaluation=None)
    """
    n_left = sum(left.values())
    known = {key: times[key] for key, n in left.items() if n and key in times}
    threads = max((time.threads for time in known.values()), default=1)
    at_once = max(1, min(n_cpus // threads, n_left))
    seconds = sum(left[key] * time.seconds for key, time in known.items()) / at_once
    longest = max((time.seconds for time in known.values()), default=0.0)
    error = math.hypot(*(left[key] * time.error for key, time in known.items())) / at_once
    busy = max((time.busy for time in known.values()), default=1.0)
    reports = None if evaluation is None else evaluation * n_left / at_once
    return Expected(n_runs, n_runs - n_left, max(seconds, longest), error, busy, at_once, reports)


def evaluation_time(runs: Sequence[RunState], data: str, representation: str) -> float | None:
    """Mean seconds that evaluation added to finished runs on data of this kind; None if there are
    none.
    """
    extra = [
        max(took - state.seconds, 0.0)
        for state in runs
        if (state.data, state.representation) == (data, representation)
        and (took := _took(state)) is not None
    ]
    return sum(extra) / len(extra) if extra else None


def time_left(
    runs: Sequence[tuple[str, RunState]], expected: Mapping[str, float], n_cpus: int
) -> float | None:
    """Expected time until all runs have ended, in seconds; None if nothing is known of one.

    A model that has a finished run takes as long again. Otherwise its expected training time
    counts, plus what evaluation added to the finished runs of other models.

    Parameters
    ----------
    runs : sequence
        (key of the model, state) of each run.
    expected : mapping
        Key of a model -> expected training time, in CPU seconds.
    n_cpus : int
        CPU threads that the runs share.
    """
    done = [(key, state, took) for key, state in runs if (took := _took(state)) is not None]
    of_model: dict[str, list[float]] = {}
    for key, _, took in done:
        of_model.setdefault(key, []).append(took)
    extra = [max(took - state.seconds, 0.0) for _, state, took in done]
    evaluation = sum(extra) / len(extra) if extra else 0.0
    left = [
        _remaining(state, of_model.get(key, []), expected.get(key), evaluation)
        for key, state in runs
        if state.status in ACTIVE
    ]
    if not left or None in left:
        return None
    known = [seconds for seconds in left if seconds is not None]
    return max(sum(known) / max(1, min(n_cpus, len(known))), *known)


def _took(state: RunState) -> float | None:
    """Wall-clock seconds of a run that was trained in one go; None of any other."""
    is_whole = state.status == Status.DONE and state.attempt == 1
    return state.ended - state.started if is_whole and state.ended and state.started else None


def _remaining(
    state: RunState, took: Sequence[float], expected: float | None, evaluation: float
) -> float | None:
    if state.total and state.step >= state.total:
        return evaluation
    if state.status == Status.RUNNING and state.eta is not None:
        return state.eta + evaluation
    if took:
        return (1 - state.fraction) * sum(took) / len(took)
    return None if expected is None else (1 - state.fraction) * expected + evaluation
