"""The content hash of loaded data: equal data give equal digests, whatever their file."""

from __future__ import annotations

import hashlib
from dataclasses import fields

import numpy as np

from qdiffgui.data.types import Physical


def digest(content: Physical) -> str:
    """BLAKE2b hash, 16 hexadecimal digits, of the names, types, shapes and bytes of the arrays;
    ``facts`` do not count.
    """
    hasher = hashlib.blake2b(type(content).__name__.encode(), digest_size=8)
    for part in fields(content):
        value = getattr(content, part.name)
        if part.name == "facts":
            continue
        arrays = dict(value) if isinstance(value, dict) else {part.name: value}
        for name, array in sorted(arrays.items()):
            if isinstance(array, np.ndarray):
                flat = np.ascontiguousarray(array)
                hasher.update(f"{name}{flat.dtype.str}{flat.shape}".encode())
                hasher.update(flat.reshape(-1).view(np.uint8).data)
    return hasher.hexdigest()
