"""Quality of trained models against the strength of noise and the number of shots, with floor and trivial generators beside."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from qdiffgui.config import hardware as offers
from qdiffgui.duration import duration
from qdiffgui.errors import UserError
from qdiffgui.evaluation.columns import MEAN
from qdiffgui.evaluation.merit import merit
from qdiffgui.evaluation.verdict import compare
from qdiffgui.runs.slots import n_cpus

if TYPE_CHECKING:
    from qdiffgui.experiment.prepare import Prepared
    from qdiffgui.model_file import TrainedModel

KINDS = {
    "depolarizing": "depolarizing, after each gate on each of its wires", "amplitude_damping": "amplitude damping, after each gate",
    "phase_damping": "phase damping, after each gate", "readout": "readout error, of each measured bit",
}  # fmt: skip
STRENGTHS = (0.0003, 0.001, 0.003, 0.01, 0.03)
SHOTS = (100, 1000, 10_000)
SCALES = (1, 3, 5)
N_SAMPLES = 300
_SHOT_SEED = 1 << 41

Cell = dict[str, float]
Say = Callable[[str], None]


class Point(NamedTuple):
    """One setting of the study. ``kind`` "" is no noise; ``shots`` 0 is exact; ``mitigated``: zero-noise extrapolation."""

    kind: str = ""
    strength: float = 0.0
    shots: int = 0
    mitigated: bool = False

    @property
    def label(self) -> str:
        parts = [f"{self.kind.replace('_', ' ')} {self.strength:g}"] if self.kind else []
        parts += [f"{self.shots} shots"] if self.shots else []
        return (", ".join(parts) or "no noise") + (", extrapolated" if self.mitigated else "")


@dataclass
class Study:
    """What was found. ``rows``: a point and, for each column, the mean over models and seeds with its standard deviation."""

    names: list[str]
    columns: list[dict[str, str]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    beside: dict[str, dict[str, Cell]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    seeds: int = 0
    n_samples: int = 0
    about: str = ""

    @property
    def goal(self) -> str:
        """The column that decides: the classifier test, else mean W1, else the first that was measured."""
        known = [column["key"] for column in self.columns if any(column["key"] in row["values"] for row in self.rows)]
        return next((key for key in ("auc", MEAN) if key in known), known[0] if known else "")

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self) | {"goal": self.goal, "verdict": verdict(self)}


def points(
    kinds: Sequence[str] = tuple(KINDS),
    strengths: Sequence[float] = STRENGTHS,
    shots: Sequence[int] = SHOTS,
    mitigate: bool = False,
) -> list[Point]:
    """No noise first, then each kind at each strength (and again with extrapolation, of noise that comes with gates), then shots.

    Raises ``UserError`` for an unknown kind, a strength that is no probability, and shots below 1.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise UserError(f"There is no noise '{kind}': choose from {', '.join(KINDS)}.")
    for strength in strengths:
        if not 0 < strength <= 1:
            raise UserError(f"The strength of noise is a probability above 0, at most 1; found {strength:g}.")
    if any(number < 1 for number in shots):
        raise UserError(f"Expected 1 shot or more; found {min(shots)}.")
    found = [Point()] + [Point(kind, strength) for kind in kinds for strength in strengths]
    if mitigate:
        found += [Point(kind, strength, 0, True) for kind in kinds if kind != "readout" for strength in strengths]
    return found + [Point(shots=number) for number in shots]


