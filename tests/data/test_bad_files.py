"""Every bad file gives one clear sentence: no traceback, nothing half-loaded, nothing unpickled,
nothing unpacked without bound.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import h5py
import numpy as np
import pytest

from qdiffgui.config.data import JetFile
from qdiffgui.data.describe import describe
from qdiffgui.data.files import load_file
from qdiffgui.errors import DataError
from tests.data import bad_files as bad
from tests.data import files
from tests.data import wrong_content as wrong

MOST_UNPACKED = 64 << 20
"""Bytes: more than any of these files holds, and far less than some of them declare."""

CASES: list[tuple[Callable[[Path], Path], str]] = [
    (bad.truncated_h5, "truncated"),
    (bad.truncated_npz, "truncated"),
    (bad.truncated_parquet, "truncated"),
    (bad.damaged_chunk, "damaged"),
    (bad.damaged_npz, "damaged"),
    (bad.wrong_keys, "'biases', 'weights'"),
    (bad.wrong_keys_npz, "'weights'"),
    (bad.hostile_names, "red"),
    (bad.wrong_columns, "rapidities"),
    (bad.nan_npz, "NaN in jet 17"),
    (bad.negative_npz, "-5.5 in jet 17"),
    (bad.infinite_label, "infinity"),
    (bad.seventh_class, "found 7"),
    (bad.few_labels, "40 jets"),
    (bad.no_jets, "0 of them"),
    (bad.no_images, "0 of them"),
    (bad.no_own_jets, "0 of them"),
    (bad.empty_jets, "empty"),
    (bad.blank_images, "empty"),
    (bad.object_npz, "never unpickled"),
    (bad.object_labels, "never unpickled"),
    (bad.bare_pickle, "pickle"),
    (bad.text_dtype, "<U4"),
    (bad.text_dtype_h5, "object"),
    (bad.giant_h5, "10.0 GB"),
    (bad.giant_labels_h5, "y"),
    (bad.giant_offsets_h5, "10.0 GB"),
    (bad.giant_chunk_h5, "GB"),
    (bad.giant_header_npz, "10 GB"),
    (bad.zip_bomb, "bomb"),
    (bad.lying_zip, "agree"),
    (bad.external_link, "external link"),
    (bad.external_group, "link"),
    (bad.soft_link, "soft link"),
    (bad.external_storage, "external storage"),
    (bad.virtual_dataset, "virtual"),
    (bad.png, "PNG"),
    (bad.empty_file, "empty"),
    (bad.text, "plain text"),
    (bad.latin_text, "none of these"),
    (bad.signature_only, "truncated"),
    (bad.empty_zip, "found nothing"),
    (bad.not_an_array, "header"),
    (bad.open_bracket, "header"),
    (bad.missing, "there is none"),
    (bad.a_folder, "a folder"),
    (bad.a_pipe, "not a regular file"),
    (bad.null_byte, "there is none"),
    (bad.strange_name, "PNG"),
    (bad.dangling_link, "there is none"),
    (bad.link_loop, "there is none"),
    (wrong.nan_jetnet, "NaN in jet 17"),
    (wrong.negative_jetnet, "-0.1 in jet 17"),
    (wrong.wide_jetnet, "50 in jet 17"),
    (wrong.short_jetnet, "jet_features"),
    (wrong.nan_image, "NaN in image 17"),
    (wrong.negative_image, "-1 in jet 17"),
    (wrong.cms_without_labels, "'y'"),
    (wrong.negative_shower, "-1 in shower 17"),
    (wrong.other_voxels, "369"),
    (wrong.negative_own, "found -1 in jet 0"),
    (wrong.nan_own, "found NaN in jet 0"),
    (wrong.falling_offsets, "offsets"),
    (wrong.unknown_pid, "found 9"),
    (wrong.no_angle_step, "angle_step"),
    (wrong.nan_parquet, "NaN in jet 17"),
    (wrong.flat_parquet, "nested"),
    (wrong.other_parquet, "'colour'"),
    (wrong.empty_parquet, "0 of them"),
]


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Bytes that each read of an HDF5 dataset or of a member of a zip archive has given."""
    sizes: list[int] = []
    read_hdf5, read_zip = h5py.Dataset.__getitem__, zipfile.ZipExtFile.read

    def from_hdf5(dataset: h5py.Dataset, index: object) -> object:
        values = read_hdf5(dataset, index)
        sizes.append(np.asarray(values).nbytes)
        return values

    def from_zip(member: zipfile.ZipExtFile, n: int | None = -1) -> bytes:
        data = read_zip(member, n)
        sizes.append(len(data))
        return data

    monkeypatch.setattr(h5py.Dataset, "__getitem__", from_hdf5)
    monkeypatch.setattr(zipfile.ZipExtFile, "read", from_zip)
    return sizes


