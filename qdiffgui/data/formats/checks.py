"""Checks of the values in a file: each error names the first bad sample."""

from __future__ import annotations

import numpy as np

from qdiffgui.data.types import Array
from qdiffgui.errors import DataError

MAX_SAMPLES = 10_000_000
MAX_PARTICLES = 100_000
MAX_TEXTS = 2_000_000
"""Largest number of labels that are text."""
MAX_LABEL = 64
MAX_SAMPLE_BYTES = 64 << 20
LARGEST = 1e15
"""Values beyond this are no measurements; they overflow where they are squared and added."""

LARGEST_ANGLES = {"eta": 12.0, "rapidity": 12.0, "deta": 8.0, "phi": 13.0, "dphi": 13.0}
"""Largest absolute values of angles by role, rad."""


def finite(values: Array, name: str, noun: str, start: int = 0) -> None:
    """Refuse NaN, infinity and values beyond ±``LARGEST`` in values (n, ...) of the samples from
    ``start`` on.
    """
    if values.dtype.kind not in "fiu" or values.size == 0:
        return
    if values.dtype.itemsize < 4:  # the limit is beyond what such numbers can hold
        wrong = ~np.isfinite(values)
    else:
        wrong = ~((values <= LARGEST) & (values >= -LARGEST))  # also of NaN
    if wrong.any():
        row = int(np.argwhere(wrong)[0, 0])
        bad = values[row][wrong[row]].ravel()[0]
        found = "NaN" if np.isnan(bad) else "an infinity" if np.isinf(bad) else f"{bad:g}"
        expected = "finite numbers" if not np.isfinite(bad) else f"numbers within ±{LARGEST:g}"
        raise DataError(
            f"Expected {expected} in '{name}'; found {found} in {noun} {start + row} (counted "
            f"from 0): remove that {noun}."
        )


def not_negative(values: Array, name: str, quantity: str, noun: str, start: int = 0) -> None:
    """Refuse negative values (n, ...) of a quantity such as pT or energy."""
    if len(values) and values.min(initial=0) < 0:
        row = int(np.argwhere(values < 0)[0, 0])
        raise DataError(
            f"Expected {quantity} of 0 or more in '{name}'; found {values[row].min():g} in "
            f"{noun} {start + row} (counted from 0): remove that {noun} or check how the file was "
            "written."
        )


def bounded(
    values: Array, limit: float, name: str, quantity: str, noun: str, start: int = 0
) -> None:
    """Refuse values (n, ...) beyond ±limit, a sign that the columns are in another order."""
    if values.size and np.abs(values).max() > limit:
        row = int(np.argwhere(np.abs(values) > limit)[0, 0])
        worst = values[row].ravel()[np.abs(values[row]).argmax()]
        raise DataError(
            f"Expected {quantity} within ±{limit:g} in '{name}'; found {worst:g} in {noun} "
            f"{start + row} (counted from 0): check the order of the columns."
        )


def size(n: int, sample_bytes: int, noun: str) -> None:
    """Refuse files without samples, with too many, or with samples too large for a slice."""
    if n == 0:
        raise DataError(
            f"Expected at least one {noun}; found a file with 0 of them: choose another file."
        )
    if n > MAX_SAMPLES or sample_bytes > MAX_SAMPLE_BYTES:
        raise DataError(
            f"Expected at most {MAX_SAMPLES:,} {noun}s of at most {MAX_SAMPLE_BYTES >> 20} MB; "
            f"found {n:,} of {sample_bytes / 2**20:,.1f} MB declared: split the file into smaller "
            "ones."
        )


def particles(longest: int) -> None:
    """Refuse a jet with more particles than any has."""
    if longest > MAX_PARTICLES:
        raise DataError(
            f"Expected jets with at most some hundred particles; found one with {longest:,}: "
            "choose other columns or write the file again."
        )


def texts(n: int, name: str) -> None:
    """Refuse too many labels that are text."""
    if n > MAX_TEXTS:
        raise DataError(
            f"Expected at most {MAX_TEXTS:,} labels as text in '{name}'; found {n:,}: write "
            "numbers."
        )


def label_length(length: int, name: str) -> None:
    """Refuse labels that are longer than any name of a class."""
    if length > MAX_LABEL:
        raise DataError(
            f"Expected labels of at most {MAX_LABEL} characters in '{name}'; found longer text: "
            "write the names of the classes."
        )


def one_line(text: object, limit: int = 48) -> str:
    """Text of unknown origin made safe to print: control characters and broken encodings are
    replaced, and long text is cut.
    """
    clean = "".join(letter if letter.isprintable() else "?" for letter in str(text))
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
