"""Small files, made here, that unpack to hundreds of megabytes or gigabytes: each function makes
one in a folder and returns its path. All of them declare less than the limits of single arrays.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

MB = 1 << 20


def _packed(file: h5py.File, name: str, shape: tuple[int, ...], dtype: str, rows: int) -> None:
    """An array of ones in chunks of that many rows, each of which is compressed only once."""
    chunk = (rows, *shape[1:])
    made = file.create_dataset(name, shape, dtype, chunks=chunk, compression="gzip")
    made[:rows] = np.ones(chunk, dtype)
    _, packed = made.id.read_direct_chunk((0,) * len(shape))
    for start in range(rows, shape[0], rows):
        made.id.write_direct_chunk((start,) + (0,) * (len(shape) - 1), packed)


def images_in_large_chunks(folder: Path) -> Path:
    """250 MB of bytes in two chunks."""
    path = folder / "images.h5"
    with h5py.File(path, "w") as file:
        _packed(file, "X", (1_000_000, 16, 16), "u1", 500_000)
        _packed(file, "y", (1_000_000,), "u1", 1_000_000)
    return path


def many_images(folder: Path) -> Path:
    """2 GB of bytes, 8 MB of them stored."""
    path = folder / "many.h5"
    with h5py.File(path, "w") as file:
        pixels = file.create_dataset("X", (8_000_000, 16, 16), "u1", chunks=(8000, 16, 16),
                                     compression="gzip")  # fmt: skip
        block = np.ones((8000, 16, 16), np.uint8)
        block[:40] = np.random.default_rng(0).integers(1, 255, (40, 16, 16))
        pixels[:8000] = block
        _, packed = pixels.id.read_direct_chunk((0, 0, 0))
        assert len(packed) * 250 > block.nbytes
        for start in range(8000, 8_000_000, 8000):
            pixels.id.write_direct_chunk((start, 0, 0), packed)
        _packed(file, "y", (8_000_000,), "u1", 1_000_000)
    return path


def cms_in_large_chunks(folder: Path) -> Path:
    path = folder / "cms.h5"
    with h5py.File(path, "w") as file:
        _packed(file, "X_jets", (5000, 125, 125, 3), "u1", 2500)
        _packed(file, "y", (5000,), "f8", 5000)
    return path


def jetnet_in_large_chunks(folder: Path) -> Path:
    path = folder / "g.hdf5"
    with h5py.File(path, "w") as file:
        _packed(file, "particle_features", (1_000_000, 30, 4), "f2", 500_000)
        _packed(file, "jet_features", (1_000_000, 4), "f4", 1_000_000)
    return path


def showers_in_large_chunks(folder: Path) -> Path:
    path = folder / "calo.h5"
    with h5py.File(path, "w") as file:
        _packed(file, "showers", (6000, 40500), "u1", 3000)
        _packed(file, "incident_energies", (6000, 1), "f8", 6000)
    return path


def chunks_across(folder: Path) -> Path:
    """Small chunks, each with one pixel of all images: no image can be read without all of them."""
    path = folder / "across.h5"
    with h5py.File(path, "w") as file:
        made = file.create_dataset("X", (1_000_000, 16, 100), "u1", chunks=(1_000_000, 1, 1),
                                   compression="gzip")  # fmt: skip
        block = np.random.default_rng(0).integers(1, 3, (1_000_000, 1, 1)).astype(np.uint8)
        block[16_000:] = 1
        made[:, :1, :1] = block
        _, packed = made.id.read_direct_chunk((0, 0, 0))
        for row in range(16):
            for column in range(100):
                made.id.write_direct_chunk((0, row, column), packed)
        file["y"] = (np.arange(1_000_000) % 2).astype(np.uint8)
    return path


def many_labels(folder: Path) -> Path:
    """Ten million images of one pixel."""
    path = folder / "labels.h5"
    with h5py.File(path, "w") as file:
        _packed(file, "X", (9_900_000, 1, 1), "u1", 100_000)
        made = file.create_dataset("y", (9_900_000,), "f8", chunks=(100_000,), compression="gzip")
        made[:100_000] = np.random.default_rng(0).integers(0, 2, 100_000)
        _, packed = made.id.read_direct_chunk((0,))
        for start in range(100_000, 9_900_000, 100_000):
            made.id.write_direct_chunk((start,), packed)
    return path


def label_columns(folder: Path) -> Path:
    """Labels with two columns of 8 bytes, for eight million images."""
    path = folder / "columns.h5"
    with h5py.File(path, "w") as file:
        _packed(file, "X", (8_000_000, 1, 1), "u1", 1_000_000)
        block = np.zeros((1_000_000, 2))
        block[:, 1] = 1
        made = file.create_dataset("y", (8_000_000, 2), "f8", chunks=block.shape,
                                   compression="gzip")  # fmt: skip
        made[:1_000_000] = block
        _, packed = made.id.read_direct_chunk((0, 0))
        for start in range(1_000_000, 8_000_000, 1_000_000):
            made.id.write_direct_chunk((start, 0), packed)
    return path


def text_labels(folder: Path) -> Path:
    path = folder / "text.h5"
    with h5py.File(path, "w") as file:
        _packed(file, "X", (3_000_000, 1, 1), "u1", 1_000_000)
        made = file.create_dataset("y", (3_000_000,), "S64", chunks=(1000,), compression="gzip")
        made[:1000] = np.full(1000, b"gluon", "S64")
        _, packed = made.id.read_direct_chunk((0,))
        for start in range(1000, 3_000_000, 1000):
            made.id.write_direct_chunk((start,), packed)
    return path


def uneven_jets(folder: Path) -> Path:
    """Jets with one particle each, but for the first, each of which has a million."""
    path = folder / "uneven.h5"
    n, n_large, large = 100_000, 60, 1_000_000
    counts = np.ones(n, np.int64)
    counts[:n_large] = large
    total = int(counts.sum())
    rows = 1 << 20
    total = -(-total // rows) * rows
    counts[-1] += total - int(counts.sum())
    with h5py.File(path, "w") as file:
        group = file.create_group("constituents")
        file.create_dataset("constituents/offsets", data=np.concatenate([[0], np.cumsum(counts)]),
                            compression="gzip")  # fmt: skip
        for name, dtype in (("pt", "f2"), ("eta", "f2"), ("phi", "f2")):
            _packed(file, f"constituents/{name}", (total,), dtype, rows)
        group.attrs["made"] = 1
    return path


def npz_of_bytes(folder: Path) -> Path:
    """120 MB of bytes, each of which becomes a number of 8 bytes."""
    return _npz(folder, X=((300_000, 100, 4), "|u1", False), y=((300_000,), "|u1", False))


def npz_in_fortran_order(folder: Path) -> Path:
    return _npz(folder, X=((300_000, 100, 4), "|u1", True), y=((300_000,), "|u1", False))


def npz_text_labels(folder: Path) -> Path:
    return _npz(folder, X=((30_000, 4, 4), "|u1", False), y=((30_000,), "<U1000", False))


def _npz(folder: Path, **arrays: tuple[tuple[int, ...], str, bool]) -> Path:
    path = folder / "b.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (shape, kind, fortran) in arrays.items():
            header = io.BytesIO()
            np.lib.format.write_array_header_1_0(
                header, {"descr": kind, "fortran_order": fortran, "shape": shape}
            )
            left = int(np.prod(shape)) * np.dtype(kind).itemsize
            with archive.open(f"{name}.npy", "w") as stream:
                stream.write(header.getvalue())
                content = b"0\0\0\0" if kind.startswith("<U") else b"\1"
                while left > 0:
                    part = (content * min(left, MB))[: min(left, MB)]
                    stream.write(part)
                    left -= len(part)
    return path


def csv_rows(folder: Path) -> Path:
    """Four million rows of two digits, 16 MB."""
    path = folder / "t.csv"
    path.write_bytes(b"mass,label\n" + b"1,0\n" * 4_000_000)
    return path


def csv_long_line(folder: Path) -> Path:
    path = folder / "l.csv"
    path.write_bytes(b"mass,label\n" + b"1," * 8_000_000)
    return path


def parquet_lists(folder: Path) -> Path:
    """40 million equal particles in a few kB: runs of equal values are stored as one number."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    n, each = 400_000, 100
    offsets = np.arange(n + 1, dtype=np.int32) * each
    lists = pa.ListArray.from_arrays(offsets, np.ones(n * each, np.float32))
    table = pa.table({"pt": lists, "eta": lists, "phi": lists, "label": np.zeros(n, np.int8)})
    path = folder / "lists.parquet"
    pq.write_table(table, path, row_group_size=n, compression="zstd", data_page_size=64 * MB)
    return path


