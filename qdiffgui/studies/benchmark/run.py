"""A benchmark from line-up to result: train, measure, combine."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from qdiffgui import catalog
from qdiffgui.errors import UserError
from qdiffgui.experiment import Prepared, prepare
from qdiffgui.experiment.file_samples import FileSamples, encode_file
from qdiffgui.model_file import TrainedModel, load, versions
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.studies.benchmark import blank_images, verdict
from qdiffgui.studies.benchmark.costs import costs
from qdiffgui.studies.benchmark.lineup import Lineup
from qdiffgui.studies.benchmark.measure import Measurement, average_over_seeds
from qdiffgui.studies.benchmark.measure_seed import SeedTask, measure_seed, measuring_ahead
from qdiffgui.studies.benchmark.model_metrics import add_model_metrics
from qdiffgui.studies.benchmark.result import BenchmarkResult, ModelResult
from qdiffgui.studies.benchmark.trainings import SeedRun, follow_runs, start_runs

N_TIMED = 1000
Watch = Callable[[Sequence[RunState]], None]
Say = Callable[[str], None]


def benchmark(
    key: str,
    label: str,
    lineup: Lineup,
    store: RunStore,
    n_seeds: int,
    *,
    watch: Watch,
    say: Say,
    also: Mapping[str, str] | None = None,
    emd_radius: float = 1.0,
) -> tuple[BenchmarkResult, list[Measurement]]:
    """Train the runs that are missing and judge all models.

    Parameters
    ----------
    key, label : str
        Key and title of the line-up.
    lineup : Lineup
        The models.
    store : RunStore
        Where the runs are; finished ones are reused.
    n_seeds : int
        Seeds 0 to ``n_seeds - 1`` of every model.
    watch, say : callable
        ``watch`` receives the states of all runs repeatedly, ``say`` a word on the present step.
    also : mapping of str to str, optional
        Name -> file of samples made elsewhere. Each is a row.
    emd_radius : float
        R of the energy mover's distance, rad.

    Returns
    -------
    BenchmarkResult, list of Measurement
        The result over all seeds, and the measurement of each seed.

    Raises
    ------
    UserError
        If no run finished.
    DataError
        If the data cannot be used, or the samples of a file cannot be compared with them.

    Notes
    -----
    A failed run gives a row without values and a note. Runs continue if this process is stopped;
    the next call picks them up.
    """
    check(lineup, also)
    also = also or {}
    trainings, runner = start_runs(store, lineup.contestants, n_seeds)
    try:
        for states in follow_runs(trainings):
            watch(states)
    finally:
        runner.close()
    done = [t for t in trainings if t.run.state().status == Status.DONE]
    if not done:
        raise UserError(
            "No run of the benchmark finished: "
            f"{trainings[0].run.state().message or 'see their logs.'}"
        )
    tasks = [
        SeedTask(
            seed,
            {t.contestant.key: str(t.run.path) for t in done if t.seed == seed},
            {t.contestant.key: t.contestant.label for t in done if t.seed == seed},
            dict(also),
            lineup.base.evaluation.n_generated,
            emd_radius,
        )
        for seed in sorted({t.seed for t in done})
    ]
    measurements: list[Measurement] = []
    blank: list[Measurement] = []
    studied: blank_images.BlankImages | None = None
    about: dict[str, Any] = {}
    with measuring_ahead(tasks):
        for task in tasks:
            found = measure_seed(task, say)
            prepared = found.prepared
            about = about or _about(lineup, prepared)
            of_seed = [t for t in done if t.seed == task.seed]
            measurements.append(add_model_metrics(found.measured, of_seed))
            if found.blank is not None:
                blank.append(found.blank)
                studied = blank_images.combine_seeds(
                    prepared, blank, blank_images.n_per_side(prepared, found.generated)
                )
    say("counting costs")
    return _result(
        key, label, lineup, trainings, measurements, about, prepared, studied, found.files
    ), measurements


def _about(lineup: Lineup, prepared: Prepared) -> dict[str, Any]:
    return {
        "data": prepared.dataset.name,
        "shipped": lineup.base.data.kind == "qg-jets",
        "data_digest": prepared.dataset.digest,
        "n_train": len(prepared.train),
        "n_test": len(prepared.test),
        "data_notes": list(prepared.dataset.notes),
        "representation": lineup.base.representation.model_dump(mode="json"),
        "versions": versions(),
        "kind": prepared.train.spec.kind,
    }


def check(lineup: Lineup, also: Mapping[str, str] | None = None) -> None:
    """Check the data, and the files ``also`` (name -> path), before any training.

    Raises ``DataError`` if they cannot be used, and ``UserError`` if too few samples would be held
    out for any metric.
    """
    prepared = prepare(lineup.base)
    for name, path in (also or {}).items():
        encode_file(prepared, path, name)
    least = min(
        entry.facts["least"]
        for entry in catalog.metrics.values()
        if entry.facts["of"] in ("observable", "sample")
    )
    n = min(len(prepared.train), len(prepared.test))
    if n < least:
        raise UserError(
            f"Expected at least {least} samples for training and {least} held-out samples: no "
            f"metric is meaningful with fewer. {len(prepared.dataset)} samples leave {n}; use a "
            "larger file."
        )


def _result(
    key: str,
    label: str,
    lineup: Lineup,
    trainings: Sequence[SeedRun],
    measurements: Sequence[Measurement],
    about: dict[str, Any],
    prepared: Prepared,
    studied: blank_images.BlankImages | None,
    files: Mapping[str, FileSamples],
) -> BenchmarkResult:
    models = tuple(_model(c.key, trainings, prepared) for c in lineup.contestants)
    first = measurements[0]
    labels = {**first.labels, **{m.key: m.label for m in models}}
    table = average_over_seeds(measurements)
    seeds = tuple(sorted({t.seed for t in trainings}))
    notes = (
        lineup.left_out
        + tuple(dict.fromkeys(note for m in measurements for note in m.notes))
        + tuple(
            f"{m.label}, seed {seed}: {why}" for m in models for seed, why in m.failures.items()
        )
    )
    sentences = (
        *verdict.sentences(table, first.columns, models, labels, len(measurements)),
        *verdict.file_sentences(table, first.columns, models, labels, list(files)),
    )
    return BenchmarkResult(
        key,
        label,
        models,
        first.columns,
        labels,
        table,
        seeds,
        about,
        notes,
        sentences,
        studied,
        {key: f"{file.path}, digest {file.digest}" for key, file in files.items()},
    )


def _model(key: str, trainings: Sequence[SeedRun], prepared: Prepared) -> ModelResult:
    own = [t for t in trainings if t.contestant.key == key]
    states = {t.seed: t.run.state() for t in own}
    done = [t for t in own if states[t.seed].status == Status.DONE]
    first = own[0].contestant
    files = [load(t.run.model_file) for t in done]
    return ModelResult(
        key=key,
        label=first.label,
        kind=first.experiment.model.kind,
        role=first.role,
        facts=files[0].facts if done else {},
        costs=costs(first.experiment, prepared).plain() if done else {},
        training_seconds=float(np.mean([_cpu_seconds(t, file) for t, file in zip(done, files)]))
        if done
        else float("nan"),
        sampling_seconds=_sampling_seconds(done[0]) if done else float("nan"),
        threads=first.experiment.training.threads,
        runs=tuple(t.run.id for t in own),
        failures={
            seed: s.message or str(s.status)
            for seed, s in states.items()
            if s.status != Status.DONE
        },
    )


def _cpu_seconds(training: SeedRun, model: TrainedModel) -> float:
    """CPU seconds of training; wall-clock seconds for old model files, which lack them."""
    return float(model.facts.get("training_cpu_seconds", training.run.state().seconds))


def _sampling_seconds(training: SeedRun) -> float:
    """CPU seconds for 1000 samples, from the second call; the first sets things up."""
    model = load(training.run.model_file)
    model.generate(2)
    begun = time.process_time()
    model.generate(N_TIMED)
    return time.process_time() - begun
