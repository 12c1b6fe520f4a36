"""The costs of the cost model: measured once, stored atomically, never changed; and what they
decide.
"""

from __future__ import annotations

import json
import math

import pytest
import torch

from qdiffgui import engine
from qdiffgui.engine import calibration, cost
from qdiffgui.engine.calibration import Costs
from qdiffgui.engine.layered_circuit import layered_circuit

FOUND = Costs(4.0, 2.0**18, 64.0)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An installation that has measured nothing yet."""
    monkeypatch.setenv("QDIFFGUI_CACHE", str(tmp_path / "cache"))
    calibration._costs.cache_clear()
    yield tmp_path / "cache"
    calibration._costs.cache_clear()


def another_process(monkeypatch, measure=None):
    """What a process started now would use; it must not measure unless it gets a function."""

    def never():
        raise AssertionError("measured a second time")

    monkeypatch.setattr(calibration, "measure", measure or never)
    calibration._costs.cache_clear()
    return calibration.costs()


def test_measured_once_then_read(folder, monkeypatch):
    first = calibration.costs()
    assert all(
        2 * math.log2(value) == pytest.approx(round(2 * math.log2(value))) for value in first
    )
    assert another_process(monkeypatch) == first
    assert [p.name for p in folder.iterdir()] == [calibration.file().name]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"gemm": 2}',
        '{"gemm": 1e99, "overhead": 1e5, "reading": 64}',
        '{"gemm": NaN}',
    ],
)
def test_a_damaged_file_is_measured_again(folder, monkeypatch, content):
    folder.mkdir()
    calibration.file().write_text(content)
    assert another_process(monkeypatch, lambda: FOUND) == FOUND
    assert json.loads(calibration.file().read_text()) == FOUND._asdict()
    assert another_process(monkeypatch) == FOUND


def test_the_process_that_writes_first_decides_for_all(folder, monkeypatch):
    def slow():
        calibration._keep(calibration.file(), FOUND)
        return Costs(1.0, 2.0**16, 32.0)

    assert another_process(monkeypatch, slow) == FOUND
    assert another_process(monkeypatch) == FOUND


def test_without_a_folder_to_write_to_the_typical_costs_hold(folder, monkeypatch):
    folder.write_text("a file where the folder should be")
    assert another_process(monkeypatch, lambda: FOUND) == calibration.TYPICAL


def test_an_upgrade_or_another_cpu_is_measured_anew(folder, monkeypatch):
    before = calibration.file()
    monkeypatch.setattr(torch, "__version__", "99.0")
    assert calibration.file() != before


def test_the_costs_decide(monkeypatch):
    circuit = engine.compile(layered_circuit(4, 8), n_qubits=4, n_weights=64)
    cases = [
        (Costs(2.0, 2.0**19, 64.0), True, True),
        (Costs(2.0, 2.0**19, 2048.0), True, False),
        (Costs(64.0, 2.0**19, 64.0), False, False),
        (Costs(2.0, 2.0**24, 64.0), False, False),
    ]
    for found, for_states, for_values in cases:
        monkeypatch.setattr(cost, "costs", lambda found=found: found)
        assert circuit._backend.by_unitary(2048) is for_states
        assert circuit._backend.by_unitary(2048, reading=True) is for_values
