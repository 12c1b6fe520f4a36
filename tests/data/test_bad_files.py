"""Every bad file gives one clear sentence: no traceback, nothing half-loaded, nothing unpickled, nothing unpacked without bound."""

from __future__ import annotations

import io
import os
import pickle
import resource
import struct
import time
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
from tests.data import files

GIANT = 10 * 10**9


def truncated_h5(folder: Path) -> Path:
    path = files.cms(folder / "t.h5")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def truncated_npz(folder: Path) -> Path:
    path = files.energyflow(folder / "t.npz")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def truncated_parquet(folder: Path) -> Path:
    path = parquet(folder / "t.parquet", np.ones((20, 3, 5, 5)))
    path.write_bytes(path.read_bytes()[:-100])
    return path


def damaged_chunk(folder: Path) -> Path:
    """Compressed data overwritten with zeros, the structure of the file left whole."""
    path = folder / "d.h5"
    with h5py.File(path, "w") as file:
        pixels = np.random.default_rng(0).random((40, 16, 16)).astype(np.float32)
        data = file.create_dataset("X", data=pixels, chunks=(40, 16, 16), compression="gzip")
        file["y"] = np.arange(40) % 2
        place, size = data.id.get_chunk_info(0).byte_offset, data.id.get_chunk_info(0).size
    with path.open("r+b") as stream:
        stream.seek(place)
        stream.write(b"\0" * size)
    return path


def damaged_npz(folder: Path) -> Path:
    path = files.energyflow(folder / "d.npz")
    content = bytearray(path.read_bytes())
    content[500:700] = bytes(200)
    path.write_bytes(content)
    return path


def wrong_keys(folder: Path) -> Path:
    files.write(folder / "w.h5", weights=np.ones(3), biases=np.ones(3))
    return folder / "w.h5"


def wrong_keys_npz(folder: Path) -> Path:
    np.savez(folder / "w.npz", weights=np.ones(3))
    return folder / "w.npz"


def hostile_names(folder: Path) -> Path:
    with h5py.File(folder / "w.h5", "w") as file:
        file[b"\xff\xfe\x1b[31mred"] = np.ones(3)
    return folder / "w.h5"


def wrong_columns(folder: Path) -> Path:
    """Azimuth and pT swapped: rapidities of 100."""
    x = np.ones((40, 3, 4))
    x[:, :, 1] = 100
    return files.energyflow(folder / "c.npz", X=x)


def nan_npz(folder: Path) -> Path:
    x = np.ones((40, 3, 4))
    x[17, 1, 0] = np.nan
    return files.energyflow(folder / "n.npz", X=x)


def negative_npz(folder: Path) -> Path:
    x = np.ones((40, 3, 4))
    x[17, 1, 0] = -5.5
    return files.energyflow(folder / "n.npz", X=x)


def infinite_label(folder: Path) -> Path:
    return files.energyflow(folder / "n.npz", y=np.full(40, np.inf))


def seventh_class(folder: Path) -> Path:
    return files.energyflow(folder / "n.npz", y=np.full(40, 7.0))


def few_labels(folder: Path) -> Path:
    return files.energyflow(folder / "n.npz", y=np.zeros(39))


def no_jets(folder: Path) -> Path:
    return files.energyflow(folder / "z.npz", X=np.zeros((0, 8, 4)), y=np.zeros(0))


def no_images(folder: Path) -> Path:
    files.write(folder / "z.h5", X=np.zeros((0, 16, 16), np.float32), y=np.zeros(0))
    return folder / "z.h5"


def no_own_jets(folder: Path) -> Path:
    path = files.own(folder / "z.h5")
    for name in ("offsets", "pt", "drap", "dphi", "pid"):
        files.replace_dataset(path, f"constituents/{name}", np.zeros(int(name == "offsets"), np.uint32))
    return path


def empty_jets(folder: Path) -> Path:
    return files.energyflow(folder / "e.npz", X=np.zeros((40, 8, 4)))


def blank_images(folder: Path) -> Path:
    files.write(folder / "e.h5", X=np.zeros((40, 16, 16), np.float32), y=np.arange(40) % 2)
    return folder / "e.h5"


