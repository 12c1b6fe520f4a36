"""The passes of the kernel over one block of samples, forward and adjoint.

A block is a flat array of rows, one row a basis state: W real parts, then W imaginary parts, W
samples a row. psi starts at element ``at``, the adjoint vector lambda at ``to``. A pair step has
the matrix

    [[a, -σ conj(b)], [σ b, conj(a)]]   on rows (role 0, role 1),   σ = ±1 the sign of the pair,

a and b complex with one value a sample. Going back, each pass first adds the tangents t = Im
<λ|σ_j|ψ> (j = x, y, z) of its outputs, then undoes itself on psi and on lambda: nothing is stored
on the way forward.
"""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

from typing import Any

from numba import njit

from qdiffgui.engine.vec import load, parity, store, width

jit: Any = njit(error_model="numpy", boundscheck=False, nogil=True)

# Columns of the operation table; a row is one step.
KIND, X, Z, FLIP, S, NEGATE, HIGH, FACTOR0, FACTOR1, CONTROL0, CONTROL1, TABLE, GRADIENT, LOW = (
    range(14)
)
COLUMNS = 14
REAL, IMAG, SU2, PHASE, DIAGONAL, SIGN, DENSE, TWIN = range(
    8
)  # TWIN: this and the next step, both REAL, in one pass


@jit
def selected(k: int, controls: Any, first: int, last: int) -> bool:
    """True where every control parity of basis state k holds."""
    for c in range(first, last):  # noqa: SIM110
        if parity(k & controls[c, 0]) != controls[c, 1]:
            return False
    return True


@jit
def row0(p: int, high: int) -> int:
    """Basis state number p of those with bit ``high`` zero."""
    return ((p >> high) << (high + 1)) | (p & ((1 << high) - 1))


@jit
def real_forward(ws: Any, at: int, n: int, op: Any, controls: Any, c: Any, s: Any) -> None:
    """a = c, b = s real: [[c, -s], [s, c]] (RY)."""
    w = width(ws)
    x, z, flip, high, c0, c1 = op[X], op[Z], op[FLIP], op[HIGH], op[CONTROL0], op[CONTROL1]
    for p in range(1 << (n - 1)):
        k = row0(p, high)
        if c1 > c0 and not selected(k, controls, c0, c1):
            continue
        swap = (parity(k & z) ^ flip) * x
        i, j = at + (k ^ swap) * 2 * w, at + (k ^ x ^ swap) * 2 * w
        ar, ai, br, bi = load(ws, i), load(ws, i + w), load(ws, j), load(ws, j + w)
        store(ws, i, c * ar - s * br)
        store(ws, i + w, c * ai - s * bi)
        store(ws, j, s * ar + c * br)
        store(ws, j + w, s * ai + c * bi)


@jit
def real_backward(ws: Any, at: int, to: int, n: int, op: Any, controls: Any, c: Any, s: Any) -> Any:
    """Undo ``real_forward`` on psi and lambda; the tangent t_y."""
    w = width(ws)
    x, z, flip, high, c0, c1 = op[X], op[Z], op[FLIP], op[HIGH], op[CONTROL0], op[CONTROL1]
    t = c - c
    for p in range(1 << (n - 1)):
        k = row0(p, high)
        if c1 > c0 and not selected(k, controls, c0, c1):
            continue
        swap = (parity(k & z) ^ flip) * x
        i, j = (k ^ swap) * 2 * w, (k ^ x ^ swap) * 2 * w
        u, v, i, j = to + i, to + j, at + i, at + j
        ar, ai, br, bi = load(ws, i), load(ws, i + w), load(ws, j), load(ws, j + w)
        lr, li, mr, mi = load(ws, u), load(ws, u + w), load(ws, v), load(ws, v + w)
        t = t + (mr * ar + mi * ai) - (lr * br + li * bi)
        store(ws, i, c * ar + s * br)
        store(ws, i + w, c * ai + s * bi)
        store(ws, j, c * br - s * ar)
        store(ws, j + w, c * bi - s * ai)
        store(ws, u, c * lr + s * mr)
        store(ws, u + w, c * li + s * mi)
        store(ws, v, c * mr - s * lr)
        store(ws, v + w, c * mi - s * li)
    return t


@jit
def imag_forward(ws: Any, at: int, n: int, op: Any, controls: Any, c: Any, s: Any) -> None:
    """a = c, b = -i s: [[c, -i s], [-i s, c]] (RX)."""
    w = width(ws)
    x, high, c0, c1 = op[X], op[HIGH], op[CONTROL0], op[CONTROL1]
    for p in range(1 << (n - 1)):
        k = row0(p, high)
        if c1 > c0 and not selected(k, controls, c0, c1):
            continue
        e = -s if parity(k & op[S]) ^ op[NEGATE] else s
        i, j = at + k * 2 * w, at + (k ^ x) * 2 * w
        ar, ai, br, bi = load(ws, i), load(ws, i + w), load(ws, j), load(ws, j + w)
        store(ws, i, c * ar + e * bi)
        store(ws, i + w, c * ai - e * br)
        store(ws, j, c * br + e * ai)
        store(ws, j + w, c * bi - e * ar)


