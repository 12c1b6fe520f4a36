"""The compiled kernel: interprets the operation table of any circuit over blocks of samples,
forward and adjoint.

Gradients by adjoint differentiation (Jones & Gacon, arXiv 2009.02823): going back, every step is
undone on psi and on the adjoint vector lambda, so memory does not grow with depth. All arrays have
one real type, float32 or float64.
"""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

from typing import Any

from qdiffgui.engine.passes import (
    DENSE,
    DIAGONAL,
    FACTOR0,
    FACTOR1,
    GRADIENT,
    IMAG,
    KIND,
    PHASE,
    REAL,
    SIGN,
    TABLE,
    TWIN,
    imag_backward,
    imag_forward,
    jit,
    phase_backward,
    phase_forward,
    real_backward,
    real_forward,
    su2_backward,
    su2_forward,
)
from qdiffgui.engine.tables import dense, diagonal_backward, diagonal_forward, sign_flip
from qdiffgui.engine.twin_passes import twin_backward, twin_forward
from qdiffgui.engine.vec import load, splat, store, total

SHARED, SAMPLE, CONSTANT = range(3)


@jit
def half_angle(f: int, lane: int, factors: Any, angles: Any) -> Any:
    """cos and sin of half the angle of a factor, for the samples from ``lane`` on."""
    shared_c, shared_s, sample_c, sample_s, stride = angles
    row = factors[f, 2]
    if factors[f, 1] == SHARED:
        return splat(shared_c[row]), splat(shared_s[row])
    return load(sample_c, row * stride + lane), load(sample_s, row * stride + lane)


@jit
def compose(op: Any, lane: int, factors: Any, constants: Any, angles: Any) -> Any:
    """(Re a, Im a, Re b, Im b) of the product of the step's factors."""
    zero = splat(constants[0, 0]) - splat(constants[0, 0])
    pr, pi, qr, qi = zero, zero, zero, zero
    for f in range(op[FACTOR0], op[FACTOR1]):
        ar, ai, br, bi = zero, zero, zero, zero
        if factors[f, 1] == CONSTANT:
            e = factors[f, 2]
            ar, ai, br, bi = (
                splat(constants[e, 0]),
                splat(constants[e, 1]),
                splat(constants[e, 2]),
                splat(constants[e, 3]),
            )
        else:
            c, s = half_angle(f, lane, factors, angles)
            ar = c
            if factors[f, 0] == 0:
                bi = -s
            elif factors[f, 0] == 1:
                br = s
            else:
                ai = -s
        if f == op[FACTOR0]:
            pr, pi, qr, qi = ar, ai, br, bi
        else:  # a = a2 a1 - conj(b2) b1, b = b2 a1 + conj(a2) b1
            pr, pi, qr, qi = (
                ar * pr - ai * pi - br * qr - bi * qi,
                ar * pi + ai * pr - br * qi + bi * qr,
                br * pr - bi * pi + ar * qr + ai * qi,
                br * pi + bi * pr + ar * qi - ai * qr,
            )
    return pr, pi, qr, qi


@jit
def pull_back(
    op: Any,
    lane: int,
    factors: Any,
    constants: Any,
    angles: Any,
    t: Any,
    shared_g: Any,
    sample_g: Any,
) -> None:
    """Gradients of all factors of a step from the tangents t at its output: dL/dθ = t_axis / 2,
    last factor first, t turned back through each factor on the way."""
    tx, ty, tz = t
    half = splat(constants[0, 4])
    for back in range(op[FACTOR1] - op[FACTOR0]):
        f = op[FACTOR1] - 1 - back
        row = factors[f, 2]
        if factors[f, 1] == CONSTANT:
            tx, ty, tz = (
                splat(constants[row, 5]) * tx
                + splat(constants[row, 6]) * ty
                + splat(constants[row, 7]) * tz,
                splat(constants[row, 8]) * tx
                + splat(constants[row, 9]) * ty
                + splat(constants[row, 10]) * tz,
                splat(constants[row, 11]) * tx
                + splat(constants[row, 12]) * ty
                + splat(constants[row, 13]) * tz,
            )
            continue
        axis = factors[f, 0]
        mine = half * (tx if axis == 0 else ty if axis == 1 else tz)
        if factors[f, 1] == SHARED:
            shared_g[row] += total(mine)
        else:
            store(sample_g, row * angles[4] + lane, mine)
        c, s = half_angle(f, lane, factors, angles)
        cosine, sine = c * c - s * s, c * s + c * s
        if axis == 0:
            ty, tz = cosine * ty + sine * tz, cosine * tz - sine * ty
        elif axis == 1:
            tz, tx = cosine * tz + sine * tx, cosine * tx - sine * tz
        else:
            tx, ty = cosine * tx + sine * ty, cosine * ty - sine * tx