def study(
    models: Mapping[str, Path], asked: Sequence[Point], *, seeds: int = 3, n_samples: int = N_SAMPLES, say: Say | None = None
) -> Study:
    """Judge models (name to file) at each point, each with as many seeds of sampling; all must be of the same settings but the seed.

    Raises ``UserError`` where a model cannot be sampled with noise, with the reason, and ``DataError`` where its data are not here.
    """
    from qdiffgui.runs.reports import model_with_data

    loaded = [model_with_data(path) for path in models.values()]
    for model, _ in loaded:
        offers.check(model.config)
    same = {model.config.model_copy(update={"seed": 0, "name": ""}).digest() for model, _ in loaded}
    if len(same) > 1:
        raise UserError("The models have different settings: a study takes one model, or several that differ in the seed alone.")
    if offers.of_states(loaded[0][0].config):
        from qdiffgui.hardware.states import as_densities

        asked = _of_states(asked)
        loaded = [(model, as_densities(model)) for model, _ in loaded]
    found = Study(list(models), seeds=seeds, n_samples=n_samples, about=offers.how(loaded[0][0].config))
    gathered: dict[str, dict[str, list[float]]] = {}
    begun = time.monotonic()
    for i, reports in enumerate(_reports(list(models.values()), loaded, asked, n_samples, seeds)):
        values: dict[str, list[float]] = {}
        for report in reports:
            _gather(report, values, gathered if i == 0 else None)
            found.columns = report["columns"]
            found.labels |= {row["key"]: row["label"] for row in report["rows"]}
        found.rows.append({**asked[i]._asdict(), "label": asked[i].label, "values": _cells(values)})
        if say is not None:
            left = (time.monotonic() - begun) * (len(asked) - i - 1) / (i + 1)
            words = f"; about {duration(left)} left" if left >= 1 else ""
            say(f"[{(i + 1) / len(asked):4.0%}] {i + 1} of {len(asked)}: {asked[i].label}{words}")
    found.beside = {key: _cells(values) for key, values in gathered.items()}
    return found


def _of_states(asked: Sequence[Point]) -> list[Point]:
    """The points that states can differ at."""
    if any(point.mitigated for point in asked):
        raise UserError(
            "Zero-noise extrapolation is of numbers that are read off, and these samples are states: leave --zne out."
        )
    return [point for point in asked if not point.shots and point.kind != "readout"]


def _reports(
    paths: Sequence[Path], loaded: Sequence[tuple[TrainedModel, Prepared]], asked: Sequence[Point], n_samples: int, seeds: int
) -> Iterator[list[dict[str, Any]]]:
    """The reports of each point, of all models and seeds. A thread for each CPU works on models of its own: circuits leave the
    interpreter free, and their back-ends hold scratch memory that no two may write to."""
    from qdiffgui.model_file import load

    free: queue.SimpleQueue[list[tuple[TrainedModel, Prepared]]] = queue.SimpleQueue()
    n_threads = min(n_cpus(), len(asked) * len(loaded) * seeds)
    for _ in range(n_threads):
        free.put([(load(path), prepared) for path, (_, prepared) in zip(paths, loaded, strict=True)])

    def one(point: Point, k: int, seed: int) -> dict[str, Any]:
        own = free.get()
        try:
            return at(*own[k], point, n_samples, seed)
        finally:
            free.put(own)

    with ThreadPoolExecutor(n_threads) as pool:
        waiting = [[pool.submit(one, point, k, seed) for k in range(len(loaded)) for seed in range(seeds)] for point in asked]
        try:
            for row in waiting:
                yield [future.result() for future in row]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def at(model: TrainedModel, prepared: Prepared, point: Point, n_samples: int, seed: int) -> dict[str, Any]:
    """The report (``evaluation.report``) of a model at one point."""
    import torch

    from qdiffgui import engine
    from qdiffgui.runs.reports import of_sampler

    if offers.of_states(model.config):
        from qdiffgui.hardware.states import report

        return report(model, prepared, {point.kind: point.strength} if point.kind else {}, n_samples, seed)

    def sampler(n: int, label: int | None, start: int) -> Any:
        shots = torch.Generator().manual_seed(start + seed + _SHOT_SEED)
        noise = {point.kind: point.strength} if point.kind else {}
        with (
            torch.no_grad(),
            engine.on_device("", noise, SCALES if point.mitigated else ()),
            engine.finite_shots(point.shots, shots),
        ):
            return model.family.sample(n, label, seed=start).x

    return of_sampler(model, prepared, sampler, n_samples, seed)


