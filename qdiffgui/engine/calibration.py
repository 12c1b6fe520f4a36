"""Costs of the two ways to simulate on this machine: measured at first use and kept in a file.

If every process measured them again, the last bits of a run would depend on how busy the machine
was. But a resumed run must equal an uninterrupted one bit for bit. So the costs are measured once
per installation (kernel version, torch, CPU) and rounded to powers of √2; the first process that
writes them decides for all. If no file can be written, the costs are ``TYPICAL``.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import tempfile
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from qdiffgui import paths
from qdiffgui.engine import compiled
from qdiffgui.engine.layered_circuit import layered_circuit
from qdiffgui.engine.numba_backend import NumbaBackend
from qdiffgui.engine.trace import trace


class Costs(NamedTuple):
    """Costs in units of one multiply-add of the kernel.

    Attributes
    ----------
    gemm : float
        One complex multiply-add of a matrix product.
    overhead : float
        One call through the unitary, without its matrix product.
    reading : float
        Reading observables from one amplitude of the product; the kernel needs no extra pass.
    """

    gemm: float
    overhead: float
    reading: float


TYPICAL = Costs(gemm=2.0**0.5, overhead=2.0**19, reading=2.0**7.5)
_QUBITS, _LAYERS, _BATCHES, _ROUNDS = 6, 12, (64, 256, 1024), 15
_LOWEST, _HIGHEST = Costs(2.0**-4, 2.0**14, 2.0**2), Costs(2.0**6, 2.0**24, 2.0**12)
_lock = threading.Lock()


def costs() -> Costs:
    """Costs on this installation; measured now (0.1 s) if no process has done so before."""
    with _lock:
        return _costs()


@cache
def _costs() -> Costs:
    path = file()
    stored = _read(path)
    if stored is not None:
        return stored
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _keep(path, measure())
    except OSError:
        return TYPICAL


def file() -> Path:
    """The file of this installation's costs."""
    import llvmlite.binding as llvm  # type: ignore[import-untyped]

    method = (Costs._fields, _QUBITS, _LAYERS, _BATCHES, _ROUNDS)
    parts = (
        compiled.stamp()[0],
        torch.__version__,
        method,
        llvm.get_host_cpu_name(),
        sorted(llvm.get_host_cpu_features().items()),
    )
    return (
        paths.cache()
        / f"simulator-costs-{hashlib.sha256(repr(parts).encode()).hexdigest()[:16]}.json"
    )


def _read(path: Path) -> Costs | None:
    """The costs in a file; None if it is missing or damaged."""
    try:
        content = json.loads(path.read_bytes())
        found = Costs(*(float(content[name]) for name in Costs._fields))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return (
        found
        if all(a <= v <= b for a, v, b in zip(_LOWEST, found, _HIGHEST, strict=True))
        else None
    )


def _keep(path: Path, found: Costs) -> Costs:
    """Write the costs atomically, and return those of another process if it was faster. Raises
    ``OSError``.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(found._asdict(), stream)
        if _read(path) is None:
            path.unlink(missing_ok=True)  # damaged: a link does not replace it
        try:
            os.link(name, path)
        except FileExistsError:
            return _read(path) or TYPICAL
        return found
    finally:
        Path(name).unlink(missing_ok=True)


def measure() -> Costs:
    """Time forward and backward passes of one circuit in both ways, alternating.

    The difference between a medium and a large batch gives the cost per sample. With a batch as
    large as the unitary the kernel does the same work in both ways, so their difference is the
    overhead. The fastest of several rounds counts, because other programs may use the machine.
    """
    program = trace(
        layered_circuit(_QUBITS, _LAYERS), n_qubits=_QUBITS, n_weights=2 * _QUBITS * _LAYERS
    )
    kernel = NumbaBackend(program, torch.complex64, 1)
    size, a_sample = 2**_QUBITS, kernel.plan.flops
    weights = torch.linspace(-3, 3, program.n_weights, requires_grad=True)
    states = {
        batch: torch.full((batch, size), 1 / math.sqrt(size), dtype=torch.complex64)
        for batch in _BATCHES
    }

    def unitary(psi: Tensor) -> Tensor:
        return psi @ kernel.state(weights, None, torch.eye(size, dtype=psi.dtype), size)

    def read(psi: Tensor) -> Tensor:
        out = unitary(psi)
        return (out.real.square() + out.imag.square()) @ signs

    signs = torch.ones(size, _QUBITS)
    ways: tuple[Callable[[Tensor], Tensor], ...] = (
        lambda psi: kernel.state(weights, None, psi, len(psi)),
        unitary,
        read,
    )
    best = {(way, batch): math.inf for way in range(len(ways)) for batch in _BATCHES}
    for _ in range(_ROUNDS):
        for way, batch in best:
            best[way, batch] = min(best[way, batch], _seconds(ways[way], states[batch], weights))
    least, few, many = _BATCHES
    a_kernel, a_product, a_reading = (
        (best[way, many] - best[way, few]) / (many - few) for way in range(len(ways))
    )
    unit = max(a_kernel, 1e-12) / a_sample
    more = best[1, least] - best[0, least] - a_product * least
    found = (a_product / size**2 / unit, more / unit, (a_reading - a_product) / size / unit)
    return Costs(*map(_rounded, found, _LOWEST, _HIGHEST))


def _seconds(way: Callable[[Tensor], Tensor], psi: Tensor, weights: Tensor) -> float:
    started = time.perf_counter()
    with torch.enable_grad():
        out = way(psi)
        torch.autograd.grad(out, weights, out.detach())
    return time.perf_counter() - started


def _rounded(value: float, lowest: float, highest: float) -> float:
    """The nearest power of √2 within bounds, so that timing noise rarely changes it."""
    return float(2.0 ** (round(2 * math.log2(min(max(value, lowest), highest))) / 2))
