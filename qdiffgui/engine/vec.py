"""A SIMD vector type for Numba: one lane is one sample of the batch.

``Vec`` maps to LLVM's <W x float> or <W x double>, so the kernel is vectorized by construction and
does not depend on what the loop vectorizer can prove. A vector is 64 bytes (16 floats or 8
doubles): one AVX-512 register, two AVX2 registers, four NEON ones. Operators +, -, *, unary - may
be contracted to fused multiply-adds.
"""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import cgutils, extending, types
from numba.core.datamodel import models
from numba.core.typing import templates

# Numba's decorators change what a function takes; its own annotations do not say so.
intrinsic: Any = extending.intrinsic
lower_builtin: Any = extending.lower_builtin
register_model: Any = extending.register_model
infer_global: Any = templates.infer_global
signature: Any = templates.signature
declare: Any = cgutils.get_or_insert_function

VECTOR_BYTES = 64
_FLAGS = ("contract", "nsz")


class Vec(types.Type):
    """Numba type of a vector of ``width`` lanes of float32 or float64."""

    def __init__(self, lane: Any) -> None:
        self.lane = lane
        self.width = VECTOR_BYTES * 8 // lane.bitwidth
        super().__init__(name=f"Vec({lane} x {self.width})")


VECS = {types.float32: Vec(types.float32), types.float64: Vec(types.float64)}


def _llvm(vec: Vec) -> ir.VectorType:
    return ir.VectorType(
        ir.FloatType() if vec.lane == types.float32 else ir.DoubleType(), vec.width
    )


@register_model(Vec)
class _VecModel(models.PrimitiveModel):
    def __init__(self, manager: Any, fe_type: Vec) -> None:
        super().__init__(manager, fe_type, _llvm(fe_type))  # type: ignore[no-untyped-call]


class _Binary(templates.AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        if len(args) == 2 and isinstance(args[0], Vec) and args[0] == args[1]:
            return signature(args[0], *args)
        return None


class _Unary(templates.AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        if len(args) == 1 and isinstance(args[0], Vec):
            return signature(args[0], *args)
        return None


for _op in (operator.add, operator.sub, operator.mul):
    infer_global(_op)(type(f"_{_op.__name__}", (_Binary,), {}))
infer_global(operator.neg)(type("_neg", (_Unary,), {}))


@lower_builtin(operator.add, Vec, Vec)
def _add(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.fadd(*args, flags=_FLAGS)


@lower_builtin(operator.sub, Vec, Vec)
def _sub(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.fsub(*args, flags=_FLAGS)


@lower_builtin(operator.mul, Vec, Vec)
def _mul(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.fmul(*args, flags=_FLAGS)


@lower_builtin(operator.neg, Vec)
def _neg(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.fneg(args[0])


def _pointer(context: Any, builder: Any, array_type: Any, array: Any, offset: Any, vec: Vec) -> Any:
    data = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [offset]), _llvm(vec).as_pointer())


@intrinsic
def load(typing_context: Any, array: Any, offset: Any) -> Any:
    """The vector at element ``offset`` of a flat array."""
    vec = VECS[array.dtype]

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        pointer = _pointer(context, builder, sig.args[0], args[0], args[1], vec)
        return builder.load(pointer, align=vec.lane.bitwidth // 8)

    return vec(array, types.intp), codegen


@intrinsic
def store(typing_context: Any, array: Any, offset: Any, value: Any) -> Any:
    """Write a vector at element ``offset`` of a flat array."""
    vec = VECS[array.dtype]

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        pointer = _pointer(context, builder, sig.args[0], args[0], args[1], vec)
        builder.store(args[2], pointer, align=vec.lane.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(array, types.intp, vec), codegen


@intrinsic
def splat(typing_context: Any, scalar: Any) -> Any:
    """A vector with the same scalar in every lane."""
    vec = VECS[scalar]

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        kind = _llvm(vec)
        one = builder.insert_element(
            ir.Constant(kind, ir.Undefined), args[0], ir.Constant(ir.IntType(32), 0)
        )
        lanes = ir.Constant(ir.VectorType(ir.IntType(32), vec.width), [0] * vec.width)
        return builder.shuffle_vector(one, ir.Constant(kind, ir.Undefined), lanes)

    return vec(scalar), codegen


@intrinsic
def total(typing_context: Any, vector: Any) -> Any:
    """The sum of all lanes, in a fixed order (halves are added pairwise)."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        value, width = args[0], vector.width
        while width > 1:
            half = width // 2
            mask = ir.VectorType(ir.IntType(32), half)
            undefined = ir.Constant(value.type, ir.Undefined)
            low = builder.shuffle_vector(value, undefined, ir.Constant(mask, list(range(half))))
            high = builder.shuffle_vector(
                value, undefined, ir.Constant(mask, list(range(half, width)))
            )
            value, width = builder.fadd(low, high), half
        return builder.extract_element(value, ir.Constant(ir.IntType(32), 0))

    return vector.lane(vector), codegen


@intrinsic
def parity(typing_context: Any, value: Any) -> Any:
    """The parity (0 or 1) of the number of set bits of an int64."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.and_(builder.ctpop(args[0]), ir.Constant(ir.IntType(64), 1))

    return types.int64(types.int64), codegen


@intrinsic
def width(typing_context: Any, array: Any) -> Any:
    """Lanes of a vector of the array's element type (a constant to the compiler)."""
    lanes = VECS[array.dtype].width

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return ir.Constant(ir.IntType(64), lanes)

    return types.int64(array), codegen


@intrinsic
def nearest(typing_context: Any, vector: Any) -> Any:
    """Every lane rounded to the nearest integer."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        kind = _llvm(vector)
        name = f"llvm.rint.v{vector.width}f{vector.lane.bitwidth}"
        function = declare(builder.module, ir.FunctionType(kind, [kind]), name)
        return builder.call(function, args)

    return vector(vector), codegen


@intrinsic
def add_totals(typing_context: Any, sums: Any, offset: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
    """Add the lane totals of four vectors to four neighboring elements of a float64 array (a third
    of the instructions of four ``total``)."""

    def codegen(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        def pick(x: Any, y: Any, lanes: list[int]) -> Any:
            return builder.shuffle_vector(
                x, y, ir.Constant(ir.VectorType(ir.IntType(32), len(lanes)), lanes)
            )

        folded = []
        for value in args[2:]:
            size = a.width
            while size > 4:
                half, size = list(range(size // 2)), size // 2
                value = builder.fadd(
                    pick(value, value, half), pick(value, value, [i + size for i in half])
                )
            folded.append(value)
        ab, cd = (
            builder.fadd(pick(x, y, [0, 1, 4, 5]), pick(x, y, [2, 3, 6, 7]))
            for x, y in (folded[:2], folded[2:])
        )
        sums4 = builder.fadd(pick(ab, cd, [0, 2, 4, 6]), pick(ab, cd, [1, 3, 5, 7]))
        four = ir.VectorType(ir.DoubleType(), 4)
        if a.lane.bitwidth == 32:
            sums4 = builder.fpext(sums4, four)
        data = context.make_array(sig.args[0])(context, builder, args[0]).data
        pointer = builder.bitcast(builder.gep(data, [args[1]]), four.as_pointer())
        builder.store(builder.fadd(builder.load(pointer, align=8), sums4), pointer, align=8)
        return context.get_dummy_value()

    return types.void(sums, types.intp, a, b, c, d), codegen
