"""Compilation of the kernel: once per installation, then loaded from disk in milliseconds.

Numba keeps the machine code next to the package, or in the user's cache folder if the package is
read-only. Its own index watches a single source file. Ours is stamped with all sources of the
kernel, so an upgrade never runs stale code.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

SOURCES = (
    "vec.py",
    "passes.py",
    "twin_passes.py",
    "transpose.py",
    "tables.py",
    "trigonometry.py",
    "kernel.py",
    "observables.py",
    "blocks.py",
)
lock = threading.RLock()
"""Held by the thread that compiles or loads the kernel."""


@cache
def stamp() -> tuple[str, int]:
    """SHA-256 (hex) and length in bytes of all ``SOURCES`` together, which Numba's index compares
    instead of one file's time and size.
    """
    folder = Path(__file__).parent
    text = b"".join((folder / name).read_bytes() for name in SOURCES)
    return hashlib.sha256(text).hexdigest(), len(text)


def _on_disk(dispatcher: Any) -> Any:
    """Turn on the disk cache of a Numba function, indexed by the stamp of all kernel sources."""
    from numba.core import caching

    try:
        dispatcher.enable_caching()
    except RuntimeError:  # no folder to write to: compile in every process
        return dispatcher
    store = dispatcher._cache
    store._source_stamp = stamp()
    index_file: Any = caching.IndexDataCacheFile
    store._cache_file = index_file(
        cache_path=store._cache_path,
        filename_base=store._impl.filename_base,
        source_stamp=store._source_stamp,
    )
    return dispatcher


@cache
def _functions() -> dict[str, Callable[..., Any]]:
    from numba import njit

    from qdiffgui.engine import blocks, tables, trigonometry

    functions = {}
    for function in (blocks.forward, blocks.backward, trigonometry.prepare, tables.word_gradients):
        name = function.py_func.__name__
        functions[name] = _on_disk(
            njit(error_model="numpy", boundscheck=False, nogil=True)(function.py_func)
        )
    return functions


def kernel(name: str) -> Callable[..., Any]:
    """One of the kernel's entry points: prepare, forward, backward, word_gradients."""
    with lock:
        return _functions()[name]
