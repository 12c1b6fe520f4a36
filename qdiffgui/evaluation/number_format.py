"""Numbers as text, on the page, in reports and in the terminal: written as by hand, never
``9.28e-04``, and always with a leading zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

NARROW = "\u202f"
"""The space inside a number: narrow, and no line breaks at it."""
_DECIMALS, _MOST = 3, 5
_SMALL, _LARGE = -4, 6  # powers of ten: beyond them the power is written out
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def format_number(value: float | None, digits: int = 3) -> str:
    """A number with so many significant digits: ``0.000928``, ``3 072``, ``2.99 × 10⁹``. Counts up
    to a million are written in full. A missing value is "–".
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if float(value).is_integer() and abs(value) < 10**_LARGE:
        return _grouped(value, 0)
    mantissa, power = f"{value:.{digits - 1}e}".split("e")
    if _SMALL <= int(power) < _LARGE:
        return _grouped(value, max(digits - 1 - int(power), 0))
    return _times(f"{float(mantissa):g}", int(power))


def format_with_error(cell: Mapping[str, float] | None) -> str:
    """The value and the error of a cell, as ``format_value`` writes them."""
    return "unknown" if cell is None else format_value(cell["value"], cell["error"])


def format_value(value: float, error: float) -> str:
    """A value with its error, both to the first digit of the error (two digits if the first is a
    1): ``0.577 ± 0.006``, ``0.0016 ± 0.0013``.
    """
    size = max(abs(value), error)
    if error == 0:
        return (
            f"{value:.{_DECIMALS}f}" if value == 0 or 1e-2 <= size < 1e4 else format_number(value)
        )
    first = math.floor(math.log10(error))
    decimals = -first + (error < 2 * 10.0**first)
    power = math.floor(math.log10(size))
    if power < _SMALL:
        scaled = (f"{part / 10.0**power:.{max(decimals + power, 0)}f}" for part in (value, error))
        return f"({' ± '.join(scaled)}){NARROW}×{NARROW}10{str(power).translate(_RAISED)}"
    if decimals > _MOST:
        return f"{value:#.{_MOST}g}".rstrip(".") + f" ± {format_number(error, 1)}"
    decimals = max(decimals, _DECIMALS - max(power, 0), 0)
    return f"{value:.{decimals}f} ± {error:.{decimals}f}"


def format_p(p: float, n_null: int = 0) -> str:
    """A p-value; "≤" marks the least one that so many splits can give.

    >>> format_p(0.005, 199), format_p(0.25, 199), format_p(1e-20)
    ('≤ 0.005', '0.25', '< 10⁻¹²')
    """
    if p < 1e-12:
        return "< 10⁻¹²"
    least = 1 / (n_null + 1) if n_null else 0.0
    return f"≤ {p:.2g}" if p <= least else format_number(p, 2)


def _grouped(value: float, decimals: int) -> str:
    """In groups of three digits, without trailing zeros."""
    whole, _, rest = f"{value:,.{decimals}f}".partition(".")
    rest = rest.rstrip("0")
    return whole.replace(",", NARROW) + (f".{rest}" if rest else "")


def _times(mantissa: str, power: int) -> str:
    raised = f"10{str(power).translate(_RAISED)}"
    return raised if mantissa == "1" else f"{mantissa}{NARROW}×{NARROW}{raised}"
