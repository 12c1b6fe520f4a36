"""Expectation values of Pauli words over a block, and the adjoint vector that their gradient starts
from.

A word is a row (x, z, flip, turns): (Pψ)[k] = (-i)^turns (-1)^{parity(k & z) + flip} ψ[k ^ x] in
physical indices.
"""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

from typing import Any

from qdiffgui.engine.passes import jit
from qdiffgui.engine.vec import load, parity, store, width


@jit
def measure_block(
    ws: Any, at: int, size: int, words: Any, out: Any, stride: int, lane: int
) -> None:
    """Expectation values of all words into out (n_words · stride); four Z words at a time share
    their loads.
    """
    m = 0
    while m < len(words):
        if (
            m + 4 <= len(words)
            and words[m, 0] | words[m + 1, 0] | words[m + 2, 0] | words[m + 3, 0] == 0
        ):
            four_z_words(ws, at, size, words, m, out, stride, lane)
            m += 4
        else:
            one_word(ws, at, size, words, m, out, stride, lane)
            m += 1


@jit
def four_z_words(
    ws: Any, at: int, size: int, words: Any, m: int, out: Any, stride: int, lane: int
) -> None:
    """Expectation values of the words m to m + 3, which have no X and no Y, into their rows of out
    (n_words · stride).
    """
    w = width(ws)
    z0, z1, z2, z3 = words[m, 1], words[m + 1, 1], words[m + 2, 1], words[m + 3, 1]
    f0, f1, f2, f3 = words[m, 2], words[m + 1, 2], words[m + 2, 2], words[m + 3, 2]
    zero = load(ws, at) - load(ws, at)
    a0, a1, a2, a3 = zero, zero, zero, zero
    for k in range(size):
        i = at + k * 2 * w
        re, im = load(ws, i), load(ws, i + w)
        p = re * re + im * im
        n = -p
        a0 = a0 + (n if parity(k & z0) ^ f0 else p)
        a1 = a1 + (n if parity(k & z1) ^ f1 else p)
        a2 = a2 + (n if parity(k & z2) ^ f2 else p)
        a3 = a3 + (n if parity(k & z3) ^ f3 else p)
    store(out, m * stride + lane, a0)
    store(out, (m + 1) * stride + lane, a1)
    store(out, (m + 2) * stride + lane, a2)
    store(out, (m + 3) * stride + lane, a3)


@jit
def one_word(
    ws: Any, at: int, size: int, words: Any, m: int, out: Any, stride: int, lane: int
) -> None:
    """Expectation value of word m, any Pauli word, into its row of out (n_words · stride)."""
    w = width(ws)
    x, z, flip, turns = words[m, 0], words[m, 1], words[m, 2], words[m, 3]
    acc = load(ws, at) - load(ws, at)
    for k in range(size):
        i, j = at + k * 2 * w, at + (k ^ x) * 2 * w
        ar, ai, br, bi = load(ws, i), load(ws, i + w), load(ws, j), load(ws, j + w)
        term = ar * bi - ai * br if turns & 1 else ar * br + ai * bi
        acc = acc - term if parity(k & z) ^ flip else acc + term
    store(out, m * stride + lane, acc if turns < 2 else -acc)


@jit
def seed_block(
    ws: Any, at: int, to: int, size: int, words: Any, gradient: Any, stride: int, lane: int
) -> None:
    """lambda = 2 Σ_m g_m P_m psi, from gradient (n_words · stride) of the expectation values."""
    w = width(ws)
    for k in range(size):
        i = at + k * 2 * w
        ar, ai = load(ws, i), load(ws, i + w)
        g = ar - ar
        lr, li = g, g
        for m in range(len(words)):
            x, z, flip, turns = words[m, 0], words[m, 1], words[m, 2], words[m, 3]
            c = load(gradient, m * stride + lane)
            negative = parity(k & z) ^ flip ^ (turns >> 1)
            if x == 0:
                g = g - c if negative else g + c
                continue
            if negative:
                c = -c
            j = at + (k ^ x) * 2 * w
            br, bi = load(ws, j), load(ws, j + w)
            if turns & 1:
                lr, li = lr + c * bi, li - c * br
            else:
                lr, li = lr + c * br, li + c * bi
        lr, li = lr + g * ar, li + g * ai
        store(ws, to + k * 2 * w, lr + lr)
        store(ws, to + k * 2 * w + w, li + li)
