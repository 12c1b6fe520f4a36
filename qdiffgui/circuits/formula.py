"""Formulas that are both displayed and evaluated, so that a table shows what was tested.

A formula is written as a Python expression of its symbols ("2*n*L") and displayed as mathematics
("2nL"). Symbols: n data qubits, a ancillas (shown nₐ), L layers, T diffusion steps, B batch size, K
classes, P parameters, and those that a model adds.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "ceil": math.ceil,
    "log2": math.log2,
}
_NAMES = {"a": "nₐ", "eps": "ε"}
_RAISED = str.maketrans("0123456789+-()nwLT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿʷᴸᵀ")
_SIGNS: dict[type, str] = {ast.Gt: ">", ast.GtE: "≥", ast.Lt: "<", ast.LtE: "≤", ast.Eq: "="}
_SUM, _PRODUCT, _POWER = 1, 2, 3


class Formula:
    """A formula with symbols.

    Parameters
    ----------
    source : str
        A Python expression.
    exact : bool
        Whether it is exact; otherwise it is an upper bound, displayed with "≤".

    Attributes
    ----------
    text : str
        The formula as mathematics.

    Raises
    ------
    ValueError
        If the source is not such an expression.

    Examples
    --------
    >>> formula = Formula("2*n*L")
    >>> formula.text, formula.value(n=3, L=4)
    ('2nL', 24)
    >>> formula.at(n="n + a").text
    '2(n + nₐ)L'
    """

    def __init__(self, source: str, *, exact: bool = True) -> None:
        self.source, self.exact = source, exact
        try:
            self._tree = ast.parse(self.source, mode="eval").body
        except SyntaxError as error:
            raise ValueError(f"'{source}' is not a formula: {error.msg}") from None
        self.text = ("" if self.exact else "≤ ") + _shown(self._tree, 0)

    def value(self, **symbols: float) -> float:
        """The value for given symbols, as an int if it is whole; ``KeyError`` if one is missing."""
        number = _number(self._tree, symbols)
        return int(number) if float(number).is_integer() else float(number)

    def at(self, **replaced: str) -> Formula:
        """The formula with symbols replaced by expressions."""
        trees = {name: ast.parse(text, mode="eval").body for name, text in replaced.items()}

        class Put(ast.NodeTransformer):
            def visit_Name(self, node: ast.Name) -> ast.AST:
                return trees.get(node.id, node)

        tree = Put().visit(ast.parse(self.source, mode="eval"))
        return Formula(ast.unparse(ast.fix_missing_locations(tree)), exact=self.exact)

    def __repr__(self) -> str:
        return f"Formula({self.source!r}{'' if self.exact else ', exact=False'})"


def _number(node: ast.AST, symbols: dict[str, float]) -> Any:
    match node:
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.Name(id=name):
            return symbols[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _binary(op, _number(left, symbols), _number(right, symbols))
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_number(inner, symbols)
        case ast.IfExp(test=test, body=body, orelse=other):
            return _number(body if _number(test, symbols) else other, symbols)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            a, b = _number(left, symbols), _number(right, symbols)
            return {">": a > b, "≥": a >= b, "<": a < b, "≤": a <= b, "=": a == b}[_SIGNS[type(op)]]
        case ast.Call(func=ast.Name(id=name), args=arguments) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*(_number(argument, symbols) for argument in arguments))
    raise ValueError(f"a formula cannot contain {ast.unparse(node)!r}")


def _binary(op: ast.operator, a: float, b: float) -> float:
    match op:
        case ast.Add():
            return a + b
        case ast.Sub():
            return a - b
        case ast.Mult():
            return a * b
        case ast.Div():
            return a / b
        case ast.FloorDiv():
            return a // b
        case ast.Pow():
            return float(a**b) if b < 0 else a**b
    raise ValueError(f"a formula cannot contain the operation {type(op).__name__}")


def _shown(node: ast.AST, outer: int) -> str:
    match node:
        case ast.Constant(value=int() | float() as value):
            return f"{value:g}" if isinstance(value, float) else f"{value}"
        case ast.Name(id=name):
            return _NAMES.get(name, name)
        case ast.BinOp(op=ast.Mult()):
            return _enclosed(_product(node), _PRODUCT, outer)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _enclosed(f"{_shown(left, _SUM)} + {_shown(right, _SUM)}", _SUM, outer)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _enclosed(f"{_shown(left, _SUM)} − {_shown(right, _PRODUCT)}", _SUM, outer)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return _enclosed(f"{_shown(left, _PRODUCT)}/{_shown(right, _POWER)}", _PRODUCT, outer)
        case ast.BinOp(left=left, op=ast.FloorDiv(), right=right):
            return f"⌊{_shown(left, _PRODUCT)}/{_shown(right, _POWER)}⌋"
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _shown(left, _POWER) + _raised(_shown(right, 0))
        case ast.UnaryOp(operand=inner):
            return f"−{_shown(inner, _PRODUCT)}"
        case ast.IfExp(test=test, body=body, orelse=other):
            return f"({_shown(body, 0)} where {_shown(test, 0)}, else {_shown(other, 0)})"
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return f"{_shown(left, _SUM)} {_SIGNS[type(op)]} {_shown(right, _SUM)}"
        case ast.Call(func=ast.Name(id="ceil"), args=[inner]):
            return f"⌈{_shown(inner, 0)}⌉"
        case ast.Call(func=ast.Name(id="log2"), args=[inner]):
            return f"log₂ {_shown(inner, _POWER)}"
        case ast.Call(func=ast.Name(id=name), args=arguments) if name in _FUNCTIONS:
            return f"{name}({', '.join(_shown(argument, 0) for argument in arguments)})"
    raise ValueError(f"a formula cannot contain {ast.unparse(node)!r}")


def _enclosed(text: str, own: int, outer: int) -> str:
    return f"({text})" if own < outer else text


def _raised(text: str) -> str:
    plain = text.replace(" ", "").replace("−", "-")
    raised = plain.translate(_RAISED)
    return raised if not set(raised) & set(plain) else f"^({text})" if len(text) > 1 else f"^{text}"


def _product(node: ast.AST) -> str:
    """Juxtaposed factors, whole numbers multiplied, with dots where two would read as one."""
    factors = _factors(node)
    whole = [f.value for f in factors if isinstance(f, ast.Constant) and isinstance(f.value, int)]
    number = math.prod(whole)
    rest = [f for f in factors if not (isinstance(f, ast.Constant) and isinstance(f.value, int))]
    parts = ([f"{number}"] if number != 1 or not rest else []) + [
        _shown(factor, _PRODUCT) for factor in rest
    ]
    text = parts[0]
    for part in parts[1:]:
        apart = (
            part[0].isdigit()
            or (len(part.strip("ₐ")) > 1 and part[0].isalpha() and part[1].isalpha())
            or "/" in text
        )
        text += f"·{part}" if apart else part
    return text


def _factors(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*_factors(node.left), *_factors(node.right)]
    return [node]
