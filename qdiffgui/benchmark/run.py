"""A benchmark from line-up to result: train, measure, put together."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from qdiffgui import catalog
from qdiffgui.benchmark import blanks, words
from qdiffgui.benchmark.costs import costs
from qdiffgui.benchmark.lineup import Lineup
from qdiffgui.benchmark.measure import Measurement, measure
from qdiffgui.benchmark.over_seeds import over_seeds
from qdiffgui.benchmark.result import Model, Result
from qdiffgui.benchmark.trainings import Training, attend, progress
from qdiffgui.data.hdf5 import open_untrusted
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.errors import UserError
from qdiffgui.experiment import Prepared, prepare
from qdiffgui.model_file import TrainedModel, load, versions
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore

N_TIMED = 1000
Watch = Callable[[Sequence[RunState]], None]
Say = Callable[[str], None]


def benchmark(
    key: str, label: str, lineup: Lineup, store: RunStore, n_seeds: int, *, watch: Watch, say: Say
) -> tuple[Result, list[Measurement]]:
    """Train what is not trained yet and judge all of it. ``watch`` is shown the runs again and again, ``say`` told what is being done.

    A run that fails is a row without figures and a sentence. Stopping this process leaves the runs going on; the next call takes them
    up. Raises ``UserError`` where no run gave anything, ``DataError`` where the data cannot be used.
    """
    check(lineup)
    trainings, runner = attend(store, lineup.contestants, n_seeds)
    try:
        for states in progress(trainings):
            watch(states)
    finally:
        runner.close()
    done = [t for t in trainings if t.run.state().status == Status.DONE]
    if not done:
        raise UserError(f"No run of the benchmark came to its end: {trainings[0].run.state().message or 'see their logs.'}")
    measurements: list[Measurement] = []
    blank: list[Measurement] = []
    studied: blanks.Blanks | None = None
    about: dict[str, Any] = {}
    for seed in sorted({t.seed for t in done}):
        of_seed = [t for t in done if t.seed == seed]
        say(f"measuring seed {seed}")
        prepared = prepare(of_seed[0].run.config())
        about = about or _about(lineup, prepared)
        generated = {t.contestant.key: _samples(t, prepared.train.spec) for t in of_seed}
        names = {t.contestant.key: t.contestant.label for t in of_seed}
        measurements.append(measure(prepared, generated, names, lineup.base.evaluation.n_generated, seed))
        if blanks.applies(prepared):
            say(f"measuring what blank images do, seed {seed}")
            blank.append(blanks.study(prepared, generated, seed))
            studied = blanks.over_seeds_of(prepared, blank, blanks.n_a_side(prepared, generated))
    say("counting costs")
    return _result(key, label, lineup, trainings, measurements, about, prepared, studied), measurements


def _about(lineup: Lineup, prepared: Prepared) -> dict[str, Any]:
    return {
        "data": prepared.dataset.name, "shipped": lineup.base.data.kind == "qg-jets", "data_digest": prepared.dataset.digest,
        "n_train": len(prepared.train), "n_test": len(prepared.test), "data_notes": list(prepared.dataset.notes),
        "representation": lineup.base.representation.model_dump(mode="json"), "versions": versions(), "kind": prepared.train.spec.kind,
    }  # fmt: skip


def check(lineup: Lineup) -> None:
    """Refuse data that nothing could be said about, before anything is trained on them.

    Raises ``DataError`` where they cannot be used, ``UserError`` where too few would be held out for any metric.
    """
    prepared = prepare(lineup.base)
    least = min(entry.facts["least"] for entry in catalog.metrics.values() if entry.facts["of"] in ("observable", "sample"))
    n = min(len(prepared.train), len(prepared.test))
    if n < least:
        raise UserError(
            f"Expected at least {least} samples to train on and as many held out, below which no metric means anything; "
            f"{len(prepared.dataset)} samples leave {n}: use a larger file."
        )


def _samples(training: Training, spec: Spec) -> Encoded:
    with open_untrusted(training.run.samples_file) as file:
        return Encoded(np.asarray(file["encoded/x"]), np.asarray(file["encoded/label"]), spec)


def _result(
    key: str,
    label: str,
    lineup: Lineup,
    trainings: Sequence[Training],
    measurements: Sequence[Measurement],
    about: dict[str, Any],
    prepared: Prepared,
    studied: blanks.Blanks | None,
) -> Result:
    models = tuple(_model(c.key, trainings, prepared) for c in lineup.contestants)
    first = measurements[0]
    labels = {**first.labels, **{m.key: m.label for m in models}}
    table = over_seeds(measurements)
    seeds = tuple(sorted({t.seed for t in trainings}))
    notes = (
        lineup.left_out
        + tuple(dict.fromkeys(note for m in measurements for note in m.notes))
        + tuple(f"{m.label}, seed {seed}: {why}" for m in models for seed, why in m.failures.items())
    )
    told = tuple(words.sentences(table, first.columns, models, labels, len(measurements)))
    return Result(key, label, models, first.columns, labels, table, seeds, about, notes, told, studied)


def _model(key: str, trainings: Sequence[Training], prepared: Prepared) -> Model:
    own = [t for t in trainings if t.contestant.key == key]
    states = {t.seed: t.run.state() for t in own}
    done = [t for t in own if states[t.seed].status == Status.DONE]
    first = own[0].contestant
    files = [load(t.run.model_file) for t in done]
    return Model(
        key=key, label=first.label, kind=first.experiment.model.kind, role=first.role,
        facts=files[0].facts if done else {}, costs=costs(first.experiment, prepared).plain() if done else {},
        training_seconds=float(np.mean([_cpu_seconds(t, file) for t, file in zip(done, files)])) if done else float("nan"),
        sampling_seconds=_sampling_seconds(done[0]) if done else float("nan"),
        threads=first.experiment.training.threads, runs=tuple(t.run.id for t in own),
        failures={seed: s.message or str(s.status) for seed, s in states.items() if s.status != Status.DONE},
    )  # fmt: skip


def _cpu_seconds(training: Training, model: TrainedModel) -> float:
    """Of training; by the clock for a model of an earlier version, which does not say."""
    return float(model.facts.get("training_cpu_seconds", training.run.state().seconds))


def _sampling_seconds(training: Training) -> float:
    """CPU seconds for 1000 samples, of the second call: the first sets things up."""
    model = load(training.run.model_file)
    model.generate(2)
    begun = time.process_time()
    model.generate(N_TIMED)
    return time.process_time() - begun
