"""Small files that unpack to hundreds of megabytes or more: refused in a sentence, or read with
less than 512 MB, by ``check-data`` and by a training.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from qdiffgui.data.describe import describe
from qdiffgui.data.files import FREE_BYTES, MAX_LOADED_BYTES, most_loaded
from qdiffgui.errors import DataError
from tests.data import costly_files, files

MEMORY = 512 << 20
QUICK = ("chunks_across", "csv_long_line", "parquet_text_labels", "uneven_jets")
"""The files of gigabytes that are quickly made and quickly judged."""
_READ = """
import json, re, sys
from pathlib import Path
from qdiffgui.config.data import JetFile
from qdiffgui.data.describe import describe
from qdiffgui.data.files import load_file
from qdiffgui.errors import UserError

def memory(key):
    return 1024 * int(re.search(key + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

for path in sys.argv[1:]:
    found = []
    for way in (describe, lambda path: load_file(JetFile(path=path, n_jets=1_000_000))):
        Path("/proc/self/clear_refs").write_text("5")  # the peak starts at what is used now
        before, sentence = memory("VmRSS"), ""
        try:
            way(path)
        except UserError as error:
            sentence = str(error)
        found.append((memory("VmHWM") - before, sentence))
    print(json.dumps(found))
"""


@pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="peaks of memory are measured on Linux"
)
@pytest.mark.parametrize(
    "made",
    [
        pytest.param(made, id=name, marks=() if name in QUICK else pytest.mark.slow)
        for name, made in costly_files.FILES.items()
    ],
)
def test_memory_is_bounded(made: Callable[[Path], Path], tmp_path: Path) -> None:
    path = made(tmp_path)
    assert path.stat().st_size < 20 << 20
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(path)], capture_output=True, text=True, timeout=300
    )
    assert not done.returncode, done.stderr
    for peak, sentence in json.loads(done.stdout):
        assert peak < MEMORY
        assert "\n" not in sentence
        assert "truncated" not in sentence


def test_small_files_may_not_take_gigabytes() -> None:
    assert most_loaded(10_000) == FREE_BYTES
    assert FREE_BYTES < most_loaded(8 << 20) < MEMORY
    assert most_loaded(10 << 30) == MAX_LOADED_BYTES


def test_offsets_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    offsets = np.append(np.nan, np.arange(40.0))
    path = files.replace_dataset(files.own(tmp_path / "o.h5"), "constituents/offsets", offsets)
    with pytest.raises(DataError, match="offsets"):
        describe(path)


def test_chunks_of_many_rows_are_read_in_any_slices(tmp_path: Path) -> None:
    import h5py

    from qdiffgui.data.formats import guard

    values = np.random.default_rng(0).integers(0, 9, (3000, 40, 50)).astype(np.uint8)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_dataset("x", data=values, chunks=(2500, 40, 50), compression="gzip")
        file.create_dataset("flat", data=values[:, :2, 0], chunks=(3000, 1))
        for name, expected in (("x", values), ("flat", values[:, :2, 0])):
            rows = guard.dataset(file, name, ndim=(2, 3))
            for start, stop in ((0, 10), (2495, 2505), (2990, 3000), (100, 101), (7, 7)):
                np.testing.assert_array_equal(rows[start:stop], expected[start:stop])
            np.testing.assert_array_equal(rows[:], expected)
