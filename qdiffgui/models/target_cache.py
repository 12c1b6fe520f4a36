"""Targets of training points, kept on disk: they depend on the data, the schedule and the seed, but
on no model, so a twin of a trained model, or the same one again, reads them.

The key of an entry is a digest of everything that the targets are computed from: points, training
samples, code, library, threads and processor. Targets from the cache therefore equal the computed
ones bit for bit, and nothing has to be cleared. A file that cannot be read or is damaged counts as
missing, and a full disk costs time only. ``QDIFFGUI_TARGET_CACHE=0`` turns it off.
"""

from __future__ import annotations

import contextlib
import hashlib
import platform
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from qdiffgui import paths
from qdiffgui.data.disk_cache import is_off, keep_entry, read_entry
from qdiffgui.diffusion import trigonometric

SWITCH = "QDIFFGUI_TARGET_CACHE"
MOST = 40
"""Entries that are kept: the last ones used."""
MOST_BYTES = 16_000_000
"""Size of the largest entry."""


def path_of(tensors: Iterable[Tensor]) -> Path | None:
    """The file of the targets that are computed from these tensors; None if there is no cache."""
    if is_off(SWITCH):
        return None
    hasher = hashlib.blake2b(repr(_environment()).encode(), digest_size=20)
    hasher.update(f"{torch.get_num_threads()}".encode())
    for tensor in tensors:
        array = np.ascontiguousarray(tensor.numpy())
        hasher.update(f"{array.dtype.str} {array.shape}\n".encode())
        hasher.update(array.reshape(-1).view(np.uint8).data)
    return paths.cache() / "targets" / f"{hasher.hexdigest()}.bin"


def read(path: Path, like: Tensor) -> Tensor | None:
    """The stored targets, of the shape and type of ``like``; None if they are missing or
    damaged.
    """
    body = read_entry(path)
    if body is None or len(body) != like.numel() * like.element_size():
        return None
    return torch.frombuffer(bytearray(body), dtype=like.dtype).reshape(like.shape)


def keep(path: Path, targets: Tensor) -> None:
    """Store targets, unless they are too large."""
    body = targets.numpy().tobytes()
    if len(body) <= MOST_BYTES:
        keep_entry(path, body, MOST)


@cache
def _environment() -> list[str]:
    """Everything that sets the last bits of the targets, besides their inputs."""
    source = Path(trigonometric.__file__).read_bytes()
    processor = ""
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        processor = next((line for line in lines if line.startswith("model name")), "")
    return [
        hashlib.blake2b(source).hexdigest(),
        torch.__version__,
        torch.backends.cpu.get_cpu_capability(),
        platform.machine(),
        processor or platform.processor(),
    ]
