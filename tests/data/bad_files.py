"""Broken and hostile files, made here: each function makes one in a folder and returns its path."""

from __future__ import annotations

import io
import os
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np

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
    path = files.parquet(folder / "t.parquet", np.ones((20, 3, 5, 5)))
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
        files.replace_dataset(
            path, f"constituents/{name}", np.zeros(int(name == "offsets"), np.uint32)
        )
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
        file.create_dataset(
            "X_jets",
            shape=(GIANT // (125 * 125 * 3 * 4), 125, 125, 3),
            dtype="f4",
            chunks=(8, 125, 125, 3),
        )
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
        file.create_dataset(
            "constituents/offsets", shape=(GIANT // 4,), dtype="u4", chunks=(1 << 20,)
        )
    return path


def giant_chunk_h5(folder: Path) -> Path:
    with h5py.File(folder / "g.h5", "w") as file:
        file.create_dataset(
            "X", shape=(30, 8000, 1000), dtype="f4", chunks=(30, 8000, 1000), compression="gzip"
        )
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
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (n, 100, 4)}
    )
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
    """The directory of the archive promises far more of X than its stream holds; the header agrees
    with the directory.
    """
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
        file.create_dataset(
            "X",
            shape=(40, 16, 16),
            dtype="f4",
            external=[(str(folder / "secret.bin"), 0, 40 * 16 * 16 * 4)],
        )
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
    (folder / "t.txt").write_text("Jets of the last run, to be sent later.\n")
    return folder / "t.txt"


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


def open_bracket(folder: Path) -> Path:
    """A header that is not even Python: numpy's parser raises an error of the tokenizer."""
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (30, 3, 4L), " + b" " * 8 + b"\n"
    content = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + bytes(30 * 3 * 4 * 8)
    with zipfile.ZipFile(folder / "h.npz", "w") as archive:
        archive.writestr("X.npy", content)
        archive.writestr("y.npy", content)
    return folder / "h.npz"


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


def dangling_link(folder: Path) -> Path:
    (folder / "link.h5").symlink_to(folder / "nowhere.h5")
    return folder / "link.h5"


def link_loop(folder: Path) -> Path:
    (folder / "a.h5").symlink_to(folder / "b.h5")
    (folder / "b.h5").symlink_to(folder / "a.h5")
    return folder / "a.h5"
