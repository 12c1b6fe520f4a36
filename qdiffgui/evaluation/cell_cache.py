"""Values of metrics, kept on disk: samples that were judged once are not judged again.

Most of an evaluation is about the floor and the trivial generators, which are the same for every
model on the same split; and a benchmark judges the samples that every run has judged itself. The
key of an entry is a digest of everything its values are computed from: the samples on both sides,
the seed, the metrics, their code, the libraries and the processor. So a value from the cache equals
the computed one bit for bit, and nothing has to be cleared when data or code change.

Processes that judge samples of the same split at the same time share the work: what one of them
computes, the others wait for, or leave for later.

Entries are small JSON files in the folder ``evaluation`` of the cache (``paths.cache``). A file
that cannot be read or is damaged counts as missing, and a full disk costs time only. The entries
that were not used for the longest time are removed. ``QDIFFGUI_EVALUATION_CACHE=0`` turns it off.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from threadpoolctl import threadpool_info

from qdiffgui import paths
from qdiffgui.data.disk_cache import is_off, keep_entry, read_entry
from qdiffgui.evaluation.metric_value import Cell

SWITCH = "QDIFFGUI_EVALUATION_CACHE"
MOST = 4000
"""Entries that are kept, a few kilobytes each on disk. A report has up to 30, and a line-up up to
300 for each seed.
"""
_LONGEST_WAIT = 900.0  # seconds: the other process may have been suspended
_LIBRARIES = ("numpy", "scipy", "scikit-learn", "POT")


def cached_cells(inputs: Sequence[Any], compute: Callable[[], dict[str, Cell]]) -> dict[str, Cell]:
    """The result of ``compute()``, from the cache if it was computed before from equal ``inputs``.
    If another process computes it now, its result is waited for.

    Parameters
    ----------
    inputs : sequence
        Everything that ``compute`` uses: arrays, numbers, strings, and sequences, mappings and
        dataclasses of them.
    compute : callable
        Gives the cells by name.

    Returns
    -------
    dict of str to cell
        The cells, equal to those of ``compute()``.

    Examples
    --------
    >>> cached_cells(["two", np.arange(2)], lambda: {"n": {"value": 2.0, "error": 0.0}})
    {'n': {'value': 2.0, 'error': 0.0}}
    """
    found = cached_unless_busy(inputs, compute, _LONGEST_WAIT)
    return compute() if found is None else found


def cached_unless_busy(
    inputs: Sequence[Any], compute: Callable[[], dict[str, Cell]], patience: float = 0.0
) -> dict[str, Cell] | None:
    """Like ``cached_cells``, but None if another process is still computing it after ``patience``
    seconds.
    """
    if is_off(SWITCH) or _sources() != _LOADED:
        return compute()  # sources that changed meanwhile are not those that run here
    path = folder() / f"{_digest([_LOADED, _libraries(), _machine(), inputs])}.json"
    found = _read(path)
    if found is not None:
        return found
    with _locked(path.stem, patience) as is_free:
        if is_free:
            found = _read(path)
            if found is None:
                found = compute()
                _keep(path, found)
    return found


@contextmanager
def _locked(name: str, patience: float) -> Iterator[bool]:
    """Whether no other process computes the entry ``name``. None begins to before the block ends,
    or this process does. Where no file can be written, nothing is locked.
    """
    file = paths.cache() / "evaluation-locks" / f"{name}.lock"
    lock = FileLock(file, thread_local=False)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=patience)
    except Timeout:
        yield False
        return
    except OSError:
        yield True
        return
    try:
        yield True
    finally:
        with suppress(OSError):  # others who wait for it find the result
            file.unlink()
        lock.release()


def folder() -> Path:
    """The folder of the entries."""
    return paths.cache() / "evaluation"


def _read(path: Path) -> dict[str, Cell] | None:
    """The cells of an entry; None if it is missing or damaged."""
    body = read_entry(path)
    if body is None:
        return None
    try:
        found: dict[str, Cell] = json.loads(body)
    except ValueError:
        return None
    return found


def _keep(path: Path, cells: Mapping[str, Cell]) -> None:
    """Write an entry, unless JSON changes its values."""
    try:
        text = json.dumps(cells, allow_nan=False)
    except (TypeError, ValueError):
        return
    if json.loads(text) == cells:
        keep_entry(path, text.encode("ascii"), MOST)


def _sources() -> str:
    """Digest of the sources of this package, which compute the metrics."""
    hasher = hashlib.blake2b(digest_size=16)
    here = Path(__file__).parent
    for source in sorted(here.rglob("*.py")):
        name = source.relative_to(here).as_posix()
        hasher.update(f"{name}\n".encode() + source.read_bytes())
    return hasher.hexdigest()


_LOADED = _sources()


@cache
def _libraries() -> list[str]:
    return [*map(_version, _LIBRARIES), platform.python_version()]


def _version(library: str) -> str:
    try:
        return f"{library} {version(library)}"
    except PackageNotFoundError:
        return library


def _machine() -> list[Any]:
    """Processor and threads of the linear algebra, which decide on the last bits of a sum."""
    blas = {
        (str(library.get("architecture")), int(library["num_threads"]))
        for library in threadpool_info()
        if library["user_api"] == "blas"
    }
    return [platform.machine(), *sorted(blas)]


def _digest(value: Any) -> str:
    hasher = hashlib.blake2b(digest_size=20)
    _update(hasher, value)
    return hasher.hexdigest()


def _update(hasher: hashlib.blake2b, value: Any) -> None:
    """Feed a value to a hash, with its type and length, so that different values never look alike.

    Raises ``TypeError`` for a value whose content it does not know.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray) and value.dtype != object:
        flat = np.ascontiguousarray(value)
        hasher.update(f"array {flat.dtype.str} {value.shape}\n".encode())
        hasher.update(flat.reshape(-1).view(np.uint8).data)
    elif isinstance(value, str | bool | int | float | None):
        text = repr(value).encode()
        hasher.update(f"{type(value).__name__} {len(text)}\n".encode() + text)
    elif isinstance(value, Mapping):
        _update(hasher, ["mapping", *value.items()])
    elif is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value)]
        _update(hasher, [type(value).__name__, {name: getattr(value, name) for name in names}])
    elif isinstance(value, Sequence):
        hasher.update(f"sequence {len(value)}\n".encode())
        for part in value:
            _update(hasher, part)
    else:
        raise TypeError(f"no digest of a value of type {type(value).__name__}")
