"""The public API says what it takes, with examples that run (see ``tests/test_doctests.py``)."""

from __future__ import annotations

import pytest

from tests import docstrings

DOCUMENTED = 0.95
"""Share of the public callables whose section "Parameters" names what they take."""
EXAMPLES = 111
"""Public names with a running example."""

GOOD = """Add two numbers.

Parameters
----------
a, b : float
    The numbers, in GeV.
*more : float
    Further ones.

Examples
--------
>>> add(1, 2)
3
"""


def test_public_callables_document_their_parameters() -> None:
    called = [public for public in docstrings.public_names(methods=False) if public.takes]
    wrong = [f"{public.path}: {public.problem}" for public in called if public.problem]
    assert len(wrong) <= (1 - DOCUMENTED) * len(called), "\n".join(wrong)


def test_public_names_have_examples() -> None:
    names = docstrings.public_names(methods=False)
    without = [public.path for public in names if not public.has_example]
    assert len(names) - len(without) >= EXAMPLES, "without an example:\n" + "\n".join(without)


def test_parameters_are_read() -> None:
    assert docstrings.parameters(GOOD) == ["a", "b", "more"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    The numbers, in GeV.\n", "", "no description of 'b'"),
        ("----------\na", "-----\na", "underline of 'Parameters'"),
        ("a, b : float", "the numbers a and b", "not an entry"),
        ("Parameters\n----------", "Takes", "no section 'Parameters'"),
    ],
)
def test_what_is_not_numpydoc_is_refused(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(ValueError, match=message):
        docstrings.parameters(GOOD.replace(old, new))


def test_a_parameter_that_is_not_documented_is_a_problem() -> None:
    def add(a: float, b: float, *more: float, unit: str = "GeV") -> float:
        return a + b

    add.__doc__ = GOOD
    assert docstrings.Public("add", add).problem == "undocumented: unit"
    add.__doc__ = GOOD.replace("*more", "*more, unit, scale")
    assert docstrings.Public("add", add).problem == "documented, but not a parameter: scale"
