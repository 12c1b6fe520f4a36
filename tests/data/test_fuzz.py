"""Damaged and senseless data files of every format: one sentence or data, never another error,
never 512 MB of memory or 5 s of CPU.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from qdiffgui.config.data import JetFile
from qdiffgui.data.describe import describe
from qdiffgui.data.files import load_file
from qdiffgui.errors import UserError
from tests.data import files, mutations
from tests.data.test_contract import FILES as SMALL

FILES: dict[str, Callable[[Path], Path]] = SMALL | {
    "cms-images": lambda folder: files.cms(folder / "cms.h5", size=8)
}
_TABLES = ("jagged-parquet", "cms-parquet", "observables-parquet", "observables-csv")
_NO_ARRAYS = ("root", "jetclass", *_TABLES)
"""Their types are not those of arrays."""
CPU_SECONDS, MEMORY = 5.0, 512 << 20
COUNTS = [50, pytest.param(1000, marks=pytest.mark.slow)]


def quickly(max_examples: int) -> settings:
    """Always the same examples, and no search for a smaller one that fails, which takes minutes."""
    return settings(
        max_examples=max_examples,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def read(path: Path) -> None:
    """Every way into a file. Warnings are errors here."""
    begun, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for way in (lambda: describe(path), lambda: load_file(JetFile(path=str(path)))):
        sentence = ""
        try:
            way()
        except UserError as error:
            sentence = str(error)
        assert "\n" not in sentence
    assert time.process_time() - begun < CPU_SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < MEMORY


@pytest.mark.parametrize("n", COUNTS)
@pytest.mark.parametrize("key", list(FILES))
def test_damaged_bytes(key: str, n: int, tmp_path: Path) -> None:
    content = FILES[key](tmp_path).read_bytes()
    damaged = tmp_path / "damaged"

    @quickly(n)
    @given(mutations.BYTES)
    def check(steps: list[mutations.Step]) -> None:
        damaged.write_bytes(mutations.change_bytes(content, steps))
        read(damaged)

    check()


@pytest.mark.parametrize("n", COUNTS)
@pytest.mark.parametrize("key", [key for key in FILES if key not in _NO_ARRAYS])
def test_senseless_arrays(key: str, n: int, tmp_path: Path) -> None:
    source = FILES[key](tmp_path)
    damaged = tmp_path / f"damaged{source.suffix}"
    if source.suffix == ".npz":
        with np.load(source) as found:
            arrays = dict(found)
    else:
        arrays, attributes = mutations.read_hdf5(source)

    @quickly(n)
    @given(mutations.ARRAYS)
    def check(steps: list[mutations.Step]) -> None:
        changed = mutations.change_arrays(arrays, steps)
        if source.suffix == ".npz":
            np.savez(damaged, **changed)
        else:
            mutations.write_hdf5(damaged, changed, attributes)
        read(damaged)

    check()
