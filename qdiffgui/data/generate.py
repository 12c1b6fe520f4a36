"""More jets like the shipped ones, on many cores: the default call makes the shipped file again, bit for bit."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from qdiffgui import paths
from qdiffgui.data.compact import CLASS_NAMES, Raw, write_raw
from qdiffgui.errors import DataError

CHUNK = 1000
FIRST_SEED = 10_000
PYTHIA = "8.317.2"
"""The version whose events the shipped file holds."""
_SHUFFLE_SEED = 20_240


@dataclass(frozen=True)
class Chunk:
    """One seed of one class: the unit of work, kept in a file of its own until all are there."""

    label: int
    seed: int
    n_jets: int
    path: Path

    def load(self) -> Raw:
        with np.load(self.path, allow_pickle=False) as file:
            return Raw.of(file["particles"], file["offsets"], file["jets"], self.label, self.seed)


def plan(out: Path, n_per_class: int, *, first_seed: int = FIRST_SEED, chunk: int = CHUNK) -> list[Chunk]:
    """The chunks of a file, gluons first: seeds ``first_seed + c`` for gluons, ``first_seed + 10000 + c`` for quarks."""
    parts = out.with_name(f".{out.name}.parts")
    sizes = [min(chunk, n_per_class - start) for start in range(0, n_per_class, chunk)]
    return [
        Chunk(label, first_seed + 10_000 * label + c, size, parts / f"{name}-{first_seed + 10_000 * label + c}-{size}.npz")
        for label, name in CLASS_NAMES.items()
        for c, size in enumerate(sizes)
    ]  # fmt: skip


def make_jets(
    out: str | Path, n_per_class: int = 25_000, *, first_seed: int = FIRST_SEED, workers: int | None = None, chunk: int = CHUNK
) -> Iterator[tuple[int, int]]:
    """Generate quark and gluon jets into ``out`` (our own HDF5 layout), as many gluons as quarks, shuffled.

    Yields (jets done, jets in all). Each chunk is kept once it is whole, so the same call goes on after those that an interrupted one
    left; closing the generator stops the processes. ``workers`` : processes, by default one a core. About 10 to 25 jets a second and core.

    Raises
    ------
    DataError
        if PYTHIA is not installed or fails, ``out`` exists already or cannot be written, or a count or seed is out of range.
    """
    path = Path(out)
    _check(path, n_per_class, first_seed, chunk)
    chunks = plan(path, n_per_class, first_seed=first_seed, chunk=chunk)
    parts = chunks[0].path.parent
    _new_parts(parts)
    yield from _generate(chunks, workers or os.cpu_count() or 1)
    _assemble(chunks, path)
    shutil.rmtree(parts)


def exact() -> bool:
    """Whether the installed PYTHIA is the one whose events the shipped file holds."""
    return _pythia_version() == PYTHIA


def _check(path: Path, n_per_class: int, first_seed: int, chunk: int) -> None:
    _pythia_version()
    if path.exists():
        raise DataError(f"'{path}' exists already: choose another name or delete it first.")
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise DataError(f"Expected a folder to write to; '{path.parent}' is none: create it or choose another.")
    if not 1 <= n_per_class <= 10_000_000 or chunk < 1:
        raise DataError(f"Expected 1 to 10,000,000 jets of each class; found {n_per_class:,}: choose a number in between.")
    n_seeds = -(-n_per_class // chunk)
    if n_seeds > 10_000 or not 1 <= first_seed <= 900_000_000 - 20_000:
        raise DataError(
            f"Expected a first seed from 1 to 899,980,000 and at most 10,000 seeds a class; found {first_seed:,} and {n_seeds:,}: "
            "choose another seed or larger chunks."
        )


def _pythia_version() -> str:
    try:
        return version("pythia8mc")
    except PackageNotFoundError:
        raise DataError(f"Generating jets needs PYTHIA, which is not installed: {paths.install('pythia')}") from None


def _new_parts(parts: Path) -> None:
    """The folder of chunks; those of another PYTHIA are thrown away."""
    mark = parts / f"pythia-{_pythia_version()}"
    if parts.is_dir() and not mark.is_file():
        shutil.rmtree(parts)
    parts.mkdir(exist_ok=True)
    mark.touch()
    for leftover in parts.glob("*.partial"):
        leftover.unlink()


def _generate(chunks: list[Chunk], workers: int) -> Iterator[tuple[int, int]]:
    """Run a process for each missing chunk, ``workers`` at a time; none outlives the generator."""
    total = sum(chunk.n_jets for chunk in chunks)
    done = {chunk: chunk.n_jets for chunk in chunks if chunk.path.is_file()}
    missing = [chunk for chunk in chunks if chunk not in done]
    yield sum(done.values()), total
    crew = _Crew()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="pythia")
    try:
        for chunk in missing:
            pool.submit(crew.run, chunk)
        n_open = len(missing)
        while n_open:
            news = crew.news.get()
            if isinstance(news, DataError):
                raise news
            chunk, n_jets, finished = news
            n_open -= finished
            if n_jets != done.get(chunk, 0):
                done[chunk] = n_jets
                yield sum(done.values()), total
    finally:
        crew.dismiss()
        pool.shutdown(wait=True, cancel_futures=True)


class _Crew:
    """Worker processes and what they report: ``(chunk, jets so far, finished)``, or a ``DataError``."""

    def __init__(self) -> None:
        self.news: queue.Queue[tuple[Chunk, int, bool] | DataError] = queue.Queue()
        self._lock = threading.Lock()
        self._processes: set[subprocess.Popen[str]] = set()
        self._dismissed = False

    def run(self, chunk: Chunk) -> None:
        """Generate one chunk; called in a thread of its own."""
        try:
            self._run(chunk)
        except Exception as error:  # whatever it is, the one who waits must hear of it
            self.news.put(error if isinstance(error, DataError) else DataError(f"Generating jets failed: {error}."))

    def dismiss(self) -> None:
        """Kill the processes; those not yet started never will be."""
        with self._lock:
            self._dismissed = True
            for process in self._processes:
                process.kill()

    def _run(self, chunk: Chunk) -> None:
        command = [sys.executable, "-m", "qdiffgui.data.pythia_worker", CLASS_NAMES[chunk.label], str(chunk.seed)]
        with self._lock:
            if self._dismissed:
                return
            process = subprocess.Popen(
                [*command, str(chunk.n_jets), str(chunk.path)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, errors="replace",
            )  # fmt: skip
            self._processes.add(process)
        last = ""
        with process:
            for line in process.stdout or ():
                if line.startswith("jets "):
                    self.news.put((chunk, int(line[5:]), False))
                elif line.strip() and not line.startswith("#"):
                    last = line.strip()
        with self._lock:
            self._processes.discard(process)
        if process.returncode != 0 or not chunk.path.is_file():
            raise DataError(
                f"PYTHIA stopped at seed {chunk.seed} ({last or f'exit code {process.returncode}'}): what is done is kept, "
                "run the same command again."
            )
        self.news.put((chunk, chunk.n_jets, True))


def _assemble(chunks: list[Chunk], path: Path) -> None:
    """All chunks in order, shuffled, as one file."""
    raw = Raw.concatenate([chunk.load() for chunk in chunks])
    order = np.random.default_rng(_SHUFFLE_SEED).permutation(len(raw.label))
    write_raw(path, raw.take(order), generator=f"PYTHIA {_pythia_version()}, qg_jets recipe of qdiffgui, generator level")
