"""Samples in rows ⇄ samples in lanes, a tile of registers at a time.

Outside the kernel one sample's amplitudes are neighbors in memory, inside one basis state's
samples are. A tile is W samples × C = W/2 real numbers: read as W short vectors, transposed by
shuffles, and back.
"""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import types

from qdiffgui.engine.vec import VECS, Vec, intrinsic

# Shuffles of two vectors at each stage of a C × C transpose that stay within 128-bit lanes where
# they can.
_STAGES = {
    8: (
        ((0, 8, 1, 9, 4, 12, 5, 13), (2, 10, 3, 11, 6, 14, 7, 15)),
        ((0, 1, 8, 9, 4, 5, 12, 13), (2, 3, 10, 11, 6, 7, 14, 15)),
        ((0, 1, 2, 3, 8, 9, 10, 11), (4, 5, 6, 7, 12, 13, 14, 15)),
    ),
    4: (((0, 4, 2, 6), (1, 5, 3, 7)), ((0, 1, 4, 5), (2, 3, 6, 7))),
}


def _pick(builder: Any, x: Any, y: Any, lanes: Any) -> Any:
    lanes = list(lanes)
    return builder.shuffle_vector(
        x, y, ir.Constant(ir.VectorType(ir.IntType(32), len(lanes)), lanes)
    )


def _square(builder: Any, rows: list[Any]) -> list[Any]:
    """Transpose of C vectors of C lanes."""
    size = len(rows)
    for stage, (low, high) in enumerate(_STAGES[size]):
        step, new = 1 << stage, list(rows)
        for i in range(size):
            if not i & step:
                new[i] = _pick(builder, rows[i], rows[i + step], low)
                new[i + step] = _pick(builder, rows[i], rows[i + step], high)
        rows = new
    return [rows[_source(i, size)] for i in range(size)]


def _source(column: int, size: int) -> int:
    """Where the network of ``_STAGES`` leaves a column (checked against numpy in the tests)."""
    if size == 4:
        return column
    return (column & 4) | ((column & 1) << 1) | ((column & 2) >> 1)


def _pointer(
    context: Any, builder: Any, array_type: Any, array: Any, offset: Any, kind: Any
) -> Any:
    data = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [offset]), kind.as_pointer())


@intrinsic
def chunk(typing_context: Any, array: Any) -> Any:
    """Real numbers of a sample in a tile (a constant to the compiler)."""
    size = VECS[array.dtype].width // 2

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return ir.Constant(ir.IntType(64), size)

    return types.int64(array), codegen


@intrinsic
def gather(typing_context: Any, rows: Any, to: Any, array: Any, offset: Any, stride: Any) -> Any:
    """Store C vectors from element ``to`` of ``rows`` on: lane j of vector c is array[offset + j ·
    stride + c].
    """
    vec: Vec = VECS[array.dtype]
    size, align = vec.width // 2, vec.lane.bitwidth // 8

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        short, full = (
            ir.VectorType(context.get_value_type(vec.lane), k) for k in (size, vec.width)
        )
        halves = []
        for half in range(2):
            samples = []
            for j in range(half * size, (half + 1) * size):
                at = builder.add(args[3], builder.mul(args[4], ir.Constant(args[4].type, j)))
                samples.append(
                    builder.load(
                        _pointer(context, builder, sig.args[2], args[2], at, short), align=align
                    )
                )
            halves.append(_square(builder, samples))
        for c, (low, high) in enumerate(zip(*halves, strict=True)):
            at = builder.add(args[1], ir.Constant(args[1].type, c * vec.width))
            whole = _pick(builder, low, high, range(vec.width))
            builder.store(
                whole, _pointer(context, builder, sig.args[0], args[0], at, full), align=align
            )
        return context.get_dummy_value()

    return types.void(rows, types.intp, array, types.intp, types.intp), codegen


@intrinsic
def scatter(
    typing_context: Any, array: Any, offset: Any, stride: Any, rows: Any, start: Any
) -> Any:
    """The reverse of ``gather``: array[offset + j · stride + c] is lane j of vector c of those from
    ``start`` on.
    """
    vec: Vec = VECS[array.dtype]
    size, align = vec.width // 2, vec.lane.bitwidth // 8

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        short, full = (
            ir.VectorType(context.get_value_type(vec.lane), k) for k in (size, vec.width)
        )
        vectors = []
        for c in range(size):
            at = builder.add(args[4], ir.Constant(args[4].type, c * vec.width))
            vectors.append(
                builder.load(
                    _pointer(context, builder, sig.args[3], args[3], at, full), align=align
                )
            )
        for half in range(2):
            columns = [_pick(builder, v, v, range(half * size, (half + 1) * size)) for v in vectors]
            for j, sample in enumerate(_square(builder, columns), half * size):
                at = builder.add(args[1], builder.mul(args[2], ir.Constant(args[2].type, j)))
                builder.store(
                    sample, _pointer(context, builder, sig.args[0], args[0], at, short), align=align
                )
        return context.get_dummy_value()

    return types.void(array, types.intp, types.intp, rows, types.intp), codegen
