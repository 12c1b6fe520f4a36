"""Checks on numbers that came from a file: each refusal names the first offender."""

from __future__ import annotations

import numpy as np

from qdiffgui.data.types import Array
from qdiffgui.errors import DataError

MAX_SAMPLES = 50_000_000
MAX_SAMPLE_BYTES = 64 << 20


def finite(values: Array, name: str, noun: str, start: int = 0) -> None:
    """Refuse NaN and infinity in values (n, ...) of the samples from ``start`` on."""
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        row = int(np.argwhere(~np.isfinite(values))[0, 0])
        bad = values[row][~np.isfinite(values[row])].ravel()[0]
        found = "NaN" if np.isnan(bad) else "an infinity"
        raise DataError(
            f"Expected finite numbers in '{name}'; found {found} in {noun} {start + row} (counted from 0): leave that {noun} out."
        )


def not_negative(values: Array, name: str, quantity: str, noun: str, start: int = 0) -> None:
    """Refuse negative values (n, ...) of a quantity such as pT or energy."""
    if len(values) and values.min(initial=0) < 0:
        row = int(np.argwhere(values < 0)[0, 0])
        raise DataError(
            f"Expected {quantity} of 0 or more in '{name}'; found {values[row].min():g} in {noun} {start + row} (counted from 0): "
            f"leave that {noun} out or look at how the file was made."
        )


def bounded(values: Array, limit: float, name: str, quantity: str, noun: str, start: int = 0) -> None:
    """Refuse values (n, ...) beyond ±limit, which tell that columns are not in the expected order."""
    if values.size and np.abs(values).max() > limit:
        row = int(np.argwhere(np.abs(values) > limit)[0, 0])
        worst = values[row].ravel()[np.abs(values[row]).argmax()]
        raise DataError(
            f"Expected {quantity} within ±{limit:g} in '{name}'; found {worst:g} in {noun} {start + row} (counted from 0): "
            "look at the order of the columns."
        )


def size(n: int, sample_bytes: int, noun: str) -> None:
    """Refuse files without samples, with absurdly many, or with samples too large for a slice."""
    if n == 0:
        raise DataError(f"Expected at least one {noun}; found a file with 0 of them: choose another file.")
    if n > MAX_SAMPLES or sample_bytes > MAX_SAMPLE_BYTES:
        raise DataError(
            f"Expected at most {MAX_SAMPLES:,} {noun}s of at most {MAX_SAMPLE_BYTES >> 20} MB; found {n:,} of "
            f"{sample_bytes / 2**20:,.1f} MB declared: cut the file into smaller ones."
        )


def one_line(text: object, limit: int = 48) -> str:
    """Text of unknown origin that is safe to print: control characters and broken encodings replaced, cut short."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in str(text))
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