def _gather(report: Mapping[str, Any], values: dict[str, list[float]], beside: dict[str, dict[str, list[float]]] | None) -> None:
    """Put the means over classes of the model's figures into ``values``, and those of what stands beside it."""
    for key in dict.fromkeys(row["key"] for row in report["rows"]):
        if key != "model" and beside is None:
            continue
        into = values if key == "model" else beside.setdefault(key, {}) if beside is not None else {}
        for column in report["columns"]:
            cells = [row["values"].get(column["key"]) for row in report["rows"] if row["key"] == key]
            known = [cell["value"] for cell in cells if cell is not None and cell["value"] is not None]
            if known:
                into.setdefault(column["key"], []).append(float(np.mean(known)))


def _cells(values: Mapping[str, Sequence[float]]) -> dict[str, Cell]:
    """Mean and standard deviation over models and seeds."""
    return {
        key: {"value": float(np.mean(v)), "error": float(np.std(v, ddof=1)) if len(v) > 1 else 0.0, "n": len(v)}
        for key, v in values.items()
    }


def verdict(found: Study) -> list[str]:
    """What follows for each kind of noise and for shots, in plain sentences; nothing where nothing was measured."""
    goal = found.goal
    column = next((c for c in found.columns if c["key"] == goal), None)
    exact = found.rows[0]["values"].get(goal) if found.rows else None
    if column is None or exact is None:
        return ["There are too few samples to say anything: raise their number."]
    best = _best_trivial(found, goal, column["better"])
    return [f"By {column['label']}: {sentence}" for sentence in _sentences(found, goal, column["better"], exact, best)]


def _best_trivial(found: Study, goal: str, better: str) -> tuple[str, Cell] | None:
    cell = found.beside.get("floor", {}).get(goal)
    floor = None if cell is None else cell["value"]
    told = ("floor", "bootstrap")  # real samples, which nothing can beat
    known = [(found.labels[key], cells[goal]) for key, cells in found.beside.items() if key not in told and goal in cells]
    return min(known, key=lambda pair: merit(pair[1]["value"], floor, better), default=None)


def _sentences(found: Study, goal: str, better: str, exact: Cell, trivial: tuple[str, Cell] | None) -> Iterator[str]:
    series: dict[tuple[str, bool], list[tuple[float, Cell]]] = {}
    for row in found.rows[1:]:
        if goal in row["values"]:
            key = (row["kind"] or "shots", row["mitigated"])
            series.setdefault(key, []).append((row["strength"] or row["shots"], row["values"][goal]))
    for (kind, mitigated), known in series.items():
        ordered = sorted(known, reverse=kind == "shots")  # from the mildest on
        level = _before(ordered, lambda cell: compare(cell, exact, better) >= 0)
        words = {"shots": "shots"}.get(kind, kind.replace("_", " ")) + (" with extrapolation to no noise" if mitigated else "")
        mildest = ordered[0][0]
        if level is None:
            yield f"{words}: worse than without noise already at {mildest:g}."
        else:
            yield f"{words}: level with no noise {'down' if kind == 'shots' else 'up'} to {level:g}."
        if trivial is not None:
            ahead = _before(ordered, lambda cell: compare(cell, trivial[1], better) > 0)
            name = trivial[0]
            if ahead is None:
                yield f"{words}: at {mildest:g} no better than the trivial generator '{name}'."
            elif ahead != ordered[-1][0]:
                yield f"{words}: better than the trivial generator '{name}' as far as {ahead:g}."


def _before(ordered: Sequence[tuple[float, Cell]], holds: Callable[[Cell], bool]) -> float | None:
    """The last setting, from the first on, up to which ``holds`` is true throughout."""
    last = None
    for at_, cell in ordered:
        if not holds(cell):
            break
        last = at_
    return last
