"""Our own HDF5 files: written whole or not at all, and read with suspicion."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from qdiffgui.data.hdf5 import open_untrusted, read_tree, write_atomically, write_tree
from qdiffgui.errors import DataError


def test_arrays_come_back_with_their_names(tmp_path: Path) -> None:
    arrays = {
        "weights/0/angles": np.arange(6.0).reshape(2, 3),
        "psi": np.array([1 + 2j], np.complex64),
        "n": np.array(3),
        "names": np.array([b"gluon", b"quark"]),
        "none": np.zeros((0, 4), np.float32),
        "rng": np.arange(9, dtype=np.uint8),
    }
    with write_atomically(tmp_path / "a.h5") as file:
        write_tree(file, arrays)
    with open_untrusted(tmp_path / "a.h5") as file:
        found = read_tree(file)
    assert found.keys() == arrays.keys()
    for name, values in arrays.items():
        assert found[name].dtype == values.dtype
        assert np.array_equal(found[name], values)


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    with write_atomically(path) as file:
        file["x"] = 1

    def fail() -> None:
        with write_atomically(path) as file:
            file["x"] = 2
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with h5py.File(path) as file:
        assert file["x"][()] == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.h5"]


def _external_link(file: h5py.File, folder: Path) -> None:
    file["x"] = h5py.ExternalLink(str(folder / "other.h5"), "x")


def _soft_link(file: h5py.File, folder: Path) -> None:
    file["x"] = h5py.SoftLink("/elsewhere")


def _external_storage(file: h5py.File, folder: Path) -> None:
    (folder / "secret").write_bytes(bytes(80))
    file.create_dataset("x", shape=(10,), dtype="f8", external=[(str(folder / "secret"), 0, 80)])


def _virtual(file: h5py.File, folder: Path) -> None:
    layout = h5py.VirtualLayout(shape=(3,), dtype="f4")
    layout[:] = h5py.VirtualSource(str(folder / "other.h5"), "x", shape=(3,))
    file.create_virtual_dataset("x", layout)


def _giant(file: h5py.File, folder: Path) -> None:
    file.create_dataset("deep/x", shape=(10**10,), dtype="u1")


def _text(file: h5py.File, folder: Path) -> None:
    file.create_dataset("x", data=["text"], dtype=h5py.string_dtype())


@pytest.mark.parametrize(
    "put", [_external_link, _soft_link, _external_storage, _virtual, _giant, _text]
)
def test_what_is_no_plain_array_is_refused(
    tmp_path: Path, put: Callable[[h5py.File, Path], None]
) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["x"] = np.ones(3, np.float32)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        put(file, tmp_path)
    with open_untrusted(tmp_path / "a.h5") as file, pytest.raises(DataError, match=r"xpected|GB"):
        read_tree(file)


def test_what_is_no_hdf5_is_told(tmp_path: Path) -> None:
    (tmp_path / "p.h5").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "t.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(20))
    for name, expected in (
        ("p.h5", "another kind"),
        ("t.h5", "truncated"),
        ("none.h5", "nothing"),
        (".", "folder"),
    ):
        with pytest.raises(DataError, match=expected), open_untrusted(tmp_path / name):
            pass


def test_an_object_whose_header_is_damaged_is_told(tmp_path: Path) -> None:
    """h5py calls it a missing key."""
    path = tmp_path / "a.h5"
    with write_atomically(path) as file:
        write_tree(file, {"first": np.arange(3.0), "second": np.arange(4.0)})
    with h5py.File(path) as file:
        at = h5py.h5o.get_info(file["second"].id).addr
    data = bytearray(path.read_bytes())
    data[at] = 0xFF
    path.write_bytes(data)
    with pytest.raises(DataError, match="truncated or damaged"), open_untrusted(path) as file:
        read_tree(file)


def test_a_disk_that_fills_up_ends_in_an_error_and_not_the_process(tmp_path: Path) -> None:
    """In a process of its own: libhdf5 used to end it with a segmentation fault."""
    write_old = "with write_atomically(path) as file: file['x'] = 1"
    code = f"""
import resource
from pathlib import Path
import numpy as np
from qdiffgui.data.hdf5 import write_atomically
path = Path({str(tmp_path / "a.h5")!r})
{write_old}
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
try:
    with write_atomically(path) as file:
        for i in range(3):
            numbers = np.random.default_rng(i).random(2000)
            file.create_dataset(f"{{i}}", data=numbers, compression="gzip")
except OSError as error:
    print(error.strerror)
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout.strip(), ended.stderr) == (0, "File too large", "")
    with open_untrusted(tmp_path / "a.h5") as file:
        assert file["x"][()] == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.h5"]
