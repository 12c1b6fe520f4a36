"""The estimate adds up what phases cost; its clock is turned by hand, so that nothing here depends
on the machine.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qdiffgui import catalog
from qdiffgui.config import override
from qdiffgui.experiment.estimate import estimate
from qdiffgui.experiment.prepare import build, prepare


@dataclass
class Clockwork:
    """A model whose steps take what they are told: ``begin + slope * phase`` once in phase p, then
    the cycle's seconds in turn.
    """

    lengths: tuple[int, ...]
    begin: float
    slope: float
    costs: tuple[float, ...]
    now: float = 0.0
    fitted: bool = False
    setup: float = 0.0

    @property
    def cycle(self) -> int:
        return len(self.costs)

    @property
    def n_steps(self) -> int:
        return sum(self.lengths)

    def fit(self, train: object) -> None:
        self.fitted = True

    def setup_seconds(self, clock: object) -> float:
        return self.setup

    def phases(self) -> tuple[range, ...]:
        ends = [sum(self.lengths[:k]) for k in range(len(self.lengths) + 1)]
        return tuple(range(a, b) for a, b in itertools.pairwise(ends))

    def cost(self, i: int) -> float:
        place, phase = next((p, phase) for p, phase in enumerate(self.phases()) if i in phase)
        if i == phase.start:
            return self.begin + self.slope * place
        return self.costs[(i - phase.start - 1) % self.cycle]

    def step(self, i: int) -> None:
        assert self.fitted
        self.now += self.cost(i)


@settings(max_examples=50, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 9), min_size=1, max_size=12).map(
        lambda n: [3 * k + 1 for k in n]
    ),
    begin=st.floats(0, 5),
    slope=st.floats(0, 0.5),
    costs=st.lists(st.floats(0.001, 1), min_size=1, max_size=3),
)
def test_steady_costs_are_added_up_exactly(lengths, begin, slope, costs) -> None:
    lengths = [(n - 1) * len(costs) + 1 for n in lengths]  # whole cycles
    model = Clockwork(tuple(lengths), begin, slope, tuple(costs), setup=0.7)
    truth = 0.7 + sum(model.cost(i) for i in range(model.n_steps))
    found = estimate(model, None, clock=lambda: model.now)
    assert found.seconds == pytest.approx(truth, rel=1e-6)
    assert found.seconds_a_step == pytest.approx(truth / model.n_steps, rel=1e-6)


def test_it_stops_when_the_budget_is_spent() -> None:
    model = Clockwork((10_000,), 0.0, 0.0, (0.01,))
    estimate(model, None, budget=0.2, clock=lambda: model.now)
    assert model.now == pytest.approx(0.2, abs=0.02)


def test_one_step_held_up_changes_nothing() -> None:
    model = Clockwork((1000,), 0.0, 0.0, (0.01,))
    whole = model.step

    def held_up(i: int) -> None:
        whole(i)
        model.now += 1.0 if i == 7 else 0.0

    model.step = held_up
    assert estimate(model, None, budget=2, clock=lambda: model.now).seconds == pytest.approx(
        10, rel=0.01
    )


def test_a_slow_start_of_the_machine_does_not_count() -> None:
    """The first third of the looks at half the speed: the fastest look is the cost."""
    model = Clockwork((10_000,), 0.0, 0.0, (0.01,))
    whole = model.step

    def slow_at_first(i: int) -> None:
        whole(i)
        model.now += 0.01 if model.now < 0.1 else 0.0

    model.step = slow_at_first
    found = estimate(model, None, budget=0.3, clock=lambda: model.now)
    assert found.seconds == pytest.approx(100, rel=0.01)
    assert 1 < found.error < 100


def test_a_busy_machine_changes_nothing_but_is_told() -> None:
    """The wall clock goes three times as fast as the CPU's."""
    model = Clockwork((1000,), 0.0, 0.0, (0.01,))
    found = estimate(model, None, clock=lambda: model.now, wall=lambda: 3 * model.now)
    assert (found.seconds, found.busy) == (pytest.approx(9.99), pytest.approx(3))
    assert found.error == pytest.approx(0.2 * 9.99, rel=0.01)
    threads = estimate(model, None, clock=lambda: model.now, wall=lambda: model.now / 2)
    assert (threads.seconds, threads.busy) == (pytest.approx(9.99 / 2), 1)
    assert threads.error == pytest.approx(0, abs=0.01)


def test_the_clock_counts_cpu_time_and_not_waiting() -> None:
    model = Clockwork((1000,), 0.0, 0.0, (0.0,))
    model.step = lambda i: time.sleep(0.02) if i < 5 else None
    found = estimate(model, None, budget=0.01, wall=time.perf_counter)
    assert found.seconds < 5  # 20 by the wall clock
    assert found.busy > 3


@pytest.mark.parametrize(
    "preset", ["quddpm-cluster-1q", "msquddpm-cluster", "qgan-cluster-2q", "digits-latent"]
)
def test_phases_cover_every_step_once(preset: str) -> None:
    config = override(catalog.presets[preset].load(), ["training.iterations=77"])
    prepared = prepare(config)
    model = build(config, prepared)
    assert [i for phase in model.phases() for i in phase] == list(range(77))
    found = estimate(model, prepared.train, budget=0.02)
    assert found.seconds > 0
    assert found.error >= 0