@jit
def run_forward(
    ws: Any, at: int, n: int, lane: int, program: Any, angles: Any, tables: Any, scratch: Any
) -> None:
    """All steps on the block at element ``at`` of ws."""
    ops, factors, controls, constants, wires, matrices = program
    twin = False
    for o in range(len(ops)):
        op = ops[o]
        kind = op[KIND]
        if twin:
            twin = False
        elif kind == DIAGONAL:
            diagonal_forward(ws, at, 1 << n, tables[0], tables[1], op[TABLE])
        elif kind == SIGN:
            sign_flip(ws, at, 1 << n, tables[0], op[TABLE])
        elif kind == DENSE:
            dense(ws, at, n, op, controls, wires, matrices, 0, scratch)
        else:
            pr, pi, qr, qi = compose(op, lane, factors, constants, angles)
            if kind == REAL:
                real_forward(ws, at, n, op, controls, pr, qr)
            elif kind == TWIN:
                c2, _, s2, _ = compose(ops[o + 1], lane, factors, constants, angles)
                twin_forward(ws, at, n, op, ops[o + 1], pr, qr, c2, s2)
                twin = True
            elif kind == IMAG:
                imag_forward(ws, at, n, op, controls, pr, -qi)
            elif kind == PHASE:
                phase_forward(ws, at, n, op, controls, pr, pi)
            else:
                su2_forward(ws, at, n, op, controls, (pr, pi, qr, qi))


@jit
def run_backward(
    ws: Any,
    at: int,
    to: int,
    n: int,
    lane: int,
    program: Any,
    angles: Any,
    tables: Any,
    gradients: Any,
    scratch: Any,
) -> None:
    """Undo all steps on psi (at) and lambda (to), adding gradients (shared, sample, tables)."""
    ops, factors, controls, constants, wires, matrices = program
    shared_g, sample_g, table_g = gradients
    for o in range(len(ops) - 1, -1, -1):
        op = ops[o]
        kind = op[KIND]
        if o and ops[o - 1, KIND] == TWIN:
            continue
        if kind == DIAGONAL:
            diagonal_backward(
                ws, at, to, 1 << n, tables[0], tables[1], op[TABLE], op[GRADIENT], table_g
            )
        elif kind == SIGN:
            sign_flip(ws, at, 1 << n, tables[0], op[TABLE])
            sign_flip(ws, to, 1 << n, tables[0], op[TABLE])
        elif kind == DENSE:
            dense(ws, at, n, op, controls, wires, matrices, 1, scratch)
            dense(ws, to, n, op, controls, wires, matrices, 1, scratch)
        else:
            pr, pi, qr, qi = compose(op, lane, factors, constants, angles)
            tx = ty = tz = pr - pr
            if kind == REAL:
                ty = real_backward(ws, at, to, n, op, controls, pr, qr)
            elif kind == TWIN:
                c2, _, s2, _ = compose(ops[o + 1], lane, factors, constants, angles)
                ty, t2 = twin_backward(ws, at, to, n, op, ops[o + 1], pr, qr, c2, s2)
                pull_back(
                    ops[o + 1], lane, factors, constants, angles, (tx, t2, tz), shared_g, sample_g
                )
            elif kind == IMAG:
                tx = imag_backward(ws, at, to, n, op, controls, pr, -qi)
            elif kind == PHASE:
                tz = phase_backward(ws, at, to, n, op, controls, pr, pi)
            else:
                tx, ty, tz = su2_backward(ws, at, to, n, op, controls, (pr, pi, qr, qi))
            if op[GRADIENT]:
                pull_back(op, lane, factors, constants, angles, (tx, ty, tz), shared_g, sample_g)
