"""Measured cost along one axis at a time: time of an optimizer step and of sampling, and memory."""

from __future__ import annotations

import contextlib
import math
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
from qdiffgui.experiment.estimate import fastest
from qdiffgui.experiment.prepare import Prepared, build, prepare
from qdiffgui.models.base import DiffusionModel
from qdiffgui.studies.scaling.axes import AXES, AxisPoint, axis_points, nearest_first
from qdiffgui.studies.scaling.fits import Decision, decide
from qdiffgui.studies.scaling.time_budget import TimeBudget

BUDGET = 0.12
"""Seconds of optimizer steps that are timed at each point."""
N_SAMPLES, FEW_SAMPLES = 200, 20
SLOW = 2.0
"""If ``N_SAMPLES`` samples take longer than this (seconds), only ``FEW_SAMPLES`` are drawn."""
SIGMAS = 2.0
LEAST_CHANGE = 0.8  # a smaller change over the measured range is not worth a law
_LEAST = 3

StepCost = tuple[float, float, float, float | None]
"""Seconds of an optimizer step, their error, seconds of 1000 samples, bytes of a step."""


@dataclass(frozen=True)
class Timing:
    """The cost at one point x of an axis.

    Attributes
    ----------
    seconds, error : float
        Time of one optimizer step, of the fastest of three looks, and the spread of these.
    sample_seconds : float
        Time of 1000 samples.
    memory : float or None
        Bytes by which one step raised the peak memory of this process; None if the system does not
        report it (Linux does).
    is_base : bool
        Whether this is the configuration itself.
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
class TimingCurve:
    """Timings along an axis, and their fit; there is no fit of fewer than three points. ``law`` is
    the fit, unless it cannot be true.
    """

    axis: str
    timings: tuple[Timing, ...]
    fit: Decision | None

    @property
    def is_impossible(self) -> bool:
        """Whether the measured time falls although larger values are more work: the machine was
        busy.
        """
        if self.fit is None or self.axis not in AXES or not AXES[self.axis].adds_work:
            return False
        fit = self.fit.chosen
        return fit.slope < -SIGMAS * fit.error and fit.change < LEAST_CHANGE

    @property
    def law(self) -> Decision | None:
        return None if self.is_impossible else self.fit

    def plain(self) -> dict[str, Any]:
        fitted = None if self.fit is None else self.fit.plain()
        return {
            "axis": self.axis,
            "timings": [t.plain() for t in self.timings],
            "fit": fitted,
            "is_impossible": self.is_impossible,
        }


def time_along_axis(
    config: Experiment,
    axis: str,
    *,
    effort: float = 1.0,
    allowance: TimeBudget | None = None,
    known: MeasurementCache | None = None,
) -> TimingCurve | None:
    """Time optimizer steps along an axis, from the configuration outwards.

    CPU seconds; wall-clock seconds for the axis "threads". ``known`` caches what the axes share.
    Returns None if there is no such axis or the time was too short for two points.
    """
    clock = time.perf_counter if axis == "threads" else time.process_time
    allowance, known = allowance or TimeBudget(math.inf), known or MeasurementCache(config)
    timings = []
    for point in nearest_first(axis_points(config, axis)):
        if not allowance.allows(f"{axis} = {point.x:g}"):
            continue
        with allowance.piece(), contextlib.suppress(UserError):  # too wide for the model
            timings.append(
                Timing(
                    point.x, *known.measure(point, clock, BUDGET * effort), is_base=point.is_base
                )
            )
    timings.sort(key=lambda timing: timing.x)
    return None if len(timings) < 2 else TimingCurve(axis, tuple(timings), _fitted(timings))


class MeasurementCache:
    """A cache of what several axes share: the data, and the cost of the configuration itself."""

    def __init__(self, config: Experiment) -> None:
        self.config = config
        self._prepared: Prepared | None = None
        self._own: StepCost | None = None

    def prepared(self, config: Experiment) -> Prepared:
        """The data of a configuration, read once if they equal those of the first; raises
        ``DataError``.
        """
        if _data_of(config) != _data_of(self.config):
            return prepare(config)
        if self._prepared is None:
            self._prepared = prepare(self.config)
        return self._prepared

    def measure(self, point: AxisPoint, clock: Callable[[], float], budget: float) -> StepCost:
        """As ``time_experiment``, but the configuration itself is timed only once."""
        if not point.is_base or clock is not time.process_time:
            return time_experiment(
                point.experiment,
                clock=clock,
                budget=budget,
                prepared=self.prepared(point.experiment),
            )
        if self._own is None:
            self._own = time_experiment(
                point.experiment,
                clock=clock,
                budget=budget,
                prepared=self.prepared(point.experiment),
            )
        return self._own


def _data_of(config: Experiment) -> tuple[Any, ...]:
    """What ``prepare`` depends on."""
    return config.data, config.representation, config.evaluation.test_fraction, config.seed


def _fitted(timings: list[Timing]) -> Decision | None:
    timings = [t for t in timings if t.x > 0]  # a power law has no point at 0 ancillas
    if len(timings) < 3:
        return None
    return decide(
        [t.x for t in timings],
        [t.seconds for t in timings],
        [max(t.error / t.seconds, 0.02) for t in timings],
    )


def time_experiment(
    config: Experiment,
    *,
    clock: Callable[[], float] = time.process_time,
    budget: float = BUDGET,
    prepared: Prepared | None = None,
) -> StepCost:
    """Time a few optimizer steps and sampling, and measure the memory of a step."""
    prepared = prepare(config) if prepared is None else prepared
    model = build(config, prepared)
    model.fit(prepared.train)
    model.step(0)
    with peak_memory() as raised:
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
    return *fastest(spent), _sampling(model, clock), raised()


def _sampling(model: DiffusionModel, clock: Callable[[], float]) -> float:
    """Seconds of 1000 samples, scaled up from fewer."""
    n, took = FEW_SAMPLES, _drawing(model, FEW_SAMPLES, clock)
    if took * N_SAMPLES / n < SLOW:
        n, took = N_SAMPLES, _drawing(model, N_SAMPLES, clock)
    return took * 1000 / n


def _drawing(model: DiffusionModel, n: int, clock: Callable[[], float]) -> float:
    begun = clock()
    model.sample(n, None, seed=0)
    return clock() - begun


@contextlib.contextmanager
def peak_memory() -> Iterator[Callable[[], float | None]]:
    """Measure by how many bytes the block raises the peak memory of this process.

    Gives a function to call after the block; it returns None if the system does not report memory.
    """
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


def circuit_times(
    ansatz: str, n_layers: int, batch: int, widths: tuple[int, ...], *, budget: float = BUDGET
) -> TimingCurve:
    """CPU seconds of a forward and backward pass of the circuit alone, on Haar-random states,
    against qubits.

    Laws are fitted from 6 qubits on, where state vectors dominate the cost and not function calls.
    """
    timings = []
    for n in widths:
        circuit = engine.compile(catalog.ansatze[ansatz].load().trace(n, n_layers))
        generator = torch.Generator().manual_seed(n)
        weights = torch.randn(circuit.program.n_weights, generator=generator).requires_grad_()
        inputs = (
            torch.rand(batch, circuit.program.n_inputs, generator=generator)
            if circuit.program.n_inputs
            else None
        )
        psi = engine.haar_states(batch, n, generator)
        spent: list[float] = []
        begun = time.process_time()
        while len(spent) < _LEAST + 1 or time.process_time() - begun < budget:
            now = time.process_time()
            circuit.state(weights, inputs, psi)[:, 0].abs().square().sum().backward()  # type: ignore[no-untyped-call]
            spent.append(time.process_time() - now)
        timings.append(Timing(n, *fastest(spent[1:]), 0.0, None))
    return TimingCurve("circuit", tuple(timings), _fitted([t for t in timings if t.x >= 6]))