def parquet_one_long_list(folder: Path) -> Path:
    """10 million particles in one of the jets."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    counts = np.ones(1000, np.int64)
    counts[500] = 10_000_000
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    lists = pa.ListArray.from_arrays(offsets, np.ones(int(offsets[-1]), np.float32))
    path = folder / "long.parquet"
    table = pa.table({"pt": lists, "eta": lists, "phi": lists, "label": np.zeros(1000, np.int8)})
    pq.write_table(table, path, compression="zstd")
    return path


def parquet_images(folder: Path) -> Path:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    n = 1500
    values = pa.array(np.ones(n * 3 * 125 * 125, np.float32))
    for each in (125, 125, 3):
        offsets = np.arange(len(values) // each + 1, dtype=np.int32) * each
        values = pa.ListArray.from_arrays(offsets, values)
    path = folder / "images.parquet"
    pq.write_table(pa.table({"X_jets": values, "y": np.zeros(n, np.int8)}), path,
                   compression="zstd")  # fmt: skip
    return path


def parquet_table(folder: Path) -> Path:
    """60 million equal rows."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path = folder / "table.parquet"
    block = pa.table({"mass": np.ones(10_000_000), "label": np.zeros(10_000_000, np.int64)})
    with pq.ParquetWriter(path, block.schema, compression="zstd") as writer:
        for _ in range(6):
            writer.write_table(block, row_group_size=10_000_000)
    return path


