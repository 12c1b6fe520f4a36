"""What training costs, measured: seconds of an optimiser step and of sampling, and memory, along one axis at a time."""

from __future__ import annotations

import contextlib
import math
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import torch

from qdiffgui import catalog, engine
from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.experiment.prepare import Prepared, build, prepare
from qdiffgui.models.base import Family
from qdiffgui.scaling.allowance import Allowance
from qdiffgui.scaling.axes import Point, outwards, points
from qdiffgui.scaling.fits import Decision, decide

BUDGET = 0.12
"""Seconds of steps that are timed at each point."""
N_SAMPLES, FEW_SAMPLES = 200, 20
DEAR = 2.0
"""Seconds from which on no more than few samples are drawn."""
_LEAST = 3

Figures = tuple[float, float, float, float | None]
"""Seconds of an optimiser step, their error, seconds of 1000 samples, bytes of a step."""


@dataclass(frozen=True)
class Timing:
    """At x of an axis.

    seconds, error : of one optimiser step, median and its error.     sample_seconds : of 1000 samples.    memory : bytes by which one step
    raised what this process holds at most; None where the system does not tell (it does on Linux).
    """

    x: float
    seconds: float
    error: float
    sample_seconds: float
    memory: float | None
    is_base: bool = False

    def plain(self) -> dict[str, Any]:
        return dict(self.__dict__)


@dataclass(frozen=True)
class Along:
    """Timings along an axis, and what fits them; no fit of fewer than three points."""

    axis: str
    timings: tuple[Timing, ...]
    fit: Decision | None

    def plain(self) -> dict[str, Any]:
        fitted = None if self.fit is None else self.fit.plain()
        return {"axis": self.axis, "timings": [t.plain() for t in self.timings], "fit": fitted}


def along(
    config: Experiment, axis: str, *, effort: float = 1.0, allowance: Allowance | None = None, known: Known | None = None
) -> Along | None:
    """Measure along an axis, from the configuration itself outwards; None where it has no such axis, or too little of it was allowed.
    CPU seconds, and for threads seconds by the clock. ``known`` keeps what axes have in common."""
    clock = time.perf_counter if axis == "threads" else time.process_time
    allowance, known = allowance or Allowance(math.inf), known or Known(config)
    timings = []
    for point in outwards(points(config, axis)):
        if not allowance.allows(f"{axis} = {point.x:g}"):
            continue
        with allowance.piece(), contextlib.suppress(UserError):  # too wide for the family
            timings.append(Timing(point.x, *known.figures(point, clock, BUDGET * effort), is_base=point.is_base))
    timings.sort(key=lambda timing: timing.x)
    return None if len(timings) < 2 else Along(axis, tuple(timings), _fitted(timings))


class Known:
    """What is the same along several axes of a configuration: its data, and its own figures."""

    def __init__(self, config: Experiment) -> None:
        self.config = config
        self._prepared: Prepared | None = None
        self._own: Figures | None = None

    def prepared(self, config: Experiment) -> Prepared:
        """The data of a configuration, read once where they are those of the first; raises ``DataError``."""
        if _data_of(config) != _data_of(self.config):
            return prepare(config)
        if self._prepared is None:
            self._prepared = prepare(self.config)
        return self._prepared

    def figures(self, point: Point, clock: Callable[[], float], budget: float) -> Figures:
        """As ``measure``; those of the configuration itself once."""
        if not point.is_base or clock is not time.process_time:
            return measure(point.experiment, clock=clock, budget=budget, prepared=self.prepared(point.experiment))
        if self._own is None:
            self._own = measure(point.experiment, clock=clock, budget=budget, prepared=self.prepared(point.experiment))
        return self._own


def _data_of(config: Experiment) -> tuple[Any, ...]:
    """What ``prepare`` depends on."""
    return config.data, config.representation, config.evaluation.test_fraction, config.seed


def _fitted(timings: list[Timing]) -> Decision | None:
    timings = [t for t in timings if t.x > 0]  # no ancilla at all is a point, but none of a power law
    if len(timings) < 3:
        return None
    return decide([t.x for t in timings], [t.seconds for t in timings], [max(t.error / t.seconds, 0.02) for t in timings])


def measure(
    config: Experiment,
    *,
    clock: Callable[[], float] = time.process_time,
    budget: float = BUDGET,
    prepared: Prepared | None = None,
) -> Figures:
    """Seconds of a step, their error, seconds of 1000 samples, bytes of a step."""
    prepared = prepare(config) if prepared is None else prepared
    model = build(config, prepared)
    model.fit(prepared.train)
    model.step(0)
    with peak() as raised:
        model.step(min(1, model.n_steps - 1))
    at = 2
    spent: list[float] = []
    begun = clock()
    while len(spent) < _LEAST or clock() - begun < budget:
        now = clock()
        for _ in range(model.cycle):
            model.step(min(at, model.n_steps - 1))
            at += 1
        spent.append((clock() - now) / model.cycle)
    last = model.phases()[-1]
    model.step(last[0])
    error = 1.25 * statistics.stdev(spent) / len(spent) ** 0.5
    return statistics.median(spent), error, _sampling(model, clock), raised()


def _sampling(model: Family, clock: Callable[[], float]) -> float:
    """Seconds of 1000 samples; few are drawn where that is dear."""
    n, took = FEW_SAMPLES, _drawing(model, FEW_SAMPLES, clock)
    if took * N_SAMPLES / n < DEAR:
        n, took = N_SAMPLES, _drawing(model, N_SAMPLES, clock)
    return took * 1000 / n


def _drawing(model: Family, n: int, clock: Callable[[], float]) -> float:
    begun = clock()
    model.sample(n, None, seed=0)
    return clock() - begun


@contextlib.contextmanager
def peak() -> Iterator[Callable[[], float | None]]:
    """A function that says by how many bytes the block raised the most memory held; None where the system does not tell."""
    before = float(psutil.Process().memory_info().rss)
    found: list[float | None] = []
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    try:
        yield lambda: found[0] if found else None
    finally:
        found.append(_most(before))


def _most(before: float) -> float | None:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    kilobytes = next((line.split()[1] for line in lines if line.startswith("VmHWM")), None)
    return None if kilobytes is None else max(float(kilobytes) * 1024 - before, 0.0)


def circuit_times(ansatz: str, n_layers: int, batch: int, widths: tuple[int, ...], *, budget: float = BUDGET) -> Along:
    """CPU seconds of a forward and backward pass of the circuit alone on Haar-random states, against qubits. Laws are fitted
    from 6 qubits on, where the state vectors cost and not the calls."""
    timings = []
    for n in widths:
        circuit = engine.compile(catalog.ansatze[ansatz].load().trace(n, n_layers))
        generator = torch.Generator().manual_seed(n)
        weights = torch.randn(circuit.program.n_weights, generator=generator).requires_grad_()
        inputs = torch.rand(batch, circuit.program.n_inputs, generator=generator) if circuit.program.n_inputs else None
        psi = engine.haar_states(batch, n, generator)
        spent: list[float] = []
        begun = time.process_time()
        while len(spent) < _LEAST + 1 or time.process_time() - begun < budget:
            now = time.process_time()
            circuit.state(weights, inputs, psi)[:, 0].abs().square().sum().backward()  # type: ignore[no-untyped-call]
            spent.append(time.process_time() - now)
        error = 1.25 * statistics.stdev(spent[1:]) / (len(spent) - 1) ** 0.5
        timings.append(Timing(n, statistics.median(spent[1:]), error, 0.0, None))
    return Along("circuit", tuple(timings), _fitted([t for t in timings if t.x >= 6]))
