"""Words become HTML in one place, and nothing in them is ever markup."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdiffgui.ui import markup
from qdiffgui.ui.markdown import prose

EVIL = '<script>alert(1)</script><img src=x onerror="alert(2)">'


@pytest.mark.parametrize(
    "made",
    [
        markup.title(EVIL, EVIL).value,
        markup.note(EVIL),
        markup.empty(EVIL),
        markup.facts([(EVIL, EVIL)]),
        markup.bullets([EVIL], "x"),
        markup.pill(EVIL),
        markup.progress(0.5, EVIL),
        markup.table(["a"], [], EVIL),
        markup.drawer(EVIL, EVIL),
        markup.code(EVIL, EVIL),
        prose(f"# {EVIL}\n\n{EVIL} ${EVIL}$\n\n```\n{EVIL}\n```\n\n$$\n{EVIL}\n$$"),
        prose(
            '[x](javascript:alert(1)) ![x](http://elsewhere/x.png) <img src=x onerror="alert(2)">'
        ),
    ],
)
def test_script_is_inert(made):
    assert "<script" not in made
    assert "<img" not in made
    assert 'onerror="' not in made


@given(st.text())
def test_escaped_text_has_no_markup(text):
    assert not re.search(r"[<>\"']", markup.esc(text))


@given(st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=False)))
def test_quantity_is_short(value):
    assert 1 <= len(markup.format_number(value)) <= 14


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, "–"), (0.2, "under 1 s"), (12.4, "12 s"), (600, "10 min"), (7300, "2.0 h")],
)
def test_durations(seconds, said):
    assert markup.duration(seconds) == said


def test_html_widgets_are_made_only_by_markup():
    """``ipywidgets.HTML`` and ``HTMLMath`` render scripts: nobody but ``markup`` makes one."""
    folder = Path(markup.__file__).parent
    users = [
        path.name
        for path in folder.rglob("*.py")
        if re.search(r"\bHTML(Math)?\(", path.read_text(encoding="utf-8"))
    ]
    assert users == ["markup.py"]


def test_whole_numbers_have_groups_in_full_and_others_three_digits():
    assert markup.plain(1440) == "1\u202f440"
    assert markup.plain(20260101) == "20\u202f260\u202f101", "it may be a seed"
    assert markup.plain(True) == "True"
    assert markup.plain({"n": [1440, 0.35]}) == "n 1\u202f440, 0.35"