class Boom:
    """Unpickled, it would leave a file behind."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return os.mkdir, (str(Path("/tmp") / f"unpickled-{os.getpid()}"),)


def object_npz(folder: Path) -> Path:
    np.savez(folder / "o.npz", X=np.array([Boom()] * 30, dtype=object), y=np.zeros(30))
    return folder / "o.npz"


def object_labels(folder: Path) -> Path:
    np.savez(folder / "o.npz", X=np.ones((30, 3, 4)), y=np.array([Boom()] * 30, dtype=object))
    return folder / "o.npz"


def bare_pickle(folder: Path) -> Path:
    (folder / "p.npz").write_bytes(pickle.dumps(Boom()))
    return folder / "p.npz"


def text_dtype(folder: Path) -> Path:
    np.savez(folder / "s.npz", X=np.full((30, 3, 4), "much"), y=np.zeros(30))
    return folder / "s.npz"


def text_dtype_h5(folder: Path) -> Path:
    with h5py.File(folder / "s.h5", "w") as file:
        file.create_dataset("X", data=[["a"] * 4] * 4, dtype=h5py.string_dtype())
        file["y"] = np.zeros(4)
    return folder / "s.h5"


def giant_h5(folder: Path) -> Path:
    """10 GB declared, nothing stored."""
    with h5py.File(folder / "g.h5", "w") as file:
        file.create_dataset("X_jets", shape=(GIANT // (125 * 125 * 3 * 4), 125, 125, 3), dtype="f4", chunks=(8, 125, 125, 3))
        file["y"] = np.zeros(GIANT // (125 * 125 * 3 * 4), np.float32)
    return folder / "g.h5"


def giant_labels_h5(folder: Path) -> Path:
    path = files.reduced(folder / "g.h5")
    with h5py.File(path, "r+") as file:
        del file["y"]
        file.create_dataset("y", shape=(GIANT // 8,), dtype="f8")
    return path


def giant_offsets_h5(folder: Path) -> Path:
    path = files.own(folder / "g.h5")
    with h5py.File(path, "r+") as file:
        del file["constituents/offsets"]
        file.create_dataset("constituents/offsets", shape=(GIANT // 4,), dtype="u4", chunks=(1 << 20,))
    return path


def giant_chunk_h5(folder: Path) -> Path:
    with h5py.File(folder / "g.h5", "w") as file:
        file.create_dataset("X", shape=(30, 8000, 1000), dtype="f4", chunks=(30, 8000, 1000), compression="gzip")
        file["y"] = np.zeros(30)
    return folder / "g.h5"


def giant_header_npz(folder: Path) -> Path:
    """The header of X says 10 GB, and 96 bytes follow."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (GIANT // (8 * 100 * 4), 100, 4)}
    )
    with zipfile.ZipFile(folder / "g.npz", "w") as archive:
        archive.writestr("X.npy", header.getvalue() + bytes(96))
        labels = io.BytesIO()
        np.save(labels, np.zeros(30))
        archive.writestr("y.npy", labels.getvalue())
    return folder / "g.npz"


