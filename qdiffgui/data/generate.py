"""More simulated jets like the shipped ones, on many cores. The default call reproduces the shipped
file bit for bit.
"""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from qdiffgui import paths
from qdiffgui.data.compact import Raw, write_raw
from qdiffgui.data.pythia_recipes import QG_JETS, RECIPES, Recipe
from qdiffgui.errors import DataError

CHUNK = 1000
FIRST_SEED = 10_000
PYTHIA = "8.317.2"
"""The version that generated the shipped file."""
_SHUFFLE_SEED = 20_240


@dataclass(frozen=True)
class Chunk:
    """The unit of work: one seed of one class, kept in its own file until all chunks are done."""

    label: int
    seed: int
    n_jets: int
    path: Path
    recipe: Recipe = field(default=QG_JETS, compare=False)

    def load(self) -> Raw:
        with np.load(self.path, allow_pickle=False) as file:
            return Raw.of(file["particles"], file["offsets"], file["jets"], self.label, self.seed)


def plan(
    out: Path,
    n_per_class: int,
    *,
    first_seed: int = FIRST_SEED,
    chunk: int = CHUNK,
    recipe: Recipe = QG_JETS,
) -> list[Chunk]:
    """The chunks of a file, gluons first. The seeds are ``first_seed + c`` for gluons,
    ``first_seed + 10000 + c`` for quarks, and so on.
    """
    parts = out.with_name(f".{out.name}.parts")
    sizes = [min(chunk, n_per_class - start) for start in range(0, n_per_class, chunk)]
    return [
        Chunk(
            label,
            first_seed + 10_000 * label + c,
            size,
            parts / f"{name}-{first_seed + 10_000 * label + c}-{size}.npz",
            recipe,
        )
        for label, name in recipe.classes.items()
        for c, size in enumerate(sizes)
    ]


def make_jets(
    out: str | Path,
    n_per_class: int = 25_000,
    *,
    first_seed: int = FIRST_SEED,
    workers: int | None = None,
    chunk: int = CHUNK,
    recipe: str = QG_JETS.key,
) -> Iterator[tuple[int, int]]:
    """Generate as many jets of each class with PYTHIA and write them, shuffled, to a file.

    Finished chunks are kept, so the same call resumes after an interruption. Closing the generator
    stops the processes. Expect 10 to 25 jets per second and core.

    Parameters
    ----------
    out : str or Path
        The new file, in the compact HDF5 layout.
    n_per_class : int
        Jets of each class.
    first_seed : int
        Seed of the first chunk.
    workers : int, optional
        Number of processes; by default one per core.
    chunk : int
        Jets per seed.
    recipe : str
        A key of ``pythia_recipes.RECIPES``.

    Yields
    ------
    tuple of (int, int)
        Jets done and jets in total.

    Raises
    ------
    DataError
        If PYTHIA is not installed or fails, ``out`` exists already or cannot be written, or a
        number is out of range.
    """
    path = Path(out)
    _check(path, n_per_class, first_seed, chunk)
    if recipe not in RECIPES:
        raise DataError(f"Expected one of the recipes {', '.join(RECIPES)}; found '{recipe}'.")
    chosen = RECIPES[recipe]
    chunks = plan(path, n_per_class, first_seed=first_seed, chunk=chunk, recipe=chosen)
    parts = chunks[0].path.parent
    _new_parts(parts, chosen)
    yield from _generate(chunks, workers or os.cpu_count() or 1)
    _assemble(chunks, path, chosen)
    shutil.rmtree(parts)


def is_reference_pythia() -> bool:
    """Whether the installed PYTHIA is the version that generated the shipped file."""
    return _pythia_version() == PYTHIA


