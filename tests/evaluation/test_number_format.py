"""Numbers as text: leading zeros, the digits of the error, no line breaks inside."""

from __future__ import annotations

import pytest

from qdiffgui.evaluation.number_format import NARROW, format_number, format_with_error


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (0.577, 0.0061, "0.577 ± 0.006"),
        (1.0, 0.0, "1.000"),
        (0.00042, 0.00003, "0.00042 ± 0.00003"),
        (0.0016, 0.0013, "0.0016 ± 0.0013"),
        (12.5, 0.31, "12.50 ± 0.31"),
        (15234.0, 120.0, "15234 ± 120"),
        (9.28e-5, 2e-6, "(9.3 ± 0.2) × 10⁻⁵"),
        (9.28e-4, 0.0, "0.000928"),
        (0.9999996, 6e-7, "1.0000 ± 6 × 10⁻⁷"),
        (12345.0, 1e-6, "12345 ± 10⁻⁶"),
    ],
)
def test_values_have_the_digits_of_their_error(value, error, text):
    assert format_with_error({"value": value, "error": error}).replace(NARROW, " ") == text
    assert format_with_error(None) == "unknown"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.000928, "0.000928"),
        (9.28e-5, "9.28 × 10⁻⁵"),
        (2.99e9, "2.99 × 10⁹"),
        (1e9, "10⁹"),
        (-2.5e-7, "-2.5 × 10⁻⁷"),
        (3072, "3 072"),
        (123456, "123 456"),
        (0.35714, "0.357"),
        (1234.5, "1 234"),
        (9.996, "10"),
        (999.96, "1 000"),
        (0, "0"),
        (None, "–"),
        (float("nan"), "–"),
        (float("inf"), "∞"),
    ],
)
def test_numbers_are_written_as_by_hand(value, text):
    assert format_number(value).replace(NARROW, " ") == text
    assert " " not in format_number(value), "a line must not break inside a number"


def test_a_tiny_error_is_printed():
    assert (
        format_with_error({"value": 0.1234567, "error": 3e-7}).replace(NARROW, " ")
        == "0.12346 ± 3 × 10⁻⁷"
    )
    assert format_with_error({"value": 0.5774, "error": 0.006}) == "0.577 ± 0.006"
