"""The models of a benchmark with the expected training time of each, from a few optimizer steps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from qdiffgui import catalog
from qdiffgui.experiment.inspect import estimate
from qdiffgui.experiment.prepare import prepare
from qdiffgui.runs.slots import n_cpus
from qdiffgui.runs.store import RunStore
from qdiffgui.studies.benchmark import user_file
from qdiffgui.studies.benchmark.jobs import BenchmarkRequest
from qdiffgui.studies.benchmark.lineup import Lineup
from qdiffgui.studies.benchmark.plan import Expected, ModelTime, evaluation_time, expect
from qdiffgui.studies.benchmark.trainings import finished_runs

Progress = Callable[[float, str], None]


def lineup_asked_for(asked: BenchmarkRequest) -> Lineup:
    """The line-up of a request: on its data file, with its models and its effort. Raises
    ``UserError`` if they do not fit together.
    """
    entry = catalog.benchmarks[asked.lineup]
    lineup: Lineup = user_file.lineup_for_file(entry, asked.data) if asked.data else entry.load()
    lineup = lineup.chosen(asked.models)
    return lineup if asked.effort == 1 else lineup.scaled(asked.effort)


def model_times(
    lineup: Lineup,
    keys: Collection[str] | None = None,
    progress: Progress = lambda fraction, label: None,
) -> dict[str, ModelTime]:
    """Key -> time of one training, of all models or of those in ``keys``. Takes some tenths of a
    second per model.

    Raises ``DataError`` or ``ConfigError`` if a model cannot be trained.
    """
    wanted = [c for c in lineup.contestants if keys is None or c.key in keys]
    prepared = prepare(lineup.base) if wanted else None
    found = {}
    for i, one in enumerate(wanted):
        progress(i / len(wanted), one.label)
        needs = estimate(one.experiment, prepared)
        found[one.key] = ModelTime(
            needs["seconds"], needs["error"], needs["busy"], one.experiment.training.threads
        )
    return found


def expected_duration(
    lineup: Lineup, n_seeds: int, store: RunStore
) -> tuple[Expected, dict[str, ModelTime]]:
    """What a benchmark of this line-up takes, given the finished runs in ``store``, and the times
    of the models that still have to be trained.
    """
    done = finished_runs(store)
    left = {
        c.key: sum(c.with_seed(seed).digest() not in done for seed in range(n_seeds))
        for c in lineup.contestants
    }
    times = model_times(lineup, [key for key, n in left.items() if n])
    base = lineup.base
    report = evaluation_time(store.list(), base.data.kind, base.representation.kind)
    return expect(times, left, n_seeds * len(lineup.contestants), n_cpus(), report), times


def describe(request: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """The models of a line-up as plain data, for the page.

    Parameters
    ----------
    request : mapping
        ``lineup``, ``data`` and ``effort`` as in ``BenchmarkRequest``.
    progress : callable
        Receives the fraction that is done and the present model.

    Returns
    -------
    dict
        ``models``, each with ``key``, ``label``, ``role``, ``config`` (its settings as JSON) and
        the fields of ``ModelTime``; ``left_out``, sentences on models that do not fit.
    """
    names = ("lineup", "data", "effort")
    asked = BenchmarkRequest(**{name: request[name] for name in names if name in request})
    lineup = lineup_asked_for(asked)
    times = model_times(lineup, progress=progress)
    return {
        "models": [
            {
                "key": c.key,
                "label": c.label,
                "role": c.role,
                "config": c.experiment.model_dump(mode="json"),
                **vars(times[c.key]),
            }
            for c in lineup.contestants
        ],
        "left_out": list(lineup.left_out),
    }
