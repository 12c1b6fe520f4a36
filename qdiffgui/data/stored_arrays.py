"""Arrays of stored files are loaded completely or refused: every array is expected, has the shape
and type that the settings give it, and is kept as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np

from qdiffgui.data.formats.checks import one_line
from qdiffgui.data.types import Array
from qdiffgui.errors import DataError, UserError

LARGEST = 1e30
"""No parameter and no scale comes near; beyond it, products leave the range of 32-bit numbers."""


def load_exactly(
    arrays: Mapping[str, Array],
    load: Callable[[Mapping[str, Array]], None],
    dump: Callable[[], Mapping[str, Array]],
) -> None:
    """Load arrays, and check that all of them were used and none was changed.

    Parameters
    ----------
    arrays : mapping of str to array
    load : callable
        Loads the arrays; may raise anything for arrays that do not fit.
    dump : callable
        Returns what was loaded, under the same names.

    Raises
    ------
    DataError
        If an array is missing, is unknown, does not fit, or would be changed by loading it.
    """
    try:
        load(arrays)
        loaded = {name: np.asarray(values) for name, values in dump().items()}
    except UserError:
        raise
    except KeyError as error:
        raise DataError(f"{error} is missing") from error
    except Exception as error:  # arrays of unknown origin can break any line of the code
        reason = one_line(error, 160).rstrip(".") or type(error).__name__
        raise DataError(f"its arrays do not fit: {reason}") from error
    _require_names(arrays, loaded)
    for name, values in arrays.items():
        other = loaded[name]
        alike = values.shape == other.shape and values.dtype.kind == other.dtype.kind
        if not alike or not _equal(values, other):
            raise DataError(f"'{one_line(name)}' {_about(values)} does not fit")


def require_like(
    arrays: Mapping[str, Array],
    expected: Mapping[str, Array],
    of_any_length: Collection[str] = (),
) -> None:
    """Check names, shapes and types, and that all numbers are finite.

    Parameters
    ----------
    arrays : mapping of str to array
    expected : mapping of str to array
        Arrays of the same names, shapes and types. Where they are infinite, so may be ``arrays``.
    of_any_length : collection of str
        Names of the arrays whose first axis may have another length.

    Raises
    ------
    DataError
        For the first array that is not as expected.
    """
    _require_names(arrays, expected)
    for name, values in arrays.items():
        like = np.asarray(expected[name])
        start = 1 if name in of_any_length else 0
        if values.dtype != like.dtype or (
            values.ndim != like.ndim or values.shape[start:] != like.shape[start:]
        ):
            raise DataError(f"'{one_line(name)}' is {_about(values)}, expected {_about(like)}")
        if values.dtype.kind in "fc":
            finite = np.isfinite(values)
            if not finite.all() and not (
                values.shape == like.shape and _equal(values[~finite], like[~finite])
            ):
                raise DataError(f"'{one_line(name)}' has numbers that are not finite")
            _require_moderate(name, values[finite])


def require_finite(arrays: Mapping[str, Array]) -> None:
    """Raise ``DataError`` if an array has a number that is NaN, infinite, or beyond ``LARGEST``."""
    for name, values in arrays.items():
        if values.dtype.kind in "fc":
            if not np.isfinite(values).all():
                raise DataError(f"'{one_line(name)}' has numbers that are not finite")
            _require_moderate(name, values)


def _require_moderate(name: str, values: Array) -> None:
    if (np.abs(values) > LARGEST).any():
        raise DataError(f"'{one_line(name)}' has numbers beyond {LARGEST:g}")


def _require_names(arrays: Mapping[str, Array], expected: Mapping[str, Array]) -> None:
    for name in expected:
        if name not in arrays:
            raise DataError(f"'{one_line(name)}' is missing")
    for name in arrays:
        if name not in expected:
            raise DataError(f"'{one_line(name)}' is unknown")


def _equal(one: Array, other: Array) -> bool:
    numbers = one.dtype.kind in "fc" and other.dtype.kind in "fc"
    return bool(np.array_equal(one, other, equal_nan=numbers))


def _about(values: Array) -> str:
    return f"{values.shape} {values.dtype}"