def zip_bomb(folder: Path) -> Path:
    """160 MB of zeros in 160 kB; header, archive and content agree."""
    n = 160_000_000 // (8 * 100 * 4)
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (n, 100, 4)})
    with zipfile.ZipFile(folder / "b.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        with archive.open("X.npy", "w") as stream:
            stream.write(header.getvalue())
            for _ in range(160):
                stream.write(bytes(1_000_000))
        labels = io.BytesIO()
        np.save(labels, np.zeros(n))
        archive.writestr("y.npy", labels.getvalue())
    return folder / "b.npz"


def lying_zip(folder: Path) -> Path:
    """The directory of the archive promises far more of X than its stream holds; the header agrees with the directory."""
    path = files.energyflow(folder / "l.npz")
    content = bytearray(path.read_bytes())
    entry = content.index(b"PK\x01\x02")
    size = struct.unpack_from("<I", content, entry + 24)[0]
    struct.pack_into("<I", content, entry + 24, size + 8 * 4 * 8)
    path.write_bytes(content)
    return path


def external_link(folder: Path) -> Path:
    files.reduced(folder / "target.h5")
    with h5py.File(folder / "e.h5", "w") as file:
        file["X"] = h5py.ExternalLink("target.h5", "X")
        file["y"] = np.zeros(40)
    return folder / "e.h5"


def external_group(folder: Path) -> Path:
    files.own(folder / "target.h5")
    with h5py.File(folder / "e.h5", "w") as file:
        file["constituents"] = h5py.ExternalLink("target.h5", "constituents")
    return folder / "e.h5"


def soft_link(folder: Path) -> Path:
    path = files.reduced(folder / "s.h5")
    with h5py.File(path, "r+") as file:
        file["inner"] = file["X"]
        del file["X"]
        file["X"] = h5py.SoftLink("/inner")
    return path


def external_storage(folder: Path) -> Path:
    (folder / "secret.bin").write_bytes(os.urandom(40 * 16 * 16 * 4))
    with h5py.File(folder / "x.h5", "w") as file:
        file.create_dataset("X", shape=(40, 16, 16), dtype="f4", external=[(str(folder / "secret.bin"), 0, 40 * 16 * 16 * 4)])
        file["y"] = np.zeros(40)
    return folder / "x.h5"


def virtual_dataset(folder: Path) -> Path:
    files.reduced(folder / "target.h5")
    layout = h5py.VirtualLayout(shape=(40, 16, 16), dtype="f4")
    layout[:] = h5py.VirtualSource(str(folder / "target.h5"), "X", shape=(40, 16, 16))
    with h5py.File(folder / "v.h5", "w") as file:
        file.create_virtual_dataset("X", layout)
        file["y"] = np.zeros(40)
    return folder / "v.h5"


def png(folder: Path) -> Path:
    (folder / "p.h5").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    return folder / "p.h5"


def empty_file(folder: Path) -> Path:
    (folder / "e.h5").touch()
    return folder / "e.h5"


def text(folder: Path) -> Path:
    (folder / "t.csv").write_text("pt,eta,phi\n1,2,3\n")
    return folder / "t.csv"


def latin_text(folder: Path) -> Path:
    (folder / "t.txt").write_bytes("Größe;Masse\n".encode("latin-1"))
    return folder / "t.txt"


def signature_only(folder: Path) -> Path:
    (folder / "s.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(200))
    return folder / "s.h5"


def empty_zip(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "z.npz", "w"):
        pass
    return folder / "z.npz"


def not_an_array(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "z.npz", "w") as archive:
        archive.writestr("X.npy", b"nothing of the kind")
        archive.writestr("y.npy", b"nor this")
    return folder / "z.npz"


def missing(folder: Path) -> Path:
    return folder / "nowhere.h5"


def a_folder(folder: Path) -> Path:
    return folder


def a_pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.h5")
    return folder / "pipe.h5"


def null_byte(folder: Path) -> Path:
    return folder / "a\0b.h5"


def strange_name(folder: Path) -> Path:
    path = Path(os.fsdecode(os.fsencode(folder) + b"/\xff\x1b[2J.h5"))
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    return path


def link_out(folder: Path) -> Path:
    (folder / "inside").mkdir()
    files.reduced(folder / "outside.h5")
    (folder / "inside" / "link.h5").symlink_to(folder / "outside.h5")
    return folder / "inside" / "link.h5"


def dangling_link(folder: Path) -> Path:
    (folder / "link.h5").symlink_to(folder / "nowhere.h5")
    return folder / "link.h5"


def link_loop(folder: Path) -> Path:
    (folder / "a.h5").symlink_to(folder / "b.h5")
    (folder / "b.h5").symlink_to(folder / "a.h5")
    return folder / "a.h5"


def nan_jetnet(folder: Path) -> Path:
    return files.change(files.jetnet(folder / "g.hdf5"), "particle_features", (17, 3, 2), np.nan)


def negative_jetnet(folder: Path) -> Path:
    return files.change(files.jetnet(folder / "g.hdf5"), "particle_features", (17, 3, 2), -0.1)


def wide_jetnet(folder: Path) -> Path:
    return files.change(files.jetnet(folder / "g.hdf5"), "particle_features", (17, 3, 0), 50)


def short_jetnet(folder: Path) -> Path:
    return files.replace_dataset(files.jetnet(folder / "g.hdf5"), "jet_features", np.ones((39, 4)))


def nan_image(folder: Path) -> Path:
    return files.change(files.reduced(folder / "r.h5"), "X", (17, 3, 2), np.nan)


def negative_image(folder: Path) -> Path:
    return files.change(files.cms(folder / "r.h5"), "X_jets", (17, 3, 2, 0), -1)


def cms_without_labels(folder: Path) -> Path:
    files.write(folder / "r.h5", X_jets=np.ones((20, 5, 5, 3)))
    return folder / "r.h5"


def negative_shower(folder: Path) -> Path:
    return files.change(files.calo(folder / "c.h5", 368), "showers", (17, 3), -1)


def other_voxels(folder: Path) -> Path:
    return files.calo(folder / "c.h5", 369)


def negative_own(folder: Path) -> Path:
    return files.change(files.own(folder / "o.h5"), "constituents/pt", (3,), -1)


def nan_own(folder: Path) -> Path:
    return files.change(files.own(folder / "o.h5"), "constituents/pt", (3,), np.nan)


def falling_offsets(folder: Path) -> Path:
    return files.change(files.own(folder / "o.h5"), "constituents/offsets", (5,), 1)


def unknown_pid(folder: Path) -> Path:
    return files.change(files.own(folder / "o.h5"), "constituents/pid", (5,), 9)


def no_angle_step(folder: Path) -> Path:
    path = files.own(folder / "o.h5")
    with h5py.File(path, "r+") as file:
        file["constituents"].attrs["angle_step"] = "a lot"
    return path


def parquet(path: Path, images: np.ndarray, **columns: object) -> Path:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table = pa.table({"X_jets": pa.array(images.tolist()), "y": pa.array(np.arange(len(images)) % 2.0), **columns})
    pq.write_table(table, path)
    return path


def nan_parquet(folder: Path) -> Path:
    images = np.ones((20, 3, 5, 5))
    images[17, 0, 0, 0] = np.nan
    return parquet(folder / "n.parquet", images)


def flat_parquet(folder: Path) -> Path:
    return parquet(folder / "f.parquet", np.ones((20, 75)))


def other_parquet(folder: Path) -> Path:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    pq.write_table(pa.table({"colour": ["red"]}), folder / "o.parquet")
    return folder / "o.parquet"


def empty_parquet(folder: Path) -> Path:
    return parquet(folder / "e.parquet", np.ones((20, 3, 5, 5))[:0])


CASES: list[tuple[Callable[[Path], Path], str]] = [
    (truncated_h5, "truncated"), (truncated_npz, "truncated"), (truncated_parquet, "truncated"), (damaged_chunk, "damaged"),
    (damaged_npz, "damaged"), (wrong_keys, "'biases', 'weights'"), (wrong_keys_npz, "'weights'"), (hostile_names, "red"),
    (wrong_columns, "rapidities"), (nan_npz, "NaN in jet 17"), (negative_npz, "-5.5 in jet 17"), (infinite_label, "infinity"),
    (seventh_class, "found 7"), (few_labels, "40 jets"), (no_jets, "0 of them"), (no_images, "0 of them"), (no_own_jets, "0 of them"),
    (empty_jets, "empty"), (blank_images, "empty"), (object_npz, "never unpickled"), (object_labels, "never unpickled"),
    (bare_pickle, "pickle"), (text_dtype, "<U4"), (text_dtype_h5, "object"), (giant_h5, "10.0 GB"), (giant_labels_h5, "y"),
    (giant_offsets_h5, "10.0 GB"), (giant_chunk_h5, "GB"), (giant_header_npz, "10 GB"), (zip_bomb, "bomb"), (lying_zip, "agree"),
    (external_link, "external link"), (external_group, "link"), (soft_link, "soft link"), (external_storage, "external storage"),
    (virtual_dataset, "virtual"), (png, "PNG"), (empty_file, "empty"), (text, "plain text"), (latin_text, "none of these"),
    (signature_only, "truncated"), (empty_zip, "found nothing"), (not_an_array, "header"), (missing, "there is none"),
    (a_folder, "a folder"), (a_pipe, "not a regular file"), (null_byte, "there is none"), (strange_name, "PNG"),
    (link_out, "leads out"), (dangling_link, "there is none"), (link_loop, "there is none"), (nan_jetnet, "NaN in jet 17"),
    (negative_jetnet, "-0.1 in jet 17"), (wide_jetnet, "50 in jet 17"), (short_jetnet, "jet_features"),
    (nan_image, "NaN in image 17"), (negative_image, "-1 in jet 17"), (cms_without_labels, "'y'"),
    (negative_shower, "-1 in shower 17"), (other_voxels, "369"), (negative_own, "found -1 in jet 0"), (nan_own, "found NaN in jet 0"),
    (falling_offsets, "offsets"), (unknown_pid, "found 9"), (no_angle_step, "angle_step"), (nan_parquet, "NaN in jet 17"),
    (flat_parquet, "nested"), (other_parquet, "'colour'"), (empty_parquet, "0 of them"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "expected"), CASES, ids=[make.__name__ for make, _ in CASES])
def test_one_clear_sentence(tmp_path: Path, make: Callable[[Path], Path], expected: str) -> None:
    path = make(tmp_path)
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    told = []
    for look in (lambda: describe(path), lambda: load_file(JetFile(path=str(path)))):
        with pytest.raises(DataError) as caught:
            look()
        told.append(str(caught.value))
    assert expected in told[0]
    for sentence in told:
        assert 30 < len(sentence) < 420
        assert "\n" not in sentence
        assert sentence.isprintable()
        assert sentence.endswith(".")
        assert "Traceback" not in sentence
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000  # kB
    assert time.perf_counter() - start < 10
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


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = files.reduced(tmp_path / "r.h5")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(DataError, match="permissions"):
        describe(path)


@pytest.mark.parametrize("make", [files.energyflow, files.reduced, files.own])
def test_damage_anywhere_is_a_sentence_or_harmless(tmp_path: Path, make: Callable[[Path], Path]) -> None:
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
