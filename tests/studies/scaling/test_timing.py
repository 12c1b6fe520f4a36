from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

from qdiffgui import catalog
from qdiffgui.config import override
from qdiffgui.studies.scaling.fits import decide
from qdiffgui.studies.scaling.timing import (
    Timing,
    TimingCurve,
    circuit_times,
    time_along_axis,
    time_experiment,
)
from qdiffgui.studies.scaling.verdict import _time


def test_every_point_has_its_figures() -> None:
    found = time_along_axis(catalog.presets["quddpm-cluster-1q"].load(), "B", effort=0.05)
    assert found is not None
    assert [t.x for t in found.timings] == [16, 32, 64, 128, 256]
    assert [t.is_base for t in found.timings] == [False, False, True, False, False]
    assert all(t.seconds > 0 and t.error >= 0 and t.sample_seconds > 0 for t in found.timings)
    assert found.fit is not None
    assert found.plain()["fit"]["power"]["slope"] == found.fit.power.slope


def test_an_axis_that_is_not_there_gives_nothing() -> None:
    assert time_along_axis(catalog.presets["quddpm-circle"].load(), "n") is None
    assert time_along_axis(catalog.presets["quddpm-circle"].load(), "P") is None


def test_an_axis_that_begins_at_zero_is_fitted_from_one_on() -> None:
    """QD3PM has no ancillas by default."""
    config = override(
        catalog.presets["jets-bits-qd3pm"].load(),
        ["data.n_jets=1000", "model.n_bits=4", "model.n_layers=1"],
    )
    found = time_along_axis(config, "a", effort=0.01)
    assert found is not None
    assert found.timings[0].x == 0
    assert found.fit is None or found.fit.power.lowest == 1


def test_a_classical_model_is_measured_as_well() -> None:
    config = override(catalog.presets["digits-dense"].load(), ["data.digits=[0]"])
    seconds, _, samples, _ = time_experiment(config, budget=0.01)
    assert min(seconds, samples) > 0


def test_a_time_that_falls_with_more_work_gives_no_law() -> None:
    def curve(axis: str, seconds: list[float]) -> TimingCurve:
        x = [1.0, 2.0, 4.0, 8.0]
        timings = tuple(Timing(n, s, 0.02 * s, 0.1, None) for n, s in zip(x, seconds))
        return TimingCurve(axis, timings, decide(x, seconds, [0.02] * 4))

    fallen, grown = [8.0, 6.0, 4.5, 3.4], [1.0, 2.0, 4.0, 8.0]
    for axis in ("L", "n", "P", "B", "a"):
        assert curve(axis, fallen).is_impossible
        assert curve(axis, fallen).law is None
        assert curve(axis, grown).law is not None
    assert not curve("T", fallen).is_impossible  # each step may be less work
    study = SimpleNamespace(timings=[curve("L", fallen)], circuit=None)
    (sentence,) = _time(study)
    assert sentence.startswith("No law is given for the time of an optimizer step versus layers")
    study.timings = [curve("T", fallen)]
    assert "falls with diffusion steps as T^(-0.4" in next(_time(study))
    study.timings = [curve("L", grown)]
    assert "grows with layers as L^(1.0" in next(_time(study))


HOLD = """
import numpy as np
from qdiffgui.studies.scaling.timing import peak_memory
with peak_memory() as raised:
    held = np.ones(40_000_000, dtype=np.uint8)
    del held
print(raised())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the most memory held")
def test_the_most_memory_held_is_seen_after_it_is_gone() -> None:
    """In a process of its own: in a large old one the system takes back pages meanwhile."""
    said = subprocess.run(
        [sys.executable, "-c", HOLD], capture_output=True, text=True, check=True
    ).stdout
    assert 30e6 < float(said) < 80e6


def test_the_circuit_alone_is_fitted_from_six_qubits_on() -> None:
    found = circuit_times("hardware-efficient", 2, 8, (2, 6, 7, 8), budget=0.01)
    assert [t.x for t in found.timings] == [2, 6, 7, 8]
    assert found.fit is not None
    assert (found.fit.exponential.lowest, found.fit.exponential.highest) == (6, 8)
