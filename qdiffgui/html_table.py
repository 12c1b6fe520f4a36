"""Small HTML tables for notebooks. They set no colors and run no code, so that they fit light and
dark themes; all text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

_LEFT = ' style="text-align:left"'
_TITLE = ' style="text-align:left;font-weight:bold"'


def facts(values: Mapping[str, str], title: str = "") -> str:
    """A table of names and values.

    Parameters
    ----------
    values : mapping of str to str
        Name -> value. Empty values are left out.
    title : str
        Caption of the table.

    Returns
    -------
    str
        The HTML.

    Examples
    --------
    >>> "&lt;b&gt;" in facts({"name": "<b>"})
    True
    """
    rows = "".join(_row(name, value) for name, value in values.items() if value)
    return f"<table>{_caption(title)}<tbody>{rows}</tbody></table>"


def grid(heads: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> str:
    """A table with a row of heads. The first cell of each row is its name.

    Parameters
    ----------
    heads : sequence of str
        Names of the columns.
    rows : iterable of sequence of str
        The cells.
    title : str
        Caption of the table.

    Returns
    -------
    str
        The HTML.

    Examples
    --------
    >>> grid(["model", "AUC"], [["floor", "0.5"]]).count("<tr>")
    2
    """
    head = "".join(f"<th{_LEFT}>{escape(name)}</th>" for name in heads)
    body = "".join(_row(*row) for row in rows)
    return f"<table>{_caption(title)}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def sentences(texts: Iterable[str]) -> str:
    """Sentences as a list; nothing if there are none.

    Parameters
    ----------
    texts : iterable of str
        The sentences.

    Returns
    -------
    str
        The HTML.

    Examples
    --------
    >>> sentences(["AUC < 0.5"])
    '<ul><li>AUC &lt; 0.5</li></ul>'
    """
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f"<ul>{items}</ul>" if items else ""


def _row(name: str, *cells: str) -> str:
    shown = "".join(f"<td{_LEFT}>{escape(cell)}</td>" for cell in cells)
    return f"<tr><th{_LEFT}>{escape(name)}</th>{shown}</tr>"


def _caption(title: str) -> str:
    return f"<caption{_TITLE}>{escape(title)}</caption>" if title else ""