def parquet_text_labels(folder: Path) -> Path:
    """Two million labels that are the same long text."""
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    n = 2_000_000
    text = pa.DictionaryArray.from_arrays(np.zeros(n, np.int32), pa.array(["gluon" * 100]))
    path = folder / "text.parquet"
    table = pa.table({"mass": np.ones(n, np.float32), "label": text})
    pq.write_table(table.cast(pa.schema([("mass", pa.float32()), ("label", text.type)])), path,
                   compression="zstd", store_schema=False)  # fmt: skip
    return path


def root_lists(folder: Path) -> Path:
    """Jets of equal particles in one basket."""
    uproot, ak = pytest.importorskip("uproot"), pytest.importorskip("awkward")
    path = folder / "lists.root"
    n, each = 100_000, 100
    lists = ak.Array(ak.contents.RegularArray(
        ak.contents.NumpyArray(np.ones(n * each, np.float32)), each))  # fmt: skip
    lists = ak.from_regular(lists)
    with uproot.recreate(path, compression=uproot.ZLIB(9)) as file:
        names = ("pt", "eta", "phi")
        tree = file.mktree("jets", dict.fromkeys(names, "var * float32") | {"label": "int8"})
        tree.extend(dict.fromkeys(names, lists) | {"label": np.zeros(n, np.int8)})
    return path


def root_ntuple(folder: Path) -> Path:
    uproot, ak = pytest.importorskip("uproot"), pytest.importorskip("awkward")
    path = folder / "ntuple.root"
    n, each = 100_000, 100
    lists = ak.from_regular(ak.Array(ak.contents.RegularArray(
        ak.contents.NumpyArray(np.ones(n * each, np.float32)), each)))  # fmt: skip
    with uproot.recreate(path, compression=uproot.ZLIB(9)) as file:
        rows = dict.fromkeys(("pt", "eta", "phi"), lists) | {"label": np.zeros(n, np.int8)}
        file.mkrntuple("jets", rows)
    return path


FILES: dict[str, Callable[[Path], Path]] = {
    made.__name__: made
    for made in (
        images_in_large_chunks, many_images, cms_in_large_chunks, jetnet_in_large_chunks,
        showers_in_large_chunks, chunks_across, many_labels, label_columns, text_labels,
        uneven_jets, npz_of_bytes, npz_in_fortran_order, npz_text_labels, csv_rows,
        csv_long_line, parquet_lists,
        parquet_one_long_list, parquet_images, parquet_table, parquet_text_labels, root_lists,
        root_ntuple,
    )
}  # fmt: skip
