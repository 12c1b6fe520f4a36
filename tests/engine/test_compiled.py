"""The kernel's disk cache and its compilation in the background."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import qdiffgui
from qdiffgui import engine
from qdiffgui.engine import compiled
from qdiffgui.engine.benchmark import bench
from qdiffgui.engine.layered_circuit import layered_circuit
from qdiffgui.engine.numba_backend import _COMPILED, NumbaBackend

CODE = """
import numba, torch
from qdiffgui import engine
from qdiffgui.engine import compiled
engine.warm_up(background=False)
stats = [compiled.kernel(name).stats for name in ("prepare", "forward", "backward")]
print(sum(sum(each.cache_misses.values()) for each in stats))
"""


def test_a_second_process_loads_the_kernel_from_the_disk():
    engine.warm_up(background=False)
    out = subprocess.run(
        [sys.executable, "-c", CODE],
        check=True,
        capture_output=True,
        text=True,
        env=dict(os.environ),
    )
    assert out.stdout.strip() == "0"


def test_all_kernel_sources_are_in_the_stamp():
    """A file of the engine that defines compiled functions and is missing from SOURCES would leave
    stale code.
    """
    folder = Path(compiled.__file__).parent
    with_kernels = {
        p.name
        for p in folder.glob("*.py")
        if "@jit" in p.read_text() or "@intrinsic" in p.read_text()
    }
    assert with_kernels == set(compiled.SOURCES)


@pytest.mark.slow
def test_a_changed_source_is_compiled_again(tmp_path):
    copy = tmp_path / "qdiffgui"
    shutil.copytree(Path(qdiffgui.__file__).parent, copy)
    source = copy / "engine" / "passes.py"
    source.write_text(source.read_text() + "\n# changed\n")
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    out = subprocess.run(
        [sys.executable, "-c", CODE],
        check=True,
        capture_output=True,
        text=True,
        env=env,
        cwd=tmp_path,
    )
    assert int(out.stdout) > 0


def test_warm_up_runs_in_the_background():
    thread = engine.warm_up()
    assert thread is not None
    thread.join(300)
    assert np.float32 in _COMPILED


def test_small_batches_stay_on_one_thread():
    program = engine.trace(layered_circuit(4, 2), n_qubits=4, n_weights=16)
    assert len(NumbaBackend(program, torch.complex64, 4).split(4)) == 2
    program = engine.trace(layered_circuit(8, 6), n_qubits=8, n_weights=96)
    backend = NumbaBackend(program, torch.complex64, 2)
    assert backend.split(16).tolist() == [0, 16]
    assert backend.split(33).tolist() == [0, 16, 33]
    assert backend.split(66).tolist() == [0, 16, 33, 49, 66]
    assert NumbaBackend(program, torch.complex64, 1).split(66).tolist() == [0, 66]


def test_bench_checks_every_simulator():
    rows = bench(sizes=[(3, 8)], rounds=1)
    assert {row.simulator for row in rows} >= {"engine", "PennyLane default.qubit, torch"}
    assert all(row.correct and row.cpu_ms > 0 for row in rows)
    assert next(row for row in rows if row.simulator == "engine").times_engine == 1
