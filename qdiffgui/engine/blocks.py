"""Entry points of the kernel: move samples in and out of blocks and run them forward and back.

States outside are flat (B · 2**n · 2) real arrays in logical order; inside a block row k is a
physical basis state (see ``frame``) with its samples side by side. ``blocks`` (n_blocks · 2 · 2**n
· W) keeps the final states for the way back.
"""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

from typing import Any

from qdiffgui.engine.kernel import run_backward, run_forward
from qdiffgui.engine.observables import measure_block, seed_block
from qdiffgui.engine.passes import jit
from qdiffgui.engine.transpose import chunk, gather, scatter
from qdiffgui.engine.vec import load, splat, store, width


@jit
def read_block(ws: Any, at: int, size: int, psi: Any, batch: int, first: int) -> None:
    """Samples from ``first`` on, transposed into the block; lanes past the batch are zero."""
    w, c = width(ws), chunk(ws)
    stride, start = 2 * size, 2 * size * first
    if first + w <= batch and stride >= c:
        for e in range(0, stride, c):
            gather(ws, at + e * w, psi, start + e, stride)
        return
    for e in range(stride):
        for j in range(w):
            ws[at + e * w + j] = psi[start + j * stride + e] if first + j < batch else 0


@jit
def zero_block(ws: Any, at: int, size: int) -> None:
    """|0…0> in every lane."""
    w = width(ws)
    for i in range(at, at + size * 2 * w):
        ws[i] = 0
    for j in range(w):
        ws[at + j] = 1


@jit
def turned(ws: Any, i: int, out: Any, o: int, c: Any, s: Any) -> None:
    """Row i of ws times c + i s to row o of out."""
    w = width(ws)
    re, im = load(ws, i), load(ws, i + w)
    store(out, o, c * re - s * im)
    store(out, o + w, c * im + s * re)


@jit
def write_block(
    ws: Any, at: int, out: Any, batch: int, first: int, index: Any, phase: Any, scratch: Any
) -> None:
    """Rows ``index`` times a phase, transposed into samples from ``first`` on."""
    w, tile = width(ws), chunk(ws) // 2
    size = len(index)
    stride, start = 2 * size, 2 * size * first
    c, s = splat(phase[0]), splat(phase[1])
    whole = first + w <= batch and size >= tile
    for k in range(0, size, tile if whole else 1):
        for r in range(tile if whole else 1):
            turned(ws, at + index[k + r] * 2 * w, scratch, r * 2 * w, c, s)
        if whole:
            scatter(out, start + 2 * k, stride, scratch, 0)
        else:
            for j in range(min(w, batch - first)):
                out[start + j * stride + 2 * k] = scratch[j]
                out[start + j * stride + 2 * k + 1] = scratch[w + j]


@jit
def read_gradient(
    ws: Any, to: int, gradient: Any, batch: int, first: int, index: Any, phase: Any, scratch: Any
) -> None:
    """The adjoint vector of a block from a gradient with respect to the output states (the reverse
    of write_block).
    """
    w, tile = width(ws), chunk(ws) // 2
    size = len(index)
    stride, start = 2 * size, 2 * size * first
    c, s = splat(phase[0]), -splat(phase[1])
    whole = first + w <= batch and size >= tile
    for k in range(0, size, tile if whole else 1):
        if whole:
            gather(scratch, 0, gradient, start + 2 * k, stride)
        else:
            for j in range(w):
                inside = first + j < batch
                scratch[j] = gradient[start + j * stride + 2 * k] if inside else 0
                scratch[w + j] = gradient[start + j * stride + 2 * k + 1] if inside else 0
        for r in range(tile if whole else 1):
            turned(scratch, r * 2 * w, ws, to + index[k + r] * 2 * w, c, s)


@jit
def forward(
    first: int,
    last: int,
    batch: int,
    n: int,
    program: Any,
    angles: Any,
    tables: Any,
    psi: Any,
    slot: int,
    blocks: Any,
    words: Any,
    expectation: Any,
    out: Any,
    index: Any,
    phase: Any,
    scratch: Any,
) -> None:
    """Blocks first … last-1: read psi, run, then write states to out and expectation values where
    these are not empty.

    blocks : flat. ``slot`` negative: every final state stays at its place in ``blocks`` for
        ``backward``; else row
    ``slot`` of ``blocks`` serves all blocks. ``scratch`` : 2**6 rows for constant matrices.
    """
    size = 1 << n
    w = width(blocks)
    for b in range(first, last):
        at = (b if slot < 0 else slot) * size * 2 * w
        if len(psi):
            read_block(blocks, at, size, psi, batch, b * w)
        else:
            zero_block(blocks, at, size)
        run_forward(blocks, at, n, b * w, program, angles, tables, scratch)
        if len(out):
            write_block(blocks, at, out, batch, b * w, index, phase, scratch)
        if len(words):
            measure_block(blocks, at, size, words, expectation, angles[4], b * w)


@jit
def backward(
    edges: Any,
    first: int,
    last: int,
    batch: int,
    n: int,
    program: Any,
    angles: Any,
    tables: Any,
    blocks: Any,
    ws: Any,
    gradients: Any,
    words: Any,
    expectation_g: Any,
    out_g: Any,
    index: Any,
    phase: Any,
    psi_g: Any,
    straight: Any,
    one: Any,
    scratch: Any,
) -> None:
    """Parts first … last-1, part p being the blocks edges[p] … edges[p+1]-1: copy the final states,
    seed lambda from the output's gradient, undo all steps; write the gradient with respect to the
    input states where psi_g is not empty.

    gradients : (n_parts, n_shared), all samples', (n_parts, tables): a part has sums of its own.
    ``straight`` is 0 … 2**n - 1 and ``one`` the phase (1, 0).
    """
    size = 1 << n
    w = width(blocks)
    length = size * 2 * w
    shared_g, sample_g, table_g = gradients
    for p in range(first, last):
        mine = (shared_g[p], sample_g, table_g[p])
        for b in range(edges[p], edges[p + 1]):
            for i in range(0, length, w):
                store(ws, i, load(blocks, b * length + i))
            if len(words):
                seed_block(ws, 0, length, size, words, expectation_g, angles[4], b * w)
            else:
                read_gradient(ws, length, out_g, batch, b * w, index, phase, scratch)
            run_backward(ws, 0, length, n, b * w, program, angles, tables, mine, scratch)
            if len(psi_g):
                write_block(ws, length, psi_g, batch, b * w, straight, one, scratch)
