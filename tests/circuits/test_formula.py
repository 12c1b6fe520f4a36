from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdiffgui.circuits.formula import Formula


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("2*n*L", "2nL"),
        ("2*(2*n)*L", "4nL"),
        ("(n + a - 1)*L", "(n + nₐ − 1)L"),
        ("2**n - 1", "2ⁿ − 1"),
        ("B*2**(n + 1)", "B·2ⁿ⁺¹"),
        ("ceil(1/eps**2)", "⌈1/ε²⌉"),
        ("n//2", "⌊n/2⌋"),
        ("(3*n if n > 1 else 1)", "(3n where n > 1, else 1)"),
        ("n - (a - 1)", "n − (nₐ − 1)"),
        ("2*min(n, 3)", "2·min(n, 3)"),
    ],
)
def test_a_formula_is_shown_as_mathematics(source: str, text: str) -> None:
    assert Formula(source).text == text


def test_a_bound_says_so_and_stays_one() -> None:
    bound = Formula("n*L", exact=False)
    assert bound.text == "≤ nL"
    assert bound.at(n="n + a").text == "≤ (n + nₐ)L"


@given(n=st.integers(0, 30), a=st.integers(0, 5), layers=st.integers(1, 40))
def test_replacing_a_symbol_is_evaluating_at_it(n: int, a: int, layers: int) -> None:
    formula = Formula("2*n*L + (n//2 if n >= 3 else n - 1)**2")
    assert formula.at(n="n + a", L="2*L").value(n=n, a=a, L=layers) == formula.value(
        n=n + a, L=2 * layers
    )


@pytest.mark.parametrize("wrong", ["2 n", "open('x')", "n.real", "n if", "[n]"])
def test_what_is_no_formula_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="formula"):
        Formula(wrong)


def test_a_missing_symbol_is_an_error() -> None:
    with pytest.raises(KeyError, match="L"):
        Formula("n*L").value(n=2)
