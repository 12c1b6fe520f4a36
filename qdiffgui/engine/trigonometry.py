"""What a call needs before the first block: half-angle cosines and sines, and the phase tables.

Sines and cosines are made on the kernel's vectors: x is reduced to r in [-π, π], sin and cos of r/4
come from their Taylor series (the next term is below 1e-17), and the angle is doubled twice. The
absolute error is a few units in the last place for |x| up to 1e4.
"""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

import math
from typing import Any

import numpy as np

from qdiffgui.engine.passes import jit
from qdiffgui.engine.tables import walsh
from qdiffgui.engine.vec import load, nearest, splat, store, width

# 1/2π; then 2π in three parts, the first two so short that their product with a small integer is
# exact; 1/4.
_REDUCTION = [1 / (2 * math.pi), 6.28125, 32469 / 2**24, 3.96837431872216176655900577e-9, 0.25]
_SINE = [(-1) ** k / math.factorial(2 * k + 1) for k in range(9)]
_COSINE = [(-1) ** k / math.factorial(2 * k) for k in range(9)]
CHUNK = 256
SERIES = np.array(_SINE + _COSINE + _REDUCTION)


@jit
def horner(x: Any, series: Any, first: int) -> Any:
    """Σ_k series[first + k] x^k for k = 0 to 8 in every lane of the vector x, by Horner's rule."""
    value = splat(series[first + 8])
    for k in range(7, -1, -1):
        value = value * x + splat(series[first + k])
    return value


@jit
def sines(x: Any, cosine: Any, sine: Any, size: int, series: Any) -> None:
    """cosine, sine = cos x, sin x of the first ``size`` (a multiple of a vector's lanes) elements
    of flat arrays.
    """
    w = width(x)
    for i in range(0, size, w):
        angle = load(x, i)
        q = nearest(angle * splat(series[18]))
        r = angle - q * splat(series[19])
        r = r - q * splat(series[20])
        r = (r - q * splat(series[21])) * splat(series[22])
        square = r * r
        s, c = r * horner(square, series, 0), horner(square, series, 9)
        for _ in range(2):
            s, c = s * c + s * c, c * c - s * s
        store(cosine, i, c)
        store(sine, i, s)


@jit
def rounded_up(size: int, lanes: int) -> int:
    """The least multiple of ``lanes`` that is not below ``size``."""
    return (size + lanes - 1) // lanes * lanes


@jit
def sines_as(x: Any, series: Any, kind: Any) -> Any:
    """cos x and sin x of a float64 array, worked out in float64 and stored in the type of the array
    ``kind``.
    """
    c, s = np.empty(len(x), kind.dtype), np.empty(len(x), kind.dtype)
    part, cosine, sine = np.empty(CHUNK), np.empty(CHUNK), np.empty(CHUNK)
    for start in range(0, len(x), CHUNK):  # by parts: no float64 copy of all tables
        size = min(CHUNK, len(x) - start)
        for i in range(size):
            part[i] = x[start + i]
        sines(part, cosine, sine, size, series)
        for i in range(size):
            c[start + i], s[start + i] = cosine[i], sine[i]
    return c, s


@jit
def half_angles(angles: Any, series: Any, columns: int, padded: int, kind: Any) -> Any:
    """Flat (columns · padded) cosines and sines of half the angles (B, columns), one row of samples
    a column, in the type of the array ``kind``."""
    x = np.zeros(rounded_up(columns * padded, width(series)))
    for k in range(columns):
        for b in range(len(angles)):
            x[k * padded + b] = 0.5 * angles[b, k]
    return sines_as(x, series, kind)


@jit
def phase_tables(
    shared: Any, constant: Any, words: Any, scales: Any, series: Any, kind: Any
) -> Any:
    """Flat (n_tables · 2**n) cosines and sines of all phase tables, in the type of the array
    ``kind``.

    constant (n_tables, 2**n): coefficients of the constant Z words; words (m, 3): table, Z word,
    shared rotation, of the variable ones with scales (m,).
    """
    n_tables, size = constant.shape
    flat = np.zeros(rounded_up(n_tables * size, width(series)))
    for t in range(n_tables):
        for k in range(size):
            flat[t * size + k] = constant[t, k]
    for m in range(len(scales)):
        flat[words[m, 0] * size + words[m, 1]] += scales[m] * shared[words[m, 2]]
    walsh(flat, n_tables, size)
    return sines_as(flat, series, kind)


@jit
def prepare(
    shared: Any,
    sample: Any,
    padded: int,
    constant: Any,
    words: Any,
    scales: Any,
    series: Any,
    kind: Any,
) -> Any:
    """(cosines and sines of shared (n_shared,) and of per-sample (B, n_sample) half angles, padded
    batch), (tables).

    Angles are float64 and reduced as such; the results have the type of the array ``kind``."""
    shared_c, shared_s = half_angles(shared.reshape(1, -1), series, len(shared), 1, kind)
    sample_c, sample_s = half_angles(sample, series, sample.shape[1], padded, kind)
    tables = phase_tables(shared, constant, words, scales, series, kind)
    return (shared_c, shared_s, sample_c, sample_s, padded), tables