@pytest.mark.parametrize(("make", "expected"), CASES, ids=[make.__name__ for make, _ in CASES])
def test_one_clear_sentence(
    tmp_path: Path, make: Callable[[Path], Path], expected: str, unpacked: list[int]
) -> None:
    """The time it takes is measured by ``benchmarks/data.py``."""
    path = make(tmp_path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    messages = []
    unpacked.clear()
    for read in (lambda: describe(path), lambda: load_file(JetFile(path=str(path)))):
        with pytest.raises(DataError) as caught:
            read()
        messages.append(str(caught.value))
    assert sum(unpacked) < MOST_UNPACKED
    assert expected in messages[0]
    for sentence in messages:
        assert 30 < len(sentence) < 420
        assert "\n" not in sentence
        assert sentence.isprintable()
        assert sentence.endswith(".")
        assert "Traceback" not in sentence
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000  # kB
    assert not (Path("/tmp") / f"unpickled-{os.getpid()}").exists()


def test_no_path_at_all() -> None:
    with pytest.raises(DataError, match="choose a file"):
        load_file(JetFile())


def test_outside_the_data_folder(tmp_path: Path) -> None:
    path = files.reduced(tmp_path / "r.h5")
    (tmp_path / "data").mkdir()
    with pytest.raises(DataError, match="leads out"):
        describe(tmp_path / "data" / ".." / "r.h5", inside=tmp_path / "data")
    assert describe(path, inside=tmp_path).n == 40
    link = tmp_path / "data" / "link.h5"
    link.symlink_to(path)
    with pytest.raises(DataError, match="leads out"):
        describe(link, inside=tmp_path / "data")
    assert describe(link).n == 40, "a link that the user names is followed"


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = files.reduced(tmp_path / "r.h5")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(DataError, match="permissions"):
        describe(path)


@pytest.mark.parametrize("make", [files.energyflow, files.reduced, files.own])
def test_damage_anywhere_is_a_sentence_or_harmless(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    """Bytes changed at random: a sentence or data, never another error."""
    path = make(tmp_path / "f.npz")
    content = path.read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(30):
        damaged = bytearray(content)
        for place in rng.integers(0, min(len(content), 4000), 3):
            damaged[place] = rng.integers(256)
        path.write_bytes(damaged)
        with suppress(DataError):
            describe(path)


def test_parquet_metadata_that_end_pyarrow_are_damage(tmp_path: Path) -> None:
    """What its C++ part throws, pyarrow does not catch: the whole process would end."""
    pyarrow = pytest.importorskip("pyarrow")
    pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "t.parquet"
    table = pyarrow.table({"mass": [1.0, 2.0], "pt": [500.0, 510.0], "label": [0, 1]})
    pyarrow.parquet.write_table(table, path)
    content = path.read_bytes()
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    code = (
        "import sys\nfrom pathlib import Path\nfrom qdiffgui.data.describe import describe\n"
        "from qdiffgui.errors import UserError\n"
        "path, footer = Path(sys.argv[1]), int(sys.argv[2])\ncontent = path.read_bytes()\n"
        "said = set()\n"
        "for place in range(footer, footer + 60):\n"
        "    changed = bytearray(content)\n    changed[place] ^= 0x10\n"
        "    path.write_bytes(changed)\n"
        "    try:\n        said.add(describe(path).usable)\n"
        "    except UserError as error:\n        said.add('damaged' in str(error))\n"
        "assert said\n"
    )
    command = [sys.executable, "-c", code, str(path), str(footer)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
