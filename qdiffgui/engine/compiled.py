"""Compilation of the kernel: once per installation, kept on disk, loaded in milliseconds afterwards.

Numba keeps the machine code beside the package, or in the user's cache folder where that is read-only. Its own index
watches one source file only; ours is stamped with all sources of the kernel, so an upgrade never runs stale code.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

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
_lock = threading.RLock()


@cache
def stamp() -> tuple[str, int]:
    """SHA-256 (hex) and length in bytes of all ``SOURCES`` together: what Numba's index compares in place of one file's time and size."""
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
        cache_path=store._cache_path, filename_base=store._impl.filename_base, source_stamp=store._source_stamp
    )
    return dispatcher


@cache
def _functions() -> dict[str, Callable[..., Any]]:
    from numba import njit

    from qdiffgui.engine import blocks, tables, trigonometry

    made = {}
    for function in (blocks.forward, blocks.backward, trigonometry.prepare, tables.word_gradients):
        name = function.py_func.__name__
        made[name] = _on_disk(njit(error_model="numpy", boundscheck=False, nogil=True)(function.py_func))
    return made


def kernel(name: str) -> Callable[..., Any]:
    """One of the kernel's entry points: prepare, forward, backward, word_gradients."""
    with _lock:
        return _functions()[name]


def warm_up(background: bool = True, double: bool = False) -> threading.Thread | None:
    """Compile the kernel for complex64 (for complex128 too where ``double``) and measure what it costs, in a background
    thread where wanted.

    Takes about 20 s of CPU for each the first time on an installation, a fraction of a second to load afterwards.
    """
    if not background:
        _compile(double)
        return None
    thread = threading.Thread(target=_compile, args=(double,), name="qdiffgui-kernel", daemon=True)
    thread.start()
    return thread


@cache
def ready(real: Any) -> bool:
    """Make sure the kernel for float32 or float64 is compiled; the caller waits for a compilation under way."""
    with _lock:
        _compile_for(real)
    return True


def _compile(double: bool) -> None:
    from qdiffgui.engine.calibration import costs

    for real in (np.float32, np.float64) if double else (np.float32,):
        ready(real)
    costs()


def _compile_for(real: type[np.floating[Any]]) -> None:
    """Run a one-qubit program through every entry point."""
    import pennylane as qml
    import torch

    from qdiffgui.engine.numba_backend import NumbaBackend
    from qdiffgui.engine.trace import trace

    program = trace(lambda w, x: qml.RX(w[0], 0), n_qubits=1, n_weights=1)
    dtype = torch.complex64 if real == np.float32 else torch.complex128
    angle = torch.zeros(1, requires_grad=True)
    backend = NumbaBackend(program, dtype, 1, compiled=True)
    with torch.enable_grad():
        torch.autograd.grad(backend.expval(["Z"], angle, None, None, 1).sum(), angle)