@jit
def imag_backward(ws: Any, at: int, to: int, n: int, op: Any, controls: Any, c: Any, s: Any) -> Any:
    """Undo ``imag_forward`` on psi and lambda; the tangent t_x."""
    w = width(ws)
    x, high, c0, c1 = op[X], op[HIGH], op[CONTROL0], op[CONTROL1]
    t = c - c
    for p in range(1 << (n - 1)):
        k = row0(p, high)
        if c1 > c0 and not selected(k, controls, c0, c1):
            continue
        negative = parity(k & op[S]) ^ op[NEGATE]
        e = -s if negative else s
        i, j = k * 2 * w, (k ^ x) * 2 * w
        u, v, i, j = to + i, to + j, at + i, at + j
        ar, ai, br, bi = load(ws, i), load(ws, i + w), load(ws, j), load(ws, j + w)
        lr, li, mr, mi = load(ws, u), load(ws, u + w), load(ws, v), load(ws, v + w)
        d = (lr * bi - li * br) + (mr * ai - mi * ar)
        t = t - d if negative else t + d
        store(ws, i, c * ar - e * bi)
        store(ws, i + w, c * ai + e * br)
        store(ws, j, c * br - e * ai)
        store(ws, j + w, c * bi + e * ar)
        store(ws, u, c * lr - e * mi)
        store(ws, u + w, c * li + e * mr)
        store(ws, v, c * mr - e * li)
        store(ws, v + w, c * mi + e * lr)
    return t


@jit
def su2_forward(ws: Any, at: int, n: int, op: Any, controls: Any, q: Any) -> None:
    """The general pair step, q = (Re a, Im a, Re b, Im b)."""
    w = width(ws)
    x, z, flip, high, c0, c1 = op[X], op[Z], op[FLIP], op[HIGH], op[CONTROL0], op[CONTROL1]
    pr, pi, qr, qi = q
    for p in range(1 << (n - 1)):
        k = row0(p, high)
        if c1 > c0 and not selected(k, controls, c0, c1):
            continue
        swap = (parity(k & z) ^ flip) * x
        i, j = at + (k ^ swap) * 2 * w, at + (k ^ x ^ swap) * 2 * w
        ar, ai, br, bi = load(ws, i), load(ws, i + w), load(ws, j), load(ws, j + w)
        store(ws, i, pr * ar - pi * ai - qr * br - qi * bi)
        store(ws, i + w, pr * ai + pi * ar - qr * bi + qi * br)
        store(ws, j, qr * ar - qi * ai + pr * br + pi * bi)
        store(ws, j + w, qr * ai + qi * ar + pr * bi - pi * br)


@jit
def su2_backward(ws: Any, at: int, to: int, n: int, op: Any, controls: Any, q: Any) -> Any:
    """Undo ``su2_forward`` on psi and lambda; the tangents (t_x, t_y, t_z)."""
    w = width(ws)
    x, z, flip, high, c0, c1 = op[X], op[Z], op[FLIP], op[HIGH], op[CONTROL0], op[CONTROL1]
    pr, pi, qr, qi = q
    tx = ty = tz = pr - pr
    for p in range(1 << (n - 1)):
        k = row0(p, high)
        if c1 > c0 and not selected(k, controls, c0, c1):
            continue
        swap = (parity(k & z) ^ flip) * x
        i, j = (k ^ swap) * 2 * w, (k ^ x ^ swap) * 2 * w
        u, v, i, j = to + i, to + j, at + i, at + j
        ar, ai, br, bi = load(ws, i), load(ws, i + w), load(ws, j), load(ws, j + w)
        lr, li, mr, mi = load(ws, u), load(ws, u + w), load(ws, v), load(ws, v + w)
        tx = tx + (lr * bi - li * br) + (mr * ai - mi * ar)
        ty = ty + (mr * ar + mi * ai) - (lr * br + li * bi)
        tz = tz + (lr * ai - li * ar) - (mr * bi - mi * br)
        store(ws, i, pr * ar + pi * ai + qr * br + qi * bi)
        store(ws, i + w, pr * ai - pi * ar + qr * bi - qi * br)
        store(ws, j, pr * br - pi * bi - qr * ar + qi * ai)
        store(ws, j + w, pr * bi + pi * br - qr * ai - qi * ar)
        store(ws, u, pr * lr + pi * li + qr * mr + qi * mi)
        store(ws, u + w, pr * li - pi * lr + qr * mi - qi * mr)
        store(ws, v, pr * mr - pi * mi - qr * lr + qi * li)
        store(ws, v + w, pr * mi + pi * mr - qr * li - qi * lr)
    return tx, ty, tz


@jit
def phase_forward(ws: Any, at: int, n: int, op: Any, controls: Any, c: Any, s: Any) -> None:
    """Multiply role 0 by a = c + i s and role 1 by its conjugate (RZ with one angle a sample)."""
    w = width(ws)
    for k in range(1 << n):
        if op[CONTROL1] > op[CONTROL0] and not selected(k, controls, op[CONTROL0], op[CONTROL1]):
            continue
        e = -s if parity(k & op[Z]) ^ op[FLIP] else s
        i = at + k * 2 * w
        ar, ai = load(ws, i), load(ws, i + w)
        store(ws, i, c * ar - e * ai)
        store(ws, i + w, c * ai + e * ar)


@jit
def phase_backward(
    ws: Any, at: int, to: int, n: int, op: Any, controls: Any, c: Any, s: Any
) -> Any:
    """Undo ``phase_forward`` on psi and lambda; the tangent t_z."""
    w = width(ws)
    t = c - c
    for k in range(1 << n):
        if op[CONTROL1] > op[CONTROL0] and not selected(k, controls, op[CONTROL0], op[CONTROL1]):
            continue
        negative = parity(k & op[Z]) ^ op[FLIP]
        e = -s if negative else s
        i, u = at + k * 2 * w, to + k * 2 * w
        ar, ai, lr, li = load(ws, i), load(ws, i + w), load(ws, u), load(ws, u + w)
        d = lr * ai - li * ar
        t = t - d if negative else t + d
        store(ws, i, c * ar + e * ai)
        store(ws, i + w, c * ai - e * ar)
        store(ws, u, c * lr + e * li)
        store(ws, u + w, c * li - e * lr)
    return t