def _check(path: Path, n_per_class: int, first_seed: int, chunk: int) -> None:
    _pythia_version()
    if path.exists():
        raise DataError(
            f"The file '{path}' exists already: choose another name or delete it first."
        )
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise DataError(
            f"Expected a writable folder; '{path.parent}' is not one: create it or choose another."
        )
    if not 1 <= n_per_class <= 10_000_000 or chunk < 1:
        raise DataError(
            f"Expected 1 to 10,000,000 jets per class; found {n_per_class:,}: choose a number in "
            "this range."
        )
    n_seeds = -(-n_per_class // chunk)
    if n_seeds > 10_000 or not 1 <= first_seed <= 900_000_000 - 20_000:
        raise DataError(
            "Expected a first seed from 1 to 899,980,000 and at most 10,000 seeds per class; found "
            f"{first_seed:,} and {n_seeds:,}: choose another seed or larger chunks."
        )


def _pythia_version() -> str:
    try:
        return version("pythia8mc")
    except PackageNotFoundError:
        raise DataError(
            f"PYTHIA, which generates jets, is not installed: {paths.install('pythia')}"
        ) from None


def _new_parts(parts: Path, recipe: Recipe = QG_JETS) -> None:
    """Create the folder of chunks; delete those of another version of PYTHIA or recipe."""
    mark = parts / f"pythia-{_pythia_version()}-{recipe.key}"
    if parts.is_dir() and not mark.is_file():
        shutil.rmtree(parts)
    parts.mkdir(exist_ok=True)
    mark.touch()
    for leftover in parts.glob("*.partial"):
        leftover.unlink()


def _generate(chunks: list[Chunk], workers: int) -> Iterator[tuple[int, int]]:
    """Run one process per missing chunk, ``workers`` at a time; none outlives the generator."""
    total = sum(chunk.n_jets for chunk in chunks)
    done = {chunk: chunk.n_jets for chunk in chunks if chunk.path.is_file()}
    missing = [chunk for chunk in chunks if chunk not in done]
    yield sum(done.values()), total
    processes = _Processes()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="pythia")
    try:
        for chunk in missing:
            pool.submit(processes.run, chunk)
        n_open = len(missing)
        while n_open:
            message = processes.messages.get()
            if isinstance(message, DataError):
                raise message
            chunk, n_jets, finished = message
            n_open -= finished
            if n_jets != done.get(chunk, 0):
                done[chunk] = n_jets
                yield sum(done.values()), total
    finally:
        processes.stop()
        pool.shutdown(wait=True, cancel_futures=True)


class _Processes:
    """Worker processes and their messages: ``(chunk, jets so far, finished)`` or ``DataError``."""

    def __init__(self) -> None:
        self.messages: queue.Queue[tuple[Chunk, int, bool] | DataError] = queue.Queue()
        self._lock = threading.Lock()
        self._processes: set[subprocess.Popen[str]] = set()
        self._stopped = False

    def run(self, chunk: Chunk) -> None:
        """Generate one chunk; called in its own thread."""
        try:
            self._run(chunk)
        except Exception as error:  # whatever it is, the waiting thread must get a message
            self.messages.put(
                error
                if isinstance(error, DataError)
                else DataError(
                    f"Generating jets failed ({error}): finished jets are kept, run the same "
                    "command again."
                )
            )

    def stop(self) -> None:
        """Kill the processes and start no more."""
        with self._lock:
            self._stopped = True
            for process in self._processes:
                process.kill()

    def _run(self, chunk: Chunk) -> None:
        command = [
            sys.executable,
            "-m",
            "qdiffgui.data.pythia_worker",
            chunk.recipe.key,
            chunk.recipe.classes[chunk.label],
            str(chunk.seed),
        ]
        with self._lock:
            if self._stopped:
                return
            process = subprocess.Popen(
                [*command, str(chunk.n_jets), str(chunk.path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
            self._processes.add(process)
        last = ""
        with process:
            for line in process.stdout or ():
                if line.startswith("jets "):
                    self.messages.put((chunk, int(line[5:]), False))
                elif line.strip() and not line.startswith("#"):
                    last = line.strip()
        with self._lock:
            self._processes.discard(process)
        if process.returncode != 0 or not chunk.path.is_file():
            raise DataError(
                f"PYTHIA stopped at seed {chunk.seed} "
                f"({last or f'exit code {process.returncode}'}): finished jets are kept, run the "
                "same command again."
            )
        self.messages.put((chunk, chunk.n_jets, True))


def _assemble(chunks: list[Chunk], path: Path, recipe: Recipe) -> None:
    """Write all chunks, shuffled, to one file."""
    raw = Raw.concatenate([chunk.load() for chunk in chunks])
    order = np.random.default_rng(_SHUFFLE_SEED).permutation(len(raw.label))
    write_raw(
        path,
        raw.take(order),
        generator=f"PYTHIA {_pythia_version()}, {recipe.key.replace('qg-', 'qg_')} recipe of "
        "qdiffgui, generator level",
    )
