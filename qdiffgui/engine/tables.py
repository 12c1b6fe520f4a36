"""Passes with one value a basis state for the whole batch: phase tables, signs, constant matrices; and their set-up."""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

from typing import Any

from qdiffgui.engine.passes import CONTROL0, CONTROL1, FACTOR0, FACTOR1, TABLE, jit, selected
from qdiffgui.engine.vec import load, parity, splat, store, total, width


@jit
def walsh(table: Any) -> None:
    """In place for every row: out[k] = Σ_w in[w] (-1)^{parity(k & w)} (the fast Walsh-Hadamard transform)."""
    rows, size = table.shape
    for r in range(rows):
        step = 1
        while step < size:
            for start in range(0, size, 2 * step):
                for k in range(start, start + step):
                    a, b = table[r, k], table[r, k + step]
                    table[r, k], table[r, k + step] = a + b, a - b
            step *= 2


@jit
def word_angles(angles: Any, shared: Any, words: Any, scales: Any) -> None:
    """Fill (n_tables, 2**n) with the phase angles of all tables from the shared rotation angles.

    words : (m, 3) of (table, Z word, row) with scales (m,); ``angles`` holds the constant coefficients on entry.
    """
    for m in range(len(scales)):
        angles[words[m, 0], words[m, 1]] += scales[m] * shared[words[m, 2]]
    walsh(angles)


@jit
def word_gradients(gradient: Any, tables: Any, words: Any, scales: Any) -> None:
    """Add to gradient (n_shared,) the chain rule of ``word_angles``; ``tables`` (n_tables, 2**n) is overwritten."""
    walsh(tables)
    for m in range(len(scales)):
        gradient[words[m, 2]] += scales[m] * tables[words[m, 0], words[m, 1]]


@jit
def diagonal_forward(ws: Any, at: int, cosine: Any, sine: Any) -> None:
    w = width(ws)
    for k in range(len(cosine)):
        i = at + k * 2 * w
        c, s, ar, ai = splat(cosine[k]), splat(sine[k]), load(ws, i), load(ws, i + w)
        store(ws, i, c * ar - s * ai)
        store(ws, i + w, c * ai + s * ar)


@jit
def diagonal_backward(ws: Any, at: int, to: int, cosine: Any, sine: Any, wanted: int, gradient: Any) -> None:
    """Undo the phases on psi and lambda; add Re <λ|i|ψ> of every basis state to ``gradient`` where wanted."""
    w = width(ws)
    for k in range(len(cosine)):
        i, u = at + k * 2 * w, to + k * 2 * w
        c, s = splat(cosine[k]), splat(sine[k])
        ar, ai, lr, li = load(ws, i), load(ws, i + w), load(ws, u), load(ws, u + w)
        if wanted:
            gradient[k] += total(li * ar - lr * ai)
        store(ws, i, c * ar + s * ai)
        store(ws, i + w, c * ai - s * ar)
        store(ws, u, c * lr + s * li)
        store(ws, u + w, c * li - s * lr)


@jit
def sign_flip(ws: Any, at: int, cosine: Any) -> None:
    """A table whose entries are ±1 (CZ rings): its own inverse."""
    w = width(ws)
    for k in range(len(cosine)):
        if cosine[k] < 0:
            i = at + k * 2 * w
            store(ws, i, -load(ws, i))
            store(ws, i + w, -load(ws, i + w))


@jit
def dense(ws: Any, at: int, n: int, op: Any, controls: Any, wires: Any, matrices: Any, adjoint: int, scratch: Any) -> None:
    """A constant matrix on several wires: gather the 2**k rows of a group, multiply, scatter.

    wires (n_entries, 3) : x, z, flip of each; matrices : flat, this one row by row from element op[TABLE], real and
    imaginary parts interleaved; ``scratch`` : at least 2**k rows.
    """
    w = width(ws)
    first, last = op[FACTOR0], op[FACTOR1]
    size = 1 << (last - first)
    for k in range(1 << n):
        base = True
        for q in range(first, last):
            if parity(k & wires[q, 1]) != wires[q, 2]:
                base = False
        if not base or not selected(k, controls, op[CONTROL0], op[CONTROL1]):
            continue
        for r in range(size):
            i = at + member(k, r, wires, first, last) * 2 * w
            store(scratch, r * 2 * w, load(ws, i))
            store(scratch, r * 2 * w + w, load(ws, i + w))
        for r in range(size):
            i = at + member(k, r, wires, first, last) * 2 * w
            re = im = load(scratch, 0) - load(scratch, 0)
            for c in range(size):
                e = op[TABLE] + 2 * (c * size + r if adjoint else r * size + c)
                mr, mi = matrices[e], -matrices[e + 1] if adjoint else matrices[e + 1]
                vr, vi = load(scratch, c * 2 * w), load(scratch, c * 2 * w + w)
                re = re + splat(mr) * vr - splat(mi) * vi
                im = im + splat(mr) * vi + splat(mi) * vr
            store(ws, i, re)
            store(ws, i + w, im)


@jit
def member(k: int, r: int, wires: Any, first: int, last: int) -> int:
    """The basis state of local index r (first wire most significant) in the group of k (all local bits zero)."""
    for q in range(first, last):
        if r >> (last - 1 - q) & 1:
            k ^= wires[q, 0]
    return k
