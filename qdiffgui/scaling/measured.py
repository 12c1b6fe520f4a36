"""What training costs, measured: seconds of an optimiser step and of sampling, and memory, along one axis at a time."""

from __future__ import annotations

import contextlib
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
from qdiffgui.scaling.axes import points
from qdiffgui.scaling.fits import Decision, decide

BUDGET = 0.12
"""Seconds of steps that are timed at each point."""
N_SAMPLES = 200
_LEAST = 3


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


def along(config: Experiment, axis: str, *, effort: float = 1.0) -> Along | None:
    """Measure along an axis; None where the configuration has no such axis. CPU seconds, and for threads seconds by the clock."""
    clock = time.perf_counter if axis == "threads" else time.process_time
    timings = []
    for point in points(config, axis):
        try:
            found = measure(point.experiment, clock=clock, budget=BUDGET * effort)
        except UserError:  # too wide for the family
            continue
        timings.append(Timing(point.x, *found, is_base=point.is_base))
    return None if len(timings) < 2 else Along(axis, tuple(timings), _fitted(timings))


def _fitted(timings: list[Timing]) -> Decision | None:
    if len(timings) < 3:
        return None
    return decide([t.x for t in timings], [t.seconds for t in timings], [max(t.error / t.seconds, 0.02) for t in timings])


def measure(
    config: Experiment,
    *,
    clock: Callable[[], float] = time.process_time,
    budget: float = BUDGET,
    prepared: Prepared | None = None,
) -> tuple[float, float, float, float | None]:
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
    begun = clock()
    model.sample(N_SAMPLES, None, seed=0)
    error = 1.25 * statistics.stdev(spent) / len(spent) ** 0.5
    return statistics.median(spent), error, (clock() - begun) * 1000 / N_SAMPLES, raised()


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
