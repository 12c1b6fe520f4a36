"""Two real pair steps on different virtual qubits in one pass: half the traffic between the cache
and the registers.

The four rows of a group are base, base ^ x1, base ^ x2, base ^ x1 ^ x2, base having role 0 in both
steps. Both matrices are real, so real and imaginary parts go through separately.
"""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

from typing import Any

from qdiffgui.engine.passes import FLIP, HIGH, LOW, X, Z, jit
from qdiffgui.engine.vec import load, parity, store, width


@jit
def base_row(p: int, high: int, low: int) -> int:
    """Basis state number p of those with bits ``high`` > ``low`` both zero."""
    k = ((p >> low) << (low + 1)) | (p & ((1 << low) - 1))
    return ((k >> high) << (high + 1)) | (k & ((1 << high) - 1))


@jit
def twin_forward(
    ws: Any, at: int, n: int, one: Any, two: Any, c1: Any, s1: Any, c2: Any, s2: Any
) -> None:
    """Step ``one``, then step ``two``, both [[c, -s], [s, c]] and without controls."""
    w = width(ws)
    x1, x2, z1, z2 = one[X], two[X], one[Z], two[Z]
    f1, f2, high, low = one[FLIP], two[FLIP], one[HIGH], one[LOW]
    for p in range(1 << (n - 2)):
        k = base_row(p, high, low)
        k ^= ((parity(k & z1) ^ f1) * x1) ^ ((parity(k & z2) ^ f2) * x2)
        i, j = at + k * 2 * w, at + (k ^ x1) * 2 * w
        u, v = at + (k ^ x2) * 2 * w, at + (k ^ x1 ^ x2) * 2 * w
        for part in range(2):
            e = part * w
            a, b, c, d = load(ws, i + e), load(ws, j + e), load(ws, u + e), load(ws, v + e)
            a, b = c1 * a - s1 * b, s1 * a + c1 * b
            c, d = c1 * c - s1 * d, s1 * c + c1 * d
            store(ws, i + e, c2 * a - s2 * c)
            store(ws, j + e, c2 * b - s2 * d)
            store(ws, u + e, s2 * a + c2 * c)
            store(ws, v + e, s2 * b + c2 * d)


@jit
def twin_backward(
    ws: Any, at: int, to: int, n: int, one: Any, two: Any, c1: Any, s1: Any, c2: Any, s2: Any
) -> Any:
    """Undo ``twin_forward`` on psi and lambda; the tangents t_y of both steps (they commute)."""
    w = width(ws)
    x1, x2, z1, z2 = one[X], two[X], one[Z], two[Z]
    f1, f2, high, low = one[FLIP], two[FLIP], one[HIGH], one[LOW]
    t1 = c1 - c1
    t2 = t1
    for p in range(1 << (n - 2)):
        k = base_row(p, high, low)
        k ^= ((parity(k & z1) ^ f1) * x1) ^ ((parity(k & z2) ^ f2) * x2)
        i, j, u, v = k * 2 * w, (k ^ x1) * 2 * w, (k ^ x2) * 2 * w, (k ^ x1 ^ x2) * 2 * w
        for part in range(2):
            e, g = at + part * w, to + part * w
            a, b, c, d = load(ws, i + e), load(ws, j + e), load(ws, u + e), load(ws, v + e)
            la, lb, lc, ld = load(ws, i + g), load(ws, j + g), load(ws, u + g), load(ws, v + g)
            t2 = t2 + (lc * a - la * c) + (ld * b - lb * d)
            a, c = c2 * a + s2 * c, c2 * c - s2 * a
            b, d = c2 * b + s2 * d, c2 * d - s2 * b
            la, lc = c2 * la + s2 * lc, c2 * lc - s2 * la
            lb, ld = c2 * lb + s2 * ld, c2 * ld - s2 * lb
            t1 = t1 + (lb * a - la * b) + (ld * c - lc * d)
            store(ws, i + e, c1 * a + s1 * b)
            store(ws, j + e, c1 * b - s1 * a)
            store(ws, u + e, c1 * c + s1 * d)
            store(ws, v + e, c1 * d - s1 * c)
            store(ws, i + g, c1 * la + s1 * lb)
            store(ws, j + g, c1 * lb - s1 * la)
            store(ws, u + g, c1 * lc + s1 * ld)
            store(ws, v + g, c1 * ld - s1 * lc)
    return t1, t2
