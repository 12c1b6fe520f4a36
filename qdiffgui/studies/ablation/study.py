"""Train the variants of a run, and compare them with it by its own evaluation."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.evaluation.metric_value import distance_from_best
from qdiffgui.evaluation.model_metric import difference, report_blocks
from qdiffgui.experiment.prepare import load
from qdiffgui.model_file import versions
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.studies.ablation.result import LOSS, AblationStudy, Cell
from qdiffgui.studies.ablation.variants import BASE, Variant, make_variants
from qdiffgui.studies.ablation.verdict import verdict
from qdiffgui.studies.benchmark.lineup import Contestant
from qdiffgui.studies.benchmark.trainings import (
    SeedRun,
    finished_runs,
    follow_runs,
    start_runs,
)
from qdiffgui.studies.scaling.quality import headline_metric


@dataclass(frozen=True)
class Progress:
    """How far a study is: finished runs of all, and a sentence."""

    done: int
    total: int

    @property
    def line(self) -> str:
        """The progress as a line of text."""
        return f"[{self.done / self.total:4.0%}] {self.done} of {self.total} runs done"


def run_ablation(
    name: str,
    config: Experiment,
    store: RunStore,
    *,
    wanted: Sequence[str] | None = None,
    n_seeds: int = 3,
    effort: float = 1.0,
    mode: Literal["process", "thread"] = "process",
) -> Iterator[Progress | AblationStudy]:
    """Train what is missing and compare; yields the progress, and the result at the end.

    Parameters
    ----------
    name : str
        Name of the run.
    config : Experiment
        Its settings; the seeds are its own and the next ones.
    store : RunStore
        The runs. The variants are trained in the store's folder of studies, and a finished run of
        either is reused. A study that was stopped continues.
    wanted : sequence of str, optional
        Keys of ``variants.VARIANTS``. Default: all.
    n_seeds : int
        Seeds of each variant.
    effort : float
        Share of the run's optimizer steps that is trained, of every variant.
    mode : {"process", "thread"}
        As for ``Runner``.

    Yields
    ------
    Progress or AblationStudy

    Raises
    ------
    UserError
        If the run cannot be ablated, or no training of the unchanged model finished.
    """
    config = config.pinned()
    variants = make_variants(config, None if wanted is None else list(wanted), effort=effort)
    contestants = [
        Contestant(v.key, f"{name}: {v.label[0].lower()}{v.label[1:]}", "quantum", v.experiment)
        for v in variants
        if v.experiment is not None
    ]
    trainings, runner = start_runs(
        store.for_studies(),
        contestants,
        n_seeds,
        mode=mode,
        first_seed=config.seed,
        finished=finished_runs(store),
    )
    try:
        for states in follow_runs(trainings, 0.3):
            yield Progress(sum(bool(state.ended) for state in states), len(states))
    finally:
        runner.close()
    yield _result(name, config, variants, trainings, effort)


def _result(
    name: str,
    config: Experiment,
    variants: Sequence[Variant],
    trainings: Sequence[SeedRun],
    effort: float,
) -> AblationStudy:
    reports = {v.key: _reports(trainings, v.key) for v in variants}
    if not reports[BASE]:
        states = [t.run.state() for t in trainings if t.contestant.key == BASE]
        raise UserError(
            "No training of the unchanged model finished: "
            f"{states[0].message or 'run the study again to continue.'}"
        )
    base = variants[0].experiment
    assert base is not None
    data = load(config)
    first = next(iter(reports[BASE].values()))
    found = AblationStudy(
        name,
        kind=config.model.kind,
        data=data.name,
        data_digest=data.digest,
        seeds=sorted({t.seed for t in trainings}),
        effort=effort,
        iterations=base.training.iterations,
        columns=_columns(reports.values()),
        labels={row["key"]: row["label"] for row in first["rows"]},
        notes=[*(v.note for v in variants if v.note), *first["notes"]],
        left_out=[v.reason for v in variants if v.experiment is None] + _unfinished(trainings),
        goal=headline_metric([_values(r) for r in reports[BASE].values()]) or "",
        versions=versions(),
    )
    better = {column["key"]: column["better"] for column in found.columns}
    for variant in variants:
        if reports[variant.key]:
            own = [t for t in trainings if t.contestant.key == variant.key]
            found.rows.append(_row(variant, own, reports[variant.key], reports[BASE], better))
    for key in found.labels:
        if key != "model":
            found.baselines[key] = _mean([_values(r, key) for r in reports[BASE].values()])
    found.verdict = verdict(found)
    return found


def _reports(trainings: Sequence[SeedRun], key: str) -> dict[int, dict[str, Any]]:
    """The report of each seed of a variant that is finished."""
    found = {}
    for training in trainings:
        if training.contestant.key == key and training.run.state().status == Status.DONE:
            report = training.run.metrics()
            if report is not None:
                found[training.seed] = report
    return found


def _unfinished(trainings: Sequence[SeedRun]) -> list[str]:
    states = [(t, t.run.state()) for t in trainings]
    return [
        f"{t.contestant.label}, seed {t.seed}: {state.message or state.status}"
        for t, state in states
        if state.status != Status.DONE
    ]


def _columns(reports: Any) -> list[dict[str, str]]:
    columns: dict[str, dict[str, str]] = {}
    for of_variant in reports:
        for report in of_variant.values():
            columns |= {c["key"]: c for c in report["columns"] if c["key"] not in columns}
    return list(columns.values())


def _values(report: Mapping[str, Any], row: str = "model", part: str = "value") -> dict[str, float]:
    """Each metric of a row, averaged over classes; ``part`` "error" adds errors in quadrature."""
    gathered: dict[str, list[float]] = {}
    for one in report["rows"]:
        for key, cell in one["values"].items() if one["key"] == row else ():
            if cell is not None:
                gathered.setdefault(key, []).append(cell[part])
    if part == "error":
        return {key: math.hypot(*values) / len(values) for key, values in gathered.items()}
    return {key: float(np.mean(values)) for key, values in gathered.items()}


def _mean(values: Sequence[Mapping[str, float]]) -> dict[str, Cell]:
    """Mean and standard deviation over seeds."""
    keys = dict.fromkeys(key for of_seed in values for key in of_seed)
    return {key: _cell([of_seed[key] for of_seed in values if key in of_seed]) for key in keys}


def _cell(values: Sequence[float], least: float = 0.0) -> Cell:
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return {"value": float(np.mean(values)), "error": max(spread, least), "n": len(values)}


def _row(
    variant: Variant,
    own: Sequence[SeedRun],
    reports: Mapping[int, Mapping[str, Any]],
    base: Mapping[int, Mapping[str, Any]],
    better: Mapping[str, str],
) -> dict[str, Any]:
    states = [t.run.state() for t in own if t.seed in reports]
    return {
        "key": variant.key,
        "label": variant.label,
        "n_parameters": states[0].n_parameters,
        "seconds": float(np.mean([state.seconds for state in states])),
        "runs": [state.id for state in states],
        "values": _mean([_values(report) for report in reports.values()]),
        "changes": {} if variant.key == BASE else _changes(reports, base, better),
    }


def _changes(
    reports: Mapping[int, Mapping[str, Any]],
    base: Mapping[int, Mapping[str, Any]],
    better: Mapping[str, str],
) -> dict[str, Cell]:
    """The change of each metric, seed by seed: a seed decides the split, so it cancels much."""
    seeds = [seed for seed in reports if seed in base]
    gathered: dict[str, list[float]] = {}
    errors: dict[str, list[float]] = {}
    for seed in seeds:
        mine, its = _values(reports[seed]), _values(base[seed])
        floor = _values(base[seed], "floor")
        own, other = (_values(r[seed], part="error") for r in (reports, base))
        for key in mine.keys() & its.keys() - {LOSS}:
            gap = distance_from_best(mine[key], floor.get(key), better[key]) - distance_from_best(
                its[key], floor.get(key), better[key]
            )
            gathered.setdefault(key, []).append(gap)
            errors.setdefault(key, []).append(math.hypot(own[key], other[key]))
        loss = _change_of_loss(reports[seed], base[seed])
        if loss is not None:
            gathered.setdefault(LOSS, []).append(loss[0])
            errors.setdefault(LOSS, []).append(loss[1])
    return {key: _cell(values, float(np.mean(errors[key]))) for key, values in gathered.items()}


def _change_of_loss(
    report: Mapping[str, Any], base: Mapping[str, Any]
) -> tuple[float, float] | None:
    """The change of the held-out loss at common points, averaged over classes; None if the two
    losses cannot be compared.
    """
    mine, its = (
        {(name, group): blocks for name, group, blocks in report_blocks(r, LOSS)}
        for r in (report, base)
    )
    if not mine or mine.keys() != its.keys():
        return None
    gaps = [difference(mine[key], its[key]) for key in mine]
    known = [gap for gap in gaps if gap is not None]
    if len(known) < len(gaps):
        return None
    error = math.hypot(*(gap.error for gap in known)) / len(known)
    return float(np.mean([gap.value for gap in known])), error


def settings_of(run: str, runs: Path | str | None = None) -> tuple[str, Experiment]:
    """Name and settings of a run, for ``run_ablation``; raises ``UserError`` for an unknown run."""
    from qdiffgui.runs.store import open_run

    opened = open_run(run, runs)
    opened.require_readable()
    return opened.state().name, opened.config()
