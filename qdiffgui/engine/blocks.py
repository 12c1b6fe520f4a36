"""Entry points of the kernel: move samples in and out of blocks and run them forward and back.

States outside are (B, 2**n, 2) real arrays in logical order; inside a block row k is a physical basis state (see
``frame``) with its samples side by side. ``blocks`` (n_blocks, 2 · 2**n · W) keeps the final states for the way back.
"""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

from typing import Any

from qdiffgui.engine.kernel import run_backward, run_forward
from qdiffgui.engine.observables import measure_block, seed_block
from qdiffgui.engine.passes import jit
from qdiffgui.engine.vec import load, store, width


@jit
def read_block(ws: Any, at: int, psi: Any, first: int) -> None:
    """Samples from ``first`` on, transposed into the block; lanes past the batch are zero."""
    w = width(ws)
    size = psi.shape[1]
    lanes = min(w, len(psi) - first)
    for k in range(size):
        i = at + k * 2 * w
        for j in range(lanes):
            ws[i + j] = psi[first + j, k, 0]
            ws[i + w + j] = psi[first + j, k, 1]
        for j in range(lanes, w):
            ws[i + j] = 0
            ws[i + w + j] = 0


@jit
def zero_block(ws: Any, at: int, size: int) -> None:
    """|0…0> in every lane."""
    w = width(ws)
    for i in range(at, at + size * 2 * w):
        ws[i] = 0
    for j in range(w):
        ws[at + j] = 1


@jit
def write_block(ws: Any, at: int, out: Any, first: int, index: Any, phase: Any) -> None:
    """Rows ``index`` times a phase, transposed into samples from ``first`` on."""
    w = width(ws)
    lanes = min(w, len(out) - first)
    c, s = phase[0], phase[1]
    for k in range(len(index)):
        i = at + index[k] * 2 * w
        for j in range(lanes):
            re, im = ws[i + j], ws[i + w + j]
            out[first + j, k, 0] = c * re - s * im
            out[first + j, k, 1] = c * im + s * re


@jit
def read_gradient(ws: Any, to: int, gradient: Any, first: int, index: Any, phase: Any) -> None:
    """The adjoint vector of a block from a gradient with respect to the output states (the reverse of write_block)."""
    w = width(ws)
    lanes = min(w, len(gradient) - first)
    c, s = phase[0], phase[1]
    for k in range(len(index)):
        i = to + index[k] * 2 * w
        for j in range(lanes):
            re, im = gradient[first + j, k, 0], gradient[first + j, k, 1]
            ws[i + j] = c * re + s * im
            ws[i + w + j] = c * im - s * re
        for j in range(lanes, w):
            ws[i + j] = 0
            ws[i + w + j] = 0


@jit
def forward(
    first: int, last: int, n: int, program: Any, angles: Any, tables: Any, psi: Any, slot: int, blocks: Any,
    words: Any, expectation: Any, out: Any, index: Any, phase: Any, scratch: Any,
) -> None:  # fmt: skip
    """Blocks first … last-1: read psi, run, then write states to out and expectation values where these are not empty.

    blocks : flat. ``slot`` negative: every final state stays at its place in ``blocks`` for ``backward``; else row
    ``slot`` of ``blocks`` serves all blocks. ``scratch`` : 2**6 rows for constant matrices.
    """
    size = 1 << n
    w = width(blocks)
    for b in range(first, last):
        at = (b if slot < 0 else slot) * size * 2 * w
        if len(psi):
            read_block(blocks, at, psi, b * w)
        else:
            zero_block(blocks, at, size)
        run_forward(blocks, at, n, b * w, program, angles, tables, scratch)
        if len(out):
            write_block(blocks, at, out, b * w, index, phase)
        if len(words):
            measure_block(blocks, at, size, words, expectation, angles[4], b * w)


@jit
def backward(
    first: int, last: int, n: int, program: Any, angles: Any, tables: Any, blocks: Any, ws: Any, gradients: Any,
    words: Any, expectation_g: Any, out_g: Any, index: Any, phase: Any, psi_g: Any, straight: Any, one: Any, scratch: Any,
) -> None:  # fmt: skip
    """Blocks first … last-1: copy the final states, seed lambda from the output's gradient, undo all steps; write the
    gradient with respect to the input states where psi_g is not empty. ``straight`` is 0 … 2**n - 1 and ``one`` the phase (1, 0)."""
    size = 1 << n
    w = width(blocks)
    length = size * 2 * w
    for b in range(first, last):
        for i in range(0, length, w):
            store(ws, i, load(blocks, b * length + i))
        if len(words):
            seed_block(ws, 0, length, size, words, expectation_g, angles[4], b * w)
        else:
            read_gradient(ws, length, out_g, b * w, index, phase)
        run_backward(ws, 0, length, n, b * w, program, angles, tables, gradients, scratch)
        if len(psi_g):
            write_block(ws, length, psi_g, b * w, straight, one)
