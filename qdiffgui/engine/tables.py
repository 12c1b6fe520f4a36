"""Passes with one value a basis state for the whole batch: phase tables, signs, constant matrices;
Walsh transforms.
"""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

from typing import Any

from qdiffgui.engine.passes import CONTROL0, CONTROL1, FACTOR0, FACTOR1, TABLE, jit, selected
from qdiffgui.engine.vec import add_totals, load, parity, splat, store, total, width


@jit
def walsh(flat: Any, rows: int, size: int) -> None:
    """In place for every row: out[k] = Σ_w in[w] (-1)^{parity(k & w)} (the fast Walsh-Hadamard
    transform).
    """
    for r in range(rows):
        step = 1
        while step < size:
            for start in range(r * size, (r + 1) * size, 2 * step):
                for k in range(start, start + step):
                    a, b = flat[k], flat[k + step]
                    flat[k], flat[k + step] = a + b, a - b
            step *= 2


@jit
def word_gradients(gradient: Any, tables: Any, shape: Any, words: Any, scales: Any) -> None:
    """Sum the parts' rows of gradient (n_parts, ≥ n_shared) and tables (n_parts, ≥ n_tables ·
    size), ``shape`` being (n_tables, size), into the first, and add to the gradient the chain rule
    of the phase tables (see ``trigonometry.phase_tables``)."""
    n_tables, size = shape
    for part in range(1, len(gradient)):
        for k in range(gradient.shape[1]):
            gradient[0, k] += gradient[part, k]
        for k in range(n_tables * size):
            tables[0, k] += tables[part, k]
    walsh(tables[0], n_tables, size)
    for m in range(len(scales)):
        gradient[0, words[m, 2]] += scales[m] * tables[0, words[m, 0] * size + words[m, 1]]


@jit
def diagonal_forward(ws: Any, at: int, size: int, cosine: Any, sine: Any, table: int) -> None:
    """Multiply row k by cosine + i sine of entry table · size + k."""
    w = width(ws)
    for k in range(size):
        i, e = at + k * 2 * w, table * size + k
        c, s, ar, ai = splat(cosine[e]), splat(sine[e]), load(ws, i), load(ws, i + w)
        store(ws, i, c * ar - s * ai)
        store(ws, i + w, c * ai + s * ar)


@jit
def diagonal_undo(ws: Any, at: int, to: int, k: int, cosine: Any, sine: Any, e: int) -> Any:
    """Undo the phase of row k (entry e) on psi and lambda; Re <λ|i|ψ> of its outputs, sample by
    sample.
    """
    w = width(ws)
    i, u = at + k * 2 * w, to + k * 2 * w
    c, s = splat(cosine[e]), splat(sine[e])
    ar, ai, lr, li = load(ws, i), load(ws, i + w), load(ws, u), load(ws, u + w)
    store(ws, i, c * ar + s * ai)
    store(ws, i + w, c * ai - s * ar)
    store(ws, u, c * lr + s * li)
    store(ws, u + w, c * li - s * lr)
    return li * ar - lr * ai


@jit
def diagonal_backward(
    ws: Any,
    at: int,
    to: int,
    size: int,
    cosine: Any,
    sine: Any,
    table: int,
    wanted: int,
    gradient: Any,
) -> None:
    """Undo the phases on psi and lambda; add Re <λ|i|ψ> of every basis state to ``gradient`` where
    wanted.
    """
    e = table * size
    if not wanted or size < 4:
        for k in range(size):
            g = diagonal_undo(ws, at, to, k, cosine, sine, e + k)
            if wanted:
                gradient[e + k] += total(g)
        return
    for k in range(0, size, 4):
        g0 = diagonal_undo(ws, at, to, k, cosine, sine, e + k)
        g1 = diagonal_undo(ws, at, to, k + 1, cosine, sine, e + k + 1)
        g2 = diagonal_undo(ws, at, to, k + 2, cosine, sine, e + k + 2)
        g3 = diagonal_undo(ws, at, to, k + 3, cosine, sine, e + k + 3)
        add_totals(gradient, e + k, g0, g1, g2, g3)


@jit
def sign_flip(ws: Any, at: int, size: int, cosine: Any, table: int) -> None:
    """A table whose entries are ±1 (CZ rings): its own inverse."""
    w = width(ws)
    for k in range(size):
        if cosine[table * size + k] < 0:
            i = at + k * 2 * w
            store(ws, i, -load(ws, i))
            store(ws, i + w, -load(ws, i + w))


@jit
def dense(
    ws: Any,
    at: int,
    n: int,
    op: Any,
    controls: Any,
    wires: Any,
    matrices: Any,
    adjoint: int,
    scratch: Any,
) -> None:
    """A constant matrix on several wires: gather the 2**k rows of a group, multiply, scatter.

    wires (n_entries, 3) : x, z, flip of each; matrices : flat, this one row by row from element
    op[TABLE], real and imaginary parts interleaved; ``scratch`` : at least 2**k rows.
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
    """The basis state of local index r (first wire most significant) in the group of k (all local
    bits zero).
    """
    for q in range(first, last):
        if r >> (last - 1 - q) & 1:
            k ^= wires[q, 0]
    return k
